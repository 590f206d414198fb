"""One shopper, and one item, in all files, however a program wrote their ids."""

import duckdb
import pytest

from core.store import ids, straight
from core.store.importer import import_files
from core.store.workspace import Workspace


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(("given", "kept"), [
    (["17850.0", "42.00", None, " "], ["17850", "42", None, None]),
    (["17850.0", " 42 ", "007"], ["17850", "42", "007"]),  # files put together
    (["-1.0", "17850.0", "nan", "NaN"], ["-1", "17850", None, None]),
    (["17850", " 42\t", "\u00a0007", "8\u3000", "9\u00a0"], ["17850", "42", "007", "8", "9"]),
    (["17850.0", "1.5"], ["17850.0", "1.5"]),
    (["A-1.0", "B-2.0 "], ["A-1.0", "B-2.0"]),
    (["17850.0", "A-1.0"], ["17850.0", "A-1.0"]),
    (["1.0.0", "2.0"], ["1.0.0", "2.0"]),
    (["17850.0", "nan", "none"], ["17850.0", "nan", "none"]),
    (["1.01", "2.0"], ["1.01", "2.0"]),
    (["a b", "nan"], ["a b", "nan"]),
])  # fmt: skip
def test_a_column_of_ids_is_read_as_a_whole(con, given, kept):
    con.execute("CREATE TEMP TABLE raw (n INTEGER, id VARCHAR)")
    con.executemany("INSERT INTO raw VALUES (?, ?)", list(enumerate(given)))
    found = ids.floats(con, {"user_id": "id"})
    assert con.execute(f"SELECT {ids.alike('id', 'user_id' in found)} FROM raw ORDER BY n").fetchall() == [
        (one,) for one in kept
    ]


def test_a_column_stays_as_it_is_where_the_shop_has_such_ids(con):
    con.execute("CREATE TEMP TABLE raw AS SELECT unnest(['1.0', '2.0']) AS id")
    con.execute("CREATE TEMP TABLE users AS SELECT unnest(['2.0', '2.5']) AS user_id")
    column, known = {"user_id": "id"}, "SELECT user_id FROM users"
    assert ids.floats(con, column) == {"user_id"}
    assert ids.floats(con, column, {"user_id": known}) == set()
    assert ids.floats(con, column, {"user_id": f"{known} WHERE user_id > '2.1'"}) == {"user_id"}


FIRST = """user_id,item_id,event_type,ts,session_id
17850,85123,view,2026-03-01 10:00,1
 42 ,A-1.0,view,2026-03-01 11:00,2
"""
SECOND = """user_id,item_id,event_type,ts,session_id
17850.0,85123.0,purchase,2026-03-02 10:00,1.0
,85123.0,view,2026-03-02 10:00,
42.0,,review,2026-03-02 11:00,2.0
"""
ITEMS = "item_id,title\n85123.0,White heart\n 7.0,Mug\n7,Cup\n"
USERS = "user_id,city\n17850.0,Oslo\n42.0,Rome\n"


@pytest.fixture
def shop(tmp_path):
    """Import texts, one import after the other, and return the reports and a function that asks the shop."""
    opened = []

    def go(*imports, **beside):
        workspace, reports = Workspace.create(tmp_path / "shop"), []
        for turn, texts in enumerate(imports):
            files = [tmp_path / f"{turn}-{n}.csv" for n in range(len(texts))]
            for file, text in zip(files, texts, strict=True):
                file.write_text(text, encoding="utf-8")
            given = {} if turn else {name: tmp_path / f"{name}.csv" for name in beside}
            for name, file in given.items():
                file.write_text(beside[name], encoding="utf-8")
            reports.append(import_files(workspace, files, **given))
        opened.append(workspace.reader())
        return reports, opened[-1].rows

    yield go
    for reader in opened:
        reader.close()


ALIKE = [("17850", 2), ("42", 2)]
BY_SHOPPER = "SELECT user_id, count(*) FROM events GROUP BY ALL ORDER BY ALL"


@pytest.mark.parametrize("size", [0, 1 << 40])  # straight into the events where that can be, or not
def test_ids_are_alike_in_the_files_of_an_import_and_in_those_that_are_appended(shop, monkeypatch, size):
    monkeypatch.setattr(straight, "LEAST_BYTES", size)
    (first, second), rows = shop([FIRST], [SECOND])
    assert (first.imported, second.imported, second.rejected) == (2, 2, 1)
    assert rows(BY_SHOPPER) == ALIKE
    assert rows("SELECT item_id FROM items ORDER BY item_id") == [("85123",), ("A-1.0",)]
    assert rows("SELECT DISTINCT session_id FROM events ORDER BY ALL") == [("1",), ("2",)]


@pytest.mark.parametrize("texts", [[FIRST, SECOND], [SECOND, FIRST]])
def test_ids_are_alike_in_files_beside_the_log(shop, texts):
    (report,), rows = shop(texts, items=ITEMS, users=USERS)
    assert (report.imported, report.users, report.items) == (4, 2, 3)
    assert rows("SELECT user_id, city FROM users ORDER BY user_id") == [("17850", "Oslo"), ("42", "Rome")]
    assert rows("SELECT item_id, title FROM items ORDER BY item_id") == [
        ("7", "Cup"), ("85123", "White heart"), ("A-1.0", None),
    ]
    assert report.reasons["items.csv: item_id: item_id comes again further down; the last line counts"] == 1


@pytest.mark.parametrize("size", [0, 1 << 40])
def test_what_lines_tell_goes_to_the_item_that_is_meant(shop, monkeypatch, size):
    monkeypatch.setattr(straight, "LEAST_BYTES", size)
    lines = ["1.0,7.0,view,2026-03-01,Mug", "2.0,7.0,view,2026-03-01,Mug", "2,7,view,2026-03-02,Cup"]
    _, rows = shop(["\n".join(["user_id,item_id,event_type,ts,title", *lines, ""])])
    assert rows("SELECT item_id, title FROM items") == [("7", "Mug")]
    assert rows("SELECT user_id FROM users ORDER BY ALL") == [("1",), ("2",)]


def test_the_same_lines_with_and_without_floats_are_known_to_be_there(shop):
    log = "user_id,item_id,event_type,ts\n17850,7,view,2026-03-01\n"
    (_, again), _ = shop([log], [log.replace("17850,7", "17850.0,7.0")])
    assert (again.imported, again.duplicates) == (0, 1)


def test_versions_stay_what_the_shop_has_them_for(shop):
    log = "user_id,item_id,event_type,ts\nu,{},view,2026-03-01\nu,{},view,2026-03-02\n"
    _, rows = shop([log.format("1.0", "1.5")], [log.format("1.0", "2.0")])
    assert rows("SELECT item_id FROM items ORDER BY item_id") == [("1.0",), ("1.5",), ("2.0",)]
