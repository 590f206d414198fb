"""The beginning of a file tells what it is, and no more of it is read for that."""

import duckdb
import pytest

from core.store import peek, staging
from core.store.look import zoned
from core.store.peek import begun, columns_of
from core.store.pieces import Piece
from core.store.preset import load_preset
from tests.core.store.files import parquet, put, workbook
from tests.core.store.published import FIXTURES

HEADER = "user_id,item_id,event_type,ts\n"


@pytest.fixture
def short(monkeypatch):
    """Let beginnings be of four lines, and let nothing else be read."""
    monkeypatch.setattr(peek, "SAMPLE", len(HEADER) + 4 * len("u1,i1,view,2026-03-01T10:00:00Z\n") + 5)
    monkeypatch.setattr(peek, "LINES", 4)
    monkeypatch.setattr(peek, "stage", lambda *given: pytest.fail("all of it was read"))


def log(zones):
    return HEADER + "".join(f"u1,i1,view,2026-03-01T10:00:00{zone}\n" for zone in zones)


@pytest.mark.parametrize("content", [log("ZZZZZZZ"), parquet({"a": [*range(9)], "b": ["x"] * 9})])
def test_so_much_is_staged_as_it_begins_with(tmp_path, short, content):
    with duckdb.connect() as con:
        source = begun(con, Piece(put(tmp_path, content)))
        assert source.lines == 4
        assert con.execute("SELECT count(*), max(__row) FROM raw").fetchone() == (4, 4)


def test_columns_of_a_long_parquet_file_are_told_by_its_beginning(tmp_path, short):
    assert columns_of(Piece(put(tmp_path, parquet({"a": [1] * 9, "b": [2] * 9})))) == ("a", "b")


@pytest.mark.parametrize(("zones", "found"), [("ZZZZ   ", True), ("    ZZZ", False)])
def test_whether_times_name_a_zone_is_told_by_the_first(tmp_path, short, zones, found):
    assert zoned(put(tmp_path, log(zones))) is found


def test_what_has_no_beginning_is_read_whole(tmp_path):
    file = put(tmp_path, workbook({"May": [["a", "b"], *([n, n] for n in range(30))]}), "may.xlsx")
    with duckdb.connect() as con:
        assert begun(con, Piece(file, "May")).lines == 30


def test_which_of_a_publishers_files_one_is_is_told_by_its_beginning(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "stage", lambda *given: pytest.fail("it was read for its columns"))
    (original,) = (FIXTURES / "online-retail").iterdir()
    file = put(tmp_path, original.read_bytes(), f"unknown{original.suffix}")
    assert staging.routed(load_preset("online-retail"), [file], {}, {}) == {"invoices": [Piece(file)]}
