"""The registry of models on the command line."""

import io
import json
import os
from datetime import datetime

import pytest

from core.__main__ import main
from core.conditions import EVERYONE, SharedView
from core.store.saved import Saved
from core.store.workspace import Workspace
from tests.core.little_model import little_model


@pytest.fixture
def path(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    for age, name in enumerate(("old", "new")):
        auc = 0.8 + age / 10
        folder = little_model(workspace.models / name, metrics={"after": {"auc": auc, "ece": 0.01}})
        os.utime(folder, (1_000 + age, 1_000 + age))
    return workspace.path


@pytest.fixture
def run(capsys):
    def go(*argv, code=0):
        assert main(["models", *map(str, argv)]) == code
        said = capsys.readouterr()
        return said.out if code == 0 else said.err

    return go


def answer(run, path, *argv):
    return json.loads(run(*argv, "--workspace", path, "--json"))


def test_every_model_is_listed_with_its_figures_and_data(run, path):
    found = answer(run, path)
    assert (found["in_use"], found["before"], found["history"]) == ("new", None, [])
    assert [(m["name"], m["auc"], m["in_use"], m["method"]) for m in found["models"]] == [
        ("new", 0.9, True, "lora"), ("old", 0.8, False, "lora"),
    ]  # fmt: skip
    assert found["models"][0]["data"]["version"] == 1
    shown = run("--workspace", path).splitlines()
    assert shown[1].split() == ["*", "new", "2026-06-04", "00:00", "lora", "0.9000", "–", "–", "–", "0.0100"]


def test_using_and_rolling_back(run, path):
    found = answer(run, path, "--use", "old")
    assert (found["in_use"], found["before"]) == ("old", "new")
    found = answer(run, path, "--back")
    assert (found["back_to"], found["in_use"]) == ("new", "new")
    assert [step["how"] for step in found["history"]] == ["back", "used", "first"]
    assert "Back to" not in run("--workspace", path)
    assert "No other model was in use" in run("--back", "--workspace", path, code=2)


def test_two_are_compared(run, path):
    found = answer(run, path, "--compare", "old", "new")["comparison"]
    assert found["figures"][0] == {"figure": "auc", "first": 0.8, "second": 0.9, "better": "second"}
    line = next(line for line in run("--compare", "old", "new", "--workspace", path).splitlines() if "auc" in line)
    assert line.split() == ["auc", "0.8000", "0.9000", "new"]
    assert "no model 'other'" in run("--compare", "old", "other", "--workspace", path, code=2)


def test_deleting_asks_first(run, path, monkeypatch):
    terminal = io.StringIO("n\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    said = run("--delete", "old", "--workspace", path, code=2)
    assert "Delete model old for good?" in said
    assert "model old stays" in said
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody is there
    assert "say --yes" in run("--delete", "old", "--workspace", path, code=2)
    assert [m["name"] for m in answer(run, path)["models"]] == ["new", "old"]
    found = answer(run, path, "--delete", "old", "--yes")
    assert (found["deleted"], [m["name"] for m in found["models"]]) == ("old", ["new"])
    assert "in use" in run("--delete", "new", "--yes", "--workspace", path, code=2)


def test_a_model_that_a_link_shows_is_deleted_by_force_alone(run, path):
    little_model(path / "models" / "old", created="2026-06-05T00:00:00")
    os.utime(path / "models" / "old", (1_000, 1_000))
    view = SharedView(EVERYONE, None, "", (), 1, "old", "2026-06-05T00:00:00", datetime(2026, 6, 6), "")
    Saved(Workspace(path).state_file).keep_link(view)
    said = run("--delete", "old", "--yes", "--workspace", path, code=2)
    assert "1 link that was opened in the last 90 days shows what model old predicted" in said
    assert answer(run, path, "--delete", "old", "--yes", "--force")["deleted"] == "old"


def test_a_damaged_model_can_be_deleted(run, path):
    (path / "models" / "old" / "model.json").write_text("{")
    os.utime(path / "models" / "old", (1_000, 1_000))
    assert [m["name"] for m in answer(run, path)["models"]] == ["new"]
    assert answer(run, path, "--delete", "old", "--yes")["deleted"] == "old"
    assert not (path / "models" / "old").exists()


def test_without_models_it_says_how_to_train_one(run, tmp_path):
    assert "python -m core train" in run("--workspace", Workspace.create(tmp_path / "empty").path)
