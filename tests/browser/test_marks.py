"""Marks of charts by mouse: a click opens exactly those whom the chart counts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from core.service import Shop
from tests.browser.serving import settle

pytestmark = pytest.mark.browser
BUYERS = urlencode({"where": '[["purchases",">=",1]]'})


def click(mark: Locator) -> None:
    """Click in the middle of a mark; plotly hears it through a layer of its own."""
    mark.scroll_into_view_if_needed()
    settle(mark.page)
    box = mark.bounding_box()
    mark.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settle(mark.page)


def opened(page: Page) -> int:
    """Open what was clicked as a segment and return how many are in it."""
    heading = page.get_by_role("heading", level=2).first
    before = heading.inner_text()
    page.get_by_role("button", name="Open as a segment").click()
    expect(heading).not_to_have_text(before)
    return int(heading.inner_text().partition(" of ")[0].replace(",", ""))


def test_a_bar_of_the_funnel_opens_as_many_as_it_counts(app_url, visit):
    page = visit(f"{app_url}/segments?look=did")
    funnel = page.get_by_role("figure", name="Shoppers at each step")
    told = funnel.locator(".annotation-text").nth(1).text_content()
    counted = int(re.search(r"Filled a cart: ([\d,]+) shoppers", told)[1].replace(",", ""))
    click(funnel.locator(".barlayer .point").nth(1))
    assert opened(page) == counted > 0


def test_a_dot_of_how_they_differ_opens_as_many_as_are_counted_then(app_url, visit):
    page = visit(f"{app_url}/segments?{BUYERS}")
    click(page.get_by_role("figure", name="This segment against everyone else").locator(".scatterlayer .point").first)
    counted = page.get_by_text(re.compile(r"^[\d,]+ shoppers$"))
    expect(counted).to_be_visible()
    many = int(counted.inner_text().partition(" ")[0].replace(",", ""))
    assert opened(page) == many > 0


def test_a_point_of_the_map_leads_to_its_shopper(app_url, visit, workspace):
    made = Shop(workspace, device="cpu").map
    if made.kept() is None:
        made.compute()
    page = visit(f"{app_url}/segments?look=map")
    page.get_by_text("A click", exact=True).click()
    settle(page)
    chart = page.get_by_role("figure", name=re.compile("^A map of "))
    click(chart.locator(".scatterlayer .point").first)
    page.get_by_role("link", name="Open shopper").click()
    expect(page.get_by_text("Counted in the logs")).to_be_visible()
    (user,) = parse_qs(urlsplit(page.url).query)["user"]
    assert user in set(made.table()["user_id"])
