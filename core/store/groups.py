"""Files that come together: those with the same columns are understood once, for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.records import FileGroup, PresetFile
from core.store import mending
from core.store.peek import columns_of
from core.store.pieces import Piece, expand
from core.store.preset import Layout, Preset, load_preset


def grouped(places: Iterable[str], said: Mapping[str, Mapping[str, Any]] | None = None) -> list[FileGroup]:
    """Find the files at these places, those with the same columns together, in the order in which they come.

    A place that cannot be read is a group of its own, with the reason. ``said`` is as in ``pieces.expand``.
    """
    found: dict[object, FileGroup] = {}
    for place in places:
        for piece, columns, error in _opened(place, said):
            key = error or tuple(column.lower() for column in columns)
            group = found.get(key, FileGroup((), (), columns, error))
            name = piece.name if piece else Path(place).name
            found[key] = FileGroup((*group.places, str(piece or place)), (*group.names, name), group.columns, error)
    return list(found.values())


def _opened(
    place: str, said: Mapping[str, Mapping[str, Any]] | None
) -> list[tuple[Piece | None, tuple[str, ...], str]]:
    try:
        pieces = expand(place, said)
    except InputError as error:
        return [(None, (), str(error))]
    return [_columns(piece) for piece in pieces]


def _columns(piece: Piece) -> tuple[Piece, tuple[str, ...], str]:
    try:
        how = mending.reading() if mending.is_mended(piece) else None
        return piece, mending.own(columns_of(piece, how)), ""
    except InputError as error:
        return piece, (), str(error)


def called(group: FileGroup, pattern: str) -> list[str]:
    """Return the places of those files of a group that are called so."""
    return [
        place for place, name in zip(group.places, group.names, strict=True)
        if any(fnmatch(one, pattern) for one in (name, name.split(": ")[-1], place))
    ]


def preset_files(name: str) -> list[PresetFile]:
    """Return the files that a publisher's log consists of, those with events first."""
    preset = load_preset(name)
    layouts = sorted(preset.files.values(), key=lambda layout: layout.events is None)
    return [
        PresetFile(
            layout.role, layout.names, layout.columns, layout.events is not None,
            {"items": tuple(layout.items), "users": tuple(layout.users)}, _looking_at(preset, layout.role),
        )
        for layout in layouts
    ]


def _looking_at(preset: Preset, role: str) -> tuple[str, ...]:
    """Roles of those files whose SQL speaks of another one by its name."""
    return tuple(other.role for other in preset.files.values() if role in looks_up(preset, other))


def looks_up(preset: Preset, layout: Layout) -> list[str]:
    """Return the roles of a publisher's other files that one is read with the help of."""
    return [role for role in preset.files if role != layout.role and role in _words(layout)]


def _words(layout: Layout) -> set[str]:
    text = " ".join(filter(None, (layout.rows, *(layout.events or {}).values(), *layout.items.values(),
                             *layout.users.values())))
    return set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split())


def roles_of(name: str, groups: Sequence[FileGroup]) -> dict[str, str | None]:
    """Say which of a publisher's files each is, by its name or its columns: place → role, None if it is none."""
    preset = load_preset(name)
    found: dict[str, str | None] = {}
    for group in groups:
        by_columns = preset.layout_with(group.columns)
        for place in group.places:
            by_name = preset.layout_named(Path(place.replace(": ", "/")).parts)
            layout = by_name or by_columns
            found[place] = layout.role if layout else None
    return found


def by_role(roles: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Turn place → role into role → places; those of no role are left out."""
    found: dict[str, list[str]] = {}
    for place, role in roles.items():
        if role is not None:
            found.setdefault(role, []).append(place)
    return found
