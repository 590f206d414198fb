"""Which models there are, and which one is in use."""

import os
from datetime import datetime

import pytest

from core import registry
from core.errors import ModelError
from core.store.workspace import Workspace
from tests.core.little_model import little_model


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "shop")


def _aged(folder, seconds):
    os.utime(folder, (seconds, seconds))


def test_without_models_none_is_in_use(workspace):
    assert registry.names(workspace) == []
    assert registry.current(workspace) is None
    assert not workspace.state_file.exists()


def test_the_newest_is_in_use_until_one_is_chosen(workspace):
    _aged(little_model(workspace.models / "old"), 1_000)
    _aged(little_model(workspace.models / "new"), 2_000)
    (workspace.models / ".half.part").mkdir()
    (workspace.models / "empty").mkdir()
    assert registry.names(workspace) == ["new", "old"]
    assert registry.current(workspace) == "new"
    registry.use(workspace, "old")
    assert registry.current(workspace) == "old"


def test_a_chosen_model_that_is_gone_is_not_in_use(workspace):
    folder = little_model(workspace.models / "a")
    little_model(workspace.models / "b")
    registry.use(workspace, "a")
    (folder / "model.json").unlink()
    assert registry.current(workspace) == "b"


def test_a_model_that_is_not_there_is_refused_with_those_that_are(workspace):
    with pytest.raises(ModelError, match="There is none yet"):
        registry.use(workspace, "spring")
    little_model(workspace.models / "demo")
    with pytest.raises(ModelError, match="no model 'spring'.*There are: demo"):
        registry.report(workspace, "spring")


def test_the_report_is_what_the_model_says_of_itself(workspace):
    little_model(workspace.models / "demo")
    report = registry.report(workspace, "demo")
    assert (report.name, report.base, report.card) == ("demo", "all-MiniLM-L6-v2", "# Model card\n")
    assert report.created == datetime(2026, 6, 4, 0, 0)  # in UTC
    assert report.metrics["after"]["auc"] == 0.8
    assert report.tags["threshold"].isna().all()  # a figure that is missing is a column all the same
    assert report.reliability["observed"].tolist() == [0.06]
    assert report.folder == workspace.models / "demo"


def test_a_damaged_model_says_so(workspace):
    (little_model(workspace.models / "demo") / "model.json").write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        registry.report(workspace, "demo")
    assert registry.created(workspace, "demo") == ""


def test_the_likely_device_is_one_of_torchs():
    assert registry.likely_device() in {"cpu", "cuda", "mps"}
