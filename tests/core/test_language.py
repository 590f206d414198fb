"""Sentences are said in the language that is spoken, whole, and each session hears its own."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest

from core import language
from core.language import Sayings, listed, nearest, say, say_many, speaking, spoken, to_say


@pytest.fixture(autouse=True)
def catalogue(monkeypatch, tmp_path):
    """Give Chinese a catalogue of three sentences."""
    (tmp_path / "zh.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{shown} of {all} shoppers"\nmsgstr "{all} 位顾客中的 {shown} 位"\n\n'
        'msgid "Cancel"\nmsgstr "取消"\n\n'
        'msgid "{number} day"\nmsgid_plural "{number} days"\nmsgstr[0] "{number} 天"\n\n'
        '#, fuzzy\nmsgid "Done"\nmsgstr "也许"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language._catalogue.cache_clear()
    yield
    language._catalogue.cache_clear()


def test_nobody_chose_so_it_is_english():
    assert spoken() == "en"
    assert say("{shown} of {all} shoppers", shown=12, all=80) == "12 of 80 shoppers"


def test_words_change_their_order_with_the_language():
    with speaking("zh"):
        assert say("{shown} of {all} shoppers", shown=12, all=80) == "80 位顾客中的 12 位"
    assert say("Cancel") == "Cancel"


@pytest.mark.parametrize(("number", "english", "chinese"), [
    (1, "1 day", "1 天"), (0, "0 days", "0 天"), (1200, "1,200 days", "1,200 天"),
])  # fmt: skip
def test_a_number_takes_its_form(number, english, chinese):
    assert say_many(number, "{number} day", "{number} days") == english
    with speaking("zh"):
        assert say_many(number, "{number} day", "{number} days") == chinese


def test_what_is_written_down_is_said_when_it_is_asked_for():
    written, names = to_say("Cancel"), Sayings({"stop": "Cancel", "own": "Harbour"})
    with speaking("zh"):
        assert (say(written), names["stop"], names.get("none"), list(names.values())) == \
            ("取消", "取消", None, ["取消", "Harbour"])
    assert dict(names) == {"stop": "Cancel", "own": "Harbour"}


@pytest.mark.parametrize("message", ["Done", "Not in the catalogue", "", "50 % of {braces}"])
def test_what_has_no_sure_translation_stays_english(message):
    with speaking("zh"):
        assert say(message) == message


def test_an_unknown_language_is_english():
    with speaking("xx"):
        assert spoken() == "en"


@pytest.mark.parametrize(("locale", "code"), [
    ("zh-CN", "zh"), ("zh_Hans", "zh"), ("ZH", "zh"), ("en-US", "en"), ("de-DE", "en"), ("", "en"), (None, "en"),
])  # fmt: skip
def test_a_browser_gets_the_nearest_language(locale, code):
    assert nearest(locale) == code


def test_two_threads_speak_beside_each_other():
    meet, heard = Barrier(2), {}

    def speak(code):
        with speaking(code):
            meet.wait(10)
            heard[code] = say("Cancel")
            meet.wait(10)

    threads = [Thread(target=speak, args=(code,)) for code in ("en", "zh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert heard == {"en": "Cancel", "zh": "取消"}


def test_who_is_followed_is_asked_each_time(monkeypatch):
    answers = iter(["zh", "en"])
    monkeypatch.setattr(language, "_asked", [])
    language.follow(lambda: next(answers))
    assert [say("Cancel"), say("Cancel")] == ["取消", "Cancel"]


def test_a_thread_speaks_what_it_settled_on_and_no_other_does():
    heard = {}

    def speak():
        language.settle("zh")
        heard["settled"] = say("Cancel")
        with speaking("en"):
            heard["within"] = say("Cancel")
        heard["after"] = say("Cancel")
        language.settle("xx")
        heard["unknown"] = say("Cancel")

    thread = Thread(target=speak)
    thread.start()
    thread.join(20)
    assert heard == {"settled": "取消", "within": "Cancel", "after": "取消", "unknown": "Cancel"}
    assert say("Cancel") == "Cancel"


def test_days_are_written_as_the_language_writes_them():
    assert language.day(date(2026, 6, 2)) == "2 June 2026"
    assert language.span(date(2026, 4, 3), date(2026, 6, 2)) == "3 April – 2 June 2026"
    assert language.span(date(2025, 4, 3), date(2026, 6, 2)) == "3 April 2025 – 2 June 2026"
    with speaking("zh"):
        assert language.day(date(2026, 6, 2)) == "2026年6月2日"


def test_parts_are_listed():
    said = [listed(list("abc"[:n])) for n in range(4)]
    assert said == ["", "a", "a and b", "a, b and c"]
