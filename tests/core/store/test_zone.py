"""The shop's clocks: the zone that an import is told stays with the data, and its facts and days go by it."""

from datetime import date, datetime

import duckdb
import pytest

from core.store import zone
from core.store.importer import import_files
from core.store.times import Clock
from core.store.workspace import Workspace, connect

BERLIN = Clock(zone="Europe/Berlin")


@pytest.fixture
def workspace(tmp_path):
    made = Workspace.create(tmp_path / "shop")
    (tmp_path / "a.csv").write_text("user_id,item_id,event_type,ts\nann,P1,view,2026-06-06 00:30:00\n")
    (tmp_path / "b.csv").write_text("user_id,item_id,event_type,ts\nann,P1,view,2026-06-06 21:30:00\n")
    import_files(made, [tmp_path / "a.csv"], clock=BERLIN)
    return made


def ask(workspace, sql):
    reader = workspace.reader()
    rows = reader.rows(sql)
    reader.close()
    return rows


def test_moments_are_kept_in_utc_and_days_and_hours_are_the_shops(workspace):
    assert ask(workspace, "SELECT ts FROM events") == [(datetime(2026, 6, 5, 22, 30),)]
    assert ask(workspace, "SELECT day FROM day_counts") == [(date(2026, 6, 6),)]
    assert ask(workspace, "SELECT favourite_weekday, favourite_time FROM shopper_facts") == [("Saturday", "night")]


def test_a_later_import_that_says_no_zone_keeps_the_one_that_was_said(workspace, tmp_path):
    import_files(workspace, [tmp_path / "b.csv"])  # 21:30 in UTC is 23:30 in Berlin, still on the 6th
    assert ask(workspace, "SELECT zone FROM shop") == [("Europe/Berlin",)]
    assert ask(workspace, "SELECT day, events FROM day_counts") == [(date(2026, 6, 6), 2)]


def test_data_that_was_kept_before_zones_were_is_in_utc(workspace, tmp_path):
    con = connect(workspace.version_file(1))
    con.execute("ALTER TABLE shop DROP COLUMN zone")
    assert zone.of(con) == "UTC"
    con.close()
    import_files(workspace, [tmp_path / "b.csv"])
    assert ask(workspace, "SELECT zone FROM shop") == [("UTC",)]
    assert ask(workspace, "SELECT day FROM day_counts") == [(date(2026, 6, 5),), (date(2026, 6, 6),)]


def test_an_hour_that_comes_twice_in_autumn_is_the_same_hour_of_the_shop():
    sql = zone.local("Europe/Berlin", "ts")
    given = "(SELECT unnest([TIMESTAMP '2026-10-25 00:30', TIMESTAMP '2026-10-25 01:30']) AS ts)"
    assert duckdb.sql(f"SELECT hour({sql}) FROM {given}").fetchall() == [(2,), (2,)]
