"""What looks on while a model learns: the time that is left, and a run of its own at Weights & Biases."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from core.config import TrainSettings
from core.train import watch
from core.train.network import build
from core.train.run_folder import RunFolder
from core.train.watch import Watch
from tests.core.train import little_lists

QUICK = TrainSettings(
    method="head", epochs=1, batch_size=8, eval_steps=3, teacher_weight=0.0, event_dropout=0.0, report_to="wandb",
    precision="off",
)  # fmt: skip


def test_the_time_left_is_told_by_the_pace_and_by_what_judging_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, folder, told = [100.0], little_lists.folder(tmp_path), list[str]()
    folder.path.mkdir()
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: now[0]))
    looks_on, state = Watch(lambda share, said: told.append(said), folder, 1.5), SimpleNamespace(max_steps=60)

    def at(step: int, seconds: float) -> None:
        state.global_step, now[0] = step, 100 + seconds

    at(20, 0)  # it goes on from step 20
    looks_on.on_train_begin(None, state, None)
    looks_on.on_step_end(None, state, None)
    at(22, 4)
    looks_on.on_step_end(None, state, None)
    at(22, 34)  # half a minute of judging
    looks_on.on_evaluate(None, state, None, {"eval_loss": 0.5, "eval_click_loss": 0.3, "eval_tag_loss": 0.2})
    at(23, 36)
    looks_on.on_step_end(None, state, None)
    looks_on.on_log(None, state, None, {"loss": 0.7})
    # 2 seconds a step and 38 steps; then 36 seconds for 3 steps, 37 steps, and half a minute one and a half times.
    assert told == ["Step 20 of 60", "Step 22 of 60, about 1 min left",
                    "Step 23 of 60, validation loss 0.5000, about 8 min left"]
    assert folder.diary()[-1] == {"step": 23, "loss": 0.7, "left": 12 * 37 + 45}


class FakeWandb(ModuleType):
    """As much of wandb as transformers uses, with what each run was told."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.__spec__ = ModuleSpec("wandb", None)
        self.run: Any = None
        self.runs: list[Any] = []

    @property
    def config(self) -> Any:
        return self.run.config

    def init(self, project: str, name: str, config: Any = ()) -> None:
        self.run = SimpleNamespace(project=project, name=name, config=Config(config), logged=[], summary={}, open=True,
                                   _label=lambda **_: None)
        self.runs.append(self.run)

    def log(self, row: dict[str, float]) -> None:
        self.run.logged.append(row)

    def finish(self) -> None:
        if self.run is not None:
            self.run.open, self.run = False, None


class Config(dict[str, Any]):
    def update(self, more: dict[str, Any], allow_val_change: bool = False) -> None:  # type: ignore[override]
        super().update(more)


@pytest.fixture
def wandb(monkeypatch: pytest.MonkeyPatch) -> FakeWandb:
    fake, config = FakeWandb(), ModuleType("wandb.sdk.lib.config_util")
    config.ConfigError = ValueError  # type: ignore[attr-defined]
    for name, module in (("wandb", fake), ("wandb.sdk", ModuleType("wandb.sdk")),
                         ("wandb.sdk.lib", ModuleType("wandb.sdk.lib")), ("wandb.sdk.lib.config_util", config)):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.delenv("WANDB_PROJECT", raising=False)
    return fake


def test_each_training_is_a_run_of_its_own_with_our_settings(
    wandb: FakeWandb, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wandb.init("left", "open")  # by a training that broke off
    for name in ("first", "second"):
        folder = RunFolder(tmp_path, name)
        folder.path.mkdir()
        folder.note(learns={"fingerprint": f"data of {name}", "train_lists": 48})
        log = little_lists.taught(build(str(tiny_base), 2, QUICK), QUICK, folder)
        losses = [row["eval/loss"] for row in wandb.runs[-1].logged if "eval/loss" in row]
        assert losses == [row["eval_loss"] for row in log if "eval_loss" in row] != []
        monkeypatch.setenv("WANDB_PROJECT", "mine")
    assert [(run.project, run.name) for run in wandb.runs[1:]] == [("shopperlens", "first"), ("mine", "second")]
    assert not any(run.open for run in wandb.runs) and not wandb.runs[0].logged
    config = wandb.runs[1].config
    assert (config["recipe"]["method"], config["recipe"]["base"]) == ("head", QUICK.base)
    assert config["data"] == {"fingerprint": "data of first", "train_lists": 48}
    assert config["max_steps"] == 6  # what transformers itself tells is there too


def test_without_weights_and_biases_it_is_left_alone(tmp_path: Path) -> None:
    assert watch.trackers(replace(QUICK, report_to="none"), little_lists.folder(tmp_path)) == []
