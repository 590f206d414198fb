"""Which shoppers are alike, and how do they differ?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.records import Condition, SegmentView
from pages._ui import charts, conditions, contrast, frame, nav, presets, resources, states, tables, words, work

if TYPE_CHECKING:
    from core.service import Shop


def filters(shop: Shop, columns: pd.DataFrame, ready: float) -> list[Condition]:
    """Draw quick buttons and condition rows; return the conditions."""

    def choices(column: str) -> list[str]:
        seen = resources.segment(shop, [], [column], ready).table[column].dropna()
        return sorted(seen.astype(str).unique())[:200]

    with st.container(horizontal=True, gap="xsmall"):
        for preset, condition in presets.available(columns, resources.about_tags(shop, "threshold")):
            key = f"preset-{preset.label}"
            st.button(preset.label, icon=preset.icon, key=key, on_click=conditions.replace, args=([condition],))
    chosen = conditions.edit(columns, choices)
    first = conditions.default(columns.iloc[0]["key"], columns.iloc[0]["type"])
    with st.container(horizontal=True):
        st.button("Add a condition", icon=":material/add:", on_click=conditions.add, args=(first,))
        if chosen:
            st.button(
                "Clear all", icon=":material/clear_all:", on_click=conditions.replace, args=([],), type="tertiary"
            )
    return chosen


def how_many(view: SegmentView, chosen: list[Condition], columns: pd.DataFrame) -> None:
    """Say how many shoppers meet the conditions, and what these are."""
    share = view.shoppers / view.everyone if view.everyone else 0
    st.markdown(
        f"## {words.count(view.shoppers)} of {words.count(view.everyone)} shoppers :gray[({words.percent(share)})]"
    )
    st.markdown(conditions.sentence(chosen, columns) or "Everyone: no condition is set.")


def how_they_differ(view: SegmentView, columns: pd.DataFrame) -> None:
    """Draw the facts and tags in which the segment differs most from everyone."""
    st.subheader("How they differ from everyone else", anchor=False)
    if view.shoppers == view.everyone:
        st.caption("These are all shoppers. Add a condition or press a quick button to see how a segment differs.")
        return
    most = contrast.surest(view.differences, 12)
    if most.empty:
        st.caption("Nothing sets them apart for sure: every difference may be chance, given how few they are.")
        return
    charts.draw(contrast.figure(most, columns), "differences", 90 + 42 * len(most), "Segment against everyone else")
    st.caption(
        "The surest differences first, each with its 95 % interval. Full blue dots were counted in the logs, hollow "
        "violet diamonds are predicted by the model."
    )


def who_they_are(shop: Shop, columns: pd.DataFrame, chosen: list[Condition], ready: float) -> None:
    """Draw the table of shoppers, the way to one of them, and the download."""
    st.subheader("Who they are", anchor=False)
    show = tables.choose_columns(columns, [c.column for c in chosen])
    view = resources.segment(shop, chosen, show, ready)
    table, config = tables.shoppers(view.table, columns)
    key = f"table-{conditions.pack(chosen)}"
    event = st.dataframe(
        table, hide_index=True, placeholder="–", column_config=config, on_select="rerun", selection_mode="single-row",
        key=key,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if event.selection.rows:
            user = str(view.table.iloc[event.selection.rows[0]]["user_id"])
            nav.link("shopper", f"Open shopper {words.plain(user)}", ":material/person_search:", {"user": user})
        else:
            st.caption("Tick a row to open that shopper.", width="content")
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
    answer = st.container(gap="xsmall")
    ready = work.profiles(shop)
    columns = resources.columns(shop)
    with frame.errors():
        conditions.load(columns)
    chosen = filters(shop, columns, ready)
    view = resources.segment(shop, chosen, [], ready)
    with answer:
        how_many(view, chosen, columns)
    if view.shoppers == 0:
        states.empty("Nobody meets all of this", "Loosen or remove a condition above.", ":material/group_off:")
    else:
        how_they_differ(view, columns)
        who_they_are(shop, columns, chosen, ready)
