"""Fields with a list of options, used as a patient person would."""

from __future__ import annotations

import re
from itertools import count

from playwright.sync_api import Locator, Page, TimeoutError

OPEN_MS, OPENINGS = 5_000, 18


def field(page: Page, label: str | re.Pattern[str]) -> Locator:
    """Find a field by its whole label, or by a pattern of it."""
    return page.get_by_role("combobox", name=label, exact=isinstance(label, str))


def choose(box: Locator, option: str | re.Pattern[str] | int, typed: str = "") -> str:
    """Open the list of a field, take an option and return how it is called.

    A list goes when the page scrolls, or is drawn anew, at that moment; then it is opened again.

    Parameters
    ----------
    option
        How it is called, a pattern of that, or how many come before it.
    typed
        What is typed to find it: of a long list only what is seen is drawn.
    """
    offered = box.page.get_by_role("option")
    if not isinstance(option, int):
        offered = box.page.get_by_role("option", name=option, exact=isinstance(option, str))
    wanted = offered.nth(option if isinstance(option, int) else 0)
    for opening in count(1):
        _open(box, typed)
        try:
            called = wanted.inner_text(timeout=OPEN_MS)
            wanted.click(timeout=OPEN_MS)
            return called
        except TimeoutError:
            if opening == OPENINGS:
                raise


def _open(box: Locator, typed: str) -> None:
    box.evaluate("element => element.scrollIntoView({block: 'center'})")  # at the screen's edge the list has no room
    box.focus()
    box.press("ArrowDown")
    if typed:
        box.fill(typed)
