"""A segment from the first condition to a link that a colleague opens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from core.service import Shop
from core.store.importer import import_files
from tests.browser import fields
from tests.browser.serving import served, settle

pytestmark = pytest.mark.browser
WHERE = '[["purchases",">=",2],["intent:buy",">=",0.3]]'


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


def seen(page: Page) -> tuple[str, str]:
    """How many are in the segment, and how they differ: what the chart of it holds."""
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    held = page.locator(".js-plotly-plot").first.evaluate(
        "chart => JSON.stringify(chart.data.map(one => [one.name, Array.from(one.x ?? []), Array.from(one.y ?? [])]))"
    )
    return page.get_by_role("heading", level=2).first.inner_text(), held


@pytest.fixture
def own(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Shop, str]]:
    """Serve a copy of the shop, into which can be imported; give the shop and the address."""
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "1")
    shutil.copytree(workspace, tmp_path / "demo")
    with served(tmp_path / "demo") as address:
        yield Shop(tmp_path / "demo", device="cpu"), address


def test_a_link_shows_a_fresh_browser_what_was_seen_before_more_was_imported(own, visit, tmp_path):
    shop, address = own
    page = visit(f"{address}/segments?where={WHERE}")
    then = seen(page)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_text(re.compile(r"\?view="))
    expect(link).to_be_visible()
    key = link.inner_text().partition("view=")[2].strip()

    members, (item,) = shop.segments.members(shop.segments.read(WHERE))["user_id"], shop.find_items("", 1)["item_id"]
    assert 0 < len(members) < shop.info().users
    bought = [f"{user},{item},purchase,2027-01-01 10:00:00" for user in [*members.head(5), "newcomer"]]
    (tmp_path / "more.csv").write_text("\n".join(["user_id,item_id,event_type,ts", *bought]))
    import_files(shop.workspace, [tmp_path / "more.csv"])
    newest = Shop(shop.workspace.path, device="cpu")
    assert (newest.version, newest.info().users) == (2, shop.info().users + 1)
    assert newest.facts(members[0]) != shop.facts(members[0])

    colleague = visit(f"{address}/segments?view={key}", reduced_motion="reduce")
    expect(colleague.get_by_text("with version 1 of the data and model demo")).to_be_visible()
    assert seen(colleague) == then
