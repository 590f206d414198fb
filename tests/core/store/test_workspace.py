"""Workspaces, readers and overlays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pandas as pd
import pytest

from core.errors import WorkspaceError
from core.store import history
from core.store.workspace import MARKER, POINTER, Workspace
from tests.tiny_shop import AS_OF


def asks(*who):
    return pd.DataFrame({"ask_id": range(len(who)), "user_id": who, "as_of": [AS_OF] * len(who)})


def test_a_workspace_is_made_once_and_opened_again(tmp_path):
    made = Workspace.create(tmp_path / "new" / "shop")
    assert Workspace.create(made.path).path == Workspace.open(made.path).path == made.path
    assert made.version() is None
    assert made.artefacts("m", 3).is_dir()


def test_what_is_no_workspace_is_refused(tmp_path):
    with pytest.raises(WorkspaceError, match="is not a ShopperLens workspace"):
        Workspace.open(tmp_path / "none")
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(WorkspaceError, match="is not empty and is no workspace"):
        Workspace.create(tmp_path)
    with pytest.raises(WorkspaceError, match="cannot be made"):
        Workspace.create(tmp_path / "letter.txt" / "shop")
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_a_workspace_of_another_format_or_with_a_damaged_pointer_is_refused(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    with pytest.raises(WorkspaceError, match="Nothing is imported"):
        workspace.reader()
    (workspace.path / POINTER).write_text("seven")
    with pytest.raises(WorkspaceError, match="is damaged"):
        workspace.version()
    (workspace.path / MARKER).write_text('{"format": 99}')
    with pytest.raises(WorkspaceError, match="another version of ShopperLens"):
        Workspace.open(workspace.path)


def test_a_damaged_version_is_refused(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    workspace.version_file(1).write_bytes(b"not a database, whatever its name")
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        workspace.reader(1)
    with pytest.raises(WorkspaceError, match="no longer kept"):
        workspace.reader(2)


def test_readers_answer_in_utc_and_write_nothing(tiny_reader):
    import duckdb

    assert tiny_reader.rows("SELECT current_setting('TimeZone')") == [("UTC",)]
    with pytest.raises(duckdb.Error, match="read-only"):
        tiny_reader.rows("DELETE FROM events")


def test_threads_get_their_own_answers_and_tables(tiny_reader):
    def ask(number):
        table = pd.DataFrame({"n": [number]})
        return tiny_reader.frame("SELECT n + $more AS n FROM mine", {"more": 1}, {"mine": table})["n"][0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(100))) == list(range(1, 101))


@pytest.fixture
def uploaded():
    return pd.DataFrame({
        "user_id": ["new", "new", "ann"], "item_id": ["shoe1", "shoe1", "lamp1"],
        "event_type": ["view", "purchase", "favourite"],
        "ts": [datetime(2026, 1, 16), datetime(2026, 1, 17), datetime(2026, 1, 17)], "price": [None, 44.0, None],
    })


def test_an_overlay_replaces_the_events_of_its_shoppers_alone(tiny_reader, uploaded):
    over = tiny_reader.overlay(uploaded)
    found = history.history(over, asks("new", "ann", "0ben"))
    assert list(zip(found["ask_id"], found["event_type"], found["item_id"], strict=True)) == [
        (0, "purchase", "shoe1"), (0, "view", "shoe1"), (1, "favourite", "lamp1"), (2, "favourite", "lamp1"),
    ]
    assert over.version == tiny_reader.version
    assert over.rows("SELECT count(*) FROM users WHERE user_id = 'new'") == [(1,)]
    over.close()
    assert len(history.history(tiny_reader, asks("ann"))) == 6


def test_an_overlay_has_the_prices_and_pairs_of_the_shop(tiny_reader, uploaded):
    over = tiny_reader.overlay(uploaded)
    pair = pd.DataFrame({"pair_id": [0], "ask_id": 0, "user_id": "new", "item_id": "sock1", "as_of": [AS_OF]})
    found = history.fit(over, pair)
    assert (found["partner"][0], found["popularity"][0], found["price"][0]) == ("shoe1", 9, 8)
    assert found["partner_strength"][0] == pytest.approx(1 / 3)
    assert history.summary(over, asks("new"))["purchases"][0] == 1
    over.close()


def test_an_overlay_leaves_the_workspace_as_it_was(tiny_shop, uploaded):
    before = {file: file.stat().st_mtime_ns for file in tiny_shop.path.rglob("*")}
    reader = tiny_shop.reader()
    reader.overlay(uploaded).close()
    reader.close()
    assert {file: file.stat().st_mtime_ns for file in tiny_shop.path.rglob("*")} == before
