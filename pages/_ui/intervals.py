"""Values with their 95 % intervals as one SVG picture of our own: no server, no script, no font."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, ROW, LEFT, RIGHT = 860, 26, 330, 190
_ROOM = WIDTH - LEFT - RIGHT


class Row(NamedTuple):
    """A line of the picture."""

    label: str
    value: float
    low: float  # not a number where there is no interval
    high: float
    said: str  # the value in words
    sure: bool = True


def svg(rows: Sequence[Row], title: str, up: str, down: str) -> str:
    """Draw values to both sides of 0; what is not sure is hollow. Text has the colour of the page.

    Returns
    -------
    str
        An SVG element in which everything that came from data is escaped.
    """
    ends = [abs(end) for row in rows for end in (row.value, row.low, row.high) if not math.isnan(end)]
    reach = max([*ends, 1e-6])
    height = ROW * len(rows) + 14
    middle = LEFT + _ROOM / 2
    lines = "".join(_line(n, row, reach, middle, up if row.value >= 0 else down) for n, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" fill="currentColor" '
        f'font-family="system-ui, sans-serif" font-size="13"><title>{escape(title)}</title>'
        f'<line x1="{middle}" x2="{middle}" y1="4" y2="{height - 4}" stroke="currentColor" stroke-opacity="0.4"/>'
        f"{lines}</svg>"
    )


def _line(number: int, row: Row, reach: float, middle: float, colour: str) -> str:
    def at(value: float) -> float:
        return middle + _ROOM / 2 * value / reach

    y = 7 + ROW * number + ROW / 2
    bar = ""
    if not math.isnan(row.low):
        bar = (f'<line x1="{at(row.low):.1f}" x2="{at(row.high):.1f}" y1="{y}" y2="{y}" stroke="{colour}" '
               'stroke-width="3"/>')  # fmt: skip
    fill = colour if row.sure else "Canvas"
    return (
        f'<text x="{LEFT - 14}" y="{y + 4}" text-anchor="end">{escape(_cut(row.label))}</text>{bar}'
        f'<circle cx="{at(row.value):.1f}" cy="{y}" r="5" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{WIDTH - RIGHT + 14}" y="{y + 4}">{escape(row.said)}</text>'
    )


def _cut(text: str, most: int = 46) -> str:
    visible = "".join(char if char.isprintable() else " " for char in text)
    return visible if len(visible) <= most else f"{visible[: most - 1]}…"
