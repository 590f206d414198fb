"""A merchandiser brings her file, in a real browser: from upload to Overview, in a shop that has no model."""

from __future__ import annotations

import csv
import fcntl
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.store.workspace import Workspace
from tests.browser import fields
from tests.browser.conftest import PHONE
from tests.browser.fields import field
from tests.browser.serving import served, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
#: Milliseconds that a job may take: its worker has to start first, on a machine that may be busy.
JOB = 360_000
LINES = [
    f"{5000 + n // 2},A{n % 7},White mug no. {n % 7},{1 + n % 3},{6 + n % 7}.50,"
    f"2026-0{3 + n % 3}-{1 + n % 27:02d} {8 + n % 12:02d}:30,M{n % 40},Norway"
    for n in range(400)
]
BROKEN = ["9001,A1,White mug no. 1,1,7.50,soon,M1,Chad", "9002,A1,White mug no. 1,1,7.50,2026-03-02 18:05,,Chad"]
ORDERS = "\n".join(["Order no,Code,Label,Pieces,Unit price,Bought on,Member,Land", *LINES, LINES[0], *BROKEN]) + "\n"
LOG = "visitor,item_id,deed,when\nu1,i1,pv,1700000000\nu1,i2,加购,1700000100\nu2,i1,wiggle,1700000200\n"


@pytest.fixture
def empty_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the dashboard of a shop into which nothing was imported yet; its worker goes soon after its work."""
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "1")
    with served(Workspace.create(tmp_path / "harbour-street").path) as address:
        yield address


def bring(page: Page, **files: str | bytes) -> None:
    """Upload files, each called by its key with the ending of a CSV."""
    given = [
        {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text if isinstance(text, bytes) else text.encode()}
        for name, text in files.items()
    ]
    page.locator("input[type=file]").set_input_files(given)  # type: ignore[arg-type]


def upload(page: Page, **files: str | bytes) -> None:
    bring(page, **files)
    expect(page.get_by_text("How it is read")).to_be_visible()
    settle(page)


def try_it(page: Page) -> None:
    page.get_by_role("button", name="Try it without importing").click()
    expect(page.get_by_text("What the import would do")).to_be_visible(timeout=JOB)
    settle(page)


def choose(page: Page, label: str, option: str) -> None:
    box = field(page, label)
    fields.choose(box, option)
    expect(box).to_have_value(option)
    settle(page)


def figures(page: Page) -> dict[str, str]:
    found = page.get_by_test_id("stMetric")
    labels = found.get_by_test_id("stMetricLabel").all_inner_texts()
    values = found.get_by_test_id("stMetricValue").all_inner_texts()
    return {label.split("\n")[0]: value for label, value in zip(labels, values, strict=True)}


def test_from_an_upload_to_the_overview(empty_url: str, visit: Callable[..., Page]) -> None:
    page = visit(empty_url)
    page.get_by_role("link", name="Import the shop's logs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is in my files, and what becomes of it?")
    settle(page)

    upload(page, orders=ORDERS)
    expect(page.get_by_text("403 lines, 8 columns")).to_be_visible()
    choose(page, "Item", "Code")  # nobody could know what this column is
    try_it(page)
    counted = {"Lines read": "403", "Imported": "400", "Turned away": "2", "There twice": "1",
               "Shoppers": "40", "Items": "7"}  # fmt: skip
    assert figures(page) == counted

    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The logs are imported.")).to_be_visible(timeout=JOB)
    settle(page)
    assert figures(page) == counted
    with page.expect_download() as download:
        page.get_by_role("button", name="Download what was turned away, and why").click()
    rows = list(csv.DictReader(StringIO(Path(download.value.path()).read_text())))
    assert [row["row"] for row in rows] == ["402", "403"]

    page.get_by_role("link", name="See them in the Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is in my data, and is it healthy?")
    settle(page)
    seen = figures(page)
    assert (seen["Shoppers"], seen["Items"], seen["Purchases"]) == ("40", "7", "400")


def test_what_was_uploaded_does_not_stay(empty_url: str, visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit(f"{empty_url}/imports")
    upload(page, orders=ORDERS)
    uploads = tmp_path / "harbour-street" / "uploads"
    assert [file.name for file in uploads.rglob("*.csv")] == ["orders.csv"]
    try_it(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The logs are imported.")).to_be_visible(timeout=JOB)
    assert list(uploads.rglob("*")) == []
    again = visit(page.url)  # its address knows
    expect(again.get_by_text("The logs are imported.")).to_be_visible(timeout=JOB)


def test_event_words_are_mended_on_a_phone_in_the_dark(empty_url: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{empty_url}/imports", viewport=PHONE, color_scheme="dark")
    upload(page, log=LOG)
    choose(page, "“wiggle” – 1 line", "saved as a favourite")
    try_it(page)
    assert figures(page)["Imported"] == "3"
    wider = "element => element.scrollWidth - element.clientWidth"
    assert page.get_by_test_id("stMain").evaluate(wider) <= 0
    assert page.locator("html").evaluate(wider) <= 0


def test_what_was_turned_away_is_mended_and_brought_again(empty_url: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{empty_url}/imports")
    upload(page, orders=ORDERS)
    choose(page, "Item", "Code")
    try_it(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The logs are imported.")).to_be_visible(timeout=JOB)
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download lines to mend").click()
    mended = Path(download.value.path()).read_text().replace("soon", "2026-05-01 12:00")
    page.get_by_role("button", name="Import more").click()
    settle(page)
    upload(page, mended=mended)
    expect(page.get_by_text("A file with these columns was imported before")).to_be_visible()
    expect(field(page, "Item")).to_have_value("Code")
    try_it(page)
    assert figures(page)["Imported"] == "1"
    assert figures(page)["Turned away"] == "1"


def test_what_cannot_be_imported_is_said_and_nothing_is_offered(empty_url: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{empty_url}/imports")
    bring(page, report=b"%PDF-1.7 no table", orders=ORDERS)
    expect(page.get_by_text("is a PDF and not a text file")).to_be_visible()
    expect(page.get_by_text("How it is read")).to_have_count(0)
    page.get_by_text("Go on without it").click()
    expect(page.get_by_text("How it is read")).to_be_visible()
    settle(page)

    page = visit(f"{empty_url}/imports")
    upload(page, log="user_id,item_id,event_type,ts\nu1,i1,view,soon\nu2,i1,view,later\n")
    page.get_by_role("button", name="Try it without importing").click()
    expect(page.get_by_text("was rejected, so nothing is imported")).to_be_visible(timeout=JOB)
    settle(page)
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)


def test_an_import_is_cancelled_in_the_middle_of_its_work(
    empty_url: str, visit: Callable[..., Page], tmp_path: Path
) -> None:
    rows = "".join(f"u{n % 30_011},i{n % 4_001},view,2026-0{1 + n % 5}-{1 + n % 28:02d} {n % 24:02d}:{n % 60:02d}:00\n"
                   for n in range(600_000))  # fmt: skip
    page = visit(f"{empty_url}/imports")
    upload(page, log=f"user_id,item_id,event_type,ts\n{rows}")
    try_it(page)
    page.get_by_role("button", name="Import", exact=True).click()
    at_work = re.compile("– (Reading|Looking for robots|Working out|Counting)")
    expect(page.get_by_text(at_work)).to_be_visible(timeout=JOB)
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("The import was cancelled; nothing was kept.")).to_be_visible(timeout=JOB)
    settle(page)
    shop = Workspace.open(tmp_path / "harbour-street")
    assert shop.version() is None
    assert list((shop.path / "versions").iterdir()) == []


def test_a_dry_run_and_an_import_are_stopped_while_they_work(
    empty_url: str, visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit(f"{empty_url}/imports")
    upload(page, log="user_id,item_id,event_type,ts\nu1,i1,view,2026-03-01\n")
    with (tmp_path / "harbour-street" / "import.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as an import by somebody else would: ours waits, however fast the machine is
        page.get_by_role("button", name="Try it without importing").click()
        expect(page.get_by_text("Waiting for another import to finish")).to_be_visible(timeout=JOB)
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_text("It was stopped. Nothing was written.")).to_be_visible(timeout=JOB)
    try_it(page)
    with (tmp_path / "harbour-street" / "import.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_text("Waiting for another import to finish")).to_be_visible(timeout=JOB)
        page.get_by_role("button", name="Cancel", exact=True).click()
        expect(page.get_by_text("The import was cancelled; nothing was kept.")).to_be_visible(timeout=JOB)
    settle(page)
    page.get_by_role("button", name="Back to the files").click()
    expect(page.get_by_text("From before: log.csv")).to_be_visible()
    expect(page.get_by_text("How it is read")).to_be_visible()
    settle(page)
    assert Workspace.open(tmp_path / "harbour-street").version() is None
