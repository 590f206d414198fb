"""Files that no tool likes are brought to the Import page: each gets an answer in plain words, and no line is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.store.workspace import Workspace
from tests.browser.serving import served, settle
from tests.browser.test_import import JOB, figures, try_it
from tests.core.store.test_corpus import CORPUS, NO_TEXT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
#: Of the corpus → what is said of each. The browser calls them all log.csv.
REFUSED = {
    "zip, cut": "log.csv is not a whole zip archive: it was cut or damaged on its way.",
    "gzip, a byte flipped": "log.csv is not a whole gzip file: it was cut or damaged on its way.",
    "Excel locked by a password": "log.csv is locked by a password. Save it without one",
    "a web page called CSV": "log.csv is a web page or XML and not a table.",
    "letters of no encoding": "The letters of log.csv are in an encoding that cannot be told. Name it",
    "noise": f"log.csv {NO_TEXT.says}",
    "Excel with a cell at the end of the world": "or has a cell very far from the others",
    "header only": "log.csv has a header but no lines of data",
    "prose": "log.csv does not look like a table",
}
READ = {
    "Russian of Windows": "2 lines, 2 columns",
    "UTF-8 and GBK in one file": "3 lines, 2 columns",
    "zero bytes in a line": "42 lines, 2 columns",
    "a quote that is never closed": "4 lines, 2 columns",
    "emoji and right-to-left text": "2 lines, 2 columns",
    "headers without a name": "1 line, 3 columns",
    "JSON lines with a broken one": "4 lines, 2 columns",
}
LOG = "\n".join([
    "user_id,item_id,event_type,ts,price", "u1,i1,view,2026-03-01 10:00,1", "u1,i1,view,2026-03-01 10:00,1",
    "u2,i2,buy,2026-03-02,inf", "u2,i2,buy,2026-03-02", "u2,i2,buy,20190-03-02,1", "u\0,i2,buy,2026-03-02,1",
    "שלום,🛍️,buy,2026-03-02,2", "u3,=cmd|x,view,2026-03-03,", 'u4,"i4,view,2026-03-03,1',
    *(f"u5,i{n},view,2026-03-04 10:{n % 60:02d},1" for n in range(60)), "",
])  # fmt: skip


@pytest.fixture
def empty_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "1")
    with served(Workspace.create(tmp_path / "harbour-street").path) as address:
        yield address


def bring(page: Page, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    page.locator("input[type=file]").set_input_files([{"name": "log.csv", "mimeType": "text/csv", "buffer": data}])


def test_each_nasty_file_gets_an_answer(empty_url: str, visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit(f"{empty_url}/imports")
    for name, says in {**REFUSED, **READ}.items():
        page.goto(f"{empty_url}/imports")
        settle(page)
        bring(page, CORPUS[name][0])
        expect(page.get_by_text(says), name).to_be_visible(timeout=JOB)
        settle(page)
        shown = page.get_by_test_id("stMain").inner_text()
        assert page.get_by_test_id("stException").count() == 0, name
        assert ("log.csv cannot be read" in shown) == (name in REFUSED), name
        assert str(tmp_path) not in shown, name  # where uploads are kept is nobody's business


def test_the_lines_of_a_nasty_log_add_up(empty_url: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{empty_url}/imports")
    bring(page, LOG)
    expect(page.get_by_text("How it is read")).to_be_visible(timeout=JOB)
    settle(page)
    try_it(page)
    counted = figures(page)
    assert {name: counted[name] for name in ("Lines read", "Imported", "Turned away", "There twice")} == {
        "Lines read": "69", "Imported": "63", "Turned away": "5", "There twice": "1",
    }
    assert page.get_by_test_id("stException").count() == 0
