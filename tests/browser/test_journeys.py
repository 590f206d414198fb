"""What a merchandiser does, in a real browser; the console stays empty."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.fields import choose, field
from tests.browser.serving import settle

pytestmark = pytest.mark.browser
QUESTIONS = {
    "": "What is in my data, and is it healthy?",
    "segments": "Which shoppers are alike, and how do they differ?",
    "tags": "Whom does a description of mine fit?",
    "shopper": "Who is this shopper, and what will they click?",
    "recommend": "What should we show?",
    "why": "Why was this recommended?",
    "score": "What will happen with the list that I upload?",
    "model": "Can I trust the model, and how do I retrain it?",
}


def go(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
    settle(page)


def upload(page: Page, text: str) -> None:
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]


def open_first_shopper(page: Page) -> None:
    settle(page)  # a table that is drawn anew forgets what was clicked
    page.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(position={"x": 22, "y": 52})
    settle(page)
    page.get_by_role("link", name="Open shopper").click()
    expect(page.get_by_text("Counted in the logs")).to_be_visible()
    settle(page)


def test_from_the_overview_to_a_scored_list(app_url, visit):
    page = visit(app_url)
    expect(page.get_by_test_id("stMetric").filter(has_text="Shoppers")).to_contain_text(re.compile(r"\d"))
    expect(page.locator(".js-plotly-plot")).to_have_count(4)

    go(page, "Segments")
    everyone = page.get_by_role("heading", level=2).inner_text()
    page.get_by_role("button", name="Bought often").click()
    expect(page).to_have_url(re.compile("where="))
    expect(page.get_by_role("heading", level=2)).not_to_have_text(everyone)
    expect(page.get_by_role("heading", name="How they differ")).to_be_visible()
    open_first_shopper(page)

    expect(page.get_by_text("Predicted by the model")).to_be_visible()
    reasons = page.locator('a[href*="item="]').filter(has_text="Why?")
    expect(reasons).to_have_count(10)
    reasons.first.click()
    expect(page.locator(".sl-word").first).to_be_visible()
    expect(page.get_by_text("From nothing known to this prediction")).to_be_visible()
    settle(page)
    chosen = parse_qs(urlsplit(page.url).query)

    go(page, "Score a list")
    upload(page, f"user_id,item_id\n{chosen['user'][0]},{chosen['item'][0]}\nsomebody new,{chosen['item'][0]}\n")
    expect(page.get_by_text("2 pairs of a shopper and an item")).to_be_visible()
    page.get_by_text("Give a reason for every row").click()
    settle(page)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_text("What to expect")).to_be_visible(timeout=180_000)  # a worker starts for it
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the result").click()
    rows = list(csv.DictReader(StringIO(Path(download.value.path()).read_text())))
    assert [row["user_id"] for row in rows] == [chosen["user"][0], "somebody new"]
    assert all(0 < float(row["p_click"]) < 1 and row["reason"] for row in rows)


def test_the_very_first_deep_link_of_a_server_loses_no_click(fresh_url, visit):
    page = visit(f"{fresh_url}/score")
    upload(page, "user_id,item_id\nsomebody new,nothing\n")
    expect(page.get_by_text("1 pair of a shopper and an item")).to_be_visible()


def test_a_link_to_a_segment_is_shown_as_it_was_sent(app_url, visit):
    page = visit(f'{app_url}/segments?where=[["purchases",">=",2]]')
    expect(page.get_by_text("Purchases at least 2")).to_be_visible()


def test_another_shopper_and_another_item_are_chosen(app_url, visit):
    page = visit(f"{app_url}/why")
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile(r" · \d")).first.click()
    expect(page).to_have_url(re.compile("user="))
    expect(page.locator(".sl-word").first).to_be_visible()
    first = re.search("item=[^&]+", page.url)[0]
    page.get_by_role("button", name=re.compile("^Item ")).click()
    settle(page)
    choose(field(page, re.compile("Item")), 1)
    expect(page).not_to_have_url(re.compile(first))
    expect(page.locator(".sl-word").first).to_be_visible()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_cold_deep_link_on_a_phone_fits_the_screen(name, app_url, visit):
    page = visit(f"{app_url}/{name}", viewport=PHONE, color_scheme="dark")
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTIONS[name])
    expect(page).to_have_title(re.compile("ShopperLens"))
    expect(page.get_by_test_id("stException")).to_have_count(0)
    if name in ("shopper", "recommend", "why"):
        page.get_by_test_id("stMain").get_by_role("button", name=re.compile(r" · \d")).first.click()
        expect(page).to_have_url(re.compile("user="))
        settle(page)
    wider = "element => element.scrollWidth - element.clientWidth"
    assert page.get_by_test_id("stMain").evaluate(wider) <= 0
    assert page.locator("html").evaluate(wider) <= 0
