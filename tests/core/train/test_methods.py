"""Every method learns, and scores the same once it is saved and loaded again."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import LEARNING_RATES, TrainSettings
from core.model import base, weights
from core.train.network import adapter, build
from core.train.watch import ranks
from tests.core.train import little_lists

QUICK = TrainSettings(
    epochs=4, batch_size=8, eval_steps=6, teacher_weight=0.0, event_dropout=0.0, report_to="none", precision="off",
    lora_rank=4, prefix_tokens=3, layers=1,
)  # fmt: skip


def changed(settings: TrainSettings, **more: object) -> TrainSettings:
    return TrainSettings(**{**asdict(settings), **more})


@pytest.mark.parametrize("method", LEARNING_RATES)
def test_a_method_learns_and_is_the_same_when_it_is_loaded(tiny_base: Path, tmp_path: Path, method: str) -> None:
    settings = changed(QUICK, method=method)
    torch.manual_seed(0)
    network = build(str(tiny_base), 2, settings)
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    log = little_lists.taught(network, settings, little_lists.folder(tmp_path))
    validation = [row["eval_loss"] for row in log if "eval_loss" in row]
    assert validation[-1] < validation[0]
    moved = {name for name, weight in network.named_parameters()
             if not torch.allclose(weight, before[name], rtol=0, atol=1e-5)}  # folding an adapter in and out rounds
    learns = {name for name, weight in network.named_parameters() if weight.requires_grad}
    assert moved <= learns  # what is frozen stays
    assert {"click_head.1.weight", "tag_head.1.weight"} <= moved
    assert any("_head." not in name for name in moved) is (method != "head")

    (tmp_path / "model").mkdir()
    weights.save(tmp_path / "model", network, "a-base", asdict(settings))
    again = weights.load(tmp_path / "model", str(tiny_base), 2, asdict(settings))
    assert adapter(again) == ""  # merged
    for ours, theirs in zip(little_lists.scores(network), little_lists.scores(again), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize(
    ("change", "last"),
    [
        ({"optimizer": "sgd"}, 0.0), ({"schedule": "step"}, 0.09), ({"schedule": "cosine"}, 0.0),
        ({"precision": "bf16"}, 0.0), ({"gradient_checkpointing": True}, 0.0),
    ],
)  # fmt: skip
def test_each_ingredient_learns(tiny_base: Path, tmp_path: Path, change: dict[str, object], last: float) -> None:
    settings = changed(QUICK, method="lora", **change)
    torch.manual_seed(0)
    log = little_lists.taught(build(str(tiny_base), 2, settings), settings, little_lists.folder(tmp_path))
    validation = [row["eval_loss"] for row in log if "eval_loss" in row]
    assert validation[-1] < validation[0]
    rates = [row["learning_rate"] for row in log if "learning_rate" in row]
    assert rates[-1] / max(rates) == pytest.approx(last, abs=0.05)  # as the schedule ends


@pytest.mark.parametrize(
    ("method", "kept"),
    [
        ("lora", {"adapter/adapter_config.json", "adapter/adapter_model.safetensors"}),
        ("layers", {"layers.safetensors"}),
        ("prefix", set()),
        ("head", set()),
        ("full", {"encoder/config.json", "encoder/model.safetensors"}),
    ],
)
def test_no_more_is_kept_than_was_learned(tiny_base: Path, tmp_path: Path, method: str, kept: set[str]) -> None:
    settings = changed(QUICK, method=method)
    weights.save(tmp_path, build(str(tiny_base), 2, settings), "a-base", asdict(settings))
    files = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert files == {"heads.safetensors", *kept}


def test_the_last_layers_alone_are_kept_of_last_layers(tiny_base: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    settings = changed(QUICK, method="layers", layers=1)
    network = build(str(tiny_base), 2, settings)
    learns = {name for name, weight in network.named_parameters() if weight.requires_grad and "_head." not in name}
    assert {name.split(".")[3] for name in learns} == {"1"}  # of layers 0 and 1
    weights.save(tmp_path, network, "a-base", asdict(settings))
    assert {name.split(".")[0] for name in load_file(tmp_path / "layers.safetensors")} == {"0"}
    fewer = build(str(tiny_base), 2, changed(settings, layers=99))
    assert {name.split(".")[3] for name, weight in fewer.named_parameters()
            if weight.requires_grad and ".layer." in name} == {"0", "1"}


def test_adalora_ends_with_the_ranks_that_it_was_given(tiny_base: Path, tmp_path: Path) -> None:
    settings = changed(QUICK, method="adalora", lora_rank=2, epochs=6)
    network = build(str(tiny_base), 2, settings)
    little_lists.taught(network, settings, little_lists.folder(tmp_path))
    config = network.encoder.peft_config["default"]
    assert (config.init_r, config.total_step, config.tfinal) == (3, 36, 12)
    found = ranks(network.encoder)
    assert len(found) == 2 * 6  # two layers, six matrices each
    assert all(len(kept) == 3 for kept in found.values())
    weights.save(tmp_path, network, "a-base", asdict(settings))
    assert json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())["rank_pattern"] is None


@pytest.mark.parametrize("method", ["lora", "prefix"])
def test_memory_is_saved_without_changing_what_is_learned(tiny_base: Path, method: str) -> None:
    found = []
    for saves in (False, True):
        settings = changed(QUICK, method=method, gradient_checkpointing=saves, dropout=0.0)
        torch.manual_seed(0)
        network = build(str(tiny_base), 2, settings).train()
        assert network.encoder.is_activation_checkpointing is saves
        loss = sum(part.sum() for part in network(_batch()))
        loss.backward()
        found.append([weight.grad for weight in network.parameters() if weight.grad is not None])
    assert len(found[0]) == len(found[1]) > 8
    for plain, saved in zip(*found, strict=True):
        torch.testing.assert_close(plain, saved)


def _batch() -> object:
    from core.model.batch import pad

    packs = [example.pack for example in little_lists.lists(3)]
    return pad([pack.history for pack in packs], [pack.candidates for pack in packs], 0)


def test_a_pickle_is_no_model(tiny_base: Path, tmp_path: Path) -> None:
    import pickle

    from core.errors import ModelError

    settings = changed(QUICK, method="head")
    weights.save(tmp_path, build(str(tiny_base), 2, settings), "a-base", asdict(settings))
    (tmp_path / "heads.safetensors").write_bytes(pickle.dumps({"click_head.1.weight": 1}))
    with pytest.raises(ModelError, match=r"holds no safetensors; nothing else is read"):
        weights.load(tmp_path, str(tiny_base), 2, asdict(settings))


def test_a_base_of_pickled_weights_is_refused(tiny_base: Path, tmp_path: Path) -> None:
    from core.errors import ModelError

    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match=r"holds no model\.safetensors"):
        base.locate(str(tmp_path))
