"""What to expect of those whom a condition on a predicted tag reaches, said under it while its ends move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import Leaf
from core.effects import Reach
from core.language import say
from core.records import Condition
from core.schema import Family
from pages._ui import nav, resources, terms, words

if TYPE_CHECKING:
    from core.service import Shop


def draw(shop: Shop, columns: pd.DataFrame, leaf: Leaf) -> None:
    """Say under a predicted tag whom it reaches, and how far to trust it there."""
    if not isinstance(leaf, Condition) or columns.set_index("key").at[leaf.column, "type"] != "probability":
        return
    low, high = _ends(leaf)
    if leaf.column.startswith(f"{Family.DESCRIBED}:"):
        _described(shop, leaf.column, low, high)
        return
    found = resources.reach(shop, leaf.column, low, high)
    st.caption(f":material/query_stats: {_expected(found, low, high)} {_measured(found, high)}".rstrip(),
               help=terms.told("calibrated", "threshold"))


def _ends(leaf: Condition) -> tuple[float, float]:
    if leaf.op == "between":
        return float(leaf.value[0]), float(leaf.value[1])
    return (float(leaf.value), 1.0) if leaf.op == ">=" else (0.0, float(leaf.value))


def _where(low: float, high: float) -> str:
    if high >= 1:
        return say("From {low} on", low=words.percent(low))
    return (say("From {low} to {high}", low=words.percent(low), high=words.percent(high)) if low > 0
            else say("Up to {high}", high=words.percent(high)))  # fmt: skip


def _expected(found: Reach, low: float, high: float) -> str:
    reached = say("{where}: {shoppers} ({share} of those of whom it is predicted)", where=_where(low, high),
                  shoppers=words.several(found.shoppers, "shopper", "shoppers"),
                  share=words.percent(found.shoppers / found.known if found.known else 0.0))  # fmt: skip
    if found.expected is None:
        return say("{reached}.", reached=reached)
    if high >= 1:
        return say("{reached}, expected to be {expected} by the model’s own calibrated chances.", reached=reached,
                   expected=words.of_ten(found.expected))  # fmt: skip
    return say("{reached}; it is expected to be true of {expected} of them by the model’s own calibrated chances.",
               reached=reached, expected=words.percent(found.expected))  # fmt: skip


def _measured(found: Reach, high: float) -> str:
    """Say what was measured on the side of the model's own threshold that is asked for; "" where nothing was."""
    if found.measured is None or found.measured_at is None:
        return ""
    above = high >= 1
    if above:
        measured, promised = (words.of_ten(share) for share in (found.measured, found.promised))
    else:
        measured, promised = (say("true of {share}", share=words.percent(share))
                              for share in (found.measured, found.promised))  # fmt: skip
    if found.promised is not None:
        measured = say("{measured}; its chances promise {promised} there", measured=measured, promised=promised)
    told = (say("Measured on {shoppers} shoppers of the test days, at the model’s own threshold of {threshold} only: "
                "{measured}.") if above else
            say("Measured on {shoppers} shoppers of the test days, below the model’s own threshold of {threshold} "
                "only: {measured}."))  # fmt: skip
    return told.format(shoppers=words.count(found.measured_on), threshold=words.percent(found.measured_at),
                       measured=measured)  # fmt: skip


def _described(shop: Shop, column: str, low: float, high: float) -> None:
    found = shop.describing.expect(column, low, high)
    reached = say("{where}: {shoppers}.", where=_where(low, high),
                  shoppers=words.several(found.shoppers, "shopper", "shoppers"))  # fmt: skip
    if found.precision is None:
        right = say("A guess: too few of them are marked to say of how many it is true.")
    elif high >= 1:
        right = say("Expected to be {how_often}.",
                    how_often=words.right(found.precision, found.low, found.high, found.marked))  # fmt: skip
    else:
        right = say("Expected to be true of {share} of them (between {low} and {high}, by {seen} whom it was not "
                    "told).", share=words.percent(found.precision), low=words.percent(found.low),
                    high=words.percent(found.high),
                    seen=words.several(found.marked, "marked shopper", "marked shoppers"))  # fmt: skip
    st.caption(f":material/query_stats: {reached} {right}")
    nav.link("tags", say("Mark shoppers of this tag"), ":material/edit_note:", {"tag": column.partition(":")[2]})
