"""An item and how it suits a shopper, in words: each with the event of her history behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.schema import Event
from core.text import phrases, said
from core.text.taste import Taste, title_words
from core.text.words import REPEAT, Piece, Words

Row = Mapping[str, Any]

#: Event type of the line that sums up the whole past.
SUMMARY = "summary"
#: Fields of an item's own words; all others are context.
OWN = frozenset({"title", "category", "brand", "photo", "price", "place"})


def pieces(fit: Row, history: Words, taste: Taste, place: str) -> Iterator[Piece]:
    """Yield the item's own words, then the words of fit; see ``Template.candidate``."""
    yield from _item_pieces(fit, place)
    yield from _fit_pieces(fit, history, taste)
    yield from _search_pieces(fit, history)


def _item_pieces(fit: Row, place: str) -> Iterator[Piece]:
    yield Piece("title", fit["title"] or fit["item_id"])
    if fit["category"]:
        yield Piece("category", phrases.leaf(fit["category"]))
    if fit["brand"] and fit["brand"].lower() not in (fit["title"] or "").lower():
        yield Piece("brand", fit["brand"], said=said.own("brand", fit["brand"]))
    if fit.get("photo"):
        yield Piece("photo", f"photo {fit['photo']}", said=said.own("photo", fit["photo"]))
    if fit["band"] is not None:
        band = phrases.band(fit["band"])
        yield Piece("price", band, said=said.own("price", band))
    if place:
        yield Piece("place", place, said=said.own("place", place))
    level = phrases.popularity(fit["popularity_level"])
    yield Piece("popularity", level, said=said.own("popularity", level))
    rate = phrases.click_rate(fit["pop_clicks"] or 0, fit["pop_shows"] or 0)
    yield Piece("popularity", rate, said=said.own("popularity", rate))


def _fit_pieces(fit: Row, history: Words, taste: Taste) -> Iterator[Piece]:
    """Words of fit, each with the event that it derives from: a taste derives from the whole past."""
    item = fit["item_id"]
    index = {(event.event_type, event.item_id): event.index for event in history.events}
    past = index.get((SUMMARY, None), -1)
    for field, text, source in _fit_words(fit, taste):
        event = past if field in ("taste", "price fit") else index.get(source, -1)
        yield Piece(field, text, event, said.fact(field, text, event >= 0 and source[1] == item, event >= 0))


def _fit_words(fit: Row, taste: Taste) -> Iterator[tuple[str, str, tuple[str, str | None]]]:
    """Field, words, and type and item of the event behind them."""
    item, none = fit["item_id"], ("", None)
    if fit["bought"]:
        words = f"bought before {phrases.times(fit['bought'])} {phrases.ago(fit['bought_age'])}"
        yield REPEAT, words, (Event.PURCHASE, item)
    if fit["category_bought"] > fit["bought"]:
        words = f"category bought {phrases.times(fit['category_bought'])} {phrases.ago(fit['category_bought_age'])}"
        yield "owned", words, (Event.PURCHASE, fit["category_item"])
    if fit["carted_age"] is not None and fit["carted_age"] < 30 * phrases.DAY:
        yield "cart", f"in cart {phrases.ago(fit['carted_age'])}", (Event.CART, item)
    if fit["viewed"]:
        words = f"seen {phrases.times(fit['viewed'])} {phrases.ago(fit['viewed_age'])}"
        yield "viewed", words, (Event.VIEW, item)
    if fit["liked_age"] is not None:
        yield "liked", "liked", (Event.FAVOURITE, item)
    if fit["returned"]:
        yield "returned", "returned before", (Event.RETURN, item)
    if fit["partner"] is not None:
        words = f"{phrases.strength(fit['partner_sum'])} bought with earlier"
        yield "together", words, (Event.PURCHASE, fit["partner"])
    if fit["complement_strength"] is not None:
        words = f"{phrases.strength(fit['complement_strength'])} follows purchase"
        yield "complement", words, (Event.PURCHASE, fit["complement_item"])
    if fit["all_weight"]:
        if fit["category"]:
            yield "taste", f"category {phrases.lean(fit['category_weight'], fit['all_weight'])}", none
        if fit["brand"]:
            yield "taste", f"brand {phrases.lean(fit['brand_weight'], fit['all_weight'])}", none
        yield "price fit", phrases.price_fit(fit["band"], fit["usual_band"]), none
        if (style := taste.style(fit)) is not None:
            yield "taste", f"style {phrases.style(style)}", none
        if liked := taste.liked(fit):
            yield "taste", f"likes {' '.join(liked)}", none
    if fit["category_shown"]:
        yield "taste", phrases.click_rate(fit["category_clicked"], max(20, fit["category_shown"])), none
    if fit["shown"] > fit["clicked"]:
        yield "shown", f"shown {phrases.amount(fit['shown'])}", none


def _search_pieces(fit: Row, history: Words) -> Iterator[Piece]:
    """How the item matches the newest search, if at all."""
    words = title_words(fit["title"]) | title_words(fit["category"])
    event = next((event for event in history.events if event.event_type == Event.SEARCH), None)
    wanted = title_words(event.query) if event else set()
    hits = len({w for w in wanted if w in words or w.rstrip("s") in words or w + "s" in words})
    if event and hits:
        part = "all" if hits >= min(len(wanted), 3) else "part of"
        yield Piece("search", f"matches {part} search {event.when}", event.index, said.own("search", part))
