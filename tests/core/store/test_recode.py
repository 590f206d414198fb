"""Text in other encodings becomes UTF-8, in bounded memory."""

import tracemalloc

from core.store import encoding, recode
from core.store.encoding import Look, look
from core.store.recode import to_utf8
from tests.core.store.files import put


def test_a_short_chinese_word_is_not_taken_for_utf_8(tmp_path):
    file = put(tmp_path, "编号,性别\n1,女\n2,男\n".encode("gbk"))
    assert look(file, "x") == Look("gb18030")
    to_utf8(put(tmp_path, "编号,性别\n".encode() + "1,女\n2,红色连衣裙\n".encode("gbk")), "x", Look("utf-8", "gb18030"),
            tmp_path / "copy")
    assert (tmp_path / "copy").read_text(encoding="utf-8") == "编号,性别\n1,女\n2,红色连衣裙\n"


def test_letters_are_whole_wherever_a_piece_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(recode, "_CHUNK", 7)
    text = "用户,商品\n张三,红色连衣裙\n" * 20
    for name in ("gb18030", "utf-16", "utf-8-sig"):
        copy = tmp_path / "copy"
        to_utf8(put(tmp_path, text.encode(name)), "x", Look(name), copy)
        assert copy.read_text(encoding="utf-8") == text


def test_a_byte_that_is_no_letter_stays_wrong_for_the_reader_to_find(tmp_path):
    to_utf8(put(tmp_path, b"a\x81b,1\n"), "x", Look("cp1252"), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"a\xffb,1\n"


def test_a_large_file_is_never_whole_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(recode, "_CHUNK", 1 << 14)
    monkeypatch.setattr(encoding, "_CHUNK", 1 << 14)
    monkeypatch.setattr(encoding, "_EVIDENCE", 1 << 12)
    file = put(tmp_path, ("théière,1\n" * 200_000).encode("cp1252"))
    tracemalloc.start()
    to_utf8(file, "x", look(file, "x"), tmp_path / "copy")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < file.stat().st_size / 2
