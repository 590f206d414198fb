"""The result of scoring a list: a table that a person reads, and the file as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages._ui import words

if TYPE_CHECKING:
    from core.service import Shop

NAMES = {
    "user_id": "Shopper",
    "item_id": "Item",
    "title": "Title",
    "reason": "Why",
    "reasons": "Why",
    "error": "Why it was not scored",
    "top_items": "What she is likely to click",
}
_MOST = 1_000


def example(shop: Shop) -> bytes:
    """Return a small list of pairs that this shop knows, to see how a list looks."""
    users = shop.find_shoppers("", limit=3)["user_id"]
    items = shop.find_items("", limit=3)["item_id"]
    pairs = [(user, item) for user in users for item in items]
    return pd.DataFrame(pairs, columns=["user_id", "item_id"]).to_csv(index=False).encode()


def scored(out: Path, columns: pd.DataFrame) -> None:
    """Draw the scores and offer them for download."""
    frame = pd.read_csv(out, dtype={"user_id": str, "item_id": str})
    st.subheader("What to expect", anchor=False)
    if "p_click" in frame:
        chance = frame["p_click"].dropna()
        row = st.container(horizontal=True)
        row.metric("Rows scored", words.count(len(chance)), border=True)
        row.metric("Clicks to expect if all are shown", words.count(chance.sum()), border=True)
        row.metric("Chance of a click, on average", words.percent(chance.mean()), border=True)
        frame = frame.sort_values("p_click", ascending=False)
    st.dataframe(frame.head(_MOST), hide_index=True, column_config=_config(frame, columns))
    if len(frame) > _MOST:
        st.caption(f"The best {words.count(_MOST)} are shown; the download holds all {words.count(len(frame))} rows.")
    st.download_button(
        "Download the result", out.read_bytes(), "scored.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )


def _config(frame: pd.DataFrame, columns: pd.DataFrame) -> dict[str, Any]:
    labels = dict(zip(columns["key"], columns["label"], strict=True))
    config: dict[str, Any] = {}
    for name in frame.columns:
        if name == "p_click":
            config[name] = _chance("Chance of a click – predicted")
        elif name in labels and pd.api.types.is_float_dtype(frame[name]):
            config[name] = _chance(f"{labels[name]} – predicted")
        else:
            label = NAMES.get(name, labels.get(name, name.replace("_", " ").capitalize()))
            config[name] = st.column_config.Column(label)
    return config


def _chance(label: str) -> Any:
    return st.column_config.ProgressColumn(label, format="percent", min_value=0, max_value=1)
