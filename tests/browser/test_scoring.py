"""A list is scored in a real browser: understood, begun, its worker killed, gone on with, judged, and deleted."""

from __future__ import annotations

import csv
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.service import Shop
from tests.browser.conftest import PHONE
from tests.browser.fields import choose, field
from tests.browser.serving import served, settle

# The worker loads the model that ships, twice.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
PATIENCE = 240_000


@pytest.fixture
def lists_url(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the shop; its worker goes soon after its work."""
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "3")
    monkeypatch.setenv("SHOPPERLENS_THREADS", "1")
    with served(workspace) as address:
        yield address


def bring(page: Page, text: str, name: str = "may.csv") -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_test_id("stFileUploader").first.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]


def worker_of(workspace: Path) -> int:
    """Process of the worker of a workspace."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            continue
        if b"core.worker" in words and os.fsencode(workspace.resolve()) in words:
            return int(folder.name)
    raise AssertionError("No worker is there.")


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while not is_so():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


def test_a_list_outlives_a_killed_worker_and_a_closed_browser(
    workspace: Path, lists_url: str, visit: Callable[..., Page]
) -> None:
    shop = Shop(workspace)
    users, items = shop.find_shoppers("", 60)["user_id"], shop.find_items("", 10)["item_id"]
    pairs = [(user, item) for item in items for user in users]
    rows = [f"{user};{item};{int(n % 7 == 0)};{n}" for n, (user, item) in enumerate(pairs)]
    page = visit(f"{lists_url}/score")
    bring(page, "\n".join(["Customer ID;SKU;clicked;our number", *rows, ";P1;0;600", ""]))
    expect(page.get_by_text("601 pairs of a shopper and an item")).to_be_visible()
    expect(page.get_by_text("The result will have 601 rows, of which 1 cannot be scored")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page).to_have_url(re.compile("job=[0-9a-f]{12}"))
    expect(page.get_by_text(re.compile("rows a (second|minute), .* left"))).to_be_visible(timeout=PATIENCE)
    address, id = page.url, page.url.rpartition("job=")[2]

    parts = workspace / "scored" / id / "parts"
    until(lambda: len(list(parts.glob("[0-9]*.parquet"))) > 0)
    os.kill(worker_of(workspace), signal.SIGKILL)
    expect(page.get_by_text(re.compile(r"The worker stopped.*of 601 rows are scored and kept"))).to_be_visible()
    page.close()

    page = visit(address)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("What to expect")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert shop.lists.get(id).report["kept_from_before"] > 0
    expect(page.get_by_text("How good the chances were")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the result").click()
    found = list(csv.DictReader(StringIO(Path(download.value.path()).read_text())))
    assert [row["our number"] for row in found] == [str(n) for n in range(601)]  # as they came
    assert all(0 < float(row["p_click"]) < 1 for row in found[:-1])
    assert found[-1]["fault"] == "no shopper is named"

    page.get_by_role("button", name="Score another list").click()
    expect(page.get_by_text("Lists that were scored")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Delete", exact=True).first.click()  # the newest comes first
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("may.csv")).to_have_count(0)
    assert not (workspace / "scored" / id).exists()


def test_a_campaign_is_tried_on_a_phone(lists_url: str, workspace: Path, visit: Callable[..., Page]) -> None:
    user = Shop(workspace).find_shoppers("", 1)["user_id"].iloc[0]
    page = visit(f"{lists_url}/score", viewport=PHONE, color_scheme="dark")
    bring(page, f"user_id\n{user}\nnobody\n", "shoppers.csv")
    expect(page.get_by_text("2 shoppers", exact=False).first).to_be_visible()
    settle(page)
    choose(field(page, re.compile("Items of the campaign")), 0)
    settle(page)
    expect(page.get_by_text("2 shoppers for a campaign")).to_be_visible()
    wider = "element => element.scrollWidth - element.clientWidth"
    assert page.get_by_test_id("stMain").evaluate(wider) <= 0
