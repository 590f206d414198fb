"""What to show to one shopper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.arrange import Arrangement
from core.language import listed, say
from core.rules import Rule
from pages._ui import address, arranging, cards, found, pick, resources, rulebook, states, waiting, words
from pages._ui.address import Number

if TYPE_CHECKING:
    from core.service import Shop

MANY = Number("k", 10, 1, 30)



@dataclass(frozen=True)
class Ask:
    """What is asked for on the page."""

    query: str
    place: str
    k: int
    explain: bool
    how: Arrangement


def show(shop: Shop) -> None:
    """Let the person choose a shopper, and draw what to show to them."""
    with st.container(horizontal=pick.chosen("user")):
        user = pick.shopper(shop)
        rules = rulebook.edit(shop) if user and shop.model_name else ()
    if user is None:
        return
    if shop.model_name is None:
        states.no_model()
        return
    ask = form(shop, rules)
    with waiting.turn(say("Ranking …")):
        listing = resources.listing(shop, user, ask.k, ask.query or None, ask.place or None, ask.explain, ask.how)
    if listing.items:
        arranging.cost(listing)
        cards.recommendations(listing.items, user, found.page_of)
    else:
        states.empty(say("Nothing matches"), say("Try fewer or other search words, or fewer rules."),
                     ":material/search_off:")  # fmt: skip


def form(shop: Shop, rules: tuple[Rule, ...]) -> Ask:
    """Draw what can be asked for, and keep it in the address once the person asks."""
    places = resources.places(shop)
    text, place, k = address.text("query"), address.one_of("place", places, ""), MANY.whole() or 10
    explain = address.text("why") == "1"
    at = f"{text}-{place}-{k}-{explain}"
    with st.form("ask", border=True):
        left, middle, right = st.columns([3, 2, 2])
        query = left.text_input(say("Search words (optional)"), text, placeholder=say("ankle boots"), type="search",
                                key=f"query-{at}", help=say("Only items that match these words are ranked."))
        slot = middle.selectbox(
            say("Place on the site"), ["", *places], [*["", *places]].index(place), disabled=not places,
            key=f"place-{at}",
            format_func=lambda name: f"{name}: {kinds(places[name])}" if name else say("Anywhere"),
            help=say("The places that your logs name, each with what is shown there.")
            if places else say("Your logs name no places."),
        )  # fmt: skip
        most = right.slider(say("How many"), 1, 30, k, key=f"k-{at}")
        folded = st.expander(say("Variety, news and caps"), icon=":material/tune:", expanded=arranging.sign() != "----")
        with folded:
            how = arranging.fields(rules)
        why = st.checkbox(say("Say why for each item (slower)"), explain, key=f"why-{at}")
        if st.form_submit_button(say("Recommend"), type="primary", icon=":material/recommend:"):
            address.keep({"query": query.strip(), "place": slot, "k": MANY.written(most), "why": "1" if why else ""})
            arranging.remember(how)
    return Ask(query.strip(), slot, most, why, how)


def kinds(names: list[str]) -> str:
    """Return kinds of item in words: ``"products and articles"``."""
    return listed([words.KINDS.get(name, name) for name in names])
