"""Lists on the command line: a dry run, or a scoring that goes on where it was interrupted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.answers import plain
from core.errors import Cancelled, InputError
from core.lists import ListAsk
from core.records import Progress
from core.service import Shop
from core.store.watch import duration

Answer = dict[str, Any]


def arguments(command: argparse.ArgumentParser) -> None:
    """Add what can be said of a list."""
    command.add_argument("file", type=Path, help="pairs, shoppers, or a log: CSV, JSON, Excel, Parquet")
    command.add_argument("--out", type=Path, metavar="F", help="file for the result: .csv or .parquet")
    command.add_argument("--resume", action="store_true", help="go on with a scoring that was interrupted")
    command.add_argument("--dry-run", action="store_true", help="say what would be made and how long it takes")
    command.add_argument("--items", type=Path, metavar="F", help="file of a campaign's items, for every shopper")
    command.add_argument("--item", nargs="+", default=[], metavar="ID", help="items of a campaign by their ids")
    command.add_argument("--shoppers", action="store_true", help="a list of shoppers: tell tags and likeliest items")
    command.add_argument("--tags", action="store_true", help="tell each shopper's tags beside her pairs")
    command.add_argument("--reasons", action="store_true", help="say why, for each row (slower)")
    command.add_argument("--map", nargs="+", action="extend", default=[], metavar="canonical=column",
                         help="what the columns mean, where their names do not tell")
    command.add_argument("--dates", choices=["dmy", "mdy", "ymd"], help="what comes first in the dates of a log")


def run(given: argparse.Namespace, shop: Shop, progress: Progress) -> Answer:
    """Score a list, or say what would become of it."""
    ask = ListAsk(
        items=given.item, items_file=str(given.items) if given.items else None, shoppers=given.shoppers,
        reasons=given.reasons, tags=given.tags, mapping=_mapping(given.map), dates=given.dates,
    )  # fmt: skip
    if given.dry_run:
        seen = dict(plain(shop.lists.plan(given.file, ask, measured=shop.model_name is not None)))
        return {name: value for name, value in seen.items() if name != "preview"}
    if given.out is None:
        raise InputError("Say where the result is to go: --out RESULT.csv")
    try:
        return shop.lists.score(given.file, given.out, ask, given.resume, progress)
    except KeyboardInterrupt:
        raise Cancelled("Stopped. What is scored is kept: say the same again with --resume to go on.") from None


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the answer for people."""
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
