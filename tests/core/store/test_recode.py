"""Encodings are told apart by what is in a file, in bounded memory."""

import tracemalloc

import pytest

from core.store import recode
from core.store.recode import Look, look, to_utf8, western_or_chinese
from tests.core.store.files import put


@pytest.mark.parametrize(("text", "encoding", "found"), [
    ("Gift £10", "cp1252", "cp1252"), ("Größe, Maße", "cp1252", "cp1252"), ("20 €", "cp1252", "cp1252"),
    ("“don’t” – l·l", "cp1252", "cp1252"), ("红色连衣裙", "gbk", "gb18030"), ("，。！", "gbk", "gb18030"),
    ("联通", "gbk", "gb18030"), ("Привет, мир", "cp1251", None), ("żółta łódka", "cp1250", None),
    ("ひらがなカタカナ", "euc-jp", None), ("カタカナ、漢字。", "shift_jis", None),
    ("가나다라마바사아자차카타파하" * 2, "cp949", None),
    ("繁體中文的商品名稱", "big5", None), ("café thé", "cp437", None),
])  # fmt: skip
def test_chinese_and_western_are_told_apart_and_nothing_else_is_taken_for_them(text, encoding, found):
    assert western_or_chinese(text.encode(encoding)) == found


def test_a_letter_far_into_a_file_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(recode, "_CHUNK", 64)
    ascii_lines = b"a,b\n" * 100
    assert look(put(tmp_path, ascii_lines), "x") == Look("utf-8")
    assert look(put(tmp_path, ascii_lines + "é,ü\n".encode()), "x") == Look("utf-8")
    assert look(put(tmp_path, ascii_lines + "été,b\n".encode("cp1252")), "x") == Look("cp1252")
    both = "é,ü\n".encode() + ascii_lines + "été,b\n".encode("cp1252")
    assert look(put(tmp_path, both), "x") == Look("utf-8", "cp1252")
    assert look(put(tmp_path, ascii_lines + b"\0"), "x") == Look("utf-8", nul=True)


def test_a_short_chinese_word_is_not_taken_for_utf_8(tmp_path):
    file = put(tmp_path, "编号,性别\n1,女\n2,男\n".encode("gbk"))
    assert look(file, "x") == Look("gb18030")
    to_utf8(put(tmp_path, "编号,性别\n".encode() + "1,女\n2,红色连衣裙\n".encode("gbk")), "x", Look("utf-8", "gb18030"),
            tmp_path / "copy")
    assert (tmp_path / "copy").read_text(encoding="utf-8") == "编号,性别\n1,女\n2,红色连衣裙\n"


def test_a_second_encoding_far_into_a_file_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(recode, "_CHUNK", 64)
    monkeypatch.setattr(recode, "_EVIDENCE", 64)
    western, chinese = "théière,1\n".encode("cp1252") * 50, "红色连衣裙,1\n".encode("gbk") * 50
    assert look(put(tmp_path, western + "théière,1\n".encode()), "x") == Look("utf-8", "cp1252")
    assert look(put(tmp_path, chinese + "红色连衣裙,1\n".encode()), "x") == Look("utf-8", "gb18030")


def test_letters_are_whole_wherever_a_piece_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(recode, "_CHUNK", 7)
    text = "用户,商品\n张三,红色连衣裙\n" * 20
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        copy = tmp_path / "copy"
        to_utf8(put(tmp_path, text.encode(encoding)), "x", Look(encoding), copy)
        assert copy.read_text(encoding="utf-8") == text


def test_a_byte_that_is_no_letter_stays_wrong_for_the_reader_to_find(tmp_path):
    to_utf8(put(tmp_path, b"a\x81b,1\n"), "x", Look("cp1252"), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"a\xffb,1\n"


def test_a_large_file_is_never_whole_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(recode, "_CHUNK", 1 << 14)
    monkeypatch.setattr(recode, "_EVIDENCE", 1 << 12)
    file = put(tmp_path, ("théière,1\n" * 200_000).encode("cp1252"))
    tracemalloc.start()
    to_utf8(file, "x", look(file, "x"), tmp_path / "copy")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < file.stat().st_size / 2
