"""A list that goes again is opened anew, and one that never comes is a failure."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, TimeoutError

from tests.browser import fields

pytestmark = pytest.mark.browser
FIELD = """
<input role="combobox" aria-label="Item"><ul id="list" role="listbox"></ul>
<script>
let presses = 0;
const box = document.querySelector("input"), list = document.querySelector("ul");
box.onkeydown = () => {
  presses += 1;
  list.innerHTML = presses < %d ? "" : "<li role=option>Codename</li><li role=option>Code</li>";
};
list.onclick = event => { box.value = event.target.textContent; list.innerHTML = ""; };
</script>
"""


@pytest.fixture
def page(contexts):
    page = contexts().new_page()
    yield page
    page.close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(fields, "OPEN_MS", 1_000)


@pytest.mark.parametrize("presses", [1, 3])
def test_a_list_is_opened_until_it_stays(page: Page, presses: int) -> None:
    page.set_content(FIELD % presses)
    assert fields.choose(fields.field(page, "Item"), "Code") == "Code"
    assert fields.field(page, "Item").input_value() == "Code"
    assert page.evaluate("presses") >= presses


def test_a_list_that_never_opens_is_a_failure(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "OPENINGS", 2)
    page.set_content(FIELD % 1_000)
    with pytest.raises(TimeoutError):
        fields.choose(fields.field(page, "Item"), "Code")
    assert page.evaluate("presses") == 2


def test_an_option_that_is_not_there_is_a_failure(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "OPENINGS", 2)
    page.set_content(FIELD % 1)
    with pytest.raises(TimeoutError):
        fields.choose(fields.field(page, "Item"), "Cod")
