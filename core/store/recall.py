"""How files were said to be read, for the next that have the same columns when they are read so.

Nothing but its columns tells that a file is like one before, and these are not known before it is read. So it is read
in each of the ways that were said before, and the one that finds columns of then is it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.store import mending
from core.store.encoding import may_be
from core.store.naming import nameless
from core.store.peek import columns_of, head_of
from core.store.pieces import Piece, expand

if TYPE_CHECKING:
    from core.store.state import State

#: What a person may say of how a file is read: ``encoding``, ``names_in``.
Reading = Mapping[str, Any]
_KEY = "readings"
#: Layouts that are remembered, and ways to read that are tried.
_KEPT, _TRIED = 200, 6


def layout(columns: Sequence[str]) -> str | None:
    """Return by what columns are known again; None for those without names."""
    if all(map(nameless, columns)):
        return None
    text = "\x1f".join(column.strip().lower() for column in columns)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def remember(state: State, columns: Sequence[str], said: Reading) -> None:
    """Keep how a file with these columns is read; a file whose columns have no names cannot be known again."""
    key = layout(columns)
    if key is None or not said:
        return
    kept = {**{one: how for one, how in _kept(state).items() if one != key}, key: dict(said)}
    state.decide(_KEY, json.dumps(dict(list(kept.items())[-_KEPT:])))


def forget(state: State, columns: Sequence[str]) -> bool:
    """Forget how files with these columns are read; return whether anything was known of it."""
    kept, key = _kept(state), layout(columns)
    if key not in kept:
        return False
    state.decide(_KEY, json.dumps({one: how for one, how in kept.items() if one != key}))
    return True


def readings(state: State, places: Iterable[str], said: Mapping[str, Reading]) -> dict[str, dict[str, Any]]:
    """Return how files are read, by their places: as it is said now, and else as it was before.

    Parameters
    ----------
    places
        As ``expand`` takes them; of what is not there nothing is known.
    """
    found = {place: dict(told) for place, told in said.items()}
    kept = _kept(state)
    ways = list(dict.fromkeys(json.dumps(how, sort_keys=True) for how in reversed(kept.values())))[:_TRIED]
    for piece in (piece for place in places for piece in _pieces(place)) if ways else ():
        told = found.get(str(piece), {})
        for how in map(json.loads, ways):
            if _can_be(piece, how, told) and kept.get(_read_so(piece, {**how, **told}) or "") == how:
                found[str(piece)] = {**how, **told}
                break
    return found


def _kept(state: State) -> dict[str, dict[str, Any]]:
    """Layout → how it is read, the newest last."""
    text = state.setting(_KEY) if state.file.exists() else None
    return dict(json.loads(text)) if text else {}


def _pieces(place: str) -> list[Piece]:
    try:
        return [piece for piece in expand(place) if not mending.is_mended(piece)]
    except InputError:
        return []  # it is said where it is read


def _can_be(piece: Piece, how: Reading, told: Reading) -> bool:
    """Whether the letters of a file may be in the encoding of then, if its own is not said."""
    if "encoding" not in how or "encoding" in told:
        return True
    try:
        return may_be(how["encoding"], head_of(piece))
    except InputError:
        return False


def _read_so(piece: Piece, how: Reading) -> str | None:
    """Return by what a file would be known if it were read so; None when it cannot be."""
    try:
        return layout(columns_of(replace(piece, **how)))
    except InputError:
        return None
