"""Random tables in random dialects, encodings, packings and forms are read back equal."""

import bz2
import csv
import gzip
import io
import json
import lzma

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.store.reading import Reading, stage
from tests.core.store.files import parquet, put, workbook, zipped, zstd

_RUSSIAN = ("Самовар", "матрёшка большая", "шапка зимняя")
_JAPANESE = ("ワンピース、赤い", "スニーカー。運動用", "これはとても良い商品です")
#: Encodings that are told by the letters that they make, where these are enough.
OTHER_WORDS = {
    "cp1251": _RUSSIAN, "koi8-r": _RUSSIAN, "shift_jis": _JAPANESE, "euc-jp": _JAPANESE,
    "cp1254": ("kırmızı elbise", "Ayşe Yıldız", "yağmurluk"), "iso8859-15": ("bœuf à 5 €", "crème brûlée", "théière"),
    "cp1250": ("żółta łódka", "Dvořák", "gyűrű"), "cp1257": ("moteriški batai", "Žilvinas", "pirštinės"),
    "cp949": ("빨간 원피스 여성용", "운동화와 양말 세트", "장바구니에 담은 상품"),
    "big5": ("紅色連衣裙與運動鞋", "購物車裡的商品名稱", "使用者點擊購買"),
}
NULLS = ("", r"\N", "NULL")
PACKED = {
    "plain": lambda content: content, "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd,
    "zip": lambda content: zipped({"folder/may.csv": content}), "twice": lambda content: gzip.compress(zstd(content)),
}
#: Encoding → letters that its texts are made of.
LETTERS = {
    "utf-8": st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\x85"),
    "utf-8-sig": st.sampled_from("aß用🛍️ש,;|\"'\\ \t\n"),
    "utf-16": st.sampled_from("aß用🛍️ש,;|\"'\\ \t\n"),
    "utf-16-le": st.sampled_from("abc用户,;\"' \n"),
    "utf-16-be": st.sampled_from("abc用户,;\"' \n"),
    "utf-32": st.sampled_from("aß用🛍️ש,;\"'\\ \n"),
    "gb18030": st.sampled_from("a用户商品红色运动鞋袜子连衣裙,;\"'\\ \n"),
    "cp1252": st.sampled_from("aéèüß€“”,;|\"'\\ \t\n"),
    "shift_jis": st.sampled_from("aカタカナひらがな,;\"' \n"),
}
#: Encodings that a file tells whatever is in it.
TOLD = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
WORDS = {
    "gb18030": ("红色连衣裙", "运动鞋", "用户名", "商品标题", "点击购买", "加入购物车", "plain"),
    "cp1252": ("théière", "crème brûlée", "Größe 42", "10 € net", "piñata", "don’t", "plain"),
}


@st.composite
def tables(draw, letters):
    """Names that differ, and rows of texts; one of the names is one of ours, so that the header is no riddle."""
    width = draw(st.integers(2, 5))
    others = draw(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=width, max_size=width, unique=True))
    names = ["user_id", *(name for name in others if name != "user_id")][:width]
    usual = st.sampled_from(["", "007", "1.5", "1,5", "NULL", "=1+1", "2026-01-05"])
    cell = st.one_of(st.text(letters, max_size=12), usual)
    return names, draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12))


def written(names, rows, delimiter, end, quoting, header):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([names, *rows] if header else rows)
    return file.getvalue()


def expected(rows):
    return [tuple(None if cell in NULLS else cell for cell in row) for row in rows]


def read_back(folder, content, how=None):
    with duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False}) as con:
        source = stage(con, put(folder, content), how)
        rows = con.execute("SELECT * EXCLUDE (__row) FROM raw ORDER BY __row").fetchall()
        return source, rows, con.execute("SELECT reason FROM malformed").fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("round")


@st.composite
def dialects(draw, encodings=None):
    encoding = draw(st.sampled_from(encodings or sorted(LETTERS)))
    names, rows = draw(tables(LETTERS[encoding]))
    return encoding, names, rows, draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"])), draw(
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])), draw(st.booleans()), draw(st.sampled_from(sorted(PACKED)))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(dialects())
def test_what_is_said_of_a_file_is_how_it_is_read(folder, drawn):
    encoding, names, rows, delimiter, end, quoting, header, packing = drawn
    content = PACKED[packing](written(names, rows, delimiter, end, quoting, header).encode(encoding))
    how = Reading(header=True if header else tuple(names), encoding=encoding, delimiter=delimiter)
    source, found, malformed = read_back(folder, content, how)
    assert source.columns == tuple(names)
    assert (found, malformed) == (expected(rows), [])


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(dialects(TOLD))
def test_what_is_not_said_is_found_out(folder, drawn):
    encoding, names, rows, delimiter, end, quoting, _, packing = drawn
    content = PACKED[packing](written(names, rows, delimiter, end, quoting, True).encode(encoding))
    source, found, malformed = read_back(folder, content)
    assert source.columns == tuple(names)
    assert (found, malformed) == (expected(rows), [])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(OTHER_WORDS)), st.data())
def test_other_encodings_are_read_right_or_said_to_be_a_guess(folder, encoding, data):
    words = st.sampled_from(OTHER_WORDS[encoding])
    rows = data.draw(st.lists(st.tuples(words, words), min_size=4, max_size=9))
    content = written(["user_id", "b"], rows, ",", "\n", csv.QUOTE_MINIMAL, True).encode(encoding)
    source, found, _ = read_back(folder, content)
    assert found == rows or source.form.notes
    assert read_back(folder, content, Reading(encoding=encoding))[1] == rows


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(WORDS)), st.data())
@example("cp1252", None)
def test_words_of_shops_tell_their_encoding(folder, encoding, data):
    words = st.sampled_from(WORDS[encoding])
    rows = data.draw(st.lists(st.tuples(words, words), min_size=3, max_size=9)) if data else [(WORDS[encoding][2],) * 2]
    _, found, malformed = read_back(folder, written(["user_id", "b"], rows, ",", "\n", 0, True).encode(encoding))
    assert (found, malformed) == (rows, [])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(tables(LETTERS["utf-8"]), st.sampled_from(["lines", "list", "nested"]))
def test_json_is_read_back(folder, table, form):
    names, rows = table
    records = [dict(zip(names, row, strict=True)) for row in rows]
    if form == "nested":
        records = [{"in": {"side": record}} for record in records]
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    text = json.dumps(records) if form == "list" else lines
    source, found, malformed = read_back(folder, text)
    assert source.columns == tuple(f"in.side.{name}" if form == "nested" else name for name in names)
    assert (found, malformed) == ([tuple(row) for row in rows], [])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(tables(LETTERS["utf-8"]), st.sampled_from(["snappy", "zstd", "gzip", "none"]))
def test_parquet_is_read_back(folder, table, compression):
    names, rows = table
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    source, found, malformed = read_back(folder, parquet(columns, compression=compression))
    assert source.columns == tuple(names)
    assert (found, malformed) == ([tuple(row) for row in rows], [])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(tables(st.sampled_from("aß用🛍ש,;\"'\\")), st.data())
def test_workbooks_are_read_back(folder, table, data):
    names, rows = table
    numbers = data.draw(st.lists(st.integers(-10**9, 10**9), min_size=len(rows), max_size=len(rows)))
    rows = [[*row, str(number)] for row, number in zip(rows, numbers, strict=True)]
    cells = [[*(cell.replace("=", "–") for cell in row[:-1]), int(row[-1])] for row in rows]
    source, found, malformed = read_back(folder, workbook({"s": [[*names, "number"], *cells]}))
    assert source.columns == (*names, "number")
    assert (found, malformed) == (expected([[cell.replace("=", "–") for cell in row] for row in rows]), [])
