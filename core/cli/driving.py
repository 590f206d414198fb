"""Why, on the command line: an item for a shopper, or what drives a prediction in a segment."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.answers import plain
from core.drivers import KIND, KINDS, About
from core.driving import SAMPLE
from core.errors import InputError

if TYPE_CHECKING:
    from core.records import Progress
    from core.service import Shop

Answer = dict[str, Any]
#: Words that are written for people; --json has all.
_WORDS = 12


def arguments(command: argparse.ArgumentParser) -> None:
    """Add what can be asked."""
    who = command.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="ID", help="a shopper, with --item")
    who.add_argument("--segment", metavar="S", help="a saved segment, by name or id, against everyone else")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--item", metavar="ID", help="an item")
    what.add_argument("--category", metavar="C", help="the items of a category that are most wanted")
    what.add_argument("--tag", metavar="T", help="a tag of the model, by its key or label")
    command.add_argument("--sample", type=int, default=SAMPLE, metavar="N",
                         help=f"shoppers of each side that are read, with --segment ({SAMPLE})")


def run(given: argparse.Namespace, shop: Shop, progress: Progress) -> Answer:
    """Explain an item to one shopper, or what drives a prediction in a segment; what was read before is used again."""
    if given.user is not None:
        if given.item is None:
            raise InputError("Of one shopper an item is explained: --item ID. Tags are on the page Why.")
        return dict(plain(shop.why(given.user, given.item)))
    if given.sample < 1:
        raise InputError(f"--sample wants a number of shoppers, 1 or more; not {given.sample}.")
    tree = shop.segments.meaning(shop.segments.called(given.segment))
    about, tag = About("tags"), None
    if given.tag is not None:
        tag = shop.driving.tag(given.tag)
    else:
        about = About("item", given.item) if given.item is not None else About("category", given.category)
    read = shop.driving.kept(tree, about)
    if read is None or not read.reaches(given.sample):
        read = shop.driving.read(tree, about, given.sample, progress=progress)
    found = shop.driving.drivers(read, tag)
    return {"segment": given.segment, **plain(found)}


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write either answer for people."""
    yield from (_of_segment(answer) if "segment" in answer else _of_shopper(answer))


def _of_shopper(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"{answer['title']} ({answer['item_id']}) for shopper {answer['user_id']}"
    yield f"{100 * answer['p_click']:.1f} % is predicted; {100 * answer['p_base']:.1f} % if nothing were known"
    yield answer["sentence"]
    for event in sorted(answer["events"], key=lambda event: -abs(event["value"])):
        yield f"  {event['value']:+.3f}  {event['text']}"


def _of_segment(answer: Mapping[str, Any]) -> Iterator[str]:
    yield answer["sentence"]
    others = f", {answer['read_others']:,} of {answer['others']:,} others" if answer["others"] else ""
    yield f"Read: {answer['read']:,} of the {answer['shoppers']:,} shoppers of {answer['segment']}{others}."
    yield "Odds, times those of " + ("others (95 %):" if answer["others"] else "nothing being known (95 %):")
    for row in answer["rows"]:
        if row["level"] == KIND:
            yield f"  {_times(row)}  {KINDS.get(row['name'], row['name'])}"
    words = [row for row in answer["rows"] if row["level"] != KIND][:_WORDS]
    if words:
        yield f"Words, of {answer['tested']:,} that some shoppers share; * stands out although so many were judged:"
    for row in words:
        share = f"{100 * row['have_here']:.0f} % have it" + (
            f", {100 * row['have_there']:.0f} % of others" if answer["others"] else "")
        yield f"  {_times(row)} {'*' if row['sure'] else ' '} {row['name']} ({row['field']}; {share})"


def _times(row: Mapping[str, Any]) -> str:
    ends = "" if row["low"] is None else f" ({math.exp(row['low']):.2f} to {math.exp(row['high']):.2f})"
    return f"× {math.exp(row['gap']):.2f}{ends}"
