"""What was understood of a list, and the result of scoring it: a table to read, and the file as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.records import Understood
from core.schema import Col
from pages._ui import meter, tables, words

if TYPE_CHECKING:
    from core.service import Shop

NAMES: dict[str, str] = {
    Col.USER: "Shopper", Col.ITEM: "Item", Col.TYPE: "What was done", Col.TS: "When", Col.VALUE: "Value",
    Col.DWELL: "Seconds looked at", Col.QUANTITY: "Pieces", Col.PRICE: "Price", Col.SESSION: "Visit",
    Col.QUERY: "Search words", Col.SLOT: "Place", Col.POSITION: "Position", Col.IMPRESSION: "Impression",
    Col.TEXT: "Text", Col.TITLE: "Title", Col.CATEGORY: "Category", Col.BRAND: "Brand",
    "reason": "Why", "note": "Note", "events": "Events", "top_items": "What they are likely to click",
}  # fmt: skip
_MOST = 1_000


def example(shop: Shop) -> bytes:
    """Return a small list of pairs that this shop knows, to see how a list looks."""
    users = shop.find_shoppers("", limit=3)["user_id"]
    items = shop.find_items("", limit=3)["item_id"]
    pairs = [(user, item) for user in users for item in items]
    return pd.DataFrame(pairs, columns=["user_id", "item_id"]).to_csv(index=False).encode()


def understood(seen: Understood) -> None:
    """Show how the file was read, before anything is scored."""
    pairs = ("pair of a shopper and an item", "pairs of a shopper and an item")
    events = ("event of a shopper's log", "events of shoppers' logs")
    what = words.several(seen.rows, *(pairs if seen.kind == "pairs" else events))
    st.markdown(f":material/task_alt: **{what}**")
    row = st.container(horizontal=True)
    row.metric("Shoppers", words.count(seen.users), border=True)
    row.metric("of them new", words.count(seen.unknown_users), border=True)
    row.metric("Items", words.count(seen.items), border=True)
    row.metric("of them unknown", words.count(seen.unknown_items), border=True)
    for note in seen.notes:
        st.caption(f":material/info: {words.plain(note)}")
    with st.expander("How the columns were read, and the first rows", icon=":material/table:"):
        read = [f"{name(key)} from “{words.plain(column)}”" for key, column in seen.mapping.items()]
        st.caption(", ".join(read))
        st.dataframe(seen.preview, hide_index=True, placeholder="–")


def name(column: str) -> str:
    """Name of a column as a person knows it: ``"event_type"`` → ``"What was done"``."""
    return NAMES.get(column, column.replace("_", " ").capitalize())


def scored(out: Path, tags: Mapping[str, str]) -> None:
    """Draw the scores and offer them for download; ``tags`` names the tags of the model by their key."""
    frame = pd.read_csv(out, dtype={"user_id": str, "item_id": str})
    st.subheader("What to expect", anchor=False)
    if "p_click" in frame:
        frame = frame.sort_values("p_click", ascending=False)
        _sums(frame["p_click"].dropna())
    st.download_button(
        "Download the result",
        out.read_bytes(),
        "scored.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        type="primary",
    )
    table, config = _readable(frame.head(_MOST), tags)
    st.dataframe(table, hide_index=True, placeholder="–", column_config=config)
    if len(frame) > _MOST:
        st.caption(f"The best {words.count(_MOST)} are shown; the download holds all {words.count(len(frame))} rows.")


def _sums(chance: pd.Series) -> None:
    clicks = float(chance.sum())
    row = st.container(horizontal=True)
    row.metric("Rows scored", words.count(len(chance)), border=True)
    expected = words.count(clicks) if clicks >= 10 else f"{clicks:.1f}"
    row.metric("Clicks to expect", expected, border=True, help="If everything in the list is shown once.")
    row.metric("Chance of a click, on average", words.percent(float(chance.mean())), border=True)


def _readable(frame: pd.DataFrame, tags: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table in percent and under names; what is empty is left out, what was predicted is a bar."""
    shown = frame.dropna(axis=1, how="all")
    config: dict[str, Any] = {}
    for column in shown.columns:
        if column == "p_click":
            end = 100 * meter.scale(float(frame[column].max()))
            config[column] = tables.chance("Chance of a click – predicted", end=end, digits=1)
        elif column in tags:
            config[column] = tables.chance(f"{tags[column]} – predicted")
        else:
            config[column] = st.column_config.Column(name(column))
    predicted = [column for column in shown.columns if column == "p_click" or column in tags]
    return shown.assign(**{column: 100 * shown[column] for column in predicted}), config
