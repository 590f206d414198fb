"""Of which data and model a page is: said below its title, and by every file that leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from core import stamp
from core.language import say
from pages._ui import words

if TYPE_CHECKING:
    from core.service import Shop

#: What is drawn is of this: version of the data, model, and the data in words. It outlives a run, for fragments.
_OF = "_stamp"


def draw(shop: Shop) -> None:
    """Say of what the page is; files of what is drawn from here on say the same."""
    st.session_state[_OF] = shop.version, shop.model_name, stamp.data(shop.version, shop.info())
    if shop.version is not None:
        st.caption(said(shop))


def said(shop: Shop) -> str:
    """Say how fresh a shop is, in one sentence of markdown."""
    day = words.date(shop.info().last_ts)
    if not shop.model_name:
        return say("As of {day}: version {version} of the data.", day=day, version=shop.version)
    return say("As of {day}: version {version} of the data, model {model}.", day=day, version=shop.version,
               model=words.plain(shop.model_name))  # fmt: skip


def told(shop: Shop) -> str:
    """Say of which data and model a report of a shop is, and when it was written."""
    said = stamp.about(stamp.data(shop.version, shop.info()), shop.model_name)
    return " · ".join(f"{name}: {value}" for name, value in said.items())


@contextmanager
def of(version: int | None, model: str | None) -> Iterator[None]:
    """Let files of what is drawn inside be of other data or another model than the page is."""
    before = st.session_state[_OF]
    data = before[2] if version == before[0] else say("version {version}", version=version)
    st.session_state[_OF] = version, model, data
    try:
        yield
    finally:
        st.session_state[_OF] = before


def file(what: str, ending: str) -> str:
    """Return what a file of what is drawn is called."""
    version, model, _ = st.session_state[_OF]
    return stamp.file_name(what, version, model, ending)


def about(what: str) -> dict[str, str]:
    """Return what a file of what is drawn says of itself."""
    _, model, data = st.session_state[_OF]
    return {say("List"): what, **stamp.about(data, model)}
