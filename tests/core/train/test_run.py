import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.config import TrainSettings
from core.errors import Cancelled, InputError, ModelError
from core.model import checkpoint
from core.store.workspace import Workspace
from core.train.run import train

SPENT = {"auc", "gauc", "mrr", "ndcg@5", "ndcg@10", "logloss", "ece", "n", "groups"}


def test_training_answers_with_figures_before_and_after(trained: dict[str, Any]) -> None:
    assert set(trained) == {"model", "before", "after", "baselines", "seconds"}
    assert set(trained["after"]) == set(trained["before"]) == SPENT
    assert set(trained["baselines"]) == {"popularity", "lightgbm"}
    # All on the same test pairs.
    assert len({row["n"] for row in (trained["after"], trained["before"], *trained["baselines"].values())}) == 1


def test_the_folder_says_what_the_model_is(small_model: Path, trained: dict[str, Any]) -> None:
    info = checkpoint.read_info(small_model)
    assert info.metrics["after"] == trained["after"]
    assert info.data["lists"] is True and info.data["generated"] is True
    assert {row["key"] for row in info.tag_table} == {spec.key for spec in info.tags} == set(info.thresholds)
    assert "demo shop" in (small_model / "README.md").read_text()
    assert sum(row["n"] for row in info.reliability) == trained["after"]["n"]
    assert not list(small_model.parent.glob(".small*"))  # no checkpoints or half-written folders stay


def test_the_same_seed_trains_the_same_model(
    small_shop: Workspace, small_settings: TrainSettings, trained: dict[str, Any]
) -> None:
    again = train(small_shop, "again", small_settings, device="cpu")
    assert again["after"] == trained["after"]
    other = train(small_shop, "other", replace(small_settings, seed=5), device="cpu")
    assert other["after"] != trained["after"]


def test_a_cancelled_training_leaves_no_model_and_can_be_resumed(
    small_shop: Workspace, small_settings: TrainSettings, trained: dict[str, Any]
) -> None:
    def cancel_at_seven(share: float, message: str) -> None:
        if message.startswith("Step 7 "):
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        train(small_shop, "stopped", small_settings, device="cpu", progress=cancel_at_seven)
    assert not (small_shop.models / "stopped").exists()
    steps: list[str] = []
    done = train(small_shop, "stopped", small_settings, device="cpu", resume=True,
                 progress=lambda share, message: steps.append(message))
    assert next(m for m in steps if m.startswith("Step")).startswith("Step 6 ")  # the checkpoint was at 5
    assert done["after"]["n"] == trained["after"]["n"]


def test_another_run_is_not_resumed(small_shop: Workspace, small_settings: TrainSettings) -> None:
    with pytest.raises(ModelError, match="no interrupted training"):
        train(small_shop, "never-begun", small_settings, device="cpu", resume=True)
    work = small_shop.models / ".mixed.training"
    work.mkdir()
    (work / "run.json").write_text(json.dumps({"settings": {}, "version": 1}))
    with pytest.raises(ModelError, match="other settings"):
        train(small_shop, "mixed", small_settings, device="cpu", resume=True)


@pytest.mark.parametrize("method", ["head", "full"])
def test_other_methods_train_save_and_load(
    small_shop: Workspace, small_settings: TrainSettings, method: str
) -> None:
    answer = train(small_shop, method, replace(small_settings, method=method, max_steps=2), device="cpu")
    info = checkpoint.load(small_shop.models / method, "cpu").info
    assert info.settings["method"] == method
    assert np.isfinite(answer["after"]["logloss"])
    assert (small_shop.models / method / "encoder").is_dir() is (method == "full")


@pytest.mark.parametrize("name", ["", "../out", "a b", ".hidden"])
def test_a_name_that_is_no_folder_name_is_refused(
    small_shop: Workspace, small_settings: TrainSettings, name: str
) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        train(small_shop, name, small_settings)


def test_an_unknown_method_is_refused(small_shop: Workspace, small_settings: TrainSettings) -> None:
    with pytest.raises(InputError, match="lora, full, head"):
        train(small_shop, "m", replace(small_settings, method="magic"), device="cpu")
