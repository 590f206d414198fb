"""Pictures of items, where the catalogue has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from core.language import say
from pages._ui import resources


def of(item_ids: Iterable[str]) -> Mapping[str, str]:
    """Return what a browser can show for each item that has a picture."""
    return resources.pictures(resources.shop(), tuple(item_ids))


def first(table: pd.DataFrame, item_ids: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Put the items' pictures before the other columns of a table, where any has one.

    Parameters
    ----------
    item_ids
        Of each row.

    Returns
    -------
    tuple
        The table, and how to show its new column; as it was, and nothing, where there are no pictures.
    """
    seen = of(dict.fromkeys(item_ids))
    sources = [seen.get(item) for item in item_ids]
    if not any(sources):
        return table, {}
    name = say("Picture")
    return table.assign(**{name: sources})[[name, *table]], {name: st.column_config.ImageColumn(width="small")}


@contextmanager
def beside(source: str | None, title: str) -> Iterator[None]:
    """Draw what follows beside a picture; without one, it has the whole width."""
    if not source:
        yield
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        st.html(
            f'<img class="sl-picture" src="{escape(source)}" alt="{escape(title)}" loading="lazy" '
            'referrerpolicy="no-referrer">',
            width="content",
        )  # fmt: skip
        with st.container(gap=None, width="stretch"):
            yield
