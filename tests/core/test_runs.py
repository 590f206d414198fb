"""Trainings that run or can go on."""

from dataclasses import replace
from datetime import datetime

import pytest

from core import runs
from core.config import TrainSettings
from core.errors import ModelError
from core.jobs import LOST, LOST_PART
from core.records import Job
from core.store.workspace import Workspace
from core.train.run_folder import RunFolder

JOB = Job("j1", "train", "running", 0.4, "Step 12", datetime(2026, 6, 1), datetime(2026, 6, 1), None, None, None)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "shop")


@pytest.fixture
def folder(workspace):
    made = RunFolder(workspace.models, "spring")
    with made.held():
        made.begin(TrainSettings(method="ia3"), 7)
    made.note(learns={"train_lists": 80, "train_shoppers": 78, "splits": {"train_end": "2026-06-01T00:00:00"}})
    made.note(steps=50, resumed=0)
    made.note(step=10, loss=1.5, left=100.0)
    made.note(step=10, validation=0.7, clicks=0.4, tags=0.3)
    made.note(step=15, loss=1.25, left=90.0)
    (made.path / "checkpoint-10").mkdir()
    (made.path / "checkpoint-10" / "trainer_state.json").write_text("{}")
    return made


def test_without_trainings_there_are_none(workspace):
    assert runs.runs(workspace, [JOB], {"j1": "spring"}) == []


def test_a_training_that_runs_is_seen_with_its_curves(workspace, folder):
    with folder.held():
        (run,) = runs.runs(workspace, [JOB], {"j1": "spring"})
    assert (run.name, run.running, run.job, run.version, run.settings["method"]) == ("spring", True, "j1", 7, "ia3")
    assert (run.step, run.steps, run.kept, run.left, run.ended) == (15, 50, 10, "about 2 min", "")
    assert run.learns["train_lists"] == 80
    assert run.curve["step"].tolist() == [10, 10, 15]
    assert run.curve["training"].dropna().tolist() == [1.5, 1.25]
    assert run.curve["validation"].dropna().tolist() == [0.7]


def test_time_that_was_left_before_an_interruption_is_not_told(workspace, folder):
    folder.note(goes_on=True)  # it reads again what it learns from; its steps come later
    with folder.held():
        assert runs.runs(workspace, [], {})[0].left == ""
    folder.note(steps=50, resumed=10)
    with folder.held():
        assert runs.runs(workspace, [], {})[0].left == ""
        folder.note(step=12, loss=1.2, left=30.0)
        assert runs.runs(workspace, [], {})[0].left == "under a minute"


@pytest.mark.parametrize(
    ("jobs", "why"),
    [
        ([], "computer, the worker or the command line ended"),
        ([replace(JOB, status="cancelled")], "It was cancelled"),
        ([replace(JOB, status="failed", error="The disk is full.")], "The disk is full."),
        ([replace(JOB, status="failed", error=LOST)], "ended before it was done"),
        ([replace(JOB, status="failed", error=LOST_PART["train"])], "ended before it was done"),
        ([replace(JOB, status="done")], "ended before it was done"),  # of an earlier model of this name
        ([replace(JOB, id="other", status="failed", error="Not ours.")], "ended before it was done"),
    ],
)
def test_one_that_was_interrupted_says_why(workspace, folder, jobs, why):
    (run,) = runs.runs(workspace, jobs, {"j1": "spring", "other": "autumn"})
    assert (run.running, run.job, run.left) == (False, None, "")
    assert why in run.ended


def test_one_that_waits_for_its_turn_is_not_offered_again(workspace, folder):
    (run,) = runs.runs(workspace, [replace(JOB, status="queued")], {"j1": "spring"})
    assert (run.running, run.job, run.ended) == (False, "j1", "")


def test_letting_go_deletes_what_was_kept_but_not_under_one_that_runs(workspace, folder):
    with folder.held(), pytest.raises(ModelError, match="running already"):
        runs.discard(workspace, "spring")
    assert folder.path.exists()
    runs.discard(workspace, "spring")
    assert not folder.path.exists()
    with pytest.raises(ModelError, match="no interrupted training"):
        runs.discard(workspace, "spring")


def test_one_that_was_just_saved_is_passed_over(workspace, folder, monkeypatch):
    def gone(self):
        raise ModelError("There is no interrupted training.")

    monkeypatch.setattr(RunFolder, "mark", gone)
    assert runs.runs(workspace, [], {}) == []
