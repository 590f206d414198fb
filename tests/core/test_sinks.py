"""Tables leave as CSV, Parquet and Excel without a loss, and no spreadsheet runs a cell of them."""

import json
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core import sinks
from core.errors import InputError
from core.sinks import ABOUT, excel_value, sink

WILD = ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "#N/A", "#REF!", "\uff1d1+1", "00712", "naïve 商店 🛒", "a\nb", ""]


def written(file, *blocks, about=None, shares=()):
    with closing(sink(file, file, about, shares)) as to:
        for block in blocks:
            to.add(block)
    return file


def sheet(file, name="List"):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file)[name].iter_rows()]


def test_excel_keeps_texts_as_texts_whatever_they_look_like(tmp_path):
    file = written(tmp_path / "l.xlsx", pd.DataFrame({"=HEAD()": WILD}), about={"=List": "=1+1"})
    book = openpyxl.load_workbook(file)
    for name in book.sheetnames:
        kinds = {cell.data_type for row in book[name].iter_rows() for cell in row}
        assert kinds <= {"s", "inlineStr", "n"}  # no formula, no error
    assert [row[0] or "" for row in sheet(file)] == ["=HEAD()", *WILD]
    assert sheet(file, "About this list") == [["=List", "=1+1"]]
    assert b"<f>" not in zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
    marked = [bool(row[0].quotePrefix) for row in book["List"].iter_rows(min_row=2)]
    assert marked == [True] * 8 + [False] * 4  # to stay texts when they are edited


@pytest.mark.parametrize("format", sinks.FORMATS)
def test_a_table_in_one_go_is_a_file_of_its_format_that_runs_nothing(tmp_path, format):
    content = sinks.content(pd.DataFrame({"id": ["=1+1", "商店"], "n": [-1, 2]}), format, {"List": "Two"})
    (tmp_path / f"l.{format}").write_bytes(content)
    if format == "csv":
        assert content == "\ufeffid,n\n'=1+1,-1\n商店,2\n".encode()
    elif format == "parquet":
        assert pq.read_table(tmp_path / "l.parquet").to_pydict() == {"id": ["=1+1", "商店"], "n": [-1, 2]}
    else:
        assert sheet(tmp_path / "l.xlsx") == [["id", "n"], ["=1+1", -1], ["商店", 2]]
        assert sheet(tmp_path / "l.xlsx", "About this list") == [["List", "Two"]]


def test_excel_loses_no_digit_and_no_day(tmp_path):
    table = pd.DataFrame({
        "n": pd.array([10**15 - 1, 10**15, 9_007_199_254_740_993, None], dtype="Int64"),
        "when": [datetime(2026, 6, 1, 10, 30), datetime(1899, 12, 31), None, datetime(2026, 6, 1, 12, tzinfo=UTC)],
        "day": [date(2026, 2, 28), date(1850, 1, 1), None, date(1900, 3, 1)],
        "share": [0.25, float("nan"), float("inf"), 1.0],
    })
    (heads, *rows) = sheet(written(tmp_path / "l.xlsx", table, shares=["share"]))
    assert heads == ["n", "when", "day", "share"]
    assert rows == [
        [10**15 - 1, datetime(2026, 6, 1, 10, 30), datetime(2026, 2, 28), 0.25],
        ["1000000000000000", "1899-12-31 00:00:00", "1850-01-01", None],
        ["9007199254740993", None, None, "inf"],
        [None, datetime(2026, 6, 1, 12), datetime(1900, 3, 1), 1],
    ]
    share = openpyxl.load_workbook(tmp_path / "l.xlsx")["List"]["D2"]
    assert share.number_format == "0.0%"


def test_what_a_cell_cannot_hold_is_left_out():
    assert excel_value("a\x00\x07b") == "ab"
    assert len(excel_value("x" * 40_000)) == 32_767
    assert excel_value(Decimal("12345678901234567890")) == "12345678901234567890"
    assert excel_value(Decimal("1.50")) == 1.5
    assert excel_value(True) is True
    assert excel_value(pd.NaT) is None


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sinks, "EXCEL_ROWS", 3)
    table = pd.DataFrame({"a": [1, 2]})
    written(tmp_path / "fits.xlsx", table, table.head(1))
    sinks.fits("csv", 4)
    with pytest.raises(InputError, match="3 rows at most. Choose CSV or Parquet"):
        written(tmp_path / "l.xlsx", table, table)


def test_blocks_are_joined_under_one_heading(tmp_path):
    table = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    for name in ("l.csv", "l.parquet", "l.xlsx"):
        written(tmp_path / name, table, table)
    assert (tmp_path / "l.csv").read_text().splitlines() == ["a,b", "1,x", "2,", "1,x", "2,"]
    assert pd.read_parquet(tmp_path / "l.parquet")["a"].tolist() == [1, 2, 1, 2]
    assert sheet(tmp_path / "l.xlsx") == [["a", "b"], [1, "x"], [2, None], [1, "x"], [2, None]]


def test_parquet_says_what_it_is_and_still_reads_as_a_table(tmp_path):
    file = written(tmp_path / "l.parquet", pd.DataFrame({"a": ["=1"]}), about={"List": "Käufer"})
    assert json.loads(pq.read_schema(file).metadata[ABOUT]) == {"List": "Käufer"}
    assert pd.read_parquet(file)["a"].tolist() == ["=1"]


def test_csv_is_made_harmless(tmp_path):
    lines = written(tmp_path / "l.csv", pd.DataFrame({"a": ["=1+1", "\uff1d1", "-5"]})).read_text().splitlines()
    assert lines == ["a", "'=1+1", "'\uff1d1", "-5"]
