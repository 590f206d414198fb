"""Tables that are results: drawn, and taken along as Excel, CSV or Parquet, none of whose cells a spreadsheet runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core import sinks
from core.language import Sayings, say
from pages._ui import stamp

FORMATS = Sayings({sinks.EXCEL: "Excel", sinks.CSV: "CSV", sinks.PARQUET: "Parquet"})
MIME = {
    sinks.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sinks.CSV: "text/csv",
    sinks.PARQUET: "application/octet-stream",
}  # fmt: skip


def draw(
    table: pd.DataFrame, what: str, config: Mapping[str, Any] | None = None, rows: pd.DataFrame | None = None,
    **how: Any,
) -> None:
    """Draw a table and the way to take it along.

    Parameters
    ----------
    what
        What it is, in words: its files are called so, and no two tables of a page share it.
    rows
        What leaves instead of what is shown, where that tells more.
    """
    st.dataframe(table, hide_index=True, placeholder="–", column_config=config, **how)
    with st.container(horizontal=True, horizontal_alignment="right"):
        offer(partial(named, table, config or {}) if rows is None else lambda: rows, what, key=how.get("key", what))


def offer(rows: Callable[[], pd.DataFrame], what: str, label: str = "", key: str = "") -> None:
    """Offer rows as files; they are asked for, and written, when somebody wants them. See ``draw``."""
    about = stamp.about(what)
    kind: Any = "secondary" if label else "tertiary"
    with st.popover(label or say("Take along"), type=kind, icon=":material/download:", key=f"take-{key or what}"):
        for format in FORMATS:
            st.download_button(
                FORMATS[format], partial(_written, rows, format, about), stamp.file(what, format), MIME[format],
                icon=":material/download:", width="stretch", on_click="ignore", key=f"take-{key or what}-{format}",
            )  # fmt: skip


def _written(rows: Callable[[], pd.DataFrame], format: str, about: Mapping[str, str]) -> bytes:
    return sinks.content(rows(), format, about)


def named(table: pd.DataFrame, config: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table under the headings that it is shown with, and its percentages in percent; pictures stay out."""
    left: dict[str, pd.Series] = {}
    for key in table:
        shown = config.get(key) or {}
        kind = shown.get("type_config") or {}
        if kind.get("type") in ("line_chart", "image"):
            continue
        name, form = shown.get("label") or str(key), kind.get("format") or ""
        percent = form == "percent" or form.endswith("%%")
        name = f"{name} (%)" if percent and "%" not in name else name
        left[f"{name} [{key}]" if name in left else name] = table[key] * 100 if form == "percent" else table[key]
    return pd.DataFrame(left)
