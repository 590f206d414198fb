"""Two models side by side: which figures are better, and what was done differently."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from core.language import say
from core.records import Comparison, ModelReport

#: Figures of clicks that can be told better from worse, and whether more is better.
FIGURES = {"auc": True, "gauc": True, "mrr": True, "ndcg@5": True, "ndcg@10": True, "logloss": False, "ece": False}
#: What of the data tells two models apart.
_DATA = ("version", "fingerprint", "events", "train_lists", "train_shoppers")


def compare(first: ModelReport, second: ModelReport) -> Comparison:
    """Set two models side by side.

    The figures are those on the days that each was judged on; ``notes`` say so where these are not the same.
    """
    rows = [
        {"figure": name, "first": ours, "second": theirs, "better": _better(ours, theirs, more)}
        for name, more in FIGURES.items()
        for ours, theirs in [(first.metrics.get("after", {}).get(name), second.metrics.get("after", {}).get(name))]
        if ours is not None or theirs is not None
    ]
    tags = tuple(float(report.tags["ap"].astype(float).mean()) for report in (first, second))
    if not all(map(math.isnan, tags)):
        rows.append({"figure": "tags", "first": tags[0], "second": tags[1], "better": _better(tags[0], tags[1], True)})
    differs = pd.DataFrame(list(_differs(first, second)), columns=["what", "first", "second"])
    figures = pd.DataFrame(rows, columns=["figure", "first", "second", "better"])
    return Comparison(first.name, second.name, figures, differs, list(_notes(first, second)))


def _better(first: float | None, second: float | None, more: bool) -> str:
    if first is None or second is None or math.isnan(first) or math.isnan(second) or first == second:
        return ""
    return "first" if (first > second) == more else "second"


def _differs(first: ModelReport, second: ModelReport) -> Iterator[tuple[str, Any, Any]]:
    pairs: list[tuple[str, Any, Any]] = [("base", first.base, second.base)]
    pairs += [(name, first.data.get(name), second.data.get(name)) for name in _DATA]
    days = (_days(first.data), _days(second.data))
    pairs += [("learned from", days[0][0], days[1][0]), ("judged on", days[0][1], days[1][1])]
    names = dict.fromkeys([*first.settings, *second.settings])
    pairs += [(name, first.settings.get(name), second.settings.get(name)) for name in names if name != "base"]
    for what, ours, theirs in pairs:
        if ours != theirs:
            yield what, ours, theirs


def _days(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return the days that a model learned from, and those that it was judged on."""
    splits = data.get("splits") or {}
    start, train, val, end = (str(splits.get(name, "?"))[:10] for name in ("start", "train_end", "val_end", "end"))
    return say("{start} to {train}", start=start, train=train), say("{val} to {end}", val=val, end=end)


def _notes(first: ModelReport, second: ModelReport) -> Iterator[str]:
    if _days(first.data)[1] != _days(second.data)[1]:
        yield say("They were judged on different days: the figures say how good each was then, not which is better "
                  "now.")
    elif first.data.get("fingerprint") != second.data.get("fingerprint"):
        yield say("They were judged on the same days, but the logs had changed in between.")
    elif first.settings.get("test_examples") != second.settings.get("test_examples"):
        yield say("They were judged on different numbers of lists of the same days.")
