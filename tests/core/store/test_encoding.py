"""Encodings are told apart by what is in a file."""

import random
from contextlib import contextmanager

import pytest

from core.store import encoding as telling
from core.store.encoding import Look, look
from core.store.letters import Told, tell
from tests.core.store.files import put

#: Words of shops in the encodings that they are written in.
WORDS = {
    "cp1252": "théière|crème brûlée|Größe 42|piñata|señora|maçã|Øresund skjorte|hälsa|Hélène|10 € net|café|Åse",
    "iso8859-15": "théière|crème brûlée|Größe 42|piñata|señora|maçã|Øresund skjorte|hälsa|Hélène|10 €|cœur|bœuf",
    "cp1250": "żółta sukienka|łyżka|Wiśniewski|Dvořák|dámské boty|světlo|Székesfehérvár|cipő|gyűrű|cămaşă|Iaşi",
    "iso8859-2": "żółta sukienka|łyżka|Wiśniewski|Dvořák|dámské boty|světlo|Székesfehérvár|cipő|gyűrű|Kraków|świeca",
    "cp1254": "kırmızı elbise|ayakkabı|Ayşe|Yağmur|İstanbul|gömlek|çanta|Işık|düğmeli mont|küpe|Şükrü",
    "cp1257": "moteriški batai|suknelė|Žilvinas|pirštinės|šaukštas|vīriešu kurpes|Jānis|Bērziņš|dzeltenā|žürii",
    "cp1258": "áo sơ mi|màu vàng|giày nư\u0303|đô\u0300ng hô\u0300|túi đeo|mu\u0303 len|sách|đo\u0309|cô\u0301c",
    "cp1251": "красное платье|Ольга|сорочка|Київ|їжа|обувки|жълта рокля|Георгиев|свечка|перчатки|годинник|шапка",
    "koi8-u": "красное платье|Ольга|сорочка|Київ|їжа|свечка|перчатки|годинник|шапка|матрёшка|Москва|пальто",
    "cp1253": "γυναικεία παπούτσια|φόρεμα|Ελένη|Θεσσαλονίκη|λευκό πουκάμισο|κερί|βιβλίο|ρολόι",
    "cp1255": "חולצה כחולה|שמלה|ירושלים|נעליים|מגבת|ספר ילדים|שעון|כובע",
    "cp1256": "قميص رجالي|فستان|القاهرة|حذاء نسائي|منشفة|كتاب أطفال|ساعة|قبعة",
    "cp874": "รองเท้า|เสื้อเชิ้ต|กรุงเทพ|หนังสือเด็ก|ผ้าเช็ดตัว|สีเหลือง|หมวก|ถุงมือ",
    "gb18030": "红色连衣裙|运动鞋|用户名|商品标题|加入购物车|袜子|北京|毛巾",
    "big5": "紅色連衣裙|運動鞋|使用者|商品名稱|購物車|臺北|毛巾|兒童書",
    "cp932": "赤いワンピース|スニーカー|東京|商品名|とても良い|靴下|子供の本|タオル",
    "euc_jp": "赤いワンピース|スニーカー|東京|商品名|とても良い|靴下|子供の本|タオル",
    "cp949": "빨간 원피스|운동화|양말 세트|장바구니|서울|수건|아동 책|상품 이름",
}
WORDS = {encoding: words.split("|") for encoding, words in WORDS.items()}
#: Those that are told from others by a few letters, so that small files leave doubt.
DOUBTFUL = ("iso8859-15", "iso8859-2")


@pytest.mark.parametrize(("text", "encoding", "found", "sure"), [
    ("Gift £10", "cp1252", "cp1252", True), ("Größe, Maße", "cp1252", "cp1252", True),
    ("20 €", "cp1252", "cp1252", True),
    ("“don’t” – l·l", "cp1252", "cp1252", False), ("红色连衣裙", "gbk", "gb18030", True),
    ("，。！", "gbk", "gb18030", False), ("联通", "gbk", "gb18030", False), ("Привет, мир", "cp1251", "cp1251", True),
    ("żółta łódka", "cp1250", "cp1250", True), ("ひらがなカタカナ", "euc-jp", "euc_jp", True),
    ("カタカナ、漢字。", "shift_jis", "cp932", True),
    ("가나다라마바사아자차카타파하" * 2, "cp949", "cp949", True),
    ("繁體中文的商品名稱", "big5", "big5", True),
    ("café thé", "cp437", "cp850", True), ("René", "cp1252", "cp1252", True),
    ("Yağmur", "cp1254", "cp1252", False),  # as it happens a word of Iceland, too
])  # fmt: skip
def test_an_encoding_is_told_by_the_letters_that_it_makes(text, encoding, found, sure):
    assert tell(text.encode(encoding)) == Told(found, sure)


@pytest.mark.parametrize("encoding", sorted(WORDS))
def test_small_files_of_shops_are_read_right_or_said_to_be_a_guess(encoding):
    draw, sure = random.Random(encoding), 0
    for _ in range(60):
        rows = [draw.choices(WORDS[encoding], k=2) for _ in range(draw.randint(3, 9))]
        text = "".join(f"{who},{what}\n" for who, what in rows)
        found = tell(text.encode(encoding))
        right = text.encode(encoding).decode(found.encoding) == text
        assert right or not found.sure
        sure += found.sure and right
    assert sure >= (35 if encoding in DOUBTFUL else 50)


def test_noise_is_of_no_encoding():
    assert tell(random.Random(7).randbytes(5_000)) is None


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
    western, chinese = "théière façon,1\n".encode("cp1252") * 50, "红色连衣裙,1\n".encode("gbk") * 50
    assert look(put(tmp_path, western + "théière façon,1\n".encode()), "x") == Look("utf-8", "cp1252")
    assert look(put(tmp_path, chinese + "红色连衣裙,1\n".encode()), "x") == Look("utf-8", "gb18030")


def test_looking_at_letters_tells_how_far_it_is_and_can_be_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(telling, "_CHUNK", 8)
    content, told = "théière,1\n".encode("cp1252") * 10, []

    @contextmanager
    def looping(message, size, takes):
        yield lambda done: told.append((done, size))

    monkeypatch.setattr(telling, "looping", looping)
    assert telling._mixed(put(tmp_path, content), "x").encoding == "cp1252"
    assert told == [(10 * n, 100) for n in range(1, 11)]
