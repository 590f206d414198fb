"""From what a shopper did to whom they are like: words, earlier days, a note, another shopper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.service import Shop
from tests.browser.serving import settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def test_a_shopper_is_known_over_time_by_notes_and_by_who_is_alike(app_url, visit, workspace):
    user = str(Shop(workspace, device="cpu").find_shoppers("")["user_id"][0])
    page = visit(f"{app_url}/shopper?user={user}")
    page.get_by_text("What would we have thought earlier?").click()
    expect(page.get_by_text("reads only what was in the logs by each day")).to_be_visible()
    settle(page)

    page.get_by_label("A note about this shopper").fill("Asked for <b>wide</b> shoes")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Asked for <b>wide</b> shoes", exact=True)).to_be_visible()
    settle(page)

    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Asked for", exact=False)).to_have_count(0)
    settle(page)

    page.get_by_role("radio", name="By what is predicted").click()
    settle(page)
    page.get_by_role("button", name=re.compile(r"\d{6}$")).last.click()
    expect(page).not_to_have_url(re.compile(f"user={user}$"))
    other = page.url.partition("user=")[2]
    expect(page.get_by_role("button", name=f"Shopper {other}")).to_be_visible()
