"""Answers of the command line as a person reads them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.cli import describing, driving, keeping, mapping, models, offers, scoring, searching, segmenting
from core.records import Progress

Answer = Mapping[str, Any]


def meter() -> Progress:
    """Return a progress callback on standard error: one living line on a terminal, else a line now and then."""
    last, living = 0.0, sys.stderr.isatty()

    def progress(fraction: float, message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < (0.2 if living else 3.0) and fraction < 1:
            return
        last = now
        text = f"{100 * fraction:3.0f} %  {message}"
        if living:
            print(f"\r\x1b[K{text}", end="\n" if fraction >= 1 else "", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    return progress


def text(command: str, answer: Answer) -> str:
    """Return the answer of a command as lines of text."""
    lines = _SHOW.get(command, _plain)(answer)
    label = ["(Demo shop: the data is generated.)"] if command in _SHOW and answer.get("generated") else []
    return "\n".join([*lines, *label])


def _plain(answer: Answer) -> Iterator[str]:
    for key, value in answer.items():
        yield f"{key.replace('_', ' ')}: {_said(value)}"


def _said(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(one)}" for key, one in value.items()) or "–"
    return ", ".join(map(_said, value)) or "–" if isinstance(value, list) else str(value)


def _demo(answer: Answer) -> Iterator[str]:
    yield f"The demo shop is {'ready' if answer['built'] else 'there already'}: {answer['workspace']}"
    yield "Everything in it is generated."
    if answer["model"] is None:
        yield "No model ships with it; train one with: python -m core train"


def _import(answer: Answer) -> Iterator[str]:
    version = answer["version"]
    yield f"Version {version} of the data is ready." if version else "Nothing was written. This is what would be:"
    for file in answer["files"]:
        yield (
            f"  {file['file']} ({file['role'].replace('_', ' ')}): {file['lines_read']:,} lines, {file['imported']:,} "
            f"imported, {file['rejected']:,} turned away, {file['duplicates']:,} there twice"
        )
    yield f"  {answer['events']:,} events; {answer['users']:,} shoppers and {answer['items']:,} items are known"
    for reason, lines in answer["reasons"].items():
        yield f"  turned away because of {reason}: {lines:,}"
    yield from (f"  {note}" for note in answer["notes"])
    for file in answer["mend_files"]:
        yield f"  Mend these lines and import the file again: {file}"


def _profile(answer: Answer) -> Iterator[str]:
    if "shoppers" not in answer or isinstance(answer["shoppers"], int):
        yield from _plain(answer)
        return
    for person in answer["shoppers"]:
        yield f"Shopper {person['user_id']}, as of {answer['as_of']}"
        yield "  Counted"
        yield from (f"    {fact['label']}: {fact['value']}" for fact in person["facts"] if fact["telling"])
        more = sum(not fact["telling"] for fact in person["facts"])
        if more:
            yield f"    and {more} more, which --json has"
        if answer["model"] is None:
            yield "  Nothing is predicted: there is no model yet. Run: python -m core train"
            continue
        yield f"  Predicted by model {answer['model']}"
        for tag in sorted(person["tags"], key=lambda tag: -tag["probability"]):
            chance, least = 100 * tag["probability"], 100 * tag["threshold"]
            yield f"  {'*' if tag['given'] else ' '} {tag['label']}: {chance:.0f} % (given from {least:.0f} %)"


def _recommend(answer: Answer) -> Iterator[str]:
    if not answer["items"]:
        yield "Nothing matches. Try fewer or other search words."
    for rank, item in enumerate(answer["items"], 1):
        found = ", ".join(source.replace("_", " ") for source in item["sources"])
        yield f"{rank:2}. {100 * item['p_click']:5.1f} %  {item['title']} ({item['item_id']}; {found})"
        if item["moved_by"]:
            yield f"             by its chance alone at {item['was']}; {'; '.join(item['moved_by'])}"
        if item["reason"]:
            yield f"             {item['reason']}"
    yield from _plain_hits(answer["plain"], [item["item_id"] for item in answer["items"]])
    if answer["expected"] < answer["most"] - 0.005:
        yield f"Clicks to expect of these: {answer['expected']:.2f}; of the likeliest as many: {answer['most']:.2f}."
    yield from answer["notes"]


def _train(answer: Answer) -> Iterator[str]:
    if "again" in answer:
        yield from keeping.train_lines(answer)
    yield from _plain({name: value for name, value in answer.items() if name not in ("again", "unused")})


def _plain_hits(hits: list[Answer], shown: list[str]) -> Iterator[str]:
    """Write what a search finds for nobody in particular, and where each stands in the list."""
    if hits:
        yield "For nobody in particular:"
    for hit in hits:
        place = f"here {shown.index(hit['item_id']) + 1}" if hit["item_id"] in shown else "not here"
        yield f"{hit['plain']:2}. {hit['title']} ({hit['item_id']}; {place})"


_SHOW: Mapping[str, Callable[[Answer], Iterator[str]]] = {
    "demo": _demo, "import": _import, "profile": _profile, "recommend": _recommend, "explain": driving.lines,
    "models": models.lines, "score": scoring.lines, "search": searching.lines, "similar": searching.similar_lines,
    "assist": searching.assist_lines, "slot": offers.slot_lines, "feature": offers.feature_lines,
    "drift": keeping.drift_lines, "audit": keeping.audit_lines, "train": _train, "segments": segmenting.lines,
    "tag": describing.lines, "map": mapping.lines,
}
