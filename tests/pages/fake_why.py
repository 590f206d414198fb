"""What the made-up shop answers about reasons."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pandas as pd

from core.errors import InputError, UnknownItem
from core.records import (
    Change,
    Check,
    Contrast,
    EventValue,
    Explanation,
    Moved,
    Preview,
    Progress,
    Suspect,
    TagSpec,
    TokenValue,
    WhatIf,
    no_progress,
)

NOW = datetime(2026, 6, 2, 18, 30)
SPECS = (
    TagSpec("intent:buy", "intent", "Will buy", "Will buy something within 14 days.", 14),
    TagSpec(
        "intent:abandon",
        "intent",
        "Will abandon the cart",
        "Will put something in the cart and not buy it within 7 days.",
        7,
    ),
    TagSpec("lifecycle:at_risk", "lifecycle", "At risk", "Was active and will not come back within 14 days.", 14),
    TagSpec(
        "interest:Shoes",
        "interest",
        "Interested in Shoes",
        "Will click, cart or buy something in Shoes within 7 days.",
        7,
        "Shoes",
    ),
    TagSpec(
        "price:premium", "price", "Buys premium", "What they buy next will be in the upper price band.", 14, "premium"
    ),
    TagSpec("habit:night", "habit", "Shops at night", "Most of their visits will be at night.", 14),
)
TITLES = [
    "Black leather ankle boots",
    "Running shoes, blue mesh",
    "Phone case, 6.1 inch, clear",
    "Cast-iron pan, 28 cm",
    "Wool coat, camel",
    "Desk lamp, brass",
    "How to choose a trail shoe",
    "Garden hose, 20 m",
    "Summer sale: up to 40 % off coats",
    "Wooden train set",
    "<script>alert(1)</script>",
    "Suede loafers, brown",
]

CHECKS = (
    Check("Adds up", True, "the parts add up to the prediction within 0.0002 log-odds", "By other passes."),
    Check("Matters", True, "taking the strongest words away moves it 3.4 times as much", "Measured."),
    Check("Stable", None, "one pair of orders was weighed", "Few events are weighed in all combinations."),
)


@dataclass
class FakeWhy:
    """The why-methods of Shop."""

    changes: list[Change] = field(default_factory=list, init=False)

    def _note(self, call: str) -> None:
        raise NotImplementedError

    def _known(self, user_id: str) -> pd.Series:
        raise NotImplementedError

    def why(self, user_id: str, item_id: str) -> Explanation:
        self._note("why")
        self._known(user_id)
        number = int(item_id[1:]) if item_id[1:].isdigit() else 999
        if number >= len(TITLES):
            raise UnknownItem(f"No item has the id {item_id!r}. Pick one from the list.")
        return explanation(user_id, item_id, TITLES[number])

    def why_tag(self, user_id: str, tag_key: str) -> Explanation:
        self._note("why_tag")
        self._known(user_id)
        found = next((spec for spec in SPECS if spec.key == tag_key), None)
        if found is None:
            raise InputError(f"The model has no tag {tag_key!r}.")
        whole = explanation(user_id, tag_key, found.label)
        events, words = ([part for part in parts if part.event >= 0] for parts in (whole.events, whole.words))
        return replace(whole, events=events, words=words, tokens=words)

    def why_above(self, user_id: str, first: str, second: str) -> Contrast:
        self._note("why_above")
        one, other = self.why(user_id, first), self.why(user_id, second)
        events = [replace(event, value=event.value * (0.5 if n else -1)) for n, event in enumerate(one.events)]
        return Contrast(one, other, events, 0.0001, f"“{one.title}” stands above “{other.title}”.")

    def what_if(self, user_id: str, item_id: str, change: Change) -> WhatIf:
        self._note("what_if")
        self.changes.append(change)
        before = self.why(user_id, item_id)
        after = replace(before, p_click=0.09, title=change.title or before.title)
        moved = [Moved(event.text, event.value, None if n == 1 else event.value / 2)
                 for n, event in enumerate(before.events)]
        return WhatIf(before, after, moved, ["The price falls into the <b>mid</b> band."])

    def preview(self, user_id: str, item_id: str) -> Preview:
        self._note("preview")
        found = self.why(user_id, item_id)
        return Preview(user_id, item_id, found.title, found.events, 0.2)

    def suspects(self, shoppers: int = 12, most: int = 40, progress: Progress = no_progress) -> list[Suspect]:
        self._note("suspects")
        why = ["signs that steer a language model"]
        return [Suspect("I010", TITLES[10], ["<script>"], why, "alert(1)", 0.2, 0.1, 0.8)]


def explanation(user_id: str, item_id: str, title: str) -> Explanation:
    """An explanation whose words, events and prediction add up."""
    pieces = [
        (-1, "item", title, 0.21),
        (-1, "price", "mid price", -0.14),
        (-1, "fit", "viewed 3 times", 0.62),
        (0, "action", "viewed", 0.08),
        (0, "title", "Black leather ankle boots", 0.44),
        (0, "when", "2 days ago", 0.09),
        (1, "action", "searched", 0.05),
        (1, "query", "ankle boots", 0.37),
        (2, "action", "sent back", -0.11),
        (2, "title", "<img src=x onerror=alert(1)>", -0.29),
        (3, "action", "bought", 0.04),
        (3, "title", "Wool coat, camel", 0.12),
    ]
    words = [TokenValue(text, value, event, kind) for event, kind, text, value in pieces]
    names = {
        -1: ("The item's own words", "", None),
        0: ("viewed Black leather ankle boots 3 times, 2 days ago", "view", "I000"),
        1: ("searched for ankle boots, 3 days ago", "search", None),
        2: ("sent back <img src=x onerror=alert(1)>, 9 days ago", "return", "I010"),
        3: ("bought Wool coat, camel, 3 weeks ago", "purchase", "I004"),
    }
    events = [
        EventValue(
            e,
            text,
            kind,
            item,
            None if e < 0 else NOW - timedelta(days=2 + 4 * e),
            sum(w.value for w in words if w.event == e),
        )
        for e, (text, kind, item) in names.items()
    ]
    base = -3.1
    prediction = base + sum(w.value for w in words)
    return Explanation(
        user_id,
        item_id,
        title,
        base,
        prediction,
        1 / (1 + math.exp(-base)),
        1 / (1 + math.exp(-prediction)),
        0.0002,
        events,
        words,
        words,
        "Mostly because they viewed ankle boots 3 times this week and searched for them.",
        840,
        2.1,
        3.4,
        0.01,
        CHECKS,
    )
