"""Tables that leave for a spreadsheet, and files that are written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from core.errors import InputError
from core.language import say

if TYPE_CHECKING:
    import pandas as pd

#: A cell that begins so is run as a formula by spreadsheets; some read the wide signs of East Asian keyboards alike.
FORMULA = r"^\s*[=+\-@\t\r＝＋－＠]"
#: But for numbers.
NUMBER = r"^\s*[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?\s*$"
T = TypeVar("T")


def remembered(read: Callable[[Path], T]) -> Callable[[Path], T]:
    """Return what reads a file anew only when it was written since; what it returns must not be changed.

    Pages ask for what a model is dozens of times while they are drawn. An error is not remembered; a file that is not
    there is an OSError.
    """

    @lru_cache(maxsize=32)
    def once(file: Path, written: int, size: int, number: int) -> T:
        return read(file)

    @wraps(read)
    def ask(file: Path) -> T:
        now = file.stat()
        return once(file, now.st_mtime_ns, now.st_size, now.st_ino)

    return ask


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text cell and heading that a spreadsheet would run."""
    safe = frame.copy()
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        if column.dtype.kind in "OTUS" or str(column.dtype) in ("str", "string"):
            text = column.astype("string")
            risky = text.str.contains(FORMULA, regex=True) & ~text.str.contains(NUMBER, regex=True)
            safe.isetitem(position, text.mask(risky.fillna(False).astype(bool), "'" + text).array)
    safe.columns = [f"'{name}" if re.match(FORMULA, str(name)) else str(name) for name in frame.columns]
    return safe


def cells(content: bytes) -> list[list[str]]:
    """Return the lines of a small CSV file, split at what its first line has most of: commas, semicolons or tabs."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=delimiter) if line]


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` to write to; it takes the place of ``path`` only when all went well.

    Raises
    ------
    InputError
        When the place cannot be written to.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    try:
        yield part
        with _writing(path):
            os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(say("{path} cannot be written: {strerror}. Choose another place.",
                             path=path, strerror=error.strerror or error)) from error
