"""Reads a sheet of a workbook, of Excel or of OpenDocument, into a table of texts.

Formulas are read as the values that were last worked out for them; nothing is worked out here. Where none was saved,
the cell is empty, which is said.
"""

from __future__ import annotations

import html
import mmap
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError, NoTable
from core.language import say, say_many
from core.store import careful
from core.store.connect import quote
from core.store.dialect import Reading
from core.store.header import distinct, names_at, title_rows
from core.store.kinds import DAMAGED
from core.store.rows import ROW, Form, none_malformed
from core.store.watch import looping

if TYPE_CHECKING:
    import duckdb

#: Bytes that the parts of a workbook may unpack to, and cells that a sheet may span, empty ones too.
MOST_BYTES = 4 << 30
MOST_CELLS = 100_000_000
_CHUNK = 1 << 22
_LOOKED_AT = 200
_BATCH = 50_000
_BOOK, _PARTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
#: The end of a cell that has a formula and no value.
_UNSAVED = re.compile(rb"(?:</f>|<f[^<>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')


def filled(file: Path, name: object) -> list[str]:
    """Return the sheets of a workbook that hold anything, in their order; hidden ones are none.

    Raises
    ------
    InputError
        When it is no whole workbook, or is locked by a password.
    """
    workbook = _opened(file, name)
    shown = [sheet.name for sheet in workbook.sheets_metadata if str(sheet.visible).endswith(".Visible")]
    return [sheet for sheet in shown if _sheet(workbook, sheet, name).total_height]


def stage(
    con: duckdb.DuckDBPyConnection, file: Path, piece: Any, how: Reading
) -> tuple[tuple[str, ...], Form]:
    """Fill ``raw`` from a sheet, and return its columns and form. Empty rows are none; titles above the header too.

    Raises
    ------
    InputError
        When there are several sheets and none is named, or none by that name; when it is no table.
    """
    workbook = _opened(file, piece)
    sheet = _sheet(workbook, piece.member or _only(workbook, file, piece), piece)
    rows = _texts(sheet.iter_rows(), (how.names_in or 1) - 1)
    first = list(islice(rows, _LOOKED_AT))
    names, above, names_in = _names(first, how, piece)
    columns = distinct(names)
    named = ", ".join(f"{quote(column)} VARCHAR" for column in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE raw ({ROW} BIGINT, {named})")
    none_malformed(con)
    absent = frozenset(how.nulls)
    numbered = enumerate((row for _, row in chain(first[above:], rows)), 1)
    with looping("", sheet.total_height) as told:
        while batch := list(islice(numbered, _BATCH)):
            careful.insert(con, "raw", [(n, *(None if cell in absent else cell for cell in row)) for n, row in batch])
            told(batch[-1][0])
    return columns, Form(None, names_in, _empty(file, sheet.name, piece))


def _only(workbook: Any, file: Path, piece: object) -> str:
    there = filled(file, piece)
    if not there:
        raise InputError(say("{piece} is empty: no sheet of it holds anything.", piece=piece))
    if len(there) > 1:
        raise InputError(say("{piece} has several sheets; say which one to read: {there}.",
                             piece=piece, there=", ".join(there)))
    return there[0]


def _opened(file: Path, name: object) -> Any:
    import python_calamine

    _weigh(file, name)
    try:
        with file.open("rb") as opened:  # by its content; a path would be judged by its name
            return python_calamine.load_workbook(opened)
    except (python_calamine.CalamineError, OSError) as error:
        if isinstance(error, python_calamine.PasswordError) or _locked(file):
            raise InputError(say("{name} is locked by a password. Save it without one and try again.",
                                 name=name)) from error
        raise InputError(say("{name} cannot be read; it is not a whole workbook: {damaged}",
                             name=name, damaged=say(DAMAGED))) from error


def _locked(file: Path) -> bool:
    """Whether a file is the container that Excel puts a workbook with a password into."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find("EncryptedPackage".encode("utf-16-le")) >= 0


def _sheet(workbook: Any, sheet: str, name: object) -> Any:
    import python_calamine

    try:
        return workbook.get_sheet_by_name(sheet)
    except python_calamine.WorksheetNotFound as error:
        there = ", ".join(workbook.sheet_names)
        raise InputError(say("{name} has no sheet “{sheet}”. It has: {there}.",
                             name=name, sheet=sheet, there=there)) from error
    except python_calamine.CalamineError as error:
        raise InputError(say("The sheet “{sheet}” of {name} cannot be read: {error}.",
                             sheet=sheet, name=name, error=error)) from error


def _weigh(file: Path, name: object) -> None:
    """Refuse a workbook that would fill the memory: very large, or with a cell very far from the others."""
    if not zipfile.is_zipfile(file):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            weight = 0
            for info in archive.infolist():
                far_right, far_down, tail = 0, 0, b""
                with archive.open(info) as part:
                    while chunk := part.read(_CHUNK):
                        weight += len(chunk)
                        cells = _CELL.findall(tail + chunk) if info.filename.startswith("xl/worksheets/") else ()
                        far_right = max([far_right, *map(_number, {column for column, _ in cells})])
                        far_down = max([far_down, *(int(row) for _, row in cells[-1:])])
                        tail = chunk[-20:]
                        if weight > MOST_BYTES or far_right * far_down > MOST_CELLS:
                            raise InputError(
                                say("{name} is too large to be read as a workbook, or has a cell very far from the "
                                    "others. Save the sheet as CSV and give that.", name=name)
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(say("{name} cannot be read; it is not a whole workbook: {damaged}",
                             name=name, damaged=say(DAMAGED))) from error


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _empty(file: Path, sheet: str, name: object) -> tuple[str, ...]:
    """Say how many formulas of a sheet are read as nothing, because what they come to was not saved."""
    count = _unsaved(file, sheet)
    said = say_many(
        count,
        "{number} cell of {name} has a formula without a saved value and is read as empty. Open the file in a "
        "spreadsheet and save it.",
        "{number} cells of {name} have a formula without a saved value and are read as empty. Open the file in a "
        "spreadsheet and save it.",
        name=getattr(name, "name", name),
    )
    return (said,) if count else ()


def _unsaved(file: Path, sheet: str) -> int:
    if not zipfile.is_zipfile(file):
        return 0
    with zipfile.ZipFile(file) as archive:
        part = _part(archive, sheet)
        if part is None:
            return 0
        count, tail = 0, b""
        with archive.open(part) as opened:
            while chunk := opened.read(_CHUNK):
                count += len(_UNSAVED.findall(tail + chunk)) - len(_UNSAVED.findall(tail))
                tail = chunk[-100:]
    return count


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Name of the part of an Excel file that holds a sheet."""
    if not {_BOOK, _PARTS} <= set(archive.namelist()):
        return None
    ids = {found.get("name"): found.get("r:id") for found in _tags(archive.read(_BOOK), "sheet")}
    targets = {found.get("Id"): found.get("Target", "") for found in _tags(archive.read(_PARTS), "Relationship")}
    target = targets.get(ids.get(sheet), "")
    part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return part if part in archive.namelist() else None


def _tags(part: bytes, tag: str) -> Iterator[dict[str, str]]:
    """The attributes of each tag of this name."""
    for found in re.findall(rf"<{tag}\s[^<>]*>", part.decode("utf-8", "replace")):
        yield {name: html.unescape(value) for name, value in re.findall(r'([\w:]+)="([^"]*)"', found)}


def _texts(rows: Iterator[list[Any]], skipped: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with their numbers in the sheet, after those that are skipped."""
    for number, row in enumerate(islice(rows, skipped, None), skipped + 1):
        texts = [_text(cell) for cell in row]
        if any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """Text of a cell: whole numbers without ``.0``, times as ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, timedelta):
        hours, rest = divmod(int(cell.total_seconds()), 3600)
        return f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def _names(numbered: Sequence[tuple[int, list[str]]], how: Reading, name: object) -> tuple[list[str], int, int]:
    """Return the names of the columns, how many rows are above the data, and which row of the sheet has the names."""
    rows = [row for _, row in numbered]
    width = max((len(row) for row in rows), default=0)
    if width < 2 and not how.header:
        raise NoTable(say("{name} does not look like a table: it has one column at most.", name=name))
    if how.header is not None and how.header is not True:
        names = list(how.header) if how.header else []
        return [*names, *[""] * (width - len(names))], 0, 0
    if not rows:
        raise InputError(say("{name} has no line {line}.", name=name, line=how.names_in))
    title = 0 if how.names_in else title_rows(rows) if how.header else names_at(rows)
    if title is None:
        return [""] * width, 0, 0
    return rows[title], title + 1, numbered[title][0]
