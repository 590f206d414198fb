"""The dashboard in a browser that asks for Chinese, and in one that changes its mind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.serving import settle

pytestmark = pytest.mark.browser


def test_a_chinese_browser_is_spoken_to_in_chinese_from_the_overview_to_a_reason(app_url, visit):
    page = visit(app_url, locale="zh-CN")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的数据里有什么，质量好吗？")
    expect(page.get_by_test_id("stMetric").filter(has_text="顾客").first).to_contain_text(re.compile(r"\d"))
    page.get_by_test_id("stSidebar").get_by_role("link", name="人群").click()
    settle(page)
    page.get_by_role("button", name="经常购买").click()
    expect(page).to_have_url(re.compile("where="))
    settle(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="顾客").click()
    settle(page)
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile(r" · \d")).first.click()
    expect(page).to_have_url(re.compile("user="))
    settle(page)
    page.get_by_role("link", name="为什么？").last.click()
    expect(page.locator(".sl-word").first).to_be_visible()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("为什么会这样推荐？")
    expect(page.get_by_test_id("stMain")).not_to_contain_text("Mostly because")


def test_a_language_is_chosen_kept_in_the_address_and_on_the_way_to_other_pages(app_url, visit):
    page = visit(app_url, viewport=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("What is in my data, and is it healthy?")
    page.goto(f"{app_url}?lang=zh")
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("我的数据里有什么，质量好吗？")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebar").get_by_role("link", name="模型").click()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("我能信任这个模型吗，怎样重新训练？")
    expect(page).to_have_url(re.compile("lang=zh"))
