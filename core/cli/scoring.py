"""Lists on the command line: a dry run, a scoring that goes on where it was interrupted, and those handed in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.answers import plain
from core.errors import Cancelled, InputError
from core.lists import ListAsk, ScoredList
from core.lists.records import LOG, PAIRS, SHOPPERS, NotUnderstood
from core.lists.shelf import CSV
from core.records import Progress
from core.schema import Col
from core.service import Shop
from core.store.watch import duration

Answer = dict[str, Any]


def arguments(command: argparse.ArgumentParser) -> None:
    """Add what can be said of a list."""
    command.add_argument("file", type=Path, nargs="?", help="pairs, shoppers, or a log: CSV, JSON, Excel, Parquet")
    command.add_argument("--out", type=Path, metavar="F", help="file for the result: .csv or .parquet")
    command.add_argument("--resume", action="store_true", help="go on with a scoring that was interrupted")
    command.add_argument("--dry-run", action="store_true", help="say what would be made and how long it takes")
    command.add_argument("--items", type=Path, metavar="F", help="file of a campaign's items, for every shopper")
    command.add_argument("--item", nargs="+", default=[], metavar="ID", help="items of a campaign by their ids")
    command.add_argument("--shoppers", action="store_true", help="a list of shoppers: tell tags and likeliest items")
    command.add_argument("--tags", action="store_true", help="tell each shopper's tags beside her pairs")
    command.add_argument("--reasons", action="store_true", help="say why, for each row (slower)")
    command.add_argument("--kind", choices=[PAIRS, SHOPPERS, LOG], help="what the list is, where that is mistaken")
    command.add_argument("--map", nargs="+", action="extend", default=[], metavar="canonical=column",
                         help="what the columns mean, where they do not tell; event_type:WORD=EVENT for words")
    command.add_argument("--dates", choices=["dmy", "mdy", "ymd", "excel"],
                         help="what comes first in the dates of a log; excel: days as spreadsheets count them")
    handed_in = command.add_mutually_exclusive_group()
    handed_in.add_argument("--lists", action="store_true", help="show the lists that were handed in on the page")
    handed_in.add_argument("--go-on", metavar="ID", help="let one of them go on that was interrupted")
    handed_in.add_argument("--cancel", metavar="ID", help="stop one of them; what is scored is kept")


def run(given: argparse.Namespace, shop: Shop, progress: Progress) -> Answer:
    """Score a list, say what would become of it, or do something with those that were handed in."""
    if given.lists or given.go_on or given.cancel:
        return _handed_in(given, shop)
    if given.file is None:
        raise InputError("Say which list is to be scored: score FILE --out RESULT.csv")
    ask = ListAsk(
        items=given.item, items_file=str(given.items) if given.items else None, shoppers=given.shoppers,
        reasons=given.reasons, tags=given.tags, mapping=_mapping(given.map), dates=given.dates,
        kind=given.kind,
    )  # fmt: skip
    try:
        return _asked(given, shop, ask, progress)
    except NotUnderstood as error:
        raise InputError(f"{error} {_advice(error)}") from error


def _asked(given: argparse.Namespace, shop: Shop, ask: ListAsk, progress: Progress) -> Answer:
    if given.dry_run:
        seen = dict(plain(shop.lists.plan(given.file, ask, measured=shop.model_name is not None)))
        return {name: value for name, value in seen.items() if name != "preview"}
    if given.out is None:
        raise InputError("Say where the result is to go: --out RESULT.csv")
    try:
        return shop.lists.score(given.file, given.out, ask, given.resume, progress)
    except KeyboardInterrupt:
        raise Cancelled("Stopped. What is scored is kept: say the same again with --resume to go on.") from None


def _advice(error: NotUnderstood) -> str:
    if not error.missing:
        return ("Say what its words mean: --map event_type:WORD=view, or =- to leave such lines out; or that it is no "
                "log: --kind pairs")  # fmt: skip
    said = f"Say which one it is: --map {error.missing}=COLUMN."
    alone = " A list of shoppers alone is scored with --items FILE, --item ID or --shoppers."
    return said + (alone if error.missing == Col.ITEM else "")


def _handed_in(given: argparse.Namespace, shop: Shop) -> Answer:
    if given.lists:
        return {"lists": [_told(one) for one in shop.lists.all()]}
    if given.cancel:
        shop.lists.cancel(shop.lists.get(given.cancel).id)
    else:
        shop.lists.resume(given.go_on)
    return {"lists": [_told(shop.lists.get(given.cancel or given.go_on))]}


def _told(one: ScoredList) -> Answer:
    told = ("id", "name", "created", "kind", "model", "version", "status", "rows", "reached", "message", "error")
    result = one.result / CSV if one.result else None
    return {**{name: plain(getattr(one, name)) for name in told}, "result": result and str(result)}


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the answer for people."""
    if "lists" in answer:
        yield from _history(answer["lists"])
        return
    if "makes" in answer:
        yield from _planned(answer)
        return
    yield f"{answer['rows']:,} rows, {answer['scored']:,} of them scored, are in {answer['out']}."
    if answer["kept_from_before"]:
        yield f"{answer['kept_from_before']:,} of them had been scored in the run before."
    for fault, count in answer["faults"].items():
        yield f"  not scored, {fault}: {count:,}"
    figures = answer.get("figures", {})
    if figures.get("n"):
        share = 100 * figures["base"]
        yield f"{figures['n']:,} rows have a label, {figures['positives']:,} of them yes ({share:.1f} %)."
    if figures.get("auc") is not None:
        yield (
            f"  AUC {figures['auc']:.3f} (95 %: {figures['auc_low']:.3f} to {figures['auc_high']:.3f}); chances are "
            f"off by {100 * figures['ece']:.1f} points on average"
        )
        for row in figures["lift"]:
            yield (
                f"  tenth {row['part']:2}: {100 * row['predicted']:5.1f} % predicted, {100 * row['observed']:5.1f} % "
                f"happened, lift {row['lift']:.2f}"
            )
    yield from figures.get("warnings", ())


def _history(lists: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not lists:
        yield "No list was handed in yet."
    for one in lists:
        yield (f"{one['id']}  {one['status']:9}  {one['reached']:,} of {one['rows']:,} rows ({one['kind']})  "
               f"{one['name']}, {one['created'][:16].replace('T', ' ')} (UTC), by {one['model']}")  # fmt: skip
        for more in (one["message"] if one["status"] == "running" else "", one["error"], one["result"]):
            if more:
                yield f"  {more}"


def _planned(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"Nothing was scored. This is what would be: {answer['makes']:,} rows, {answer['can']:,} of them scored."
    yield "  " + ", ".join(f"{name} is “{column}”" for name, column in answer["mapping"].items())
    yield from (f"  {note}" for note in answer["notes"])
    if answer["seconds"] is not None:
        takes = duration(answer["seconds"])
        yield f"  It would take about {takes}: {answer['rate']:,.1f} rows a second on this machine."


def _mapping(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign:
            raise InputError(f"--map wants canonical=column, not “{pair}”.")
        found[name] = column
    return found
