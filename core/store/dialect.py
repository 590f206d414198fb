"""How a text table is written: what separates its columns, what quotes do, whether it has a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from core.errors import InputError, NoTable
from core.language import say
from core.store.header import distinct, names_at, title_rows, widened

_DELIMITERS = (",", ";", "\t", "|")
#: Records of the beginning of a file that are looked at.
_LOOKED_AT = 500
_SLASHED = re.compile(r'\\(["\\])')


@dataclass(frozen=True)
class Reading:
    """What a person or a preset knows of a file; None means that it is found out.

    Parameters
    ----------
    header
        Names of the columns when the file has none; True or False when only that is known.
    encoding
        Any that Python knows.
    delimiter
        One letter, or several such as ``::``.
    quoted
        False when quotes are letters like others.
    member
        File in the archive, or sheet of the workbook, that is meant.
    nulls
        Words that mean that there is no value.
    names_in
        The line, or the row of a sheet, that has the names of the columns, from 1.
    """

    header: Sequence[str] | bool | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quoted: bool = True
    member: str | None = None
    nulls: Sequence[str] = ("", r"\N", "NULL")
    names_in: int | None = None


@dataclass(frozen=True)
class Dialect:
    """How a text table is written."""

    columns: tuple[str, ...]
    delimiter: str
    quote: str  # '"', or nothing
    escape: str  # what makes a quote within quotes a letter: another quote, or a backslash
    header: bool  # whether the first line that is not skipped has names
    skip: int  # lines above it

    def records(self, lines: Iterator[str], strict: bool) -> Iterator[list[str]]:
        """Split lines into records, as Python's reader does it."""
        mark = self.delimiter
        if len(mark) > 1:
            lines, mark = (line.replace(self.delimiter, "\x1f") for line in lines), "\x1f"
        if not self.quote:
            return csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_NONE, strict=strict)
        if self.escape == "\\":
            lines = (_SLASHED.sub(lambda found: found[1].replace('"', '""'), line) for line in lines)
        return csv.reader(lines, delimiter=mark, strict=strict)


class _Tried(NamedTuple):
    dialect: Dialect
    records: list[list[str]]
    width: int  # that most records have
    share: float  # of records that have it


def understand(text: str, name: object, how: Reading, whole: bool) -> Dialect:
    """Find how a table is written from its beginning.

    Parameters
    ----------
    text
        The file's beginning.
    whole
        Whether that is all of it; else its last line is left out.

    Raises
    ------
    InputError
        When it does not look like a table.
    """
    text, above = _without_blank(text)
    hint = re.match(r"sep=(.)\r?\n", text)  # how Excel is told
    if hint:
        text, above, how = text[hint.end() :], above + 1, replace(how, delimiter=how.delimiter or hint[1])
    if how.names_in:
        text, above = _from_line(text, how.names_in - above), max(above, how.names_in - 1)
        if not text:
            raise InputError(say("{name} has no line {line}.", name=name, line=how.names_in))
    best = _best(text, how, whole)
    names = how.header if how.header and how.header is not True else None
    if best.width < 2 and not names:
        best = _first_line(text, how)
    if best.width < 2 and not names:
        raise NoTable(
            say("{name} does not look like a table: its first line has no comma, semicolon, tab or bar. Give a CSV, "
                "JSON lines, Parquet or Excel file.", name=name)
        )
    return _headed(text, best, how, above, tuple(names) if names else None)


def _without_blank(text: str) -> tuple[str, int]:
    body = text.lstrip("\r\n")
    return body, len(text[: len(text) - len(body)].splitlines())


def _from_line(text: str, line: int) -> str:
    return "".join(islice(io.StringIO(text, newline=None), max(line - 1, 0), None))


def _best(text: str, how: Reading, whole: bool) -> _Tried:
    """Split the text at each mark, and take the one at which most records are equally wide, and widest."""
    tried = [_try(text, dialect, whole) for dialect in _candidates(how)]
    best = max(tried, key=lambda one: (one.width > 1, round(one.share, 1), one.width, one.share))
    slashed = replace(best.dialect, escape="\\")
    if how.quoted and '\\"' in text:
        plain, to_its_end = _parsed(text, best.dialect)
        if not to_its_end and _parsed(text, slashed)[0] > plain:
            return _try(text, slashed, whole)
    return best


def _candidates(how: Reading) -> list[Dialect]:
    marks = (how.delimiter,) if how.delimiter else _DELIMITERS
    return [Dialect((), mark, '"' if how.quoted else "", '"', False, 0) for mark in marks]


def _try(text: str, dialect: Dialect, whole: bool) -> _Tried:
    found: list[list[str]] = []
    with suppress(csv.Error):  # a value of endless length: what is before it counts
        found.extend(islice(dialect.records(iter(io.StringIO(text, newline=None)), strict=False), _LOOKED_AT + 1))
    if not whole or len(found) > _LOOKED_AT:
        found = found[:-1] or found
    records = [record for record in found if record]
    if not records:
        return _Tried(dialect, [], 0, 0.0)
    ((width, count),) = Counter(map(len, records)).most_common(1)
    return _Tried(dialect, records, width, count / len(records))


def _parsed(text: str, dialect: Dialect) -> tuple[int, bool]:
    """How many records of the beginning are written as the dialect has it, and whether all are."""
    count = 0
    try:
        for _ in islice(dialect.records(iter(io.StringIO(text, newline=None)), strict=True), _LOOKED_AT):
            count += 1
    except csv.Error:
        return count, False
    return count, True


def _first_line(text: str, how: Reading) -> _Tried:
    """Split the first line alone, at the mark that splits it most often."""
    first = next(iter(io.StringIO(text, newline=None)))
    return max((_try(first, dialect, True) for dialect in _candidates(how)), key=lambda one: one.width)


def _headed(text: str, best: _Tried, how: Reading, above: int, names: tuple[str, ...] | None) -> Dialect:
    title: int | None = None
    if names is None and how.header is not False:
        title = 0 if how.names_in else title_rows(best.records) if how.header else names_at(best.records)
    header = title is not None
    columns = widened(best.records[title:]) if header else names or ("",) * best.width
    skip = above + (_lines_of(text, title) if title else 0)
    made = best.dialect
    return Dialect(distinct(columns), made.delimiter, made.quote, made.escape, header, skip)


def _lines_of(text: str, records: int) -> int:
    """Lines that the first records, each of one line, and the blank lines after them take."""
    taken = 0
    for number, line in enumerate(io.StringIO(text, newline=None)):
        if taken == records and line.strip("\n"):
            return number
        taken += bool(line.strip("\n"))
    return 0
