"""Three steps for who is new: offered once, told where they belong, left at any time."""

from __future__ import annotations

import pytest

from pages._ui import tour


def told(app):
    return [text.value for text in app.markdown if " of 3 · " in text.value]


def test_it_is_offered_once_where_one_begins(page, shop):
    shop.shown_around = False
    assert any("New here?" in text.value for text in page("overview").markdown)
    assert not any("New here?" in text.value for text in page("segments").markdown)
    app = page("overview")
    app.button(key="tour-decline").click().run()
    assert shop.shown_around
    assert not any("New here?" in text.value for text in app.markdown)
    assert not told(app)


def test_who_wants_it_gets_the_first_step_and_is_not_asked_again(page, shop):
    shop.shown_around = False
    app = page("overview")
    app.button(key="tour-begin").click().run()
    assert told(app)[0].startswith("**1 of 3 · What happened.**")
    assert shop.shown_around
    app.button(key="tour-end").click().run()
    assert not told(app)
    assert "tour" not in app.query_params


def test_it_can_be_had_again_from_everywhere(page):
    app = page("overview")
    app.button(key="tour-again").click().run()
    assert told(app)[0].startswith("**1 of 3")
    link = next(link for link in page("model").get("page_link") if link.proto.label == "Show me around")
    assert link.proto.query_string == "tour=1"


@pytest.mark.parametrize(("number", "name"), list(enumerate(("overview", "segments", "shopper"), 1)))
def test_each_step_is_told_on_its_page(number, name, page):
    app = page(name, tour=str(number))
    assert not app.exception
    assert [text.partition(" · ")[0] for text in told(app)] == [f"**{number} of 3"]
    links = [link.proto.label for link in app.get("page_link")]
    following = tour.STEPS[number].title if number < 3 else None
    assert ("How far to trust it" if following is None else f"Next: {following}") in links


@pytest.mark.parametrize("said", ["2", "0", "4", "-1", "²", "one", ""])
def test_an_address_with_another_step_shows_none(said, page):
    app = page("overview", tour=said)
    assert not app.exception
    assert not told(app)


def test_a_shop_without_logs_is_not_shown_around(page, shop):
    shop.shown_around, shop.version = False, None
    app = page("overview", tour="1")
    assert not told(app)
    assert not any("New here?" in text.value for text in app.markdown)


def test_every_step_belongs_to_a_page_that_is_there():
    assert [tour.nav.PAGES[step.page][0] for step in tour.STEPS] == ["Overview", "Segments", "Shopper"]
