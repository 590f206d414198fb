"""What looks on while a model learns: the time that is left, and a run of its own at Weights & Biases."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from core.config import TrainSettings
from core.errors import Cancelled
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

    def init(self, project: str, name: str, config: Any = (), id: str | None = None, resume: str | None = None) -> None:
        begun = next((run for run in self.runs if resume == "allow" and (run.project, run.id) == (project, id)), None)
        self.run = begun or SimpleNamespace(
            project=project, name=name, config=Config(config), logged=[], summary={}, _label=lambda **_: None,
            id=f"run{len(self.runs)}",
        )  # fmt: skip
        self.run.open = True
        if begun is None:
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


class FakeMlflow(ModuleType):
    """As much of MLflow as transformers uses, with what each run was told."""

    __version__ = "3.0.0"

    def __init__(self) -> None:
        super().__init__("mlflow")
        self.__spec__ = ModuleSpec("mlflow", None)
        limits = SimpleNamespace(MAX_PARAM_VAL_LENGTH=6000, MAX_PARAMS_TAGS_PER_BATCH=100)
        self.utils = SimpleNamespace(validation=limits)
        self.open: Any = None
        self.runs: list[Any] = []

    def is_tracking_uri_set(self) -> bool:
        return True

    def get_tracking_uri(self) -> str:
        return "file:runs"

    def active_run(self) -> Any:
        return self.open

    def start_run(self, run_id: str | None = None, run_name: str = "", nested: bool = False) -> None:
        assert self.open is None
        if run_id is None:
            info = SimpleNamespace(run_id=f"run{len(self.runs)}", name=run_name)
            self.runs.append(SimpleNamespace(info=info, params={}, logged=[], ended=[]))
        self.open = next(run for run in self.runs if run.info.run_id == (run_id or info.run_id))

    def end_run(self, status: str = "FINISHED") -> None:
        if self.open is not None:
            self.open.ended.append(status)
            self.open = None

    def log_params(self, params: dict[str, Any], synchronous: bool = True) -> None:
        for name, value in params.items():  # as there, what was said once cannot be said otherwise
            assert self.open.params.setdefault(name, str(value)) == str(value), name

    def log_metrics(self, metrics: dict[str, float], step: int, synchronous: bool = True) -> None:
        self.open.logged.append({**metrics, "at": step})


@pytest.fixture
def mlflow(monkeypatch: pytest.MonkeyPatch) -> FakeMlflow:
    fake = FakeMlflow()
    monkeypatch.setitem(sys.modules, "mlflow", fake)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "file:runs")
    monkeypatch.delenv("MLFLOW_RUN_ID", raising=False)
    return fake


def cancelled_and_gone_on_with(
    settings: TrainSettings, base: Path, folder: RunFolder, meanwhile: Callable[[], None] = lambda: None
) -> list[dict[str, float]]:
    """Train until the second step, and then, as after a cancel, to the end."""

    def progress(share: float, message: str) -> None:
        if message.startswith("Step 2 of"):
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        little_lists.taught(build(str(base), 2, settings), settings, folder, progress)
    meanwhile()
    return little_lists.taught(build(str(base), 2, settings), settings, folder)


def test_a_training_that_goes_on_stays_in_its_run_at_weights_and_biases(
    wandb: FakeWandb, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled_and_gone_on_with(QUICK, tiny_base, little_lists.folder(tmp_path),
                               lambda: monkeypatch.setenv("WANDB_PROJECT", "mine"))  # a run cannot move
    (run,) = wandb.runs
    assert (run.project, run.name, run.open) == ("shopperlens", "m", False)
    assert [row["train/global_step"] for row in run.logged if "eval/loss" in row] == [3, 6]
    RunFolder(tmp_path, "m").remove()
    little_lists.taught(build(str(tiny_base), 2, QUICK), QUICK, little_lists.folder(tmp_path))
    assert [one.project for one in wandb.runs] == ["shopperlens", "mine"]  # begun anew, it is another run


def test_mlflow_is_told_the_recipe_and_a_training_that_goes_on_stays_in_its_run(
    mlflow: FakeMlflow, tiny_base: Path, tmp_path: Path
) -> None:
    settings, folder = replace(QUICK, report_to="mlflow"), little_lists.folder(tmp_path)
    mlflow.start_run(run_name="left open")  # by a training that broke off
    folder.path.mkdir()
    folder.note(learns={"fingerprint": "f1", "train_lists": 48})
    log = cancelled_and_gone_on_with(settings, tiny_base, folder)
    left, run = mlflow.runs
    assert (left.ended, left.params, left.logged) == (["FAILED"], {}, [])
    assert (run.info.name, run.ended, mlflow.open) == ("m", ["FINISHED", "FINISHED"], None)
    assert {name: run.params[f"recipe/{name}"] for name in ("method", "base", "batch_size", "learning_rate")} == {
        "method": "head", "base": QUICK.base, "batch_size": "8", "learning_rate": "null"}  # fmt: skip
    assert (run.params["data/fingerprint"], run.params["data/train_lists"]) == ("f1", "48")
    judged = [(row["at"], row["eval_loss"]) for row in run.logged if "eval_loss" in row]
    assert judged == [(row["step"], row["eval_loss"]) for row in log if "eval_loss" in row] != []


def test_a_run_that_the_person_names_is_left_to_mlflow(
    mlflow: FakeMlflow, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = replace(QUICK, report_to="mlflow"), little_lists.folder(tmp_path)
    folder.path.mkdir()
    folder.note(tracked={"mlflow": {"id": "another"}})
    monkeypatch.setenv("MLFLOW_RUN_ID", "mine")
    little_lists.taught(build(str(tiny_base), 2, settings), settings, folder)
    assert [run.params["recipe/method"] for run in mlflow.runs] == ["head"]
    assert folder.tracked == {"mlflow": {"id": "run0"}}


def test_without_weights_and_biases_it_is_left_alone(tmp_path: Path) -> None:
    assert watch.trackers(replace(QUICK, report_to="none"), little_lists.folder(tmp_path)) == []
