"""A bar for work that the page waits for; it goes when the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from pages._ui import words


@contextmanager
def bar(what: str) -> Iterator[Callable[[float, str], None]]:
    """Yield what is told how far the work is; nothing is drawn before it is told anything."""
    place = st.empty()

    def progress(fraction: float, message: str) -> None:
        place.progress(min(1.0, max(0.0, fraction)), text=f"{what}: {words.plain(message)}")

    try:
        yield progress
    finally:
        place.empty()
