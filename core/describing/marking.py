"""Marks as files: a shopper's id and whether a description fits, line by line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.errors import InputError
from core.language import say
from core.records import Mark
from core.tables import cells, harmless

#: Words for yes and for no, as people write them into a column.
YES = frozenset({"yes", "y", "true", "t", "1", "x", "fits", "+"})
NO = frozenset({"no", "n", "false", "f", "0", "not", "-", "does not fit"})
_COLUMNS = ("user_id", "fits")


def read(content: bytes) -> tuple[dict[str, bool], list[str]]:
    """Return who is marked how, and cells that say neither yes nor no.

    The columns ``user_id`` and ``fits`` are taken where they are named so; else the first two.

    Raises
    ------
    InputError
        When the file has no two columns, or nothing in it says yes or no.
    """
    lines = cells(content)
    head = [cell.lower() for cell in lines[0]] if lines else []
    named = all(column in head for column in _COLUMNS)
    who, what = (head.index(column) for column in _COLUMNS) if named else (0, 1)
    marks: dict[str, bool] = {}
    unread: list[str] = []
    for line in lines[1:] if named else lines:
        if len(line) <= max(who, what) or not line[who]:
            continue
        said = line[what].lower()
        if said in YES or said in NO:
            marks[line[who].removeprefix("'")] = said in YES
        elif said:
            unread.append(line[what])
    if not marks:
        raise InputError(say("This file marks nobody. It needs the columns user_id and fits, with yes or no in the "
                             "second."))
    return marks, unread if named else [cell for cell in unread if cell != lines[0][what]]


def written(marks: Sequence[Mark]) -> bytes:
    """Return marks as a file: ``user_id, fits, at, who``."""
    rows = [(mark.user_id, "yes" if mark.fits else "no", mark.at.isoformat(timespec="seconds"), mark.who)
            for mark in marks]  # fmt: skip
    table = harmless(pd.DataFrame(rows, columns=[*_COLUMNS, "at", "who"]))
    return str(table.to_csv(index=False)).encode()
