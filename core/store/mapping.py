"""Which column of a file is which: canonical names, a person's mapping, and presets.

A preset is a small file in ``presets/``: for each canonical column an SQL expression over the
file's columns, rules for lines to leave out, and what the lines tell about items and shoppers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError, MissingColumn
from core.schema import EVENT_COLUMNS, ITEM_COLUMNS, Col
from core.store.connect import quote

_FOLDER = Path(__file__).parent / "presets"
DEFAULT = "canonical"
#: Columns that the import itself fills.
_OWN = (Col.SOURCE_ROW, Col.IMPORT)
EVENT_INPUTS = tuple(str(name) for name in EVENT_COLUMNS if name not in _OWN)
#: What lines of events may say about their items, in columns of their own; price is the event's.
ITEM_HINTS = tuple(str(name) for name in ITEM_COLUMNS if name not in (Col.ITEM, Col.PRICE))


@dataclass(frozen=True)
class Rule:
    """Lines to leave out: which, because of which column, and why."""

    column: str
    when: str
    reason: str


@dataclass(frozen=True)
class Preset:
    """How to read the files of one publisher."""

    name: str
    about: str
    columns: Mapping[str, Sequence[str]]  # column the expressions use → other names it may have
    events: Mapping[str, str]  # canonical column → SQL
    items: Mapping[str, str]  # column of items → SQL over the lines of events
    users: Mapping[str, str]  # column of users → SQL over the lines of events
    rejects: tuple[Rule, ...]


def preset_names() -> list[str]:
    """Presets that there are."""
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


def load_preset(name: str | None) -> Preset:
    """Load a preset by its name; None means the canonical one.

    Raises
    ------
    InputError
        When there is no such preset.
    """
    name = name or DEFAULT
    if name not in preset_names():
        raise InputError(f"There is no preset “{name}”. Choose one of: {', '.join(preset_names())}.")
    given = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    rules = tuple(Rule(**rule) for rule in given.get("rejects", []))
    columns, events, items, users = (given.get(part, {}) for part in ("columns", "events", "items", "users"))
    return Preset(name, given["about"], columns, events, items, users, rules)


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
            raise _missing(file, column, columns, f"It was to be read as {canonical}.")
        elif canonical in required:
            raise _missing(file, canonical, columns, f"Say which one it is: --map {canonical}=COLUMN")
    return found


def preset_columns(file: str, columns: Sequence[str], preset: Preset) -> dict[str, str]:
    """Find the columns that a preset speaks of: its name for each → the file's.

    Raises
    ------
    MissingColumn
        When the file lacks one.
    """
    there = {name.lower(): name for name in columns}
    found = {}
    for column, others in preset.columns.items():
        names = [there[name.lower()] for name in (column, *others) if name.lower() in there]
        if not names:
            raise _missing(file, column, columns, f"The preset {preset.name} needs it.")
        found[column] = names[0]
    return found


def expressions(
    file: str, columns: Sequence[str], preset: Preset, required: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """SQL over the staged lines for each canonical column of events; a mapping outdoes the preset."""
    given = {name: sql for name, sql in preset.events.items() if name not in mapping}
    direct = columns_for(
        file, columns, [name for name in EVENT_INPUTS if name not in given],
        [name for name in required if name not in given], mapping,
    )
    return {**given, **{name: f"raw.{quote(column)}" for name, column in direct.items()}}


def hints(columns: Sequence[str], preset: Preset, mapping: Mapping[str, str]) -> dict[str, str]:
    """SQL over the staged lines of events for each column of items that they tell about."""
    there = {name.lower(): name for name in columns}
    own = {name: mapping.get(name, name).lower() for name in ITEM_HINTS}
    found = {name: f"raw.{quote(there[column])}" for name, column in own.items() if column in there}
    return {**found, **preset.items}


def meant_for(mapping: Mapping[str, str], columns: Sequence[str], others: Sequence[str]) -> dict[str, str]:
    """Leave out of a mapping what names a column of another file that is imported with this one."""
    here, there = {name.lower() for name in columns}, {name.lower() for name in others}
    return {name: column for name, column in mapping.items() if column.lower() in here or column.lower() not in there}


def _missing(file: str, column: str, columns: Sequence[str], advice: str) -> MissingColumn:
    shown = ", ".join(columns[:30]) + (", …" if len(columns) > 30 else "")
    return MissingColumn(f"{file} has no column “{column}”. It has: {shown}. {advice}")
