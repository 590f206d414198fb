"""Tells a header from what is below it, and gives every column a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from core.schema import EVENT_COLUMNS, ITEM_COLUMNS

#: Lines above a header (a title, a date, nothing) that are passed over.
_MOST_ABOVE = 20
#: A value as opposed to a name: a number, a time, an amount.
_VALUE = re.compile(r"[-+]?[\d.,:/' TZ-]*\d[\d.,:/' TZ-]*([AaPp][Mm]|UTC|%)?")
_OUR_NAMES = frozenset(map(str, (*EVENT_COLUMNS, *ITEM_COLUMNS)))


def title_rows(records: Sequence[Sequence[str]]) -> int:
    """Records above the header, such as a title or a date: those that are narrower, or emptier, than most are."""
    width, filled = _usual(records)
    least = max(width - 1, min(width, 2))  # a header may lack the mark that every line ends in
    whole = (n for n, record in enumerate(records) if len(record) >= least and _filled(record) >= filled)
    first = next(whole, 0)
    return first if first <= _MOST_ABOVE else 0


def names_at(records: Sequence[Sequence[str]]) -> int | None:
    """Which record names the columns, judging by what is below it; None when none does."""
    title, first = title_rows(records), records[0]
    if has_header(records[title:]):
        return title
    width, filled = _usual(records)  # of a header that leaves columns without a name
    whole = len(first) >= width and (not first[0].strip() or 2 * _filled(first) > filled)
    return 0 if title and whole and has_header(records) else None


def _usual(records: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How wide most records are, and how many values most have."""
    width, filled = (Counter(map(of, records)).most_common(1)[0][0] for of in (len, _filled))
    return width, filled


def _filled(record: Sequence[str]) -> int:
    return sum(map(bool, map(str.strip, record)))


def has_header(records: Sequence[Sequence[str]]) -> bool:
    """Whether the first record names the columns, judging by what is below it.

    A name stands above values of another kind, and seldom comes again in its own column.
    """
    first, width = records[0], len(records[0])
    below = [record for record in records[1:] if len(record) == width]
    if any(name.strip().lower() in _OUR_NAMES for name in first):
        return True
    values = [_is_value(cell) for cell in first]
    if not below:
        return not any(values)
    above = again = 0
    for place, cell in enumerate(first):
        column = [record[place].strip() for record in below if record[place].strip()]
        share = sum(map(_is_value, column)) / max(len(column), 1)
        above += bool(cell.strip()) and not values[place] and share >= 0.8
        again += values[place] and share >= 0.5
    if above or again:
        return above > again
    body = [record for record in below if list(record) != list(first)]
    recurring = [place for place, cell in enumerate(first) if cell.strip() and _recurs(cell, body, place)]
    return not recurring


def _is_value(cell: str) -> bool:
    return len(cell) <= 40 and bool(_VALUE.fullmatch(cell.strip()))


def _recurs(cell: str, body: Sequence[Sequence[str]], place: int) -> bool:
    times = sum(record[place] == cell for record in body)
    return times > 0 and times * 20 >= len(body)


def widened(records: Sequence[Sequence[str]]) -> list[str]:
    """Names of the header, with one more where every line ends in a mark that the header lacks."""
    header, *below = records
    longer = len(below) > 0 and all(len(line) == len(header) + 1 and not line[-1].strip() for line in below)
    return [*header, ""] if longer else list(header)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names that differ, whatever their case; a column without a name is called by its place.

    What begins with two ``_`` is ours, such as ``__row``; a column of a file that does gets one.
    """
    found: dict[str, str] = {}
    for place, given in enumerate(names):
        name = base = re.sub("^_+(?=_)", "", given.strip()) or f"column{place}"
        copy = 2
        while name.lower() in found:
            name, copy = f"{base}_{copy}", copy + 1
        found[name.lower()] = name
    return tuple(found.values())
