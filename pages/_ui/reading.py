"""How a file is read where that was guessed: which line names the columns, and which letters its bytes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.language import say
from core.records import FileGroup, FilePreview
from pages._ui import resources, words

if TYPE_CHECKING:
    from core.service import Shop

#: Place of a file → what a person said of how it is read: ``encoding``, ``names_in``.
Readings = dict[str, dict[str, str | int]]
_SAID = "_import_readings"
_MOST_ABOVE = 20  # lines above the names that can be chosen


def said() -> Readings:
    """Return what was said of how files are read."""
    found: Readings = st.session_state.setdefault(_SAID, {})
    return found


def recall(shop: Shop, places: Sequence[str]) -> None:
    """Let files be read as it was said of files like them before, where nothing is said of them now."""
    now = said()
    for place, told in resources.readings(shop, places, now).items():
        now[place] = {**told, **now.get(place, {})}


def forget(group: FileGroup) -> None:
    """Forget what was said of how files are read."""
    for place in group.places:
        said().pop(place, None)
    for what in ("names_in", "encoding"):
        st.session_state.pop(_key(group, what), None)


def choose(shop: Shop, group: FileGroup, seen: FilePreview | None) -> None:
    """Say what is doubtful of how files are read, and let a person say it better.

    Parameters
    ----------
    seen
        The first of them as it was read; None when it could not be.
    """
    encoding, names_in, notes = (seen.encoding, seen.names_in, seen.notes) if seen else ("", None, ())
    if encoding is None and names_in is None:
        return
    for note in notes:
        st.caption(f":material/help: {words.plain(note)}")
    with st.expander(say("Read it in another way"), icon=":material/tune:", expanded=bool(notes)):
        left, right = st.columns(2)
        if names_in is not None:
            lines = {line: _line(line) for line in range(max(_MOST_ABOVE, names_in) + 1)}
            with left:
                _select(group, say("The names of the columns"), "names_in", names_in, lines)
        if encoding is not None:
            with right:
                _select(group, say("The encoding of its letters"), "encoding", encoding, shop.encodings())


def _line(line: int) -> str:
    if line == 0:
        return say("There are none: the first line has data already")
    return say("In the first line") if line == 1 else say("In line {line}", line=line)


def _select(group: FileGroup, label: str, what: str, now: Any, names: Mapping[Any, str]) -> None:
    key, choices = _key(group, what), {**({now: now} if now else {}), **names}
    st.selectbox(
        label, list(choices), index=list(choices).index(now) if now in choices else None,
        format_func=choices.__getitem__, key=key, on_change=_keep, args=(group, what, key),
    )  # fmt: skip


def _key(group: FileGroup, what: str) -> str:
    return f"import-{what}-{group.places[0]}"


def _keep(group: FileGroup, what: str, key: str) -> None:
    for place in group.places:
        said().setdefault(place, {})[what] = st.session_state[key]
