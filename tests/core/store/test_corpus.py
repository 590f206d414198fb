"""Files that shops do have, and what becomes of each: its rows and its lost lines, or why it is refused."""

import gzip
import json
import random
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from core.errors import InputError
from core.store.importer import import_files
from core.store.look import look
from core.store.reading import Piece, Reading, Source, stage
from core.store.rows import Form
from core.store.workspace import Workspace
from tests.core.store.files import (
    locked_workbook,
    locked_zip,
    opendocument,
    parquet,
    patched,
    put,
    workbook,
    zipped,
    zstd,
)

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PLAIN = b"a,b\n1,x\n2,y\n"
ROWS = [("1", "x"), ("2", "y")]
UNCLOSED = "a quote that is never closed, or stands in the middle of a value"


class Read(NamedTuple):
    """What is staged: columns, rows, and malformed lines with their number and reason."""

    columns: tuple
    rows: list
    malformed: list = []


class Refused(NamedTuple):
    says: str


PLAINLY = Read(("a", "b"), ROWS)
EMPTY = Refused("is empty")
NO_TABLE = Refused("does not look like a table")
NO_TEXT = Refused("is not a text file")


def many_columns(count):
    return ",".join(f"c{n}" for n in range(count)) + "\n" + ",".join(map(str, range(count))) + "\n"


def cut(content, share=0.5):
    return content[: int(len(content) * share)]


def big_gzip():
    return gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * 7919 % 10007) for n in range(20_000)))


def flipped(content):
    broken = bytearray(content)
    broken[len(broken) // 2] ^= 0xFF
    return bytes(broken)


def noise(size):
    return random.Random(7).randbytes(size)


def far_cell():
    return patched(workbook({"s": [["a", "b"], [1, 2]]}), b'r="B2"', b'r="XFD1048576"')


CHINESE = "用户,商品\n张三,红色连衣裙\n李四,运动鞋和袜子\n"
CHINESE_READ = Read(("用户", "商品"), [("张三", "红色连衣裙"), ("李四", "运动鞋和袜子")])
WESTERN = "client,produit\nHélène,Théière à pois – 5 €\n"
WESTERN_READ = Read(("client", "produit"), [("Hélène", "Théière à pois – 5 €")])

CORPUS = {
    # Nothing, or nearly nothing
    "empty": (b"", EMPTY),
    "whitespace only": (b" \r\n\t \n", EMPTY),
    "a mark and nothing else": (b"\xef\xbb\xbf", EMPTY),
    "header only": (b"a,b\n", Refused("has a header but no lines of data")),
    "header without a line end": (b"a,b", Refused("has a header but no lines of data")),
    "one line without a header": (b"1,2\n", Read(("column0", "column1"), [("1", "2")])),
    "blank lines everywhere": (b"\n\na,b\n\n1,x\n\n\n2,y\n\n", PLAINLY),
    "last line without an end": (b"a,b\n1,x\n2,y", PLAINLY),
    "one column": (b"a\n1\n2\n", NO_TABLE),
    "prose": (b"just some words\nand more\n", NO_TABLE),
    # Dialects
    "semicolons and decimal commas": (b"a;b\n1,5;x\n2,5;y\n", Read(("a", "b"), [("1,5", "x"), ("2,5", "y")])),
    "tabs and commas in titles": (
        b"a\tb\n1\tx, y, z\n2\tu, v, w\n", Read(("a", "b"), [("1", "x, y, z"), ("2", "u, v, w")])),
    "bars": (b"a|b\n1|x\n2|y\n", PLAINLY),
    "a hint for Excel": (b"sep=;\na;b\n1;x\n2;y\n", PLAINLY),
    "titles above the header": (b"Sales report\nmade 2026-01-05\n\na,b\n1,x\n2,y\n", PLAINLY),
    "titles of two values above the header": (b"Umsatzbericht;Filiale\na;b;c\n1;x;u\n2;y;v\n", Read(
        ("a", "b", "c"), [("1", "x", "u"), ("2", "y", "v")])),
    "titles of two values, filled up by a spreadsheet": (b"Umsatzbericht;Filiale;\n;;\na;b;c\n1;x;u\n2;y;v\n", Read(
        ("a", "b", "c"), [("1", "x", "u"), ("2", "y", "v")])),
    "a remark above the header": (b"# exported by v2, 2026-04-01\na,b,c\n1,x,u\n", Read(
        ("a", "b", "c"), [("1", "x", "u")])),
    "a title above lines without a header": (b"Report\n7,pv,1511544070\n8,buy,1511544071\n", Read(
        ("column0", "column1", "column2"), [("7", "pv", "1511544070"), ("8", "buy", "1511544071")],
        [(1, "too few columns")])),
    "an index without a name": (b",a,b\n0,x,1\n1,y,2\n", Read(
        ("column0", "a", "b"), [("0", "x", "1"), ("1", "y", "2")])),
    "no header": (b"7,pv,1511544070\n8,buy,1511544071\n9,pv,1511544072\n",
                  Read(("column0", "column1", "column2"),
                       [("7", "pv", "1511544070"), ("8", "buy", "1511544071"), ("9", "pv", "1511544072")])),
    "no header and words alone": (b"ann,view\nben,view\ncy,cart\nann,view\n", Read(("column0", "column1"), [
        ("ann", "view"), ("ben", "view"), ("cy", "cart"), ("ann", "view")])),
    "the header again in the middle": (b"a,b\n1,x\na,b\n2,y\n", Read(("a", "b"), [("1", "x"), ("a", "b"), ("2", "y")])),
    "a mark at the end of every line but the header's": (b"a,b\n1,x,\n2,y,\n", Read(
        ("a", "b", "column2"), [("1", "x", None), ("2", "y", None)])),
    "duplicate headers": (b"a,a,A\n1,2,3\n", Read(("a", "a_2", "A_3"), [("1", "2", "3")])),
    "headers without a name": (b",b,\n1,x,2\n", Read(("column0", "b", "column2"), [("1", "x", "2")])),
    "a header over two lines": (b'"a\n1",b\n1,x\n', Read(("a\n1", "b"), [("1", "x")])),
    "quotes, marks and line ends in values": (b'a,b\n1,"x, ""y""\nz"\n', Read(("a", "b"), [("1", 'x, "y"\nz')])),
    "quotes escaped by backslashes": (b'a,b\n1,"say \\"hi, you\\""\n2,y\n', Read(
        ("a", "b"), [("1", 'say "hi, you"'), ("2", "y")])),
    "words for nothing": (b'a,b\n1,NULL\n2,\\N\n3,""\n4,null\n', Read(
        ("a", "b"), [("1", None), ("2", None), ("3", None), ("4", "null")])),
    "spaces are kept": (b"a,b\n 1, x \n", Read(("a", "b"), [(" 1", " x ")])),
    "leading zeros are kept": (b"a,b\n007,00\n", Read(("a", "b"), [("007", "00")])),
    "5,000 columns": (many_columns(5000), Read(
        tuple(f"c{n}" for n in range(5000)), [tuple(map(str, range(5000)))])),
    "dates with points in every value": (b"event_date;b\n03.04.2026;x\n05.04.2026;y\n", Read(
        ("event_date", "b"), [("03.04.2026", "x"), ("05.04.2026", "y")])),
    "addresses of machines": (b"ip,b\n192.168.1.10,x\n10.0.0.7,y\n", Read(
        ("ip", "b"), [("192.168.1.10", "x"), ("10.0.0.7", "y")])),
    "thousands in every number": (b'a,b\n"1,299.50","1.299,50"\n', Read(("a", "b"), [("1,299.50", "1.299,50")])),
    "times that cannot be and numbers without end are texts yet": (
        b"when,price\n20190-01-01,inf\n2019-02-30,-1e999\n0000-00-00 00:00:00,nan\n", Read(
            ("when", "price"), [("20190-01-01", "inf"), ("2019-02-30", "-1e999"), ("0000-00-00 00:00:00", "nan")])),
    # Line ends
    "CR alone": (b"a,b\r1,x\r2,y\r", PLAINLY),
    "CR and LF": (b"a,b\r\n1,x\r\n2,y\r\n", PLAINLY),
    "line ends of three kinds": (b"a,b\r\n1,x\n2,y\r3,z\r\n", Read(("a", "b"), [*ROWS, ("3", "z")])),
    # Lines that are no rows
    "ragged": (b"a,b\n1,x\n2\n3,y,z\n4,u\n", Read(
        ("a", "b"), [("1", "x"), ("4", "u")], [(2, "too few columns"), (3, "too many columns")])),
    "a quote that is never closed": (b'a,b\n1,x\n2,"y\n3,z\n4,u\n', Read(
        ("a", "b"), [("1", "x"), ("3", "z"), ("4", "u")], [(2, UNCLOSED)])),
    "a quote after a quoted value": (b'a,b\n1,"x"y\n2,y\n', Read(("a", "b"), [("2", "y")], [(1, UNCLOSED)])),
    "zero bytes in a line": (b"a,b\n1,x\n2,y\0y\n" + b"3,z\n" * 40, Read(
        ("a", "b"), [("1", "x"), *[("3", "z")] * 40], [(2, "a zero byte")])),
    "a line of 10 MB among others": (b"a,b\n1,x\n2," + b"y" * 10_000_000 + b"\n3,z\n", Read(
        ("a", "b"), [("1", "x"), ("3", "z")], [(2, "a line of more than two million letters")])),
    "one line of 10 MB": (b"x" * 10_000_000, NO_TABLE),
    "a value of 1 MB": (b"a,b\n1," + b"y" * 1_000_000 + b"\n2,y\n", Read(
        ("a", "b"), [("1", "y" * 1_000_000), ("2", "y")])),
    # Encodings
    "a byte order mark": (b"\xef\xbb\xbf" + PLAIN, PLAINLY),
    "UTF-16 with a mark": (CHINESE.encode("utf-16"), CHINESE_READ),
    "UTF-16, big end first, with a mark": (b"\xfe\xff" + CHINESE.encode("utf-16-be"), CHINESE_READ),
    "UTF-16 without a mark": (CHINESE.encode("utf-16-le"), CHINESE_READ),
    "UTF-16, big end first, without a mark": (PLAIN.decode().encode("utf-16-be"), PLAINLY),
    "UTF-32": (CHINESE.encode("utf-32"), CHINESE_READ),
    "UTF-16 that ends in the middle of a letter": (PLAIN.decode().encode("utf-16")[:-3], Read(
        ("a", "b"), [("1", "x")], [(2, "not UTF-8 text")])),
    "GBK": (CHINESE.encode("gbk"), CHINESE_READ),
    "GB18030": ((CHINESE + "王五,𠮷野家牛肉饭\n").encode("gb18030"), Read(
        CHINESE_READ.columns, [*CHINESE_READ.rows, ("王五", "𠮷野家牛肉饭")])),
    "Windows' Western letters": (WESTERN.encode("cp1252"), WESTERN_READ),
    "UTF-8 and Windows' letters in one file": (
        WESTERN.encode() + "Zoë,Crème brûlée\n".encode("cp1252"),
        Read(WESTERN_READ.columns, [*WESTERN_READ.rows, ("Zoë", "Crème brûlée")])),
    "UTF-8 and GBK in one file": (
        CHINESE.encode() + "王五,牛肉饭\n".encode("gbk"),
        Read(CHINESE_READ.columns, [*CHINESE_READ.rows, ("王五", "牛肉饭")])),
    "Russian of Windows": ("кто,что\nИван,Самовар\nОльга,Матрёшка\n".encode("cp1251"), Read(
        ("кто", "что"), [("Иван", "Самовар"), ("Ольга", "Матрёшка")])),
    "Korean of Windows": (
        ("누구,무엇\n" + "고객,한국어로 쓴 상품 이름과 설명\n" * 3).encode("cp949"),
        Read(("누구", "무엇"), [("고객", "한국어로 쓴 상품 이름과 설명")] * 3)),
    "Polish of Windows": ("kto,co\nZosia,żółta łódka\nOla,gęś i źrebię\n".encode("cp1250"), Read(
        ("kto", "co"), [("Zosia", "żółta łódka"), ("Ola", "gęś i źrebię")])),
    "letters of no encoding": (
        b"a,b\n" + b" \xff\x81\xfe\x8d\xf7,\x90\xff\x9d\xf8\x8f\n" * 9, Refused("cannot be told")),
    "emoji and right-to-left text": (
        "a,b\n👩‍👩‍👧,🛍️\nשלום,مرحبا\n", Read(("a", "b"), [("👩‍👩‍👧", "🛍️"), ("שלום", "مرحبا")])),
    # Packed
    "gzip": (gzip.compress(PLAIN), PLAINLY),
    "gzip in two parts": (gzip.compress(PLAIN[:8]) + gzip.compress(PLAIN[8:]), PLAINLY),
    "gzip, cut": (cut(big_gzip()), Refused("is not a whole gzip file")),
    "gzip, cut at its checksum": (big_gzip()[:-8], Refused("is not a whole gzip file")),
    "gzip, a byte flipped": (flipped(big_gzip()), Refused("is not a whole gzip file")),
    "gzip and something behind it": (gzip.compress(PLAIN) + b"garbage", Refused("is not a whole gzip file")),
    "gzip of nothing": (gzip.compress(b""), EMPTY),
    "gzip of GBK": (gzip.compress(CHINESE.encode("gbk")), CHINESE_READ),
    "gzip of gzip": (gzip.compress(gzip.compress(PLAIN)), PLAINLY),
    "gzip of Parquet": (gzip.compress(parquet({"a": ["1", "2"], "b": ["x", "y"]})), PLAINLY),
    "packed four times over": (
        gzip.compress(gzip.compress(gzip.compress(gzip.compress(PLAIN)))), Refused("packed more than")),
    "zstd": (zstd(PLAIN), PLAINLY),
    "zstd in two parts": (zstd(PLAIN[:8]) + zstd(PLAIN[8:]), PLAINLY),
    "zstd, cut": (cut(zstd(noise(50_000)), 0.9), Refused("is not a whole zstd file")),
    "zip": (zipped({"may.csv": PLAIN}), PLAINLY),
    "zip with a folder, notes and leftovers": (zipped({
        "d/": b"", "d/may.csv": PLAIN, "__MACOSX/._may.csv": b"x", "README.txt": b"hello", ".DS_Store": b"y",
    }), PLAINLY),
    "zip of two files": (zipped({"1.csv": PLAIN, "2.csv": PLAIN}), Refused(r"has several files.*1\.csv, 2\.csv")),
    "zip of nothing": (zipped({}), Refused("no file that could be a log")),
    "zip, cut": (cut(zipped({"may.csv": PLAIN})), Refused("is not a whole zip archive")),
    "zip locked by a password": (locked_zip({"may.csv": PLAIN}), Refused("locked by a password")),
    "zip with a path that climbs out": (zipped({"../../may.csv": PLAIN}), PLAINLY),
    "zip with an absolute path": (zipped({"/etc/may.csv": PLAIN}), PLAINLY),
    # Parquet
    "Parquet": (parquet({"a": ["1", "2"], "b": ["x", "y"]}), PLAINLY),
    "Parquet of many types": (
        parquet({"i": [7], "f": [17850.0], "g": [2.5], "b": [True], "d": [date(2026, 1, 5)],
                 "t": [datetime(2026, 1, 5, 12, 30)], "l": [["x", "y"]], "s": [{"k": 1, "n": {"m": "z"}}],
                 "y": [b"raw"]}),
        Read(("i", "f", "g", "b", "d", "t", "l", "s.k", "s.n.m", "y"), [
            ("7", "17850", "2.5", "true", "2026-01-05", "2026-01-05 12:30:00", '["x","y"]', "1", "z", "raw")])),
    "Parquet, cut": (cut(parquet({"a": ["1"] * 1000})), Refused("not a whole Parquet file")),
    "Parquet in name alone": (b"PAR1 but not really PAR1", Refused("not a whole Parquet file")),
    "Parquet of no rows": (parquet({"a": [], "b": []}), Refused("no lines of data")),
    # JSON
    "JSON lines": (b'{"a":1,"b":"x"}\n{"b":"y","a":2}\n', PLAINLY),
    "JSON lines, nested": (
        b'{"a":{"b":7,"c":{"d":null}},"e":[1,{"f":2}]}\n{"a":{"c":{"d":"z"}},"g":17850.0}\n',
        Read(("a.b", "a.c.d", "e", "g"), [("7", None, '[1,{"f":2}]', None), (None, "z", None, "17850")])),
    "JSON lines with a broken one": (b'{"a":1,"b":"x"}\n{"a":2,"b"\n\n{"a":3,"b":"z"}\n[1]\n', Read(
        ("a", "b"), [("1", "x"), ("3", "z")], [(2, "not a JSON record"), (4, "not a JSON record")])),
    "JSON lines after a mark": (b'\xef\xbb\xbf{"a":1,"b":"x"}\r\n{"a":2,"b":"y"}\r\n', PLAINLY),
    "JSON of large whole numbers": (b'{"a":123456789012345678901234567890,"b":9007199254740993}\n', Read(
        ("a", "b"), [("123456789012345678901234567890", "9007199254740993")])),
    "JSON names with dots, slashes and quotes": (b'{"a.b":1,"c/d":2,"e\\"f":3,"g~h":4}\n', Read(
        ("a.b", "c/d", 'e"f', "g~h"), [("1", "2", "3", "4")])),
    "a JSON list": (b'[\n {"a":1,"b":"x"},\n {"a":2,"b":"y"}\n]', PLAINLY),
    "a JSON list, cut": (b'[{"a":1,"b":"x"},{"a":2', Refused("its JSON is broken")),
    "a JSON list of no records": (b"[]", Refused("there is no record in it")),
    "JSON records over several lines": (b'{\n "a": 1,\n "b": "x"\n}\n{\n "a": 2,\n "b": "y"\n}\n', PLAINLY),
    "JSON lines in UTF-16": ('{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'.encode("utf-16"), PLAINLY),
    # Workbooks
    "Excel": (workbook({"s": [["a", "b"], [1, "x"], [2.0, "y"]]}), PLAINLY),
    "Excel of many types": (
        workbook({"s": [["a", "b", "c", "d", "e", "f"],
                        ["007", 2.5, True, datetime(2026, 1, 5, 12, 30), time(3, 4), timedelta(hours=30)]]}),
        Read(("a", "b", "c", "d", "e", "f"), [("007", "2.5", "true", "2026-01-05 12:30:00", "03:04:00", "30:00:00")])),
    "Excel with a merged title": (
        workbook({"s": [["Sales report"], [], ["a", "b"], [1, "x"], [], [2, "y"]]}, merged=["A1:B1"]), PLAINLY),
    "Excel with titles of two cells": (
        workbook({"s": [["Umsatzbericht", "Filiale"], [], ["a", "b", "c"], [1, "x", "u"], [2, "y", "v"]]}),
        Read(("a", "b", "c"), [("1", "x", "u"), ("2", "y", "v")])),
    "Excel without a header": (workbook({"s": [[7, "pv", 5], [8, "buy", 6]]}), Read(
        ("column0", "column1", "column2"), [("7", "pv", "5"), ("8", "buy", "6")])),
    "Excel with formulas": (
        patched(workbook({"s": [["a", "b"], [1, "=1+1"], [2, "=cmd|' /C calc'!A0"]]}),
                b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"),
        Read(("a", "b"), [("1", "2"), ("2", None)])),
    "Excel with text that looks like a formula": (
        patched(workbook({"s": [["a", "b"], [1, "!cmd|x"]]}), b"!cmd|x", b"=cmd|x"),
        Read(("a", "b"), [("1", "=cmd|x")])),
    "Excel with several sheets": (
        workbook({"May": [["a", "b"], [1, "x"]], "June": [["a", "b"], [2, "y"]]}),
        Refused("several sheets.*May, June")),
    "Excel with an empty and a hidden sheet": (
        workbook({"May": [["a", "b"], [1, "x"], [2, "y"]], "Notes": [], "Old": [["z", "z"]]}, hidden=["Old"]), PLAINLY),
    "Excel of nothing": (workbook({"s": []}), EMPTY),
    "Excel, cut": (cut(workbook({"s": [["a", "b"], [1, 2]]}), 0.8), Refused("not a whole (workbook|zip archive)")),
    "Excel locked by a password": (locked_workbook(), Refused("locked by a password")),
    "Excel with a cell at the end of the world": (far_cell(), Refused("a cell very far from the others")),
    "Excel of before 2007": ((FIXTURES / "orders.xls").read_bytes(), Read(("a", "b", "c", "d"), [
        ("1", "x", "2026-01-05 12:30:00", "007"), ("2", "Täglich 茶", None, "2.5")])),
    "Excel of before 2007, cut": (cut((FIXTURES / "orders.xls").read_bytes()), Refused("not a whole workbook")),
    "OpenDocument": (
        opendocument([["a", "b", "c"], [1.0, "x", datetime(2026, 1, 5, 12, 30)], [2.5, "Täglich 茶", None]]),
        Read(("a", "b", "c"), [("1", "x", "2026-01-05 12:30:00"), ("2.5", "Täglich 茶", None)])),
    "OpenDocument, cut": (cut(opendocument([["a", "b"], [1.0, "x"]])), Refused("not a whole (workbook|zip archive)")),
    # No tables at all
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\0", Refused("is a picture")),
    "noise": (noise(5000), NO_TEXT),
    "zeros": (bytes(1000), NO_TEXT),
    "a PDF": (b"%PDF-1.7\n...", Refused("is a PDF")),
    "a tar archive": (b"may.csv" + bytes(250) + b"ustar\0" + bytes(300), Refused("is a tar archive")),
    "a database": (b"SQLite format 3\0" + bytes(100), Refused("is an SQLite database")),
    "a web page called CSV": (
        b"<!DOCTYPE html>\n<html><table><tr><td>a</td></tr></table></html>", Refused("is a web page")),
    "XML": (b'<?xml version="1.0"?>\n<rows><row a="1"/></rows>', Refused("is a web page or XML")),
}


@pytest.fixture
def con():
    with duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False}) as connection:
        yield connection


@pytest.mark.parametrize("name", CORPUS)
def test_each_nasty_file_has_its_outcome(con, tmp_path, name):
    content, expected = CORPUS[name]
    file = put(tmp_path, content)
    if isinstance(expected, Refused):
        with pytest.raises(InputError, match=expected.says) as error:
            stage(con, file)
        assert "log.csv" in str(error.value)
        return
    source = stage(con, file)
    assert source.columns == expected.columns
    assert source.lines == len(expected.rows) + len(expected.malformed)
    assert con.execute("SELECT * EXCLUDE (__row) FROM raw ORDER BY __row").fetchall() == expected.rows
    assert con.execute("SELECT __row, reason FROM malformed ORDER BY __row").fetchall() == expected.malformed
    numbers = con.execute("SELECT __row FROM raw UNION ALL SELECT __row FROM malformed ORDER BY 1").fetchall()
    assert numbers == [(n,) for n in range(1, source.lines + 1)]


@pytest.mark.parametrize("name", [name for name, (_, expected) in CORPUS.items() if isinstance(expected, Read)])
def test_what_can_be_read_can_be_looked_at(tmp_path, name):
    content, expected = CORPUS[name]
    seen = look(put(tmp_path, content))
    assert (tuple(seen.columns), seen.lines) == (expected.columns, len(expected.rows) + len(expected.malformed))


def test_what_cannot_be_is_turned_away_by_name_when_it_is_imported(tmp_path):
    cells = ("20190-01-01,1", "2019-02-30,1", "2019-01-01,inf", "2019-01-01,-1", "2019-01-01,1")
    lines = "".join(f"u1,i1,view,{cell}\n" for cell in cells)
    file = put(tmp_path, f"user_id,item_id,event_type,ts,price\n{lines}")
    report = import_files(Workspace.create(tmp_path / "shop"), [file])
    assert (report.lines_read, report.imported, report.rejected) == (5, 1, 4)
    assert report.reasons == {
        "price: a negative number": 1, "price: infinite, or too large a number": 1, "ts: a time that cannot be": 1,
        "ts: not a time": 1,
    }  # fmt: skip


def test_there_are_many():
    assert len(CORPUS) >= 60


def test_a_person_can_say_what_cannot_be_found_out(con, tmp_path):
    russian = put(tmp_path, "кто,что\nИван,Самовар\n".encode("cp1251"))
    assert stage(con, russian, Reading(encoding="cp1251")).columns == ("кто", "что")
    reports = put(tmp_path, "made by v2,2026\na,b\n1,x\n")
    assert stage(con, reports).columns == ("made by v2", "2026")
    assert stage(con, Piece(reports, names_in=2)).columns == ("a", "b")
    assert con.execute("SELECT * FROM raw").fetchall() == [(1, "1", "x")]
    assert stage(con, Piece(reports, names_in=0)) == Source(
        "log.csv", ("column0", "column1"), 3, Form("utf-8", 0)
    )
    with pytest.raises(InputError, match="has no line 9"):
        stage(con, Piece(reports, names_in=9))
    hinted = put(tmp_path, "sep=;\na;b\n1;x\n")
    for line in (1, 2):  # the first is no line of the table
        assert stage(con, Piece(hinted, names_in=line)) == Source("log.csv", ("a", "b"), 1, Form("utf-8", 2))
        assert con.execute("SELECT * FROM raw").fetchall() == [(1, "1", "x")]
    sheet = put(tmp_path, workbook({"s": [["made by v2", 2026], [], ["a", "b"], [1, "x"]]}), "s.xlsx")
    assert stage(con, sheet).columns == ("made by v2", "2026")
    assert stage(con, Piece(sheet, names_in=3)) == Source("s.xlsx", ("a", "b"), 1, Form(None, 3))
    assert stage(con, Piece(sheet, names_in=0)).lines == 3
    movies = put(tmp_path, "1::A \"B\" C::5\n2::D::4\n")
    assert stage(con, movies, Reading(header=("id", "title", "stars"), delimiter="::", quoted=False)).lines == 2
    assert con.execute("SELECT title FROM raw").fetchall() == [('A "B" C',), ("D",)]
    words = put(tmp_path, "ann,view\nben,cart\n")
    assert stage(con, words, Reading(header=False)).columns == ("column0", "column1")
    numbers = put(tmp_path, "1,2\n3,?\n")
    assert stage(con, numbers, Reading(header=True, nulls=("?",))).columns == ("1", "2")
    assert con.execute("SELECT * FROM raw").fetchall() == [(1, "3", None)]
    archive = put(tmp_path, zipped({"1.csv": PLAIN, "2.csv": b"c,d\n1,2\n"}), "logs.zip")
    assert stage(con, archive, Reading(member="2.csv")) == stage(con, archive, Reading(member="2.csv"))
    assert stage(con, archive, Reading(member="2.csv")).file == "logs.zip: 2.csv"
    with pytest.raises(InputError, match=r"no such file. There are: 1\.csv, 2\.csv"):
        stage(con, archive, Reading(member="3.csv"))
    book = put(tmp_path, workbook({"May": [["a", "b"], [1, "x"]], "June": [["a", "b"], [2, "y"]]}), "b.xlsx")
    stage(con, book, Reading(member="June"))
    assert con.execute("SELECT * FROM raw").fetchall() == [(1, "2", "y")]
    with pytest.raises(InputError, match="no sheet “July”. It has: May, June"):
        stage(con, book, Reading(member="July"))
    with pytest.raises(InputError, match="no encoding “klingon”"):
        stage(con, words, Reading(encoding="klingon"))


def test_what_a_person_should_know_of_how_a_file_was_read_is_said(con, tmp_path):
    formulas = workbook({"May": [["a", "b"], [1, "x"]], "June & July": [["a", "b"], ["=1+1", "=2+2"], ["=3+3", "x"]]})
    saved = patched(formulas, b"<f>2+2</f><v />", b"<f>2+2</f><v>4</v>", "xl/worksheets/sheet2.xml")
    book = put(tmp_path, saved, "book.xlsx")
    assert stage(con, Piece(book, "May")).form == Form(None, 1)
    (note,) = stage(con, Piece(book, "June & July")).form.notes
    assert note.startswith("2 cells of book.xlsx: June & July have a formula without a saved value and are read as")
    assert con.execute("SELECT a, b FROM raw ORDER BY __row").fetchall() == [(None, "4"), (None, "x")]
    (note,) = stage(con, put(tmp_path, "a,b\nYağmur,1\n".encode("cp1254"))).form.notes
    assert note.startswith("The letters of log.csv are read as Western European (cp1252), which is a guess.")
    assert stage(con, Piece(tmp_path / "log.csv", encoding="cp1254")).form == Form("cp1254", 1)


def test_json_is_what_it_says(con, tmp_path):
    record = {"event": "Product Viewed", "properties": {"price": 2.5, "products": [{"sku": "a", "n": 1}]}}
    stage(con, put(tmp_path, json.dumps(record) + "\n"))
    first = con.execute('SELECT json_extract_string("properties.products", \'$[0].sku\') FROM raw').fetchall()
    assert first == [("a",)]
