"""How much of the titles a base can read: worked out by hand on six tokens, then on a shop."""

import json
import subprocess
import sys

import pytest

from core import vocabulary
from core.records import HealthNote
from core.store.workspace import connect
from tests.core.little_shop import little_shop


@pytest.fixture
def six(tmp_path):
    """Return the file of a vocabulary of six tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[UNK]", "red", "sh", "##oe", "##es", "lamp"]
    made = Tokenizer(models.WordPiece({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


def test_unknown_tokens_and_pieces_are_counted(six):
    read = vocabulary.measure("six", six, ["red shoe", "red 无线 lamp"])
    # red sh ##oe | red [UNK] lamp: one of six tokens, and five pieces for four known words
    assert (read.unknown, read.pieces) == pytest.approx((1 / 6, 5 / 4))
    assert (read.chinese, read.titles) == (0.5, 2)


def shop(folder, titles=None):
    workspace = little_shop(folder)
    if titles:
        con = connect(workspace.version_file(1))
        con.execute("DELETE FROM items")
        con.executemany("INSERT INTO items (item_id, title) VALUES (?, ?)", [[str(n), t] for n, t in enumerate(titles)])
        con.close()
    return workspace, workspace.reader()


def test_english_titles_are_read_by_the_default_base(tmp_path):
    note = vocabulary.note(*shop(tmp_path / "shop"), None)
    assert (note.level, note.title) == ("good", "The base model can read the titles")


def test_chinese_titles_on_it_are_a_warning_that_names_a_base(tmp_path):
    note = vocabulary.note(*shop(tmp_path / "shop", ["无线蓝牙耳机 降噪", "连衣裙 夏季 女装 新款"]), None)
    assert note.level == "warn"
    assert note.title.startswith("The base model cannot read 76")
    assert "python -m core train --base bert-base-chinese" in note.detail


def test_words_that_fall_apart_are_noted(tmp_path):
    titles = ["Wanderschuhe für Damen wasserdicht", "Kaffeevollautomat mit Milchaufschäumer"]
    note = vocabulary.note(*shop(tmp_path / "shop", titles), None)
    assert isinstance(note, HealthNote)
    assert note.level == "note"
    assert "fall into" in note.title
    assert "bert-base-multilingual-cased" in note.detail


def test_it_is_counted_once_for_a_version(tmp_path, monkeypatch):
    workspace, reader = shop(tmp_path / "shop")
    first = vocabulary.note(workspace, reader, None)
    monkeypatch.setattr(vocabulary, "measure", lambda *_: pytest.fail("it was kept"))
    assert vocabulary.note(workspace, reader, None) == first
    kept = workspace.artefacts("base-all-MiniLM-L6-v2", 1) / "titles.json"
    assert json.loads(kept.read_text())["titles"] == 6
    monkeypatch.undo()
    kept.write_text("{")
    assert vocabulary.note(workspace, reader, None) == first


def test_without_titles_or_vocabulary_nothing_is_said(tmp_path, monkeypatch):
    assert vocabulary.note(*shop(tmp_path / "shop", [" "]), None) is None
    monkeypatch.setattr(vocabulary, "_base", lambda *_: str(tmp_path / "no such base"))
    assert vocabulary.note(*shop(tmp_path / "other"), None) is None


def test_the_overview_loads_no_network_for_it(tmp_path):
    little_shop(tmp_path / "shop")
    code = (
        "import sys; from pathlib import Path; from core.service import Shop; "
        "titles = [n.title for n in Shop(Path(sys.argv[1])).overview().health]; "
        "assert 'The base model can read the titles' in titles, titles; "
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "shop")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
