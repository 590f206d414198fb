"""From a recommendation to its reason, to what if, to a report that opens without a server, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.fields import choose, field
from tests.browser.serving import settle

pytestmark = pytest.mark.browser


def test_from_a_recommendation_to_what_if_and_a_report(app_url, visit, tmp_path):
    page = visit(f"{app_url}/shopper")
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile(r" · \d")).first.click()
    expect(page).to_have_url(re.compile("user="))
    settle(page)
    page.get_by_role("link", name="Why?").last.click()
    expect(page.locator(".sl-word").first).to_be_visible()
    settle(page)
    expect(page.get_by_text("Adds up").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report of this shopper (HTML)").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    opened = page.context.new_page()
    opened.goto(report.as_uri())
    assert opened.locator("svg").count() == 1
    expect(opened.get_by_text("Counted in the logs")).to_be_visible()
    opened.close()

    page.get_by_role("radio", name="What if").or_(page.get_by_role("button", name="What if")).first.click()
    expect(page).to_have_url(re.compile("ask=if"))
    settle(page)
    choose(field(page, "Without what they did"), 1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="See what moves").click()
    expect(page.get_by_test_id("stMetric")).to_have_count(2)
    expect(page.get_by_text("As it would be").first).to_be_visible()


def test_two_items_and_a_tag_are_explained_on_a_phone(app_url, visit):
    page = visit(f"{app_url}/shopper", viewport=PHONE, color_scheme="dark")
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile(r" · \d")).first.click()
    expect(page).to_have_url(re.compile("user="))
    settle(page)
    user = re.search("user=([^&]+)", page.url)[1]
    for address in (f"why?user={user}&ask=above", f"why?user={user}&tag=intent:buy"):
        page = visit(f"{app_url}/{address}", viewport=PHONE, color_scheme="dark")
        expect(page.get_by_test_id("stMetric").first).to_be_visible()
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert page.locator("html").evaluate("element => element.scrollWidth - element.clientWidth") <= 0
