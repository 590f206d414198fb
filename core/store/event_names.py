"""What a file's own words for what a shopper did mean: words of two languages, numbers, and what stands beside them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.schema import Event
from core.store.grammar import LEFT_OUT
from core.store.naming import compact

#: Words that are looked at; a column with more different ones is no column of events.
MOST = 60
_YES, _NO = {"1", "1.0", "true", "yes", "y", "t", "是"}, {"0", "0.0", "false", "no", "n", "f", "否"}


@dataclass(frozen=True)
class Word:
    """A word of the file: on how many lines it stands, and on which share of these an order's column is filled."""

    text: str
    lines: int
    ordered: float | None = None  # None where no column tells


@cache
def _given() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("event_words.toml").read_text(encoding="utf-8"))


@cache
def _meanings(part: str) -> Mapping[str, str]:
    if part == "words":
        given = {word: event for event, words in _given()["words"].items() for word in words}
        return {**dict.fromkeys(_given()["out"]["words"], LEFT_OUT), **given, **{str(event): event for event in Event}}
    return {word: LEFT_OUT if event == "out" else event for event, words in _given()[part].items() for word in words}


def known(part: str = "words") -> set[str]:
    """Return all words that mean something, as ``normal`` writes them; ``part`` as in ``meanings``."""
    return {form for word in _meanings(part) for form in (word, f"{word}s")}


def normal(word: str) -> str:
    """``"Order Completed"`` → ``"order_completed"``."""
    return re.sub(r"[ -]+", "_", word.strip().lower())


def meanings(column: str, words: Sequence[Word], part: str = "words") -> dict[str, tuple[str, float]]:
    """Return what each word means, and how sure that is.

    Parameters
    ----------
    column
        What the column is called; it helps with numbers.
    part
        ``words`` for what shoppers did, ``status`` for what became of orders.

    Returns
    -------
    dict
        Word → an event, ``-`` for a word whose lines are left out, or ``""`` where nothing is known; and 0..1.
    """
    if words and all(re.fullmatch(r"\d{1,2}(\.0)?", word.text.strip()) for word in words):
        return _numbers(column, words)
    table = _meanings(part)
    found = {}
    for word in words:
        said = normal(word.text)
        found[word.text] = table.get(said, table.get(said.removesuffix("s"), ""))
    return {word: (event, 0.97 if event else 0.0) for word, event in found.items()}


def flags(words: Sequence[Word], no: str, yes: str) -> dict[str, tuple[str, float]]:
    """Return what yes and no mean in a column that says whether something was done."""
    return {
        word.text: (yes, 0.92) if word.text.strip().lower() in _YES
        else (no, 0.92) if word.text.strip().lower() in _NO else ("", 0.0)
        for word in words
    }  # fmt: skip


def _numbers(column: str, words: Sequence[Word]) -> dict[str, tuple[str, float]]:
    """Numbers by the book of those who name the column so; what is filled where something was bought tells more."""
    there = {word.text.strip().removesuffix(".0"): word for word in words}
    mine = compact(column)
    books = [book for book in _given()["codes"] if set(there) <= set(book["events"])]
    own = [book for book in books if mine in map(compact, book["names"])]
    book = next(iter(own or [book for book in books if not book["names"]]), None)
    events = dict(book["events"]) if book else {}
    confidence = (0.8 if own else 0.5) if book else 0.0
    bought = [code for code, word in there.items() if word.ordered is not None and word.ordered > 0.5]
    others = [code for code, word in there.items() if word.ordered is None or word.ordered > 0.05]
    if len(bought) == 1 and others == bought:
        agrees = events.get(bought[0]) == Event.PURCHASE
        events = events if agrees else {bought[0]: str(Event.PURCHASE)}
        confidence = min(0.97, confidence + 0.15) if agrees else 0.6
    elif events and max(there, key=lambda code: there[code].lines) not in _looks(events):
        confidence = min(confidence, 0.4)  # what is done most often is to look
    return {there[code].text: (events.get(code, ""), confidence if code in events else 0.0) for code in there}


def _looks(events: Mapping[str, str]) -> set[str]:
    return {code for code, event in events.items() if event in (Event.VIEW, Event.CLICK, Event.IMPRESSION)}
