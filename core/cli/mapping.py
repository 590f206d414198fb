"""The map of all shoppers on the command line: made where it is not there yet, and as a file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.answers import plain
from core.tables import harmless, whole

if TYPE_CHECKING:
    from core.records import Progress
    from core.service import Shop

Answer = dict[str, Any]


def arguments(command: argparse.ArgumentParser) -> None:
    """Add what can be asked."""
    command.add_argument("--out", type=Path, metavar="F", help="CSV file of every shopper with place and group")
    command.add_argument("--anew", action="store_true", help="make it again, even if it is there")


def run(given: argparse.Namespace, shop: Shop, progress: Progress) -> Answer:
    """Make the map unless this model made it of this version already; write it into a file if one is named."""
    made = None if given.anew else shop.map.kept()
    made = made or shop.map.compute(progress)
    if given.out is not None:
        table = shop.map.table()
        table["group"] = table["cluster"].map({one.number: one.name for one in made.clusters}).fillna("")
        with whole(given.out) as part:
            harmless(table.drop(columns="cluster")).to_csv(part, index=False)
    groups = [{**plain(one), "name": one.name} for one in made.clusters]
    out = None if given.out is None else str(given.out)
    return {**plain(made), "clusters": groups, "out": out, "generated": shop.info().generated}


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the answer for people."""
    learned = "" if answer["learned"] == answer["shoppers"] else f", learned from {answer['learned']:,} of them"
    yield (f"A map of {answer['shoppers']:,} shoppers{learned}: version {answer['version']} of the data, "
           f"model {answer['model']}.")  # fmt: skip
    for one in answer["clusters"]:
        yield f"  {one['name']}: {one['shoppers']:,} shoppers"
    yield f"  Between the groups: {answer['between']:,} shoppers"
    if answer["out"]:
        yield f"Every shopper with place and group is in {answer['out']}."
