"""Files as they come: dialects, malformed lines, Parquet, and what is no table."""

import gzip

import duckdb
import pandas as pd
import pytest

from core.errors import InputError
from core.store.reading import stage


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def rows(con, columns="*"):
    return con.execute(f"SELECT {columns} FROM raw ORDER BY __row").fetchall()


def put(tmp_path, content, name="log.csv"):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_usual_mark_splits_columns_and_every_value_stays_text(con, tmp_path, mark):
    file = put(tmp_path, f"user_id{mark}price\n007{mark}1.50\n")
    source = stage(con, file)
    assert (source.file, source.columns, source.lines) == ("log.csv", ("user_id", "price"), 1)
    assert rows(con) == [(1, "007", "1.50")]


def test_quotes_hold_marks_newlines_and_quotes(con, tmp_path):
    stage(con, put(tmp_path, 'a,b\n"one, ""two""\nthree",4\n5,6\n'))
    assert rows(con) == [(1, 'one, "two"\nthree', "4"), (2, "5", "6")]


def test_gzip_is_known_by_its_content(con, tmp_path):
    stage(con, put(tmp_path, gzip.compress(b"a,b\n1,2\n"), "log.csv"))
    assert rows(con) == [(1, "1", "2")]


def test_a_byte_order_mark_is_no_part_of_a_name(con, tmp_path):
    assert stage(con, put(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")).columns == ("a", "b")


def test_latin_1_is_read_where_utf_8_fails(con, tmp_path):
    stage(con, put(tmp_path, "a,b\nGift £10,2\n".encode("latin-1")))
    assert rows(con) == [(1, "Gift £10", "2")]


def test_columns_without_a_name_or_with_the_same_name_get_their_own(con, tmp_path):
    assert stage(con, put(tmp_path, ",a,A\n0,1,2\n")).columns == ("column0", "a", "A_2")


def test_malformed_lines_are_kept_apart_with_their_number_and_reason(con, tmp_path):
    source = stage(con, put(tmp_path, "a,b\n1,1\n2\n3,3,3\n4,4\n5\n6,6\n"))
    assert source.lines == 6
    assert rows(con) == [(1, "1", "1"), (4, "4", "4"), (6, "6", "6")]
    assert con.execute("SELECT * FROM malformed ORDER BY 1").fetchall() == [
        (2, "too few columns", "2"), (3, "too many columns", "3,3,3"), (5, "too few columns", "5"),
    ]


@pytest.fixture
def no_careful(monkeypatch):
    """Fail where a file is read line by line."""

    def never(*args):
        raise AssertionError("this file needs no careful reading")

    monkeypatch.setattr("core.store.careful.fill", never)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_with_one_kind_of_line_end_are_read_fast(con, tmp_path, no_careful, end):
    stage(con, put(tmp_path, end.join(["a,b", '1,"x, ""y"""', "2", "3,z", ""])))
    assert rows(con) == [(1, "1", 'x, "y"'), (3, "3", "z")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_before_the_header_are_nothing(con, tmp_path, no_careful, end):
    assert stage(con, put(tmp_path, end.join(["", "", "a,b", "1,2", ""]))).columns == ("a", "b")
    assert rows(con) == [(1, "1", "2")]


def test_a_quote_that_is_never_closed_takes_one_line_with_it_and_not_the_rest(con, tmp_path):
    more = "".join(f"{n},5\n" for n in range(3, 3000))
    source = stage(con, put(tmp_path, f'a,b\n1,"two\nlines"\n2,"never closed\n{more}'))
    assert source.lines == 2999
    assert con.execute("SELECT * FROM malformed").fetchall() == [
        (2, "a quote that is never closed, or stands in the middle of a value", '2,"never closed'),
    ]
    assert rows(con)[:2] == [(1, "1", "two\nlines"), (3, "3", "5")]
    assert con.execute("SELECT count(*) FROM raw WHERE __row <> CAST(a AS INTEGER)").fetchone() == (0,)


def test_line_ends_of_several_kinds_are_all_line_ends(con, tmp_path):
    lines = [f'{n},"x, ""{n}"""' + ("\r\n" if n % 3 else "\n") for n in range(1, 6000)]
    lines[99] = "100\n"
    assert stage(con, put(tmp_path, "a,b\r\n" + "".join(lines))).lines == 5999
    assert con.execute("SELECT * FROM malformed").fetchall() == [(100, "too few columns", "100")]
    assert con.execute("SELECT count(*) FROM raw WHERE __row <> CAST(a AS INTEGER)").fetchone() == (0,)


@pytest.mark.parametrize("last", ["", '3,"open\n'], ids=["fast", "careful"])
def test_a_line_that_is_not_utf_8_is_kept_apart_however_the_file_is_read(con, tmp_path, monkeypatch, last):
    monkeypatch.setattr("core.store.reading.SAMPLE", 100)  # of a longer file, the beginning looks well
    stage(con, put(tmp_path, b"a,b\n" + b"1,2\n" * 30 + b"\xff\xfe,1\n" + last.encode()))
    assert con.execute("SELECT reason FROM malformed WHERE __row = 31").fetchall() == [("not UTF-8 text",)]
    assert con.execute("SELECT count(*) FROM raw").fetchone() == (30,)


def test_malformed_lines_of_the_file_before_are_forgotten(con, tmp_path):
    stage(con, put(tmp_path, "a,b\n1\n2,2\n"))
    assert stage(con, put(tmp_path, "a,b\n1,1\n")).lines == 1


def test_parquet_keeps_ids_whole_and_times_exact(con, tmp_path):
    file = tmp_path / "log.parquet"
    times = [pd.Timestamp("2026-01-01 10:00:00.25"), pd.Timestamp("2026-01-02")]
    pd.DataFrame({"user_id": [17850.0, 2.0], "price": [2.55, 6.0], "ts": times}).to_parquet(file)
    assert stage(con, file).lines == 2
    assert rows(con) == [(1, "17850", "2.55", "2026-01-01 10:00:00.25"), (2, "2", "6", "2026-01-02 00:00:00")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 50_000)[:60], "not a whole gzip file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "not a text file"),
        (b"just some words\nand more\n", "does not look like a table"),
        (b"a,b\n", "no lines of data"),
        (b"PAR1 but not really PAR1", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(con, tmp_path, content, says):
    with pytest.raises(InputError, match=says):
        stage(con, put(tmp_path, content))


def test_missing_files_and_folders_are_refused(con, tmp_path):
    with pytest.raises(InputError, match=r"There is no file .*none\.csv"):
        stage(con, tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        stage(con, tmp_path)
