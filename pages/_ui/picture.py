"""A reason as one SVG picture of our own, to be kept or sent: it needs no server, no script and no font."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from core.language import say
from core.records import Explanation
from pages._ui import pushes, words

WIDTH, ROW, LEFT, TOP = 900, 34, 380, 92
_ROOM = WIDTH - LEFT - 110
_TEXT, _QUIET, _KNOWN = "#1d2530", "#5d6773", "#9268d1"


def svg(explained: Explanation, most: int = 8) -> str:
    """Picture of how the events move the chance, from nothing known to the prediction.

    Returns
    -------
    str
        An SVG document in which everything that came from data is escaped.
    """
    named, levels = pushes.steps(explained, most)
    chances = [explained.p_base, *map(pushes.sigmoid, levels)]
    end = max(*chances, explained.p_click, 1e-6)
    rows = [_bar(0, say("Nothing known"), 0.0, chances[0], end, _KNOWN, words.percent(chances[0]))]
    for number, (name, (before, after)) in enumerate(zip(named, pairwise(chances), strict=True), 1):
        colour = pushes.UP if after >= before else pushes.DOWN
        rows.append(_bar(number, name, before, after, end, colour, pushes.points(100 * (after - before))))
    last = len(named) + 1
    rows.append(_bar(last, say("Prediction"), 0.0, explained.p_click, end, _KNOWN, words.percent(explained.p_click)))
    return _document(explained, rows, TOP + (last + 1) * ROW + 34)


def _bar(row: int, name: str, before: float, after: float, end: float, colour: str, said: str) -> str:
    y = TOP + row * ROW
    left, right = (LEFT + _ROOM * value / end for value in sorted((before, after)))
    return (
        f'<text x="{LEFT - 12}" y="{y + 15}" text-anchor="end" fill="{_TEXT}">{escape(_cut(name))}</text>'
        f'<rect x="{left:.1f}" y="{y}" width="{max(2.0, right - left):.1f}" height="22" rx="2" fill="{colour}"/>'
        f'<text x="{right + 8:.1f}" y="{y + 15}" fill="{_TEXT}">{escape(said)}</text>'
    )


def _document(explained: Explanation, rows: Sequence[str], height: int) -> str:
    title = escape(_cut(explained.title, 90))
    lines = _lines(explained.sentence)
    sentence = "".join(
        f'<text x="16" y="{50 + 17 * n}" fill="{_QUIET}">{escape(line)}</text>' for n, line in enumerate(lines)
    )
    note = escape(say("The chance as the model predicts it. Blue ▲ raises it, orange ▼ lowers it. Reasons of the "
                      "model, not proof of a cause."))  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="13"><title>{title}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="16" y="28" font-size="17" font-weight="600" fill="{_TEXT}">{title}</text>{sentence}{"".join(rows)}'
        f'<text x="16" y="{height - 14}" font-size="11" fill="{_QUIET}">{note}</text></svg>'
    )


def _lines(sentence: str, width: int = 128) -> list[str]:
    import textwrap

    return textwrap.wrap(sentence, width, max_lines=2, placeholder=" …")


def _cut(text: str, most: int = 52) -> str:
    visible = "".join(char if char.isprintable() else " " for char in text)
    return visible if len(visible) <= most else f"{visible[: most - 1]}…"
