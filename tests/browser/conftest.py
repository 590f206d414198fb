"""A real Chromium in front of a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from core import demo
from core.service import Shop
from tests.browser.serving import HEARD, launch, served, settle

#: On a deep link, streamlit's page looks for its server below the page's own path first, and is told 404.
PROBES = ("/_stcore/health", "/_stcore/host-config")
ANSWERED = "Failed to load resource: the server responded"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SHOPPERS, DAYS = 300, 40
PATIENCE = 120_000  # milliseconds: the first question to the model loads it
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small demo shop with the model that ships, and its profiles; it is what is served."""
    path = tmp_path_factory.mktemp("browser") / "demo"
    demo.build(path, shoppers=SHOPPERS, days=DAYS)
    Shop(path, device="cpu").compute_profiles()
    return path


@pytest.fixture(scope="session")
def app_url(workspace: Path) -> Iterator[str]:
    """Serve the dashboard for all journeys."""
    with served(workspace) as address:
        yield address


@pytest.fixture
def fresh_url(workspace: Path) -> Iterator[str]:
    """Serve the dashboard for one test, which then sends the server's first request."""
    with served(workspace) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Open one Chromium for all journeys."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that gives a context of a kind; pages of one kind share what the browser has fetched."""
    made: dict[str, BrowserContext] = {}

    def context(**kind: Any) -> BrowserContext:
        key = repr(sorted(kind.items()))
        if key not in made:
            made[key] = browser.new_context(**kind)
            made[key].set_default_timeout(PATIENCE)
            made[key].add_init_script(HEARD)
        return made[key]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def visit(contexts: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a new session; at the end, the console must be empty."""
    said: list[str] = []
    pages: list[Page] = []

    def open_page(address: str, **kind: Any) -> Page:
        page = contexts(**{"viewport": WIDE, **kind}).new_page()
        pages.append(page)
        _listen(page, said)
        page.goto(address)
        settle(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []


def _listen(page: Page, said: list[str]) -> None:
    def answered(response: Response) -> None:
        if response.status >= 400 and not response.url.endswith(PROBES):
            said.append(f"{response.status} {response.url}")

    page.on("response", answered)  # what the console says of an answer names no address, so it is judged here
    page.on("console", lambda line: None if line.text.startswith(ANSWERED) else said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"{request.failure} {request.url}"))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
