"""What stands on the page while it waits: a bar for work, or how many are before this person; gone when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context

import streamlit as st

from core.language import say_many
from core.queueing import told
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


@contextmanager
def turn(what: str) -> Iterator[None]:
    """Say what is being done and, while others are served first, how many."""
    place, here = st.empty(), copy_context()

    def tell(before: int) -> None:
        if before:
            place.caption(say_many(before, ":material/hourglass_top: {number} question is before you.",
                                   ":material/hourglass_top: {number} questions are before you."))  # fmt: skip
        else:
            place.empty()

    # Drawn as outside of the cached answer that is waited for: it would say the same again whenever that is shown.
    with st.spinner(what), told(lambda before: here.run(tell, before)):
        yield
    place.empty()
