"""A big log goes straight into the events: with the same books and the same tables as by the longer way."""

import duckdb
import pytest

from core.errors import AmbiguousDates
from core.store import accept, picked, straight
from core.store.importer import import_files
from core.store.times import Clock
from core.store.workspace import Workspace

HEADER = "user_id,item_id,event_type,ts,price,quantity,session_id,query,brand,title,note"
LINES = [
    "ann,P1,view,2026-06-01 10:00:00,4.2,,s1,,Norvale,Shoe,",
    "ann,P1,view,2026-06-01 10:00:00,4.2,,s1,,Norvale,Shoe,",  # there twice
    "ann,P1,view,2026-06-01 10:00:00,4.20,,s1,,Norvale,Shoe,",  # not the same line, but the same event
    "ann,P1,view,2026-06-01 10:00:00,4.2,,s1,,Norvale,Shoe,by phone",  # neither
    "ann,P2,view,2026-06-01 10:00:00,,,s1,,,Sock,",  # in the same second
    "bob,P1,PV,2026-06-01T09:00:00+02:00,,,,,Other,Shoe,",
    "bob,P3,add to cart,2026-06-02,5,2,,,Other,,",
    "bob,,search,2026-06-02 11:00:00,,,,red shoes,,,",
    ",P1,view,2026-06-01 10:00:00,,,,,Wrong,,",  # no shopper
    "cy,P1,wink,2026-06-01 10:00:00,,,,,Wrong,,",
    "cy,P1,wink,2026-06-01 10:00:00,,,,,Wrong,,",  # each is rejected
    "cy,P1,view,yesterday,,,,,Wrong,,",
    "cy,P1,purchase,2026-06-01 10:00:00,-5,1,,,Wrong,,",
    "cy,P9,view,2026-06-01 10:00:00,1x,,,,Wrong,Nowhere else,",
    "  ,P1,view,2026-06-01 10:00:00,,,,,,,",
]
TABLES = ("events", "items", "users", "rejects", "shopper_facts", "day_counts")


def imported(folder, files, way, monkeypatch, **told):
    """Return the reports of imports one after the other, and the tables that they make, by one of the two ways."""
    monkeypatch.setattr(straight, "LEAST_BYTES", 0 if way == "straight" else 1 << 40)
    workspace = Workspace.create(folder / way)
    with monkeypatch.context() as only:
        if way == "straight":
            only.setattr(accept, "accept", None)  # the longer way needs it
        reports = [import_files(workspace, [file], **told) for file in files]
    reader = workspace.reader()
    tables = {table: reader.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in TABLES}
    in_order = reader.rows("SELECT user_id, ts, import_id, source_row FROM events")
    assert in_order == sorted(in_order)
    reader.close()
    books = [
        (one.lines_read, one.imported, one.rejected, one.duplicates, one.events, one.reasons, one.items, one.users,
         one.notes)
        for one in reports
    ]
    return books, tables


def write(file, lines, header=HEADER):
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return file


def test_both_ways_keep_the_same_books_and_tables(tmp_path, monkeypatch):
    first = write(tmp_path / "first.csv", LINES)
    again = write(tmp_path / "again.csv", ["dot,P4,buy,2026-06-03 08:00:00,9,1,,,,,", *LINES[2:8], LINES[13]])
    books, tables = imported(tmp_path, [first, again], "straight", monkeypatch)
    assert books[0][:5] == (15, 7, 7, 1, 7)
    assert books[1][:5] == (8, 1, 1, 6, 1)
    assert (books[0][-1], len(books[1][-1])) == ((), 1)
    assert books[1][-1][0].startswith("6 lines of again.csv are, in all columns that are imported, like some of an")
    assert (books, tables) == imported(tmp_path, [first, again], "careful", monkeypatch)
    assert [row[-1] for row in tables["rejects"]][0].startswith('{"user_id":null,"item_id":"P1"')
    assert {row[0]: row[4] for row in tables["items"]} == {"P1": "Norvale", "P2": None, "P3": "Other", "P4": None}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["a,1,view,31.12.2025 10:00,'1.234,50'", "a,2,view,01.02.2026 11:00,'3,5'"], {}),
        (["a,1,view,01/02/2026 10:00,1", "a,2,view,01/03/2026 11:00,nan"], {"clock": Clock("mdy", "Europe/Berlin")}),
        (["a,1,view,1767225600,1", "a,2,view,1767225600123,"], {}),
        (["a,1,view,46082.4271,1", "a,2,view,46083,"], {"clock": Clock("excel", "Europe/Berlin")}),
        (["a,1,view,14:05 01.03.2026,1", "a,2,view,14:05 13.03.2026,"], {}),
        (["a,1,view,2026年3月1日 下午 3:04,1", "a,2,view,20260301T101500Z,"], {}),
    ],
)
def test_dates_and_numbers_are_decided_over_the_whole_file(tmp_path, monkeypatch, lines, told):
    file = tmp_path / "log.csv"
    write(file, [line.replace("'", '"') for line in lines], "user_id,item_id,event_type,ts,price")
    books, tables = imported(tmp_path, [file], "straight", monkeypatch, **told)
    assert books[0][:4] == (2, 2, 0, 0)
    assert (books, tables) == imported(tmp_path, [file], "careful", monkeypatch, **told)


def test_numbers_that_may_be_days_are_asked_on_both_ways(tmp_path, monkeypatch):
    file = write(tmp_path / "log.csv", ["a,1,view,46082.4271"], "user_id,item_id,event_type,ts")
    for way in ("straight", "careful"):
        with pytest.raises(AmbiguousDates, match="--dates excel"):
            imported(tmp_path, [file], way, monkeypatch)


def test_columns_that_were_mapped_are_looked_at_as_a_whole(tmp_path, monkeypatch):
    header = "visitor,thing,action,when,title"
    file = write(tmp_path / "log.csv", ["17.0,a,pv,1767614400,Lamp", "17.0,a,buy,1767614401,Lantern"], header)
    told = {"mapping": {"user_id": "visitor", "item_id": "thing", "event_type": "action", "ts": "when"}}
    books, tables = imported(tmp_path, [file], "straight", monkeypatch, **told)
    assert [row[0] for row in tables["users"]] == ["17"]  # a whole column of numbers that some program spoilt
    assert (books, tables) == imported(tmp_path, [file], "careful", monkeypatch, **told)


def test_parquet_goes_straight_through_too(tmp_path, monkeypatch):
    text, file = write(tmp_path / "log.csv", LINES[:8]), tmp_path / "log.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{text}', all_varchar = true)) TO '{file}'")
    books, tables = imported(tmp_path, [file], "straight", monkeypatch)
    assert books[0][:5] == (8, 7, 0, 1, 7)
    assert (books, tables) == imported(tmp_path, [file], "careful", monkeypatch)


@pytest.mark.parametrize("broken", ["bob,P1,view", '"bob,P1,view,2026-06-01 10:00:00,,,,,,,'])
def test_a_file_with_lines_that_are_no_rows_takes_the_longer_way(tmp_path, monkeypatch, broken):
    file = write(tmp_path / "log.csv", [*LINES[:8], broken])
    monkeypatch.setattr(straight, "LEAST_BYTES", 0)
    report = import_files(Workspace.create(tmp_path / "shop"), [file])
    assert (report.lines_read, report.imported, report.rejected, report.duplicates) == (9, 7, 1, 1)


USUAL = [
    "ann,P1,view,2026-06-01 10:00:00,4.2,,s1,,Norvale,Shoe,",
    "ann,P1,view,2026-06-01 10:00:00,4.2,,s1,,Norvale,Shoe,",  # there twice
    "ann,P1,cart,2026-06-01 10:01:00, 4.2,2,s1,,Other,Shoe,",
    "bob,P1,view,2026-06-01 11:00:00,  ,,,,Other,Shoe,",  # no price
    "bob,,search,2026-06-01 11:00:01,,,,red shoes,,,",
    "bob,,view,2026-06-01 11:00:02,,,,,Wrong,,",  # of no item
    "cy,P1,wink,2026-06-01 11:00:03,,,,,Wrong,,",
]


@pytest.mark.parametrize("note", ["plain", '"in quotes, with a comma"'])
def test_a_file_that_is_written_as_usual_keeps_the_same_books(tmp_path, monkeypatch, note):
    picked_from, pick = [], picked.pick
    monkeypatch.setattr(picked, "pick", lambda *given: picked_from.append(pick(*given)) or picked_from[-1])
    file = write(tmp_path / "log.csv", [*USUAL, f"dot,P2,view,2026-06-02 08:00:00,1,,,,Third,Sock,{note}"])
    told = {"mapping": {"users.notes": "note"}}
    books, tables = imported(tmp_path, [file], "straight", monkeypatch, **told)
    assert picked_from == [note == "plain"]  # a line with quotes may be no row, so the file is read again as a whole
    assert books[0][:4] == (8, 5, 2, 1)
    assert {row[0]: row[4] for row in tables["items"]} == {"P1": "Other", "P2": "Third"}
    assert (books, tables) == imported(tmp_path, [file], "careful", monkeypatch, **told)
    assert dict(tables["users"])["dot"] == note.strip('"')


@pytest.mark.parametrize(
    "line",
    [
        "cy,P1,view,2026-06-01T11:00:03Z,1,,,,,,",  # a time in another form
        "cy,P1,view,1979-12-31 23:59:59,1,,,,,,",
        "cy,P1,view,2026-06-01 11:00:03,nan,,,,,,",
        "cy,P1,view,2026-06-01 11:00:03,1e16,,,,,,",
        "cy,P1,view,2026-06-01 11:00:03,-1,,,,,,",
        'cy,P1,view,2026-06-01 11:00:03,"1,234.5",,,,,,',
        "cy,P1,view,,1,,,,,,",
    ],
)
def test_one_line_that_is_unlike_the_others_is_enough_to_look_closer(tmp_path, monkeypatch, line):
    file = write(tmp_path / "log.csv", [*USUAL, line])
    assert imported(tmp_path, [file], "straight", monkeypatch) == imported(tmp_path, [file], "careful", monkeypatch)
