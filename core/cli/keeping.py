"""Whether a model still holds, on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.answers import plain
from core.config import Settings
from core.keeping.records import EARLY, FINE, NOTHING, RETRAIN, UNKNOWN
from core.records import Progress
from core.service import Shop

Answer = dict[str, Any]
SAID = {
    RETRAIN: "Retrain now.", FINE: "Fine for now.", EARLY: "Too early to tell.", NOTHING: "Nothing new to check by.",
}  # fmt: skip
_MARK = {"bad": "!", "watch": "~", "good": " ", "unknown": "?"}
_KIND = {"missed": "missed", "wrong": "wrongly given"}
_MOST = 5


def drift(given: argparse.Namespace, progress: Progress) -> Answer:
    """Say whether a model still holds."""
    here = Shop(given.workspace, Settings.from_environment().device, model=given.model)
    found = here.keeping.check(here.named(), progress)
    return {**plain(found), "said": SAID[found.verdict], "generated": here.info().generated}


def audit(given: argparse.Namespace, progress: Progress) -> Answer:
    """Say whether a model is right for everyone, and what can be read from it."""
    here = Shop(given.workspace, Settings.from_environment().device, model=given.model)
    found = here.keeping.examine(here.named(), progress)
    return {**plain(found), "generated": here.info().generated}


def audit_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write what an audit found for people: the answers first."""
    yield from answer["answers"]
    yield f"Model {answer['model']}, measured on the days from {answer['since'][:10]} to before {answer['until'][:10]}."
    yield "Percentages by group (what came for each 100 predicted, 95 % interval; off by, on average):"
    for part in _known(answer["parts"]):
        yield (f"{_MARK[part['level']]} {_part(part)}: {_range(part['ratio'], part['low'], part['high'])}; "
               f"{100 * part['off']:.1f} points; {part['shoppers']:,} shoppers")
    yield from _few(answer["parts"], _part)
    if answer["mistakes"]:
        yield "Mistakes of tags by group, of 100 (95 % interval; others):"
    for row in _known(answer["mistakes"]):
        yield (f"{_MARK[row['level']]} {_group(row)}, {_KIND[row['kind']]}: "
               f"{_range(row['rate'], row['low'], row['high'])}; {_range(row['others'])}")
    yield from _few(answer["mistakes"], _group)
    if answer["readable"]:
        yield "What can be read from its predictions:"
    yield from (f"{_MARK[row['level']]} {row['said']}" for row in _known(answer["readable"]))
    yield from _few(answer["readable"], _group)


def _known(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["level"] != UNKNOWN]


def _few(rows: Sequence[Mapping[str, Any]], name: Callable[[Mapping[str, Any]], str]) -> Iterator[str]:
    """Name the groups of which too few are there, each once."""
    found = dict.fromkeys(name(row) for row in rows if row["level"] == UNKNOWN)
    if found:
        yield f"{_MARK[UNKNOWN]} too few to say: {', '.join(found)}"


def _part(row: Mapping[str, Any]) -> str:
    return str(row["name"]) if row["kind"] == "everyone" else f"{row['kind'].replace('_', ' ')} {row['name']}"


def _group(row: Mapping[str, Any]) -> str:
    return f"{row['attribute'].replace('_', ' ')} {row['value']}"


def _range(value: float, low: float | None = None, high: float | None = None) -> str:
    around = "" if low is None or high is None else f" ({100 * low:.0f} to {100 * high:.0f})"
    return f"{100 * value:.0f}{around}"


def drift_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write what was found for people: the verdict and its reason first."""
    yield f"{answer['said']} {answer['reason']}"
    if not answer["signs"]:
        return
    since, until = answer["since"][:10], answer["until"][:10]
    yield (f"Model {answer['model']}: {answer['events']:,} events from {since} to before {until}; {answer['lists']:,} "
           f"lists or baskets of these beside {answer['judged']:,} of the days that it was judged on.")
    yield from (f"{_MARK[sign['level']]} {sign['said']}" for sign in answer["signs"])
    tags = sorted((row for row in answer["moved"] if row["key"]), key=lambda row: -row["psi"])[:_MOST]
    if tags:
        yield "Tags by how differently they are spread (stability index; what chance alone reaches; mean before, now):"
    for row in tags:
        yield (f"  {row['label']}: {row['psi']:.2f} (chance {row['by_chance']:.2f}); {100 * row['before']:.0f} %, "
               f"{100 * row['now']:.0f} %")


_FIGURES = {"gauc": "pairs in the right order", "logloss": "surprise by clicks", "tags": "surprise by tags"}
_DAYS = {"new": "new days", "old": "earlier days (forgetting)"}


def train_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write how a model that went on from another compares with it."""
    gate = answer["again"]
    said = "It passes the gate." if gate["passed"] else "It does not pass the gate and is kept, not used."
    yield " ".join([said, gate["reason"], *([answer["unused"]] if "unused" in answer else [])])
    yield f"{'':52}{gate['from']:>14}{answer['model']:>14}  better by (95 % interval)"
    for row in gate["rows"]:
        what = f"{_DAYS[row['window']]}: {_FIGURES[row['figure']]}"
        before, after, gain, low, high = (_number(row[name]) for name in ("before", "after", "gain", "low", "high"))
        yield f"{what:52}{before:>14}{after:>14}  {gain} ({low} to {high})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
