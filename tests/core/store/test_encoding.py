"""Encodings are told apart by what is in a file."""

import pytest

from core.store import encoding as telling
from core.store.encoding import Look, look, western_or_chinese
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
    monkeypatch.setattr(telling, "_CHUNK", 64)
    ascii_lines = b"a,b\n" * 100
    assert look(put(tmp_path, ascii_lines), "x") == Look("utf-8")
    assert look(put(tmp_path, ascii_lines + "é,ü\n".encode()), "x") == Look("utf-8")
    assert look(put(tmp_path, ascii_lines + "été,b\n".encode("cp1252")), "x") == Look("cp1252")
    both = "é,ü\n".encode() + ascii_lines + "été,b\n".encode("cp1252")
    assert look(put(tmp_path, both), "x") == Look("utf-8", "cp1252")
    assert look(put(tmp_path, ascii_lines + b"\0"), "x") == Look("utf-8", nul=True)


def test_a_second_encoding_far_into_a_file_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(telling, "_CHUNK", 64)
    monkeypatch.setattr(telling, "_EVIDENCE", 64)
    western, chinese = "théière,1\n".encode("cp1252") * 50, "红色连衣裙,1\n".encode("gbk") * 50
    assert look(put(tmp_path, western + "théière,1\n".encode()), "x") == Look("utf-8", "cp1252")
    assert look(put(tmp_path, chinese + "红色连衣裙,1\n".encode()), "x") == Look("utf-8", "gb18030")
