"""Tables of shoppers with names, units and formats that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from core import written
from core.language import say
from core.schema import Col
from pages._ui.meter import PREDICTED


def choose_columns(
    columns: pd.DataFrame, asked: Sequence[str], most: int = 6, given: Sequence[str] = ()
) -> list[str]:
    """Let the person choose what a table shows; it begins with what the conditions are about, then what tells most.

    Parameters
    ----------
    given
        What it begins with instead, as a link shows it.
    """
    labels = dict(zip(columns["key"], columns["label"], strict=True))
    telling = columns.loc[columns["telling"], "key"]
    usual = list(dict.fromkeys([*asked, *telling, *labels]))[: max(most, len(asked))]
    start = [key for key in given if key in labels] or usual
    return st.multiselect(
        say("Columns"), list(labels), default=start, format_func=labels.__getitem__, key=f"show-{sorted(set(asked))}"
    )


def shoppers(table: pd.DataFrame, columns: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a table of shoppers, and how to show its columns; predicted ones say so and are violet bars."""
    about = columns.set_index("key")
    shown = table.copy()
    config: dict[str, Any] = {Col.USER.value: st.column_config.TextColumn(say("Shopper"), pinned=True)}
    for key in (key for key in table if key in about.index):
        row = about.loc[key]
        if row["type"] == "probability":
            shown[key] = 100 * table[key]
            config[key] = chance(say("{label} – predicted", label=row["label"]), row["help"])
        elif row["type"] == "number":
            config[key] = _number(row, table[key])
        else:
            shown[key] = table[key].map(partial(written.value, key), na_action="ignore")
            config[key] = st.column_config.TextColumn(row["label"], help=row["help"])
    return shown, config


def ticked(found: pd.DataFrame, columns: pd.DataFrame, key: str, mode: Literal["single-row", "multi-row"]) -> list[int]:
    """Draw a table of shoppers and return the places of those rows that are ticked."""
    table, config = shoppers(found, columns)
    event = st.dataframe(table, hide_index=True, placeholder="–", column_config=config, on_select="rerun",
                         selection_mode=mode, key=key)  # fmt: skip
    return list(event.selection.rows)


def chance(label: str, about: str | None = None, end: float = 100, digits: int = 0) -> Any:
    """Column of predicted chances in percent, as bars that are full at ``end``."""
    return st.column_config.ProgressColumn(
        label, help=about, format=f"%.{digits}f %%", min_value=0, max_value=end, color=PREDICTED
    )


def _number(about: Any, values: pd.Series) -> Any:
    unit, whole = say(about["unit"]), bool((values.dropna() % 1 == 0).all())
    named = about["label"] if not unit or unit in about["label"].lower() else f"{about['label']} ({unit})"
    digits = 0 if whole else 1 if unit == "%" else 2
    return st.column_config.NumberColumn(named, help=about["help"], format=f"%,.{digits}f")
