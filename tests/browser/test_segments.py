"""A segment from the first condition to a link that a colleague opens."""

from __future__ import annotations

import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser import fields
from tests.browser.serving import settle

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, option: str) -> None:
    fields.choose(fields.field(page, re.compile(label)).last, re.compile(re.escape(option)), typed=option)
    settle(page)


def test_a_nested_segment_is_built_held_against_another_saved_shared_and_taken_along(app_url, visit):
    page = visit(f"{app_url}/segments")
    heading = page.get_by_role("heading", level=2).first
    everyone = heading.inner_text()
    page.get_by_role("button", name="Add a condition").click()
    settle(page)
    choose(page, "Shoppers whose", "What they did: viewed")
    expect(page.get_by_text(re.compile("viewed.* at least 1 time in the last 30 days"))).to_be_visible()
    page.get_by_role("button", name="Add a group").click()
    settle(page)
    expect(heading).not_to_have_text(everyone)
    expect(page).to_have_url(re.compile("any"))
    count = heading.inner_text()

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Lookers")
    page.get_by_label("Your name").fill("Shop desk")
    page.get_by_role("button", name="Save as a new segment").click()
    expect(page.get_by_text("follows the data, by Shop desk")).to_be_visible()
    settle(page)

    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_text(re.compile(r"\?view="))
    expect(link).to_be_visible()
    key = link.inner_text().partition("view=")[2].strip()

    page.get_by_role("button", name="Take this list along").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download all .* as Excel")).click()
    assert re.fullmatch(r"Lookers-data-1-demo-\d{4}-\d\d-\d\d\.xlsx", download.value.suggested_filename)
    with open(download.value.path(), "rb") as file:
        book = openpyxl.load_workbook(file)
    assert book["List"].max_row - 1 == int(count.partition(" of ")[0].replace(",", ""))
    about = {row[0].value: row[1].value for row in book["About this list"].iter_rows()}
    assert about["Conditions"].startswith("viewed at least 1 time in the last 30 days")
    page.keyboard.press("Escape")

    colleague = visit(f"{app_url}/segments?view={key}", color_scheme="dark")  # a browser that has seen nothing yet
    expect(colleague.get_by_text(re.compile("Seen by Shop desk"))).to_be_visible()
    expect(colleague.get_by_role("heading", level=2).first).to_have_text(count)
    expect(colleague.get_by_text(re.compile("viewed.* at least 1 time in the last 30 days")).first).to_be_visible()
    colleague.get_by_role("button", name="Bought often").click()
    settle(colleague)
    choose(colleague, "How they differ from", "Lookers")
    expect(colleague.get_by_text(re.compile("in both"))).to_be_visible()
    expect(colleague.get_by_text("The surest differences first").or_(
        colleague.get_by_text("Nothing sets them apart"))).to_be_visible()  # fmt: skip
