"""Searching, and what suits an item, on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.answers import plain
from core.config import Settings
from core.records import Progress
from core.service import Shop

Answer = dict[str, Any]
Add = Callable[[str, str], argparse.ArgumentParser]


def add(command: Add) -> None:
    """Register both commands; ``command`` makes the parser of one that may name a model."""
    search = command("search", "find items by what a shopper types")
    search.add_argument("query", nargs="+", metavar="QUERY", help="for example: waterproof trail shoes under 80")
    search.add_argument("--user", metavar="ID", help="rank what is found for this shopper")
    search.add_argument("-k", type=int, default=10, metavar="K", help="how many items (10)")
    similar = command("similar", "items for an item's page: similar ones, what goes with it, articles about it")
    similar.add_argument("--item", required=True, metavar="ID")
    similar.add_argument("-k", type=int, default=6, metavar="K", help="how many items of each (6)")


def search(given: argparse.Namespace, progress: Progress) -> Answer:
    """Find items."""
    shop = _shop(given)
    found = shop.search(" ".join(given.query), given.user, given.k)
    hits = [{**plain(hit), "moved": hit.moved if found.model else None} for hit in found.hits]
    return {**plain(found), "hits": hits, "generated": shop.info().generated}


def similar(given: argparse.Namespace, progress: Progress) -> Answer:
    """Find what suits an item."""
    shop = _shop(given)
    return {**plain(shop.item_page(given.item, given.k)), "generated": shop.info().generated}


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write what was found for people."""
    understood = [part["label"] for part in answer["parts"] if part["what"] not in ("word", "words")]
    if understood:
        yield f"Understood: {', '.join(understood)}"
    yield from answer["notes"]
    if not answer["hits"]:
        yield "Nothing matches. Try fewer or other words."
        return
    many = "1 item matches" if answer["matching"] == 1 else f"{answer['matching']:,} items match"
    yield many + (f"; ranked for shopper {answer['user_id']}" if answer["model"] else "")
    for hit in answer["hits"]:
        chance = "" if hit["p_click"] is None else f"{100 * hit['p_click']:5.1f} %  {_moved(hit['moved']):>4}  "
        price = "" if hit["price"] is None else f", {hit['price']:,.2f}"
        yield f"{hit['place']:2}. {chance}{hit['title']} ({hit['item_id']}{price}; by {' and '.join(hit['found_by'])})"


def similar_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write what suits an item for people."""
    yield f"{answer['item']['title']} ({answer['item']['item_id']})"
    for name, title in (("similar", "Similar"), ("goes_with", "Goes with it"), ("about", "About it")):
        yield f"{title}:"
        yield from (f"  {one['title']} ({one['item_id']}): {one['why']}" for one in answer[name])
        if not answer[name]:
            yield "  nothing is known"


def _moved(places: int | None) -> str:
    return "" if not places else f"{places:+d}"


def _shop(given: argparse.Namespace) -> Shop:
    return Shop(given.workspace, Settings.from_environment().device, model=given.model)
