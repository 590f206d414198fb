"""An uploaded log beside the shop is what it would be, had it been imported."""

import shutil
from datetime import datetime

import pandas as pd
import pytest

from core.store import history
from core.store.importer import import_files
from core.store.timeline import timeline
from core.store.workspace import Workspace
from tests.tiny_shop import AS_OF


def asks(*who):
    return pd.DataFrame({"ask_id": range(len(who)), "user_id": who, "as_of": [AS_OF] * len(who)})


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


LOG = """user_id,item_id,event_type,ts
new,shoe1,view,2026-01-16 10:00:00
new,sock1,view,2026-01-16 10:00:40
new,shoe1,click,2026-01-16 10:02:40
new,shoe1,cart,2026-01-16 10:03:40
new,boot1,view,2026-01-16 12:00:00
ann,lamp1,view,2026-01-16 09:00:00
ann,lamp1,favourite,2026-01-16 09:10:00
"""
DWELL = "SELECT user_id, source_row, seconds, estimated FROM event_dwell WHERE user_id IN ('new', 'ann') ORDER BY ALL"
VISITS = "SELECT user_id, began, events, looks FROM visits WHERE user_id = 'new' ORDER BY ALL"


def test_how_long_uploaded_shoppers_looked_is_estimated_as_it_would_be_after_an_import(tiny_shop, tmp_path):
    shop = Workspace.open(shutil.copytree(tiny_shop.path, tmp_path / "shop"))
    (tmp_path / "log.csv").write_text(LOG)
    events = pd.read_csv(tmp_path / "log.csv", parse_dates=["ts"]).assign(source_row=range(1, 8))
    reader = shop.reader()
    over = reader.overlay(events)
    found = {row[1]: row[2:] for row in over.rows(DWELL)}
    assert found == {1: (40.0, True), 2: (120.0, True), 6: (300.0, True)}  # clicks are no looks where views are logged
    lines = list(timeline(over, "new", datetime(2026, 2, 1), 10).events["detail"])
    seen = over.rows(VISITS)
    over.close()
    reader.close()
    report = import_files(shop, [tmp_path / "log.csv"])
    again = shop.reader()
    imported = again.rows(f"SELECT * FROM ({DWELL}) WHERE user_id = 'new'")
    assert [row[1:] for row in imported] == [(row, *found[row]) for row in (1, 2)]
    assert list(timeline(again, "new", datetime(2026, 2, 1), 10).events["detail"]) == lines
    assert again.rows(VISITS) == seen == [
        ("new", datetime(2026, 1, 16, 10), 4, 2), ("new", datetime(2026, 1, 16, 12), 1, 1),
    ]
    assert report.imported == 7
    again.close()
