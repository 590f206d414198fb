"""Which ad for whom at a place, and what to feature for a segment, on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.advice import GOALS, JUDGES, Ask
from core.answers import plain
from core.config import Settings
from core.errors import InputError
from core.records import Progress
from core.service import Shop

Answer = dict[str, Any]
Add = Callable[[str, str], argparse.ArgumentParser]
_BINDS = {
    "supply": "all impressions of {segment} are used", "once": "{title} cannot be repeated more often in {segment}",
    "most": "{title} may not be shown more often", "least": "{title} must be shown so often",
    "budget": "the budget of {title} is spent",
}  # fmt: skip


def add(command: Add) -> None:
    """Register both commands; ``command`` makes the parser of one that may name a model."""
    slot = command("slot", "which ad to show to whom at a place, against how it was")
    slot.add_argument("--slot", metavar="S", help="place as it is named in the log; without it, say which there are")
    slot.add_argument("--kind", default="ad", metavar="K", help="kind of item: ad, product, article or video (ad)")
    who = slot.add_mutually_exclusive_group()
    who.add_argument("--segment", nargs="+", default=[], metavar="S", help="saved segments, by name or id")
    who.add_argument("--by", default="", metavar="FACT", help="part shoppers by a fact, for example top_category")
    slot.add_argument("--goal", choices=GOALS, default="clicks", help="what is to be most (clicks)")
    slot.add_argument("--judge", choices=JUDGES, default="model", help="what says how likely a click is (model)")
    slot.add_argument("--days", type=float, metavar="D", help="last days of the log that are looked at (all)")
    slot.add_argument("--repeat", type=float, metavar="N", help="times that an ad may be shown to a shopper")
    slot.add_argument("--worth", type=float, metavar="V", help="what a click is worth (what was bought after it)")
    for name, about in (("most", "times that an ad may be shown"), ("least", "times that an ad must be shown"),
                        ("cost", "what a click on an ad costs"), ("budget", "what may be spent on an ad")):  # fmt: skip
        slot.add_argument(f"--{name}", nargs="+", default=[], metavar="AD=N", help=about)
    slot.add_argument("--sample", type=int, default=60, metavar="N", help="shoppers of each segment it judges (60)")
    feature = command("feature", "what to feature for a segment")
    feature.add_argument("--segment", metavar="S", help="a saved segment, by name or id (everyone)")
    feature.add_argument("-k", type=int, default=8, metavar="K", help="items that are shown together (8)")
    feature.add_argument("--sample", type=int, default=120, metavar="N", help="shoppers that are judged (120)")


def slot(given: argparse.Namespace, progress: Progress) -> Answer:
    """Say which ad to show to whom at a place."""
    shop = _shop(given)
    if given.slot is None:
        return {"places": plain(shop.placing.places()), "generated": shop.info().generated}
    limits = {name: _numbers(name, getattr(given, name)) for name in ("most", "least", "cost", "budget")}
    ask = Ask(
        given.slot, given.kind, tuple(shop.segments.called(one).id for one in given.segment), given.by, given.goal,
        given.judge, given.days, given.repeat, given.worth, sample=given.sample, **limits,
    )  # fmt: skip
    return {**plain(shop.placing.advise(ask, progress)), "model": shop.model_name, "generated": shop.info().generated}


def feature(given: argparse.Namespace, progress: Progress) -> Answer:
    """Say what to feature for a segment."""
    shop = _shop(given)
    one = None if given.segment is None else shop.segments.called(given.segment).id
    found = plain(shop.placing.feature(one, given.k, given.sample, progress))
    return {**found, "of": "next basket" if shop.baskets else "click", "model": shop.model_name,
            "generated": shop.info().generated}


def slot_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the advice for people."""
    if "places" in answer:
        for place in answer["places"]:
            yield f"{place['slot']} ({place['kind']}): shown {place['shown']:,} times, {place['clicks']:,} clicks"
        if not answer["places"]:
            yield "The log names no places where something was shown."
        return
    now, then, ahead = answer["now"], answer["suggested"], answer["ahead"]
    yield (
        f"Suggested: {then['clicks']:,.0f} clicks worth {then['value']:,.0f}; as it was shown: {now['clicks']:,.0f} "
        f"worth {now['value']:,.0f} ({answer['clicked']:,} were counted)."
    )
    yield (f"In {answer['ask']['goal']} the suggestion is ahead by {ahead['value']:,.1f} "
           f"(95 %: {_ends(ahead, 1, 1)}), as the {_judge(answer)} has it.")  # fmt: skip
    cells = [one for one in answer["cells"] if one["suggested"] > 0.5]
    for one in sorted(cells, key=lambda one: (one["segment"], -one["suggested"])):
        rate, worth = f"{100 * one['chance']:.1f} %", one["suggested"] * one["value"]
        yield (f"  {one['segment']}: {one['title']} ({one['item_id']}) {one['suggested']:,.0f} times ({rate} click, "
               f"{worth:,.2f} in value)")
    for one in answer["binds"]:
        yield f"  Holds back: {_BINDS[one['what']].format(**one)}; one more would add {one['gain']:.4f}"
    if answer["replayed"]:
        found = answer["replayed"]
        for name, label in (("logged", "as logged"), ("ips", "IPS"), ("snips", "self-normalised"),
                            ("doubly_robust", "doubly robust")):  # fmt: skip
            one = found[name]
            yield f"  Clicks of 100 shown, {label}: {100 * one['value']:.2f} (95 %: {_ends(one, 100, 2)})"
        yield f"  {found['n']:,} logged choices weigh as much as {found['effective']:,.0f}"
    yield from answer["notes"]


def feature_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write what to feature for people."""
    reach, before = answer["reach"], answer["reach_popular"]
    yield (
        f"{answer['segment']}: {answer['shoppers']:,} shoppers, {answer['sampled']:,} of them asked about. These "
        f"{len(answer['together'])} reach {100 * reach['value']:.1f} % (95 %: {_ends(reach, 100, 1)}); what is popular "
        f"there reaches {100 * before['value']:.1f} %."
    )
    for one in answer["together"]:
        more, together = 100 * one["gain"], 100 * one["reach"]
        yield f"  {one['title']} ({one['item_id']}): adds {more:.1f} %, together {together:.1f} %"
    of = "buyers" if answer["of"] == "next basket" else "clicks"
    said = "who will have it in their next basket" if of == "buyers" else "if all of them saw it"
    yield f"One by one, by {of} {said}:"
    for one in answer["items"][:10]:
        bought = "" if one["buyers"] is None else f", {one['buyers']:,.1f} buyers"
        ends = f"{one['clicks_low']:,.0f} to {one['clicks_high']:,.0f}" if one["clicks_low"] is not None else "–"
        yield f"  {one['title']} ({one['item_id']}): {one['clicks']:,.0f} {of} (95 %: {ends}){bought}"
    yield from answer["notes"]


def _judge(answer: Mapping[str, Any]) -> str:
    return "model" if answer["judge"] == "model" else "count"


def _ends(one: Mapping[str, Any], times: float, digits: int) -> str:
    if one["low"] is None:
        return "not known"
    return f"{times * one['low']:,.{digits}f} to {times * one['high']:,.{digits}f}"


def _numbers(option: str, given: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in given:
        item, sign, number = text.rpartition("=")
        try:
            found[item] = float(number)
        except ValueError:
            sign = ""
        if not (item and sign):
            raise InputError(f"--{option} wants an ad's id and a number, for example ad12=500; not {text!r}.")
    return found


def _shop(given: argparse.Namespace) -> Shop:
    return Shop(given.workspace, Settings.from_environment().device, model=given.model)
