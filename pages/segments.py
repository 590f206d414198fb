"""Which shoppers are alike, and how do they differ?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.records import Condition, SegmentView
from pages._ui import charts, conditions, frame, nav, presets, resources, states, tables, words, work

if TYPE_CHECKING:
    from core.service import Shop


def thresholds(shop: Shop) -> dict[str, float]:
    """Return the probability from which each tag is given."""
    if shop.model_name is None:
        return {}
    tags = resources.model_report(shop, shop.model_name).tags
    return dict(zip(tags["key"], tags["threshold"], strict=True))


def filters(shop: Shop, columns: pd.DataFrame, ready: float) -> list[Condition]:
    """Draw quick buttons and condition rows; return the conditions."""
    with st.container(horizontal=True):
        for preset, condition in presets.available(columns, thresholds(shop)):
            label, key = preset.label, f"preset-{preset.label}"
            st.button(label, icon=preset.icon, key=key, on_click=conditions.replace, args=([condition],))

    def choices(column: str) -> list[str]:
        seen = resources.segment(shop, [], [column], ready).table[column].dropna()
        return sorted(seen.astype(str).unique())[:200]

    chosen = conditions.edit(columns, choices)
    first = columns.iloc[0]
    with st.container(horizontal=True):
        st.button(
            "Add a condition",
            icon=":material/add:",
            on_click=conditions.add,
            args=(conditions.default(first["key"], first["type"]),),
        )
        if chosen:
            st.button("Clear all", icon=":material/clear_all:", on_click=conditions.replace, args=([],), type="tertiary")
    return chosen


def how_they_differ(view: SegmentView) -> None:
    """Draw the facts and tags in which the segment differs most from everyone."""
    st.subheader("How they differ from everyone", anchor=False)
    usable = view.differences[view.differences["lift"].map(lambda v: v is not None and 0 < v < math.inf)]
    if usable.empty or view.shoppers == view.everyone:
        st.caption("These are all shoppers. Add a condition or press a quick button to see how a segment differs.")
        return
    most = usable.iloc[usable["lift"].map(math.log).abs().argsort()[::-1][:12]].sort_values("lift", ascending=False)
    charts.draw(charts.differences(most), "differences", 110 + 34 * len(most), "Segment against everyone")
    st.caption("1 × is no difference. Solid blue was counted in the logs, hatched violet is predicted by the model.")


def who_they_are(shop: Shop, columns: pd.DataFrame, chosen: list[Condition], ready: float) -> None:
    """Draw the table of shoppers, the way to one of them, and the download."""
    st.subheader("Who they are", anchor=False)
    labels = dict(zip(columns["key"], columns["label"], strict=True))
    asked = [c.column for c in chosen]
    start = list(dict.fromkeys([*asked, *columns["key"]]))[: max(6, len(asked))]
    show = st.multiselect("Columns", list(labels), default=start, format_func=labels.__getitem__, key=f"show-{asked}")
    view = resources.segment(shop, chosen, show, ready)
    event = st.dataframe(
        view.table,
        hide_index=True,
        column_config=tables.shopper_columns(columns, show),
        on_select="rerun",
        selection_mode="single-row",
        key=f"table-{conditions.pack(chosen)}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if event.selection.rows:
            user = str(view.table.iloc[event.selection.rows[0]]["user_id"])
            nav.link("shopper", f"Open shopper {words.plain(user)}", ":material/person_search:", {"user": user})
        else:
            st.caption("Tick a row to open that shopper.")
        st.download_button(
            f"Download all {words.count(view.shoppers)} as CSV",
            lambda: shop.segment_csv(chosen, show),
            "segment.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    if view.shoppers > len(view.table):
        st.caption(f"The table shows the first {words.count(len(view.table))}; the download holds all.")


with frame.page("Segments", "Which shoppers are alike, and how do they differ?") as shop:
    ready = work.profiles(shop)
    columns = resources.columns(shop)
    with frame.errors():
        conditions.load(columns)
    chosen = filters(shop, columns, ready)
    view = resources.segment(shop, chosen, [], ready)
    share = view.shoppers / view.everyone if view.everyone else 0
    st.markdown(
        f"## {words.count(view.shoppers)} of {words.count(view.everyone)} shoppers"
        f" :gray[({words.percent(share)})]"
    )
    st.markdown(conditions.sentence(chosen, columns) or "Everyone: no condition is set.")
    if view.shoppers == 0:
        states.empty("Nobody meets all of this", "Loosen or remove a condition above.", ":material/group_off:")
    else:
        how_they_differ(view)
        who_they_are(shop, columns, chosen, ready)
