"""What holds for every page: it opens cold, says what to do when something is missing, and trusts no data."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import WorkspaceError
from tests.pages.conftest import PROJECT
from tests.pages.fake_shop import SITUATIONS, FakeShop

QUESTIONS = {
    "overview": "What is in my data, and is it healthy?",
    "segments": "Which shoppers are alike, and how do they differ?",
    "tags": "Whom does a description of mine fit?",
    "shopper": "Who is this shopper, and what will they click?",
    "recommend": "What should we show?",
    "why": "Why was this recommended?",
    "score": "What will happen with the list that I upload?",
    "model": "Can I trust the model, and how do I retrain it?",
    "imports": "What is in my files, and what becomes of it?",
}
CHOSEN = {
    "tags": {"says": "buys <b>boots</b>"}, "shopper": {"user": "S00042"}, "recommend": {"user": "S00042"},
    "why": {"user": "S00042", "item": "I010"},
}


def bend(shop: FakeShop, situation: str) -> None:
    for name, value in SITUATIONS[situation].items():
        setattr(shop, name, value)


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.success, app.error, app.title, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_cold_deep_link_opens(name, situation, page, shop):
    bend(shop, situation)
    app = page(name, **CHOSEN.get(name, {}))
    assert [title.value for title in app.title] == [QUESTIONS[name]]
    assert not app.exception
    assert not app.error


def test_a_page_that_ran_without_the_router_keeps_the_identities_of_its_widgets(shop):
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=180).switch_page("pages/segments.py").run()
    first = [widget.proto.id for widget in (*app.button, *app.multiselect)]
    app.run()
    assert first
    assert first == [widget.proto.id for widget in (*app.button, *app.multiselect)]


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "imports"])
def test_without_data_it_says_how_to_bring_some(name, page, shop):
    bend(shop, "empty")
    app = page(name)
    assert "Nothing is imported yet" in said(app)
    assert "python -m core import" in app.code[0].value
    assert "Import the shop's logs" in [link.proto.label for link in app.get("page_link")]


@pytest.mark.parametrize("name", ["shopper", "recommend", "why", "score", "model"])
def test_without_a_model_it_says_how_to_get_one(name, page, shop):
    bend(shop, "no_model")
    assert "No model is trained yet" in said(page(name, **CHOSEN.get(name, {})))


@pytest.mark.parametrize("name", ["shopper", "recommend", "why"])
def test_without_a_shopper_it_offers_some(name, page):
    app = page(name)
    assert "Choose a shopper" in said(app)
    app.button(key="try-S00002").click().run()
    assert app.query_params["user"] == "S00002"
    assert "Choose a shopper" not in said(app)


@pytest.mark.parametrize("name", ["shopper", "recommend", "why"])
def test_an_unknown_shopper_is_said_and_another_can_be_chosen(name, page):
    app = page(name, user="nobody", **({"item": "I001"} if name == "why" else {}))
    assert "nobody" in app.error[0].value
    assert not app.exception
    app.selectbox(key="pick-user-nobody-").select("S00003").run()
    assert app.query_params["user"] == "S00003"
    assert not app.error


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_folder_that_is_no_workspace_is_said(name, page, shop):
    shop.failure = WorkspaceError("This folder is no workspace: make one with python -m core demo.")
    app = page(name)
    assert "no workspace" in app.error[0].value
    assert not app.exception


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_from_the_data_becomes_markup(name, page):
    app = page(name, **CHOSEN.get(name, {}))
    markdown = [m.value for kind in (app.markdown, app.caption, app.info, app.success) for m in kind]
    assert not [text for text in markdown if re.search(r"(?<!\\)<(script|b|img)", text)]
    assert not [h.value for h in app.html if re.search(r"<(script|img)", h.value)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_generated_data_is_called_so(name, page, shop):
    assert "generated data" in said(page(name))
    shop.generated = False
    assert "generated data" not in said(page(name))


def test_the_sidebar_says_shop_span_model_and_device(page):
    app = page("overview")
    words = " ".join(element.value for kind in (app.sidebar.markdown, app.sidebar.caption) for element in kind)
    assert "4 April – 2 June 2026" in words
    assert "demo" in words
    assert "the processor (CPU)" in words


def test_newer_data_is_offered_and_loaded(page, shop):
    app = page("overview")
    assert not [b for b in app.sidebar.button if b.label == "Load the new data"]
    shop.newer = 4
    app.run()
    next(b for b in app.sidebar.button if b.label == "Load the new data").click().run()
    assert shop.version == 4
    assert not app.sidebar.info


def test_profiles_are_started_once_when_they_are_missing(page, shop):
    shop.ready = 0.0
    app = page("overview").run()
    assert [kind for kind, _ in shop.submitted] == ["profile"]
    assert "40" in " ".join(caption.value for caption in app.sidebar.caption)
