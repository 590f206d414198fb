"""What to show: to a shopper, a segment, on an item's page, for a search, in an ad slot, and to somebody who asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.conditions import Group, Listed
from core.service import Shop
from tests.browser import fields
from tests.browser.conftest import PHONE
from tests.browser.serving import served, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
#: Milliseconds that work in the worker may take: it waits its turn, and loads the model.
LONG = 240_000


@pytest.fixture(scope="module")
def somebody(workspace: Path) -> str:
    """Return a shopper who does much."""
    return str(Shop(workspace, device="cpu").find_shoppers("", limit=1)["user_id"][0])


@pytest.fixture(scope="module")
def offers_url(workspace: Path, browser: Browser, somebody: str) -> Iterator[str]:
    """Serve the dashboard for the journeys of this module, with the model loaded.

    Its worker keeps to one thread, and goes soon after its work.
    """
    patch = pytest.MonkeyPatch()
    patch.setenv("SHOPPERLENS_WORKER_IDLE", "5")
    patch.setenv("SHOPPERLENS_THREADS", "1")
    with served(workspace) as address:
        page = browser.new_page()
        page.goto(f"{address}/recommend?user={somebody}")
        expect(cards(page).first).to_be_visible(timeout=LONG)
        page.close()
        yield address
    patch.undo()


def cards(page: Page) -> Locator:
    """Titles of the cards, in order: "1. Rain jacket"."""
    return page.get_by_test_id("stMarkdown").locator("strong").filter(has_text=re.compile(r"^\d+\. "))


def titles(page: Page) -> list[str]:
    return [title.split(". ", 1)[1] for title in cards(page).all_inner_texts()]


def use(page: Page, name: str) -> None:
    settle(page)
    choice = page.get_by_role("radio", name=name).first  # while a page is drawn anew, the old one may be there too
    choice.click()
    expect(choice).to_be_checked()
    settle(page)


def test_a_rule_moves_what_a_shopper_is_shown(offers_url, visit, somebody):
    page = visit(f"{offers_url}/recommend?user={somebody}")
    expect(cards(page)).to_have_count(10)
    before = titles(page)
    page.get_by_role("button", name="Rules").click()
    fields.choose(fields.field(page, "What to do"), "Hide")
    settle(page)
    box = page.get_by_role("searchbox", name="Find items")
    box.fill(before[0])
    box.press("Enter")
    settle(page)
    fields.choose(fields.field(page, "Item"), before[0])
    settle(page)
    page.get_by_role("button", name="Add the rule").click()
    expect(page).to_have_url(re.compile("rules="))
    expect(page.get_by_role("button", name="Rules (1)")).to_be_visible()
    expect(cards(page).first).not_to_contain_text(before[0])
    settle(page)
    after = titles(page)
    assert before[0] not in after
    assert len(after) == 10
    assert after != before[1:]


def test_what_to_feature_is_worked_out_beside_the_page_and_is_there_on_coming_back(offers_url, visit, workspace):
    shop = Shop(workspace, device="cpu")
    few = tuple(shop.find_shoppers("", limit=8)["user_id"].astype(str))
    one = shop.segments.save(Group("all", (Listed("Keen", "", few),)), "Keen")
    page = visit(f"{offers_url}/recommend?for=segment&segment={one.id}")
    expect(page.get_by_text("You may leave")).to_be_visible()
    page = visit(page.url)  # who comes back finds it under way, or done
    answer = page.get_by_role("heading", level=2).filter(has_text=re.compile("These 8 reach"))
    expect(answer).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Together they reach most")).to_be_visible()
    settle(page)
    many = page.get_by_role("spinbutton", name="Items shown together")
    many.fill("3")
    many.press("Enter")
    expect(page.get_by_role("heading", level=2).filter(has_text=re.compile("These 3 reach"))).to_be_visible()
    expect(page.get_by_text("You may leave")).to_have_count(0)  # nothing had to be read again


def test_from_a_search_to_an_items_page(offers_url, visit, somebody):
    page = visit(f"{offers_url}/recommend?for=search")
    box = page.get_by_role("searchbox", name="What a shopper types")
    box.fill("waterproof jacket under 120")
    box.press("Enter")
    expect(page.get_by_role("button", name="Price: up to 120")).to_be_visible()
    settle(page)
    assert all("jacket" in title for title in titles(page)[:3])
    page.goto(f"{page.url}&user={somebody}")
    settle(page)
    expect(page.get_by_role("heading", name="For nobody in particular")).to_be_visible()
    expect(page.get_by_text("Predicted chance of a click").first).to_be_visible()
    first = titles(page)[0]
    page.get_by_role("button", name="Its page").first.click()
    expect(page.get_by_role("heading", name=first)).to_be_visible()
    for section in ("Similar items", "Goes with it", "Articles and videos about it"):
        expect(page.get_by_role("heading", name=section)).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Its page").first.click()
    expect(page.get_by_role("heading", name=first, exact=True)).to_have_count(0)


def test_an_ad_slot_says_what_to_change(offers_url, visit):
    page = visit(f"{offers_url}/recommend?for=ad&by=together")
    expect(page.get_by_role("heading", level=2).filter(has_text="clicks")).to_be_visible()
    expect(page.get_by_text("press Suggest")).to_be_visible()  # what was counted judges until somebody asks
    page.get_by_text("Goal, limits and who judges", exact=True).click()
    page.get_by_role("spinbutton", name=re.compile("Times that an ad is shown")).fill("1")
    page.get_by_text("What was counted", exact=True).click()
    page.get_by_role("button", name="Suggest", exact=True).click()
    settle(page)
    expect(page.get_by_text("cannot be repeated more often").first).to_be_visible()


def test_a_need_is_answered_and_gone_on_from(offers_url, visit):
    page = visit(f"{offers_url}/recommend?for=assist")
    box = page.get_by_test_id("stChatInput").get_by_role("textbox")
    box.fill("I need a waterproof jacket, under 120")
    box.press("Enter")
    answers = page.get_by_test_id("stChatMessage")
    expect(answers).to_have_count(2)
    expect(page).to_have_url(re.compile("need=waterproof"))
    settle(page)
    dearest = max(prices(page))
    assert 0 < dearest <= 120

    box.fill("cheaper")
    box.press("Enter")
    expect(answers).to_have_count(4)
    settle(page)
    assert max(prices(page)) < dearest

    choice = answers.last.get_by_role("button").filter(has_text=re.compile(r"^(Black|Green|Beige|Grey|Blue|White|Red)"))
    said, many = re.match(r"(\w+) ([\d,]+)", choice.first.inner_text()).groups()  # type: ignore[union-attr]
    choice.first.click()
    expect(answers).to_have_count(6)
    settle(page)
    found = "One item matches" if many == "1" else f"{many} items match"
    expect(answers.last).to_contain_text(found)
    assert all(said.lower() in title for title in titles(page))

    link = visit(page.url, viewport=PHONE, color_scheme="dark")
    expect(link.get_by_test_id("stChatMessage")).to_have_count(2)
    expect(link.get_by_test_id("stChatMessage").last).to_contain_text(found)
    assert link.locator("html").evaluate("element => element.scrollWidth - element.clientWidth") <= 0


def prices(page: Page) -> list[float]:
    """Prices of the items that are offered last."""
    said = page.get_by_test_id("stChatMessage").last.get_by_text(re.compile(r"[Cc]osts [\d,.]+ \(")).all_inner_texts()
    return [float(re.search(r"[Cc]osts ([\d,.]+) \(", one)[1].replace(",", "")) for one in said]  # type: ignore[index]


def test_every_use_fits_a_phone_in_the_dark(offers_url, visit, somebody):
    page = visit(f"{offers_url}/recommend?user={somebody}", viewport=PHONE, color_scheme="dark")
    for name in ("For a shopper", "An item's page", "A search", "The assistant", "An ad slot"):
        use(page, name)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert page.locator("html").evaluate("element => element.scrollWidth - element.clientWidth") <= 0, name
