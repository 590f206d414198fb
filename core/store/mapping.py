"""Which column of a file is which: canonical names, a person's mapping, and what a preset says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import MissingColumn
from core.language import say
from core.schema import EVENT_COLUMNS, ITEM_COLUMNS, Col
from core.store.connect import quote
from core.store.preset import Layout

#: Columns that the import itself fills.
_OWN = (Col.SOURCE_ROW, Col.IMPORT)
EVENT_INPUTS = tuple(str(name) for name in EVENT_COLUMNS if name not in _OWN)
#: What lines of events may say about their items, in columns of their own; price is the event's.
ITEM_HINTS = tuple(str(name) for name in ITEM_COLUMNS if name not in (Col.ITEM, Col.PRICE))


def columns_for(
    file: str, columns: Sequence[str], wanted: Sequence[str], required: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """Find canonical columns in a file, by the mapping and else by their own names.

    Returns
    -------
    dict
        Canonical name → column of the file, without those that the file lacks.

    Raises
    ------
    MissingColumn
        When a required or a mapped one is not there; the message names it and those that are.
    """
    there = {name.lower(): name for name in columns}
    found = {}
    for canonical in wanted:
        column = mapping.get(canonical, canonical)
        if column.lower() in there:
            found[str(canonical)] = there[column.lower()]
        elif canonical in mapping:
            raise _missing(file, column, columns, say("It was to be read as {canonical}.", canonical=canonical))
        elif canonical in required:
            raise _missing(file, canonical, columns,
                           say("Say which one it is: --map {canonical}=COLUMN", canonical=canonical))
    return found


def layout_columns(file: str, columns: Sequence[str], layout: Layout) -> dict[str, str]:
    """Find the columns that a preset speaks of: its name for each → the file's; optional ones where they are.

    Raises
    ------
    MissingColumn
        When the file lacks one.
    """
    there = {name.lower(): name for name in columns}
    found = {}
    for column in layout.described:
        names = [there[name.lower()] for name in (column, *layout.also.get(column, ())) if name.lower() in there]
        if names:
            found[column] = names[0]
        elif column not in layout.optional:
            raise _missing(file, column, columns,
                           say("The preset {preset} needs it in its {role}.", preset=layout.preset, role=layout.role))
    return found


def expressions(
    file: str, columns: Sequence[str], layout: Layout, required: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """SQL over the staged lines for each canonical column of events; a mapping outdoes the preset.

    A publisher's columns mean what its preset says, even where they have a canonical name.
    """
    given = {name: sql for name, sql in (layout.events or {}).items() if name not in mapping}
    wanted = [name for name in EVENT_INPUTS if name not in given and (name in mapping or not layout.described)]
    direct = columns_for(file, columns, wanted, [name for name in required if name not in given], mapping)
    return {**given, **{name: f"raw.{quote(column)}" for name, column in direct.items()}}


def hints(columns: Sequence[str], layout: Layout, mapping: Mapping[str, str]) -> dict[str, str]:
    """SQL over the staged lines of events for each column of items that they tell about."""
    there = {name.lower(): name for name in columns}
    own = {name: mapping.get(name, name).lower() for name in ITEM_HINTS if name in mapping or not layout.described}
    found = {name: f"raw.{quote(there[column])}" for name, column in own.items() if column in there}
    return {**layout.items, **found}


def meant_for(mapping: Mapping[str, str], columns: Sequence[str], others: Sequence[str]) -> dict[str, str]:
    """Leave out of a mapping what names a column of another file that is imported with this one."""
    here, there = {name.lower() for name in columns}, {name.lower() for name in others}
    return {name: column for name, column in mapping.items() if column.lower() in here or column.lower() not in there}


def _missing(file: str, column: str, columns: Sequence[str], advice: str) -> MissingColumn:
    shown = ", ".join(columns[:30]) + (", …" if len(columns) > 30 else "")
    return MissingColumn(say("{file} has no column “{column}”. It has: {shown}. {advice}",
                             file=file, column=column, shown=shown, advice=advice))
