import json
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from core.config import PROJECT, TrainSettings
from core.errors import Cancelled, InputError, ModelError
from core.model import checkpoint
from core.store.fingerprint import fingerprint
from core.store.workspace import Workspace
from core.train.run import train
from core.train.run_folder import RunFolder

SPENT = {"auc", "gauc", "mrr", "ndcg@5", "ndcg@10", "logloss", "ece", "n", "groups"}


def test_training_answers_with_figures_before_and_after(trained: dict[str, Any]) -> None:
    assert set(trained) == {"model", "before", "after", "baselines", "seconds", "kept"}
    assert set(trained["after"]) == set(trained["before"]) == SPENT
    assert set(trained["baselines"]) == {"popularity", "lightgbm", "glossary"}
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


@pytest.mark.parametrize("name", ["glossary", "tag_glossary"])
def test_glossaries_come_along(small_model: Path, name: str) -> None:
    model = checkpoint.load(small_model, "cpu")
    glossary = getattr(model.network, name)
    assert glossary is not None
    assert len(glossary.keys) > 50
    assert glossary.width == TrainSettings().term_width
    assert glossary.outputs == (len(model.info.tags) if name == "tag_glossary" else 1)
    known = glossary.rows(glossary.keys)
    assert known.tolist() == list(range(1, len(glossary.keys) + 1))  # as it was sorted when it learned


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
    folder = RunFolder(small_shop.models, "stopped")
    learns = next(row["learns"] for row in folder.diary() if "learns" in row)
    assert (learns["train_lists"], learns["train_shoppers"]) == (80, 78)
    steps: list[str] = []
    done = train(small_shop, "stopped", device="cpu", resume=True,  # with the settings that it began with
                 progress=lambda share, message: steps.append(message))
    assert next(m for m in steps if m.startswith("Step")).startswith("Step 8 ")
    assert done["after"]["n"] == trained["after"]["n"]
    assert not folder.path.exists()


def test_a_model_of_the_same_name_is_kept_under_another(
    small_shop: Workspace, small_settings: TrainSettings, trained: dict[str, Any]
) -> None:
    quick = replace(small_settings, method="head", max_steps=2, report_to="none")
    assert train(small_shop, "twice", quick, device="cpu")["kept"] is None
    first = checkpoint.read_info(small_shop.models / "twice")
    again = train(small_shop, "twice", replace(quick, seed=4), device="cpu")
    assert again["kept"] == "twice-1"
    kept = checkpoint.load(small_shop.models / "twice-1", "cpu").info
    assert (kept.name, kept.hashes) == ("twice-1", first.hashes)
    assert checkpoint.read_info(small_shop.models / "twice").settings["seed"] == 4
    assert kept.data["fingerprint"] == fingerprint(small_shop.reader())


def test_another_run_is_not_resumed(small_shop: Workspace, small_settings: TrainSettings) -> None:
    with pytest.raises(ModelError, match="no interrupted training"):
        train(small_shop, "never-begun", small_settings, device="cpu", resume=True)
    assert not (small_shop.models / ".never-begun.training").exists()
    folder = RunFolder(small_shop.models, "mixed")
    with folder.held():
        folder.begin(small_settings, 1)
        with pytest.raises(ModelError, match="running already"):
            train(small_shop, "mixed", small_settings, device="cpu")
    with pytest.raises(ModelError, match="other settings"):
        train(small_shop, "mixed", replace(small_settings, epochs=9.0), device="cpu", resume=True)
    with folder.held():
        folder.begin(small_settings, 99)
    with pytest.raises(ModelError, match="data of the interrupted training is no longer kept"):
        train(small_shop, "mixed", device="cpu", resume=True)
    folder.remove()


_TRAINS = """
import os, signal, sys
from pathlib import Path
import torch
from core.service import Shop
from core.config import TrainSettings

torch.set_num_threads(1)

def progress(share, message):
    if message.startswith("Step 8 "):
        os.kill(os.getpid(), signal.SIGKILL)

settings = TrainSettings(**__import__("json").loads(sys.argv[2]))
Shop(Path(sys.argv[1]), "cpu").train("killed", settings, progress=progress)
"""


def test_a_kill_costs_at_most_the_steps_since_the_last_checkpoint(
    small_shop: Workspace, small_settings: TrainSettings
) -> None:
    settings = replace(small_settings, method="head", report_to="none")
    asked = [sys.executable, "-c", _TRAINS, str(small_shop.path), json.dumps(asdict(settings))]
    assert subprocess.run(asked, cwd=PROJECT, check=False, capture_output=True).returncode == -signal.SIGKILL
    folder = RunFolder(small_shop.models, "killed")
    assert (folder.step, folder.runs) == (5, False)
    assert not (small_shop.models / "killed").exists()
    steps: list[str] = []
    train(small_shop, "killed", device="cpu", resume=True, progress=lambda share, message: steps.append(message))
    assert next(m for m in steps if m.startswith("Step")).startswith("Step 6 ")
    assert checkpoint.load(small_shop.models / "killed", "cpu").info.settings["method"] == "head"


@pytest.mark.parametrize("name", ["", "../out", "a b", ".hidden"])
def test_a_name_that_is_no_folder_name_is_refused(
    small_shop: Workspace, small_settings: TrainSettings, name: str
) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        train(small_shop, name, small_settings)


def test_an_unknown_method_is_refused(small_shop: Workspace, small_settings: TrainSettings) -> None:
    with pytest.raises(InputError, match="lora, adalora, prefix, ia3, layers, head, full"):
        train(small_shop, "m", replace(small_settings, method="magic"), device="cpu")
