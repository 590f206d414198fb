"""Saved segments on the command line: which there are, who is in one, and the list of its shoppers as a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core import trees
from core.answers import plain
from core.conditions import InSegment, SavedSegment
from core.config import Settings
from core.errors import InputError
from core.exports import ExportAsk
from core.exports.records import MOST_ITEMS
from core.records import Progress
from core.service import Shop
from core.sinks import FORMATS

Answer = dict[str, Any]
Add = Callable[[str, str], argparse.ArgumentParser]
LIST, SHOW, EXPORT = "list", "show", "export"
ALL = "all"
_TELLING = 8  # differences that are said


def add(command: Add) -> None:
    """Register the command; ``command`` makes the parser of one that may name a model."""
    made = command("segments", "say which segments are saved, who is in one, or take the list of its shoppers along")
    made.add_argument("what", choices=(LIST, SHOW, EXPORT), help="list them, show one, or export the shoppers of one")
    made.add_argument("name", nargs="?", metavar="NAME", help="a saved segment, by name")
    made.add_argument("--out", type=Path, metavar="F", help="file of the list (NAME.csv)")
    made.add_argument("--format", choices=FORMATS, help="how it is written (as --out ends, or csv)")
    made.add_argument("--columns", nargs="+", metavar="KEY", help="facts and attributes: those that tell most, or all")
    made.add_argument("--tags", nargs="+", default=[], metavar="KEY", help="predicted tags: none, some, or all")
    made.add_argument("--items", type=int, default=0, metavar="N",
                      help=f"items that each is likeliest to click, up to {MOST_ITEMS} (0)")


def run(given: argparse.Namespace, progress: Progress) -> Answer:
    """List the saved segments, show one, or write the shoppers of one into a file."""
    shop = Shop(given.workspace, Settings.from_environment().device, model=given.model)
    source = {"version": shop.version, "model": shop.model_name, "generated": shop.info().generated}
    if given.what == LIST:
        return {"segments": [_about(shop, one) for one in shop.segments.all()], **source}
    if given.name is None:
        raise InputError(f"Say which segment: python -m core segments {given.what} NAME")
    one = shop.segments.named(given.name)
    if given.what == SHOW:
        return {**_shown(shop, one), **source}
    return {**_export(shop, one, given, progress), **source}


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the answer for people."""
    if "segments" in answer:
        for one in answer["segments"]:
            yield _line(one)
        if not answer["segments"]:
            yield "No segment is saved yet. Save one on the Segments page."
    elif "out" in answer:
        yield f"{answer['shoppers']:,} shoppers are in {answer['out']}."
        yield from (f"  {name}: {said}" for name, said in answer["about"].items() if name in ("Data", "Model"))
        if answer["beside"]:
            yield f"  What the list is stands in {answer['beside']}."
    else:
        yield _line(answer)
        yield from ([answer["description"]] if answer["description"] else [])
        for row in answer["differences"]:
            yield f"  {row['label']}: {row['first']:.4g}, everyone else {row['second']:.4g} ({row['kind']})"
        for change in answer["history"]:
            yield f"  {change['at'][:16].replace('T', ' ')} {change['what']}, {change['shoppers']:,} shoppers"


def _line(one: Mapping[str, Any]) -> str:
    kind = "frozen" if one["frozen"] else "follows the data"
    marks = "".join([f", by {one['owner']}" if one["owner"] else "", ", archived" if one["archived"] else ""])
    return f"{one['name']}: {one['shoppers']:,} of {one['everyone']:,} shoppers ({kind}{marks})"


def _about(shop: Shop, one: SavedSegment) -> Answer:
    shoppers, everyone = shop.segments.count(_tree(one))
    return {
        "id": one.id, "name": one.name, "description": one.description, "owner": one.owner, "frozen": one.frozen,
        "archived": one.archived, "changed": plain(one.changed), "shoppers": shoppers, "everyone": everyone,
    }  # fmt: skip


def _shown(shop: Shop, one: SavedSegment) -> Answer:
    rows = shop.segments.contrast(_tree(one)).rows
    history = [{name: plain(getattr(change, name)) for name in ("at", "who", "what", "version", "shoppers")}
               for change in shop.segments.history(one.id)]  # fmt: skip
    differences = plain(rows[rows["sure"] != 0].head(_TELLING))
    return {**_about(shop, one), "conditions": trees.write(one.tree), "differences": differences, "history": history}


def _tree(one: SavedSegment) -> InSegment:
    return InSegment(one.id, one.name)


def _export(shop: Shop, one: SavedSegment, given: argparse.Namespace, progress: Progress) -> Answer:
    ending = given.out.suffix.lower().lstrip(".") if given.out else ""
    if given.format and ending and given.format != ending:
        raise InputError(f"--format {given.format} and --out {given.out} say two things. Leave one of them out.")
    if given.tags and shop.model_name is not None and shop.profiles_ready() < 1:
        shop.compute_profiles(progress)
    about = shop.columns()
    keys = [*_chosen(about, "--columns", given.columns, about["kind"] != "predicted", about["telling"]),
            *_chosen(about, "--tags", given.tags, about["kind"] == "predicted", about["telling"])]  # fmt: skip
    ask = ExportAsk(tuple(dict.fromkeys(keys)), given.items, given.format or ending or "csv")
    out = given.out or Path(shop.exports.file_name(one.name, ask))
    found = shop.exports.write(_tree(one), one.name, ask, out, progress)
    return {**plain(found), "shoppers": shop.segments.count(_tree(one))[0], "columns": list(ask.columns)}


def _chosen(about: Any, option: str, said: Sequence[str] | None, of: Any, usual: Any) -> list[str]:
    """Return the keys that an option names, of the columns that it may be about."""
    there = about[of]["key"].tolist()
    if said is None:
        return list(about[of & usual]["key"])
    if list(said) == [ALL]:
        return list(there)
    for key in said:
        if key not in there:
            known = ", ".join(there) or "none at all"
            raise InputError(f"{option}: this shop has no such column as {key!r}. There are: {known}.")
    return list(said)
