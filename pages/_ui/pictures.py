"""Pictures of items, where the catalogue has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape

import streamlit as st

from pages._ui import resources


def of(item_ids: Iterable[str]) -> Mapping[str, str]:
    """Return what a browser can show for each item that has a picture."""
    return resources.pictures(resources.shop(), tuple(item_ids))


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
