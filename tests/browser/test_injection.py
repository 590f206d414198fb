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
VIEWS = [
    "why?user={user}&item=I000",
    "why?user={user}&item=I000&ask=above",
    "why?user={user}&item=I000&ask=if",
    "why?user={user}&tag=intent:buy",
    "why?ask=titles",
    "shopper?user={user}",
    "recommend?user={user}",
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


def harmless(page: Page, asked: list[str]) -> None:
    page.mouse.move(400, 400)
    assert page.evaluate("window.__hit") is None
    assert asked == []


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
    with page.expect_download() as download:
        page.get_by_role("button", name="Values (CSV)").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert not re.search(r"(?:^|,)\"?[=+@]", text, re.MULTILINE)
