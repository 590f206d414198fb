"""An import on the command line: what it goes by, what it says, and when it asks."""

from __future__ import annotations

import json
import shlex

import pytest

from core.__main__ import main
from core.store.workspace import Workspace
from tests.core.store.headers import HEADERS

ORDERS = HEADERS["online retail ii"].text.replace("489435,22350", "489435,22351")
SHOP = """Order,Sku,Pieces,Unit price,Bought on,Member
5001,A1,2,6.00,2026-03-01 09:30,17850
5001,B2,1,30.00,2026-03-01 09:30,17850
C5002,A1,-1,6.00,2026-03-02 18:05,17851
"""
CODES = HEADERS["tianchi mobile"].text
UNCLEAR = "customer_id,item_id,event_date,event\nc1,i1,03/04/2026,view\nc2,i1,05/04/2026,cart\n"


@pytest.fixture
def run(tmp_path, capsys):
    """Import a text with options; return the exit code, the answer, and what was said beside."""

    def go(text, *options, name="log.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        where = ["--workspace", str(tmp_path / "shop"), "--json"]
        code = main(["import", str(tmp_path / name), *map(str, options), *where])
        said = capsys.readouterr()
        return code, json.loads(said.out) if code == 0 else None, said.err

    return go


def events(tmp_path, sql="SELECT event_type, count(*) FROM events GROUP BY ALL ORDER BY ALL"):
    reader = Workspace.open(tmp_path / "shop").reader()
    try:
        return reader.rows(sql)
    finally:
        reader.close()


def test_what_is_sure_is_imported_and_said(run, tmp_path):
    code, answer, said = run(SHOP)
    assert (code, answer["imported"], answer["rejected"]) == (0, 3, 0)
    assert events(tmp_path) == [("purchase", 2), ("return", 1)]
    assert "log.csv holds events:" in said
    assert "user_id          from “Member” (likely)" not in said
    assert "item_id          from “Sku” (sure). Its name says it." in said
    assert "event_type       always purchase/return (sure)." in said


def test_what_is_not_sure_is_asked_with_a_line_to_paste(run, tmp_path):
    code, _, said = run(CODES)
    assert code == 2
    error = said.splitlines()[-1]
    assert error.startswith("error: log.csv has no column “event_type”.")
    assert "What do the words for what was done mean?" in error
    assert not (tmp_path / "shop").exists()
    line = shlex.split(error[error.index("--map") :])
    assert "event_type:3=cart" in line
    code, answer, _ = run(CODES, *line)
    assert (code, answer["imported"]) == (0, 6)
    assert events(tmp_path) == [("cart", 1), ("favourite", 1), ("purchase", 1), ("view", 3)]


def test_what_became_of_orders_says_what_was_sent_back(run, tmp_path):
    log = """Order,Sku,Pieces,Unit price,Bought on,Member,Status
1,A1,2,6.00,2026-03-01 09:30,17850,paid
2,B2,1,30.00,2026-03-01 09:30,17850,refunded
3,B2,1,30.00,2026-03-02 09:30,17851,partially_refunded
4,B2,1,30.00,2026-03-03 09:30,17851,pending
"""
    code, answer, said = run(log)
    assert (code, answer["imported"], answer["rejected"], answer["events"]) == (0, 3, 1, 4)
    assert "refunded = purchase+return" in said
    assert events(tmp_path) == [("purchase", 3), ("return", 1)]


COUNTED = (
    SHOP.replace("Bought on", "Order date").replace("2026-03-01 09:30", "46082.395833333")
    .replace("2026-03-02 18:05", "46083.753472222")
)  # fmt: skip


def test_days_as_spreadsheets_count_them_are_suggested_and_never_taken_unasked(run, tmp_path):
    code, _, said = run(COUNTED)
    error = said.splitlines()[-1]
    assert code == 2
    assert "Are the times days as spreadsheets count them?" in error
    assert error.endswith(" --dates excel")
    assert "ts=Order date" in shlex.split(error[error.index("--map") :])
    assert run(COUNTED, "--dates", "excel", "--dry-run")[1]["first_ts"] == "2026-03-01T09:30:00"
    code, answer, _ = run(COUNTED, *shlex.split(error[error.index("--map") :]))
    assert (code, answer["imported"], answer["rejected"]) == (0, 3, 0)
    assert events(tmp_path, "SELECT DISTINCT CAST(ts AS VARCHAR) FROM events ORDER BY ALL") == [
        ("2026-03-01 09:30:00",), ("2026-03-02 18:05:00",),
    ]  # fmt: skip
    more = COUNTED.replace("46083", "46085")
    code, answer, said = run(more, name="more.csv")  # it is known by its header by now
    assert (code, answer["imported"], answer["last_ts"]) == (0, 1, "2026-03-04T18:05:00")


def test_our_own_names_do_not_make_days_of_numbers(run):
    code, _, said = run("user_id,item_id,event_type,ts\nu,i,view,46082.5\n")
    assert code == 2
    assert "as spreadsheets count days. If they are that, say: --dates excel" in said
    assert run("user_id,item_id,event_type,ts\nu,i,view,46082.5\n", "--dates", "excel")[1]["imported"] == 1


def test_a_column_that_is_missing_stands_in_the_line_to_be_filled_in(run):
    code, _, said = run(HEADERS["open bandit"].text)
    assert code == 2
    assert "Which column says who the shopper is?" in said
    assert "user_id=COLUMN" in said


def test_columns_that_are_left_out_are_named(run):
    code, _, said = run(SHOP.replace("Sku", "Sku,Shelf").replace(",A1", ",A1,x").replace(",B1", ",B1,y"))
    assert code == 0
    assert "  Left out: Shelf\n" in said


def test_a_price_that_is_no_number_is_asked_and_may_be_left_out(run, tmp_path):
    text = SHOP.replace("6.00", "on request").replace("30.00", "on request")
    code, _, said = run(text)
    assert code == 2
    assert "Is “Unit price” what was paid? Not all of it are numbers: on request." in said
    line = shlex.split(said[said.index("--map") :])
    assert "price==" in line
    assert run(text, *line)[0] == 0
    assert events(tmp_path, "SELECT DISTINCT price FROM events") == [(None,)]
    assert run(text.replace("5001", "6001"), name="next.csv")[0] == 0  # it was answered before


def test_dates_that_can_be_read_in_two_ways_are_asked(run, tmp_path):
    code, _, said = run(UNCLEAR)
    assert code == 2
    assert "Do the dates begin with the day or with the month?" in said
    assert said.rstrip().endswith("--dates dmy")
    code, answer, _ = run(UNCLEAR, "--dates", "mdy")
    assert (code, answer["imported"]) == (0, 2)
    assert events(tmp_path, "SELECT month(ts) FROM events ORDER BY ts") == [(3,), (5,)]


def test_a_dry_run_counts_and_leaves_nothing(run, tmp_path):
    code, answer, said = run(SHOP, "--dry-run")
    assert (code, answer["imported"], answer["version"]) == (0, 3, 0)
    assert (answer["first_ts"], answer["last_ts"]) == ("2026-03-01T09:30:00", "2026-03-02T18:05:00")
    assert "Nothing was written" in said
    assert not (tmp_path / "shop").exists()


def test_a_publishers_file_is_recognised(run, tmp_path):
    code, answer, said = run(ORDERS)
    assert (code, answer["imported"], answer["reasons"]) == (0, 2, {"CustomerID: no customer": 1})
    assert "log.csv looks like the files of the preset online-retail." in said


def test_what_is_told_is_not_second_guessed(run):
    code, _, said = run(SHOP, "--map", "user_id=Member")
    assert code == 2
    assert "has no column “event_type”" in said
    assert "seem to be" not in said


@pytest.mark.parametrize(("time", "said"), [
    ("2026-03-01 09:30", True), ("2026-03-01T09:30:00+01:00", False), ("1772357400", False), ("2026-03-01", False),
])  # fmt: skip
def test_times_without_a_zone_are_said_to_be_read_as_utc(run, time, said):
    log = f"user_id,item_id,event_type,ts\nu1,i1,view,{time}\n"
    assert ("are read as UTC" in run(log)[2]) is said
    assert "are read as UTC" not in run(log, "--zone", "UTC")[2]
    assert "are read as UTC" not in run(log)[2]  # it is remembered


def test_times_of_a_preset_may_name_no_zone(run):
    assert "are read as UTC" in run(ORDERS, "--preset", "online-retail")[2]


def test_the_stores_zone_is_said_once(run, tmp_path):
    assert run(SHOP, "--zone", "Europe/Oslo")[0] == 0
    later = SHOP.replace("2026-03-0", "2026-07-0").replace("5001", "6001").replace("5002", "6002")
    assert run(later, name="later.csv")[0] == 0
    moments = "SELECT DISTINCT CAST(ts AS VARCHAR) FROM events WHERE event_type = 'purchase' ORDER BY 1"
    assert events(tmp_path, moments) == [("2026-03-01 08:30:00",), ("2026-07-01 07:30:00",)]


def test_our_own_columns_are_read_without_a_word(run):
    code, answer, said = run("user_id,event_type,ts,item_id\neve,view,2026-06-05 10:00,P1\n")
    assert (code, answer["imported"]) == (0, 1)
    assert "holds events" not in said


def test_a_log_with_our_own_names_is_not_read_as_a_whole_to_see_whether_it_names_a_zone(run, monkeypatch):
    monkeypatch.setattr("core.store.look.plainly", lambda *given: pytest.fail("all of it was looked at"))
    assert "are read as UTC" in run("user_id,item_id,event_type,ts\nu1,i1,view,2026-03-01 09:30\n")[2]
