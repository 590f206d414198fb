"""Texts that come from outside run no script and load nothing, in any view and in any file that is taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import PROJECT, settle, started
from tests.pages.fake_hostile import AT_ONCE, CORPUS

pytestmark = pytest.mark.browser
USERS = [f"S{n:05d}" for n in range(0, len(CORPUS), AT_ONCE)]
#: Conditions of a segment: three purchases or more.
WHERE = "%5B%5B%22purchases%22%2C%22%3E%3D%22%2C3%5D%5D"
VIEWS = [
    "why?user={user}&item=I000",
    "why?user={user}&item=I000&ask=above",
    "why?user={user}&item=I000&ask=if",
    "why?user={user}&tag=intent:buy",
    "why?ask=titles",
    "shopper?user={user}",
    "recommend?user={user}",
    *[f"segments?where={WHERE}&look=why&of={of}"
      for of in ("tags%20intent:buy", "item%20I000", "item%20I001", "item%20I002")],
    "recommend?for=assist&need=shoes&user={user}",
]


@pytest.fixture(scope="module")
def hostile_url() -> Iterator[str]:
    """Serve a shop full of attacks."""
    with started([str(PROJECT / "tests/browser/hostile_app.py")]) as address:
        yield address


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open a page; what it asks of other hosts, and every dialog, is noted."""
    asked: list[str] = []
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.on("request", lambda request: None if _ours(request.url) else asked.append(request.url))
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    yield page, asked
    context.close()


def _ours(url: str) -> bool:
    return urlsplit(url).scheme in ("data", "blob", "file") or urlsplit(url).hostname == "127.0.0.1"


def _told(text: str) -> str:
    """The beginning of a text as a picture shows it."""
    return "".join(char if char.isprintable() else " " for char in text[:12])


def harmless(page: Page, asked: list[str]) -> None:
    page.mouse.move(400, 400)
    assert page.evaluate("window.__hit") is None
    assert asked == []


def runs_nothing(page: Page) -> None:
    """Take a table along, from where its formats are offered, and look for cells that a spreadsheet would run."""
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert not re.search(r"(?:^|,)\"?[=+@]", text, re.MULTILINE)


def test_the_corpus_is_large_enough_and_would_be_noticed(watched):
    page, asked = watched
    assert len(set(CORPUS)) >= 40
    page.set_content(CORPUS[4])
    page.wait_for_function("window.__hit === 1")
    page.set_content(CORPUS[5])
    page.wait_for_function("document.images.length === 1")
    assert asked == ["http://injected.invalid/a.png"]


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_runs_or_loads_what_a_text_says(view, hostile_url, watched):
    page, asked = watched
    for user in USERS if "{user}" in view else USERS[:1]:
        page.goto(f"{hostile_url}/{view.format(user=user)}")
        settle(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        for fold in page.get_by_test_id("stExpander").all():
            fold.locator("summary").click()
        harmless(page, asked)


@pytest.mark.parametrize("user", USERS)
def test_no_file_that_is_taken_along_runs_or_loads_what_a_text_says(user, hostile_url, watched, tmp_path):
    page, asked = watched
    page.goto(f"{hostile_url}/why?user={user}&item=I000")
    settle(page)
    for label, ending in (("Report of this shopper (HTML)", "html"), ("Picture (SVG)", "svg")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        file = tmp_path / f"taken.{ending}"
        download.value.save_as(file)
        opened = page.context.new_page()
        opened.on("request", lambda request: None if _ours(request.url) else asked.append(request.url))
        opened.goto(file.as_uri())
        harmless(opened, asked)
        shown = opened.locator("body" if ending == "html" else "svg").text_content() or ""
        assert CORPUS[int(user[1:])][:20] in shown
        opened.close()
    page.get_by_role("button", name="Values").click()
    runs_nothing(page)


def test_no_report_of_a_segment_runs_or_loads_what_a_text_says(hostile_url, watched, tmp_path):
    page, asked = watched
    page.goto(f"{hostile_url}/segments?where={WHERE}&look=why&of=tags%20intent:buy")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (HTML)").click()
    file = tmp_path / "taken.html"
    download.value.save_as(file)
    opened = page.context.new_page()
    opened.on("request", lambda request: None if _ours(request.url) else asked.append(request.url))
    opened.goto(file.as_uri())
    expect(opened.get_by_role("heading", name="What drives").first).to_be_visible()
    harmless(opened, asked)
    shown = opened.locator("body").text_content() or ""
    assert all(_told(text) in shown for text in CORPUS)
    opened.close()
    page.get_by_text("The same values as a table").click()
    page.get_by_role("button", name="Take along").click()
    runs_nothing(page)


def test_no_table_leaves_but_by_a_file_that_runs_nothing(hostile_url, watched):
    page, asked = watched
    page.goto(f"{hostile_url}/why?ask=titles")
    settle(page)
    page.get_by_test_id("stDataFrame").hover()
    toolbar = page.get_by_test_id("stElementToolbar").get_by_role("button")
    expect(toolbar.first).to_be_visible()
    assert [button.get_attribute("aria-label") for button in toolbar.all()] == [
        "Show/hide columns", "Search", "Fullscreen",
    ]  # fmt: skip
    page.get_by_role("button", name="Take along").click()
    runs_nothing(page)
    harmless(page, asked)
