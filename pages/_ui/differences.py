"""How a segment differs, the surest first: each difference opens as those of the segment who have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core import marks
from core.conditions import Node, everyone
from core.language import say, say_many
from core.records import Condition
from pages._ui import contrast, frame, look_marks, phrases, resources, terms
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

KEY = "differences"
_OF = "_differences_of"
_MOST = 12


@st.fragment
def draw(shop: Shop, tree: Node, other: Node | None, name: str, columns: pd.DataFrame, ready: float) -> None:
    """Draw the facts and tags in which a segment differs most surely.

    Parameters
    ----------
    other, name
        What the segment is held against; None for everyone else.
    """
    look_marks.follow()
    with frame.errors():
        _draw(shop, tree, other, name or say("everyone else"), columns, ready)


def _draw(shop: Shop, tree: Node, other: Node | None, name: str, columns: pd.DataFrame, ready: float) -> None:
    if everyone(tree) and other is None:
        st.caption(say("These are all shoppers. Add a condition or press a quick button to see how a segment differs."))
        return
    of = f"{shop.version} {shop.segments.key(tree)} {other and shop.segments.key(other)}"
    if st.session_state.get(_OF, of) != of:
        look_marks.forget(only=KEY)
    st.session_state[_OF] = of
    with st.spinner(say("Comparing them …")):
        found = resources.contrast(shop, tree, other, ready)
    most = contrast.surest(found.rows, _MOST)
    if found.both:
        st.caption(say_many(found.both, "{number} shopper is in both.", "{number} shoppers are in both."))
    if most.empty:
        st.caption(say("Nothing sets them apart for sure: every difference may be chance, given how few they are."))
        return
    thresholds = resources.about_tags(shop, "threshold") | {tag.key: tag.threshold for tag in shop.describing.tags()}
    about = columns.set_index("key")
    opened = [_mark(tree, row, about.loc[row.column], thresholds, columns) for row in most.itertuples()]
    look_marks.draw(shop, contrast.figure(most, columns), opened, KEY, 90 + 42 * len(most),
                    say("This segment against {name}", name=name), ready)  # fmt: skip
    st.caption(
        say("The surest differences first, each with its 95 % interval. Full blue dots were counted in the logs, "
            "hollow violet diamonds are predicted by the model. Each opens as those of the segment who are on its side "
            "of the difference: of a number, beyond the middle of both means; of a tag, beyond its threshold."),
        help=terms.told("interval", "effect", "threshold"),
    )


def _mark(tree: Node, row: Any, about: Any, thresholds: Mapping[str, float | None], columns: pd.DataFrame) -> Mark:
    value = row.what.removeprefix(f"{row.column}=") if about["type"] == "text" else None
    at = None
    if about["type"] == "probability":  # in whole percent, as the builder has it
        at = round(thresholds.get(row.column) or (row.first + row.second) / 2, 2)
    has: Condition = marks.differing(row.column, row.first, row.second, value, at)
    return Mark(phrases.bare(phrases.sentence(has, columns, {})), None, marks.joined(tree, has))
