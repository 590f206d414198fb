"""Lines that were turned away can be mended in a spreadsheet and appended, and are then no rejects any more."""

import csv
from pathlib import Path

from core.store.importer import import_files
from tests.core.store.asking import ask
from tests.core.store.published import FIXTURES

HEADER = "user_id,item_id,event_type,ts,note\n"


def rows_of(file):
    with open(file, newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def write(rows, file):
    with open(file, "w", newline="", encoding="utf-8") as opened:
        out = csv.DictWriter(opened, rows[0])
        out.writeheader()
        out.writerows(rows)
    return Path(file)


def test_rejects_stand_in_the_files_own_columns_with_the_reason_behind(workspace, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(HEADER + '1,a,view,2026-01-01,fine\n1,a,view,soon,"a ""quoted""\nnote"\n,b,view,2026-01-02,\n2,b\n')
    report = import_files(workspace, [log])
    assert [Path(file).name for file in report.mend_files] == ["log.csv"]
    assert rows_of(report.mend_files[0]) == [
        {"user_id": "1", "item_id": "a", "event_type": "view", "ts": "soon", "note": 'a "quoted"\nnote',
         "reject_id": "1:2", "reject_column": "ts", "reject_reason": "not a time", "reject_line": ""},
        {"user_id": "", "item_id": "b", "event_type": "view", "ts": "2026-01-02", "note": "",
         "reject_id": "1:3", "reject_column": "user_id", "reject_reason": "no user_id", "reject_line": ""},
        {"user_id": "", "item_id": "", "event_type": "", "ts": "", "note": "", "reject_id": "1:4", "reject_column": "",
         "reject_reason": "too few columns", "reject_line": "2,b"},
    ]


def test_mended_lines_are_appended_and_are_no_rejects_any_more(workspace, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(HEADER + "1,a,view,2026-01-01,\n1,a,view,soon,\n,b,view,2026-01-02,\n2,b\n")
    first = import_files(workspace, [log])
    rows = rows_of(first.mend_files[0])
    rows[0]["ts"] = "2026-01-03"
    rows[2].update(user_id="2", item_id="b", event_type="cart", ts="2026-01-04")
    again = import_files(workspace, [write(rows, tmp_path / "mended.csv")])
    assert (again.lines_read, again.imported, again.rejected, again.duplicates) == (3, 2, 1, 0)
    assert ask(workspace, "SELECT user_id, event_type, ts::DATE::VARCHAR FROM events ORDER BY ts") == [
        ("1", "view", "2026-01-01"), ("1", "view", "2026-01-03"), ("2", "cart", "2026-01-04"),
    ]
    assert ask(workspace, "SELECT file, source_row, reason FROM rejects") == [("mended.csv", 2, "no user_id")]
    (left,) = rows_of(again.mend_files[0])
    assert (left["item_id"], left["reject_id"]) == ("b", "2:2")
    assert set(left) == {*HEADER.strip().split(","), "reject_id", "reject_column", "reject_reason", "reject_line"}


def test_files_without_a_header_or_in_other_dialects_are_mended_as_csv(workspace, tmp_path):
    first = import_files(workspace, [FIXTURES / "movielens-1m"], preset="movielens-1m")
    (file,) = first.mend_files
    rows = rows_of(file)
    assert rows[0]["reject_line"] == "2::1193::0"
    rows[0].update(user_id="2", movie_id="1193", rating="4", timestamp="978300760")
    again = import_files(workspace, [write(rows, file)], preset="movielens-1m")
    assert (again.imported, again.rejected) == (1, 0)
    assert ask(workspace, "SELECT item_id, value FROM events WHERE user_id = '2'") == [("1193", 4.0)]


def test_lists_of_records_survive_the_way_there_and_back(workspace):
    first = import_files(workspace, [FIXTURES / "ga4"], preset="ga4")
    rows = [row for row in rows_of(first.mend_files[0]) if row["event_name"] == "add_to_cart"]
    assert [row["reject_column"] for row in rows] == ["item_id"]
    rows[0]["items"] = '[{"item_id": "77", "item_name": "Mug", "price": 9}]'
    again = import_files(workspace, [write(rows, first.mend_files[0])], preset="ga4")
    assert again.imported == 1
    assert ask(workspace, "SELECT event_type, price FROM events WHERE item_id = '77'") == [("cart", 9.0)]
    assert ask(workspace, "SELECT count(*) FROM rejects") == [(2,)]


def test_a_file_of_items_is_mended_too(workspace, tmp_path):
    log, items = tmp_path / "log.csv", tmp_path / "items.csv"
    log.write_text("user_id,item_id,event_type,ts\n1,a,view,2026-01-01\n")
    items.write_text("item_id,title,price\na,Lamp,free\nb,Mug,1\n")
    first = import_files(workspace, [log], items)
    rows = rows_of(first.mend_files[0])
    assert (rows[0]["item_id"], rows[0]["reject_reason"]) == ("a", "not a price")
    rows[0]["price"] = "0"
    import_files(workspace, [log], write(rows, tmp_path / "mended.csv"))
    assert ask(workspace, "SELECT title, price FROM items WHERE item_id = 'a'") == [("Lamp", 0.0)]
    assert ask(workspace, "SELECT count(*) FROM rejects") == [(0,)]


def test_two_files_of_one_name_have_files_of_their_own(workspace, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        lines = ["user_id\titem_id\tevent_type\tts", f"1\t{folder}\tview\t2026-01-01", f"1\t{folder}\tview\tsoon"]
        (tmp_path / folder / "log.csv.tsv").write_text("\n".join(lines))
    report = import_files(workspace, [tmp_path / "x", tmp_path / "y"])
    assert [Path(file).name for file in report.mend_files] == ["log.csv", "log_2.csv"]
    assert [rows_of(file)[0]["item_id"] for file in report.mend_files] == ["x", "y"]


def test_no_spreadsheet_runs_what_was_turned_away_and_it_comes_back_as_it_was(workspace, tmp_path):
    log = tmp_path / "log.csv"
    given = ["=1+1", "'=1+1", "@SUM(A1)", "-5", "'tis", "''", "+x"]
    log.write_text(HEADER + "".join(f"1,{item},view,soon,\n" for item in given) + "1,a,view,2026-01-01,\n=2+2,b\n")
    rows = rows_of(import_files(workspace, [log]).mend_files[0])
    assert [row["item_id"] for row in rows] == ["'=1+1", "''=1+1", "'@SUM(A1)", "-5", "'tis", "''", "'+x", ""]
    assert rows[-1]["reject_line"] == "'=2+2,b"
    for row in rows[:-1]:
        row["ts"] = "2026-01-02"
    assert import_files(workspace, [write(rows[:-1], tmp_path / "mended.csv")]).imported == len(given)
    found = ask(workspace, "SELECT item_id FROM events WHERE ts = '2026-01-02' ORDER BY source_row")
    assert [item for (item,) in found] == given
