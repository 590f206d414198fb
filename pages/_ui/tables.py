"""Tables with names, units and formats that a person reads."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Col


def shopper_columns(columns: pd.DataFrame, show: Sequence[str]) -> dict[str, Any]:
    """Column configuration for a table of shoppers; predicted columns say so and are bars."""
    by_key = columns.set_index("key")
    config: dict[str, Any] = {Col.USER.value: st.column_config.TextColumn("Shopper", pinned=True)}
    for key in show:
        if key in by_key.index:
            config[key] = _column(by_key.loc[key])
    return config


def _column(about: Any) -> Any:
    if about["type"] == "probability":
        return st.column_config.ProgressColumn(
            f"{about['label']} – predicted", help=about["help"], format="percent", min_value=0, max_value=1
        )
    if about["type"] == "number":
        label = f"{about['label']} ({about['unit']})" if about["unit"] else about["label"]
        return st.column_config.NumberColumn(label, help=about["help"], format="localized")
    return st.column_config.TextColumn(about["label"], help=about["help"])
