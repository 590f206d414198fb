"""Every page in Chinese: no English sentence is left but what the shop's data and the model's words say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from core.language import LANGUAGES, say
from core.records import HealthNote
from pages._ui import describing, nav
from tests.pages.test_every_page import CHOSEN, QUESTIONS, bend

#: Three words of English or more, one after the other.
WORDS = re.compile(r"[A-Za-z][a-z’']+(?:[ ,;:–]+[A-Za-z][a-z’']+){2,}")
#: Fields of what is drawn that nobody reads.
UNREAD = {"id", "icon", "iconImage", "formId", "key", "url", "urlPathname", "pageScriptHash", "pageName", "anchor",
          "elementId", "fragmentId", "type", "config", "queryParams", "page", "language", "allowedTypes",
          "user_key", "userKey", "scriptHash"}  # fmt: skip
#: Of a figure, what is read.
OF_FIGURES = {"text", "name", "title", "hovertemplate", "hovertext", "ticktext"}
#: What the made-up shop says is data, and may be English.
DATA = " ".join([*(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("fake_*.py"))),
                 *describing.EXAMPLES, describing.OPPOSITE])  # fmt: skip
#: What else may be English: commands, names of things, and markup.
NAMES = re.compile(r"python -m core[\w .|-]*|Weights & Biases|Hugging Face Hub|user_id[\w,]*|:material/\w+:|<[^>]*>|"
                   r"&\w+;")  # fmt: skip


def strings(told: Any, of: str = "") -> Iterator[str]:
    """Yield every text in what is drawn."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key == "spec" and isinstance(value, str):
                yield from of_figure(json.loads(value))
            elif key not in UNREAD:
                yield from strings(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from strings(value, of)
    elif isinstance(told, str):
        yield told if "<style" not in told else ""


def of_figure(told: Any, read: bool = False) -> Iterator[str]:
    """Yield every text of a figure that is read."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key != "template":
                yield from of_figure(value, key in OF_FIGURES)
    elif isinstance(told, list):
        for value in told:
            yield from of_figure(value, read)
    elif isinstance(told, str) and read:
        yield told


def said(app: AppTest) -> Iterator[str]:
    """Yield every text that a person can read on a page."""
    for part in (app.main, app.sidebar):
        for element in part:
            for node in walk(element):
                proto = getattr(node, "proto", None)
                if proto is not None:
                    yield from strings(MessageToDict(proto))
    for table in app.dataframe:
        yield from map(str, table.value.columns)
        for _, column in table.value.items():
            yield from (cell for cell in column if isinstance(cell, str))


def walk(node: Any) -> Iterator[Any]:
    """Yield a block and everything in it."""
    yield node
    for child in getattr(node, "children", {}).values():
        yield from walk(child)


def english(app: AppTest) -> list[str]:
    """Return what is English and is neither data nor a name."""
    data = re.sub(r"\s+", " ", DATA).lower()
    found = {words for text in said(app) for words in WORDS.findall(NAMES.sub("\n", text))}
    return sorted(words for words in found if words.lower() not in data)


@pytest.fixture
def chinese(monkeypatch):
    """Let browsers ask for Chinese."""
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.locale", property(lambda self: "zh-CN"))


@pytest.mark.parametrize("situation", [None, "no_model", "empty"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_page_is_said_in_chinese(name, situation, page, shop, chinese):
    if situation:
        bend(shop, situation)
    app = page(name, **CHOSEN.get(name, {}))
    assert not app.exception
    assert re.search("[\u4e00-\u9fff]", app.title[0].value)
    assert english(app) == [], "\n".join(english(app))


def test_english_would_be_found(page, shop):
    app = page("overview")
    assert "What is in my data" in " ".join(english(app))


def test_two_sessions_hear_their_own_language_from_one_cache(page, shop, monkeypatch):
    seen = shop.overview

    def overview():
        note = HealthNote("good", say("Every line could be read"), say("No line was rejected."))
        return replace(seen(), health=[note])

    monkeypatch.setattr(shop, "overview", overview)
    for _ in range(2):
        for code, title in (("en", "Every line could be read"), ("zh", "每一行都能读取")):
            app = page("overview", lang=code)
            assert [text for text in (m.value for m in app.markdown) if title in text], code


def test_a_choice_stays_while_pages_change(page, shop):
    app = page("overview")
    app.selectbox(key="language-en").select("zh").run()
    assert app.query_params["lang"] == "zh"
    assert app.title[0].value == "我的数据里有什么，质量好吗？"
    app.query_params.clear()
    app.switch_page(str(nav.path("score"))).run()
    assert app.title[0].value == "我上传的名单会有怎样的结果？"
    assert app.query_params["lang"] == "zh"
    app.selectbox(key="language-zh").select("en").run()
    assert app.title[0].value == QUESTIONS["score"]


def test_languages_are_offered_by_their_own_names(page, shop):
    app = page("overview")
    assert app.selectbox(key="language-en").options == [language.name for language in LANGUAGES.values()]


def test_an_unknown_language_in_the_address_changes_nothing(page, shop):
    assert page("overview", lang="xx").title[0].value == QUESTIONS["overview"]
