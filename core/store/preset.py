"""Presets: how the files of one publisher are read, each a small TOML file in ``presets/``.

A preset lists the files that a publisher's log consists of. Each gives events, describes items or
shoppers, or is only looked things up in; which of these follows from the tables that it has.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.language import say

_FOLDER = Path(__file__).parent / "presets"
DEFAULT = "canonical"
_PACKED = re.compile(r"\.(gz|gzip|zst|zstd|bz2|xz)$")


@dataclass(frozen=True)
class Rule:
    """Lines to leave out: which, because of which column, and why."""

    column: str
    when: str
    reason: str


@dataclass(frozen=True)
class Layout:
    """One kind of file of a publisher."""

    preset: str
    role: str  # what the publisher calls it; other SQL of the preset finds its lines under this name
    names: tuple[str, ...] = ()  # patterns of what the file is called
    columns: tuple[str, ...] = ()  # those that must be there …
    optional: tuple[str, ...] = ()  # … and those that may be; SQL may use both
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)  # column → other names it may have
    reading: Mapping[str, Any] = field(default_factory=dict)  # fields of ``reading.Reading``
    dates: str | None = None  # order of day and month, where the publisher's is known
    rows: str | None = None  # SQL that makes other lines of the file's; it keeps ``__row``
    events: Mapping[str, str] | None = None  # canonical column → SQL; None when no events are in it
    items: Mapping[str, str] = field(default_factory=dict)  # column of items → SQL
    users: Mapping[str, str] = field(default_factory=dict)  # column of users → SQL
    rejects: tuple[Rule, ...] = ()

    @property
    def described(self) -> tuple[str, ...]:
        """Every column that SQL may use."""
        return (*self.columns, *self.optional)

    @property
    def headless(self) -> bool:
        """Whether the file has no line of names, as its publisher writes it."""
        return isinstance(self.reading.get("header"), list)

    def fits(self, columns: Sequence[str]) -> bool:
        """Whether a file with these columns has all that must be there."""
        there = {name.lower() for name in columns}
        return bool(self.columns) and all(
            any(name.lower() in there for name in (column, *self.also.get(column, ()))) for column in self.columns
        )


@dataclass(frozen=True)
class Preset:
    """How to read the files of one publisher."""

    name: str
    about: str
    files: Mapping[str, Layout]
    notes: tuple[str, ...] = ()  # what a person must know about what an import with it made

    @property
    def logs(self) -> list[Layout]:
        """Files that events are in."""
        return [layout for layout in self.files.values() if layout.events is not None]

    def layout_named(self, parts: Sequence[str]) -> Layout | None:
        """Return the layout whose name a file has, if there is one.

        Parameters
        ----------
        parts
            Folders and names that lead to the file.
        """
        name = "/" + _PACKED.sub("", "/".join(parts[-3:]).lower())
        for layout in self.files.values():
            if any(fnmatch(name, f"*/{pattern}") for pattern in layout.names):
                return layout
        return self.logs[0] if len(self.files) == 1 else None

    def layout_with(self, columns: Sequence[str]) -> Layout | None:
        """Return the layout that a file with these columns has: of several, the one that asks for most."""
        fitting = [layout for layout in self.files.values() if layout.fits(columns)]
        return max(fitting, key=lambda layout: len(layout.columns), default=None)


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
        raise InputError(say("There is no preset “{name}”. Choose one of: {presets}.",
                             name=name, presets=", ".join(preset_names())))
    return _load(name)


def fitting(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return the presets that a file with these columns may belong to, as (preset, role), the surest first.

    Files that their publisher writes without a header are not found by one; see ``named_so``.
    """
    found = [
        (len(layout.columns), name, layout.role)
        for name in preset_names() if name != DEFAULT
        for layout in [load_preset(name).layout_with(columns)] if layout is not None and not layout.headless
    ]
    return [(name, role) for _, name, role in sorted(found, key=lambda entry: (-entry[0], *entry[1:]))]


def named_so(file: str, width: int) -> list[str]:
    """Return the presets of which a log without a header is called so, and has so many columns."""
    called = _PACKED.sub("", file.lower().replace(": ", "/").rsplit("/", 1)[-1])
    return [
        name for name in preset_names() for layout in load_preset(name).logs
        if layout.headless and len(layout.reading["header"]) == width
        and any(fnmatch(called, pattern) for pattern in layout.names if not pattern.startswith("*"))
    ]


@cache
def _load(name: str) -> Preset:
    given = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    files = {role: _layout(name, role, of_file) for role, of_file in given["files"].items()}
    return Preset(name, given["about"], files, tuple(given.get("notes", ())))


def _layout(preset: str, role: str, given: Mapping[str, Any]) -> Layout:
    lists: dict[str, Any] = {name: tuple(given.get(name, ())) for name in ("names", "columns", "optional")}
    rules = tuple(Rule(**rule) for rule in given.get("rejects", ()))
    rest = {name: value for name, value in given.items() if name not in lists and name != "rejects"}
    return Layout(preset, role, **lists, **rest, rejects=rules)
