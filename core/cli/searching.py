"""Searching, and what suits an item, on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.answers import plain
from core.assist.records import named
from core.config import Settings
from core.records import Progress
from core.service import Shop

Answer = dict[str, Any]
Add = Callable[[str, str], argparse.ArgumentParser]


def add(command: Add) -> None:
    """Register the commands; ``command`` makes the parser of one that may name a model."""
    search = command("search", "find items by what a shopper types")
    search.add_argument("query", nargs="+", metavar="QUERY", help="for example: waterproof trail shoes under 80")
    search.add_argument("--user", metavar="ID", help="rank what is found for this shopper")
    search.add_argument("-k", type=int, default=10, metavar="K", help="how many items (10)")
    similar = command("similar", "items for an item's page: similar ones, what goes with it, what tells of it")
    similar.add_argument("--item", required=True, metavar="ID")
    similar.add_argument("-k", type=int, default=6, metavar="K", help="how many items of each (6)")
    assist = command("assist", "answer a need that is said in words, with items, reasons and ways to go on")
    assist.add_argument("need", nargs="+", metavar="NEED", help="for example: waterproof trail shoes under 80")
    assist.add_argument("--then", action="append", default=[], metavar="TEXT",
                        help="what is said next, for example: cheaper; may be given several times")
    assist.add_argument("--shopper", metavar="ID", help="for whom it is")
    assist.add_argument("-k", type=int, default=4, metavar="K", help="how many items (4)")


def search(given: argparse.Namespace, progress: Progress) -> Answer:
    """Find items."""
    shop = _shop(given)
    found = shop.search(" ".join(given.query), given.user, given.k)
    hits = [{**plain(hit), "moved": hit.moved if found.model else None} for hit in found.hits]
    return {**plain(found), "hits": hits, "generated": shop.info().generated}


def assist(given: argparse.Namespace, progress: Progress) -> Answer:
    """Answer a need, and then what is said next."""
    shop = _shop(given)
    reply = shop.assist(" ".join(given.need), None, given.shopper, given.k)
    for said in given.then:
        reply = shop.assist(said, reply, given.shopper, given.k)
    reply = shop.phrase(reply)
    text = named(reply.phrased or reply.text, reply.offers)
    return {**plain(reply), "answer": text, "generated": shop.info().generated}


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


def assist_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write an answer of the assistant for people."""
    yield answer["answer"]
    yield from answer["notes"]
    for place, offer in enumerate(answer["offers"], 1):
        hit = offer["hit"]
        price = "" if hit["price"] is None else f", {hit['price']:,.2f}"
        yield f"{place:2}. {hit['title']} ({hit['item_id']}{price})"
        lacks = [f"does not say {', '.join(f'“{word}”' for word in offer['lacks'])}"] if offer["lacks"] else []
        yield from (f"    {line}" for line in ["; ".join([*offer["reasons"], *lacks]), offer["personal"]] if line)
    if answer["choices"]:
        said = (f"“{choice['said']}” ({choice['count']:,})" for choice in answer["choices"])
        yield f"Go on with --then: {', '.join(said)}"
    yield from [answer["unphrased"]] if answer["unphrased"] else []


def similar_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write what suits an item for people."""
    yield f"{answer['item']['title']} ({answer['item']['item_id']})"
    looks = [("looks", "Looks like it")] if answer["looks"] else []
    for name, title in (("similar", "Similar"), *looks, ("goes_with", "Goes with it"), ("about", "About it")):
        yield f"{title}:"
        yield from (f"  {one['title']} ({one['item_id']}): {one['why']}" for one in answer[name])
        if not answer[name]:
            yield "  nothing is known"


def _moved(places: int | None) -> str:
    return "" if not places else f"{places:+d}"


def _shop(given: argparse.Namespace) -> Shop:
    return Shop(given.workspace, Settings.from_environment().device, model=given.model)
