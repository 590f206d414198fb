"""Which models there are, and which one is in use."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from core import registry
from core.conditions import EVERYONE, Listed, SharedView
from core.errors import ModelError
from core.store.saved import Saved
from core.store.state import opened
from core.store.workspace import Workspace
from tests.core.little_model import little_model

NOW = datetime.now(UTC).replace(tzinfo=None)


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
    assert (report.data, report.seconds) == ({"version": 1}, 12.0)


def three(workspace):
    for age, name in enumerate("abc"):
        _aged(little_model(workspace.models / name), 1_000 + age)


def test_what_was_in_use_when_is_known(workspace):
    three(workspace)
    assert registry.history(workspace) == []
    for name in ("a", "a", "b"):
        registry.use(workspace, name)
    # "c", the newest, was in use before anybody chose; choosing the same again changes nothing
    assert [(step.model, step.how) for step in registry.history(workspace)] == [
        ("b", "used"), ("a", "used"), ("c", "first"),
    ]  # fmt: skip
    times = [step.at for step in registry.history(workspace)]
    assert times == sorted(times, reverse=True)


def test_rolling_back_goes_step_by_step_and_not_to_and_fro(workspace):
    three(workspace)
    for name in ("b", "a"):
        registry.use(workspace, name)
    assert registry.before(workspace) == "b"
    assert [registry.back(workspace), registry.current(workspace)] == ["b", "b"]
    assert registry.back(workspace) == "c"
    assert registry.before(workspace) is None
    with pytest.raises(ModelError, match="No other model was in use before"):
        registry.back(workspace)
    registry.use(workspace, "a")
    assert registry.before(workspace) == "c"
    assert [step.how for step in registry.history(workspace)] == ["used", "back", "back", "used", "used", "first"]


def test_rolling_back_passes_over_models_that_are_gone(workspace):
    three(workspace)
    for name in ("b", "a"):
        registry.use(workspace, name)
    registry.delete(workspace, "b")
    assert registry.back(workspace) == "c"


def test_a_newer_model_does_not_take_the_place_of_one_that_is_pinned(workspace):
    _aged(little_model(workspace.models / "old"), 1_000)
    registry.pin(workspace)
    _aged(little_model(workspace.models / "new"), 2_000)
    registry.pin(workspace)
    assert registry.current(workspace) == "old"
    assert [(step.model, step.how) for step in registry.history(workspace)] == [("old", "first")]


def test_deleting_takes_the_model_and_what_it_computed(workspace):
    three(workspace)
    computed = workspace.artefacts("a", 1)
    registry.delete(workspace, "a")
    assert registry.names(workspace) == ["c", "b"]
    assert not computed.exists()
    assert [path.name for path in workspace.models.iterdir() if path.name.startswith(".")] == []


def test_the_model_in_use_is_not_deleted_and_nor_is_one_that_is_not_there(workspace):
    three(workspace)
    with pytest.raises(ModelError, match="Model c is in use"):
        registry.delete(workspace, "c")
    with pytest.raises(ModelError, match="no model 'd'"):
        registry.delete(workspace, "d")
    assert registry.names(workspace) == ["c", "b", "a"]


def test_a_model_that_links_show_is_not_deleted_unasked(workspace):
    three(workspace)
    folder = little_model(workspace.models / "spring", created="2026-06-05T00:00:00")
    _aged(folder, 1)
    saved = Saved(workspace.state_file)
    for who in (("a",), ("b",)):
        saved.keep_link(SharedView(Listed("vip", ids=who), None, "", (), 1, "spring", "2026-06-05T00:00:00", NOW, ""))
    saved.keep_link(SharedView(Listed("vip", ids=("c",)), None, "", (), 1, None, "", NOW, ""))
    saved.keep_link(SharedView(Listed("vip", ids=("d",)), None, "", (), 1, "spring", "2026-01-01T00:00:00", NOW, ""))
    assert (registry.links(workspace, "spring"), registry.links(workspace, "a")) == (2, 0)
    with pytest.raises(ModelError, match="2 links that were opened in the last 90 days .* --delete spring --force"):
        registry.delete(workspace, "spring")
    with opened(workspace.state_file, "") as con:  # nobody has had need of them for long
        con.execute("UPDATE segment_links SET opened = ?", ((NOW - timedelta(days=91)).isoformat(),))
    registry.delete(workspace, "spring")
    assert registry.names(workspace) == ["c", "b", "a"]


def test_a_model_that_links_show_is_deleted_by_force(workspace):
    three(workspace)
    made = registry.created(workspace, "a")
    Saved(workspace.state_file).keep_link(SharedView(EVERYONE, None, "", (), 1, "a", made, NOW, ""))
    registry.delete(workspace, "a", force=True)
    assert registry.names(workspace) == ["c", "b"]


def test_what_a_model_computed_goes_with_its_name(workspace):
    three(workspace)
    (workspace.artefacts("a", 1) / "profiles.parquet").write_text("")
    (workspace.models / "a").rename(workspace.models / "a-1")
    registry.renamed(workspace, "a", "a-1")
    assert (workspace.artefacts("a-1", 1) / "profiles.parquet").exists()


def test_a_model_under_another_name_keeps_its_place(workspace):
    three(workspace)
    registry.use(workspace, "a")
    registry.use(workspace, "b")
    for old in ("a", "b"):
        (workspace.models / old).rename(workspace.models / f"{old}-1")
        registry.renamed(workspace, old, f"{old}-1")
    assert registry.current(workspace) == "b-1"
    assert registry.back(workspace) == "a-1"


def test_every_model_that_can_be_read_is_reported(workspace):
    three(workspace)
    (workspace.models / "b" / "model.json").write_text("{")
    _aged(workspace.models / "b", 1_001)
    assert [report.name for report in registry.reports(workspace)] == ["c", "a"]


def test_a_damaged_model_says_so(workspace):
    (little_model(workspace.models / "demo") / "model.json").write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        registry.report(workspace, "demo")
    assert registry.created(workspace, "demo") == ""


def test_the_likely_device_is_one_of_torchs():
    assert registry.likely_device() in {"cpu", "cuda", "mps"}
