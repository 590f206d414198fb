"""Words coloured by what they pushed, as HTML of our own in which all data is escaped.

Blue with ▲ and a solid underline pushes up, orange with ▼ and a dashed underline pushes down,
so that colour is never the only signal. The tints are translucent and the text keeps the
colour of the theme, so that it reads on a light and on a dark page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from core.language import Sayings, say
from core.records import EventValue, TokenValue

#: Type of the line that sums up the past.
_SUMMARY = "summary"
UP_RGB = (47, 125, 196)
DOWN_RGB = (217, 134, 19)
MOST = 0.5  # strongest tint
_GLYPH_FROM = 0.35  # share of the strongest word from which ▲ or ▼ is drawn
#: What fields are called.
FIELDS = Sayings({
    "action": "what was done",
    "title": "title",
    "category": "category",
    "brand": "brand",
    "price": "price",
    "when": "when",
    "count": "how often",
    "fit": "how it fits the history",
    "habit": "habits",
    "value": "rating",
    "words": "what was typed",
    "popularity": "how popular it is",
    "query": "search words",
    "text": "their own words",
    "item": "the item",
})


def effect(value: float, of: str = "a click") -> str:
    """What a push in log-odds means: ``"raises the odds of a click 1.8-fold"``."""
    if abs(value) < 0.005:
        return say("hardly changes the chance of {of}", of=say(of))
    change = math.exp(abs(value))
    times = say("by {share:.0f} %", share=100 * (change - 1)) if change < 2 else say("{change:.1f}-fold", change=change)
    said = say("raises the odds of {of} {times}") if value > 0 else say("lowers the odds of {of} {times}")
    return said.format(of=say(of), times=times)


def word(token: TokenValue, strongest: float, of: str = "a click") -> str:
    """HTML of one word; ``strongest`` is the largest absolute value among all that are shown."""
    share = min(1.0, abs(token.value) / strongest) if strongest > 0 else 0.0
    up = token.value >= 0
    colour = ",".join(map(str, UP_RGB if up else DOWN_RGB))
    line = (
        f"2px {'solid' if up else 'dashed'} rgba({colour},{0.25 + 0.75 * share:.2f})"
        if share > 0.03
        else "2px solid transparent"
    )
    glyph = ("▲" if up else "▼") if share >= _GLYPH_FROM else ""
    hint = f"{FIELDS.get(token.field, token.field)}: {effect(token.value, of)}"
    style = (
        f"background:rgba({colour},{MOST * share:.2f});border-bottom:{line};border-radius:3px;"
        "padding:1px 4px;margin:1px 2px 1px 0;display:inline-block;max-width:100%;overflow-wrap:anywhere"
    )
    mark = f'<span aria-hidden="true" style="font-size:0.65em;margin-right:3px">{glyph}</span>' if glyph else ""
    return f'<span class="sl-word" style="{style}" title="{escape(hint, quote=True)}">{mark}{escape(token.text)}</span>'


def render(words: Sequence[TokenValue], events: Sequence[EventValue], of: str = "a click") -> str:
    """HTML of all words: the item's own first, then one line for each event, newest first.

    Parameters
    ----------
    words
        Words with their values, in reading order; ``event`` says which line they are on.
    events
        Events with what they pushed; one that has no words is left out.
    of
        What the chance is of.

    Returns
    -------
    str
        HTML in which everything that came from data is escaped.

    Examples
    --------
    >>> "<b>" in render([TokenValue("<b>", 0.2, -1, "title")], [])
    False
    """
    strongest = max((abs(token.value) for token in words), default=0.0)
    pushes = {event.event: event for event in events}
    lines = []
    for index in sorted({token.event for token in words}):
        shown = " ".join(word(token, strongest, of) for token in words if token.event == index)
        lines.append(_line(index, pushes.get(index), shown))
    return f'<div class="sl-words" style="line-height:1.75;font-size:0.95rem">{"".join(lines)}</div>'


def _line(index: int, event: EventValue | None, shown: str) -> str:
    label = say("The item") if index < 0 else f"{index + 1}."
    if event is not None and event.event_type == _SUMMARY:
        label = say("In short")
    elif index >= 0 and event is not None and event.ts is not None:
        label = event.ts.strftime(say("%-d %b"))
    return (
        '<div style="display:flex;gap:0.75rem;padding:0.3rem 0;border-bottom:1px solid rgba(125,135,148,0.25)">'
        f'<div style="flex:0 0 4.2rem;opacity:0.75;font-size:0.85rem;padding-top:2px">{escape(label)}</div>'
        f'<div style="min-width:0">{shown}</div></div>'
    )


def legend(of: str = "a click") -> str:
    """HTML of the key to the colours."""
    up = word(TokenValue(say("makes {of} more likely", of=say(of)), 1.0, -1, "item"), 1.0, of)
    down = word(TokenValue(say("makes it less likely"), -1.0, -1, "item"), 1.0, of)
    return f'<div style="font-size:0.85rem;margin-bottom:0.4rem">{up} {down}</div>'
