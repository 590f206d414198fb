"""Files that tables leave in, block by block: CSV, Parquet and Excel, none of whose cells a spreadsheet runs."""

from __future__ import annotations

import csv
import json
import math
import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from core.errors import InputError
from core.language import say
from core.tables import FORMULA, harmless

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: Endings of the files that can be written.
CSV, PARQUET, EXCEL = "csv", "parquet", "xlsx"
FORMATS = (CSV, PARQUET, EXCEL)
#: Where a Parquet file says what its rows are.
ABOUT = b"shopperlens"
#: What one sheet of Excel holds: rows below the headings, characters in a cell, whole numbers that stay exact.
EXCEL_ROWS, _LONGEST, _EXACT = 1_048_575, 32_767, 10**15
_FIRST_DATE = datetime(1900, 3, 1)  # what is earlier, Excel counts from another day than everybody else
_WIDEST = 40
_QUICK = 60_000  # cells of a book


class Sink(Protocol):
    """Where the blocks of a table go."""

    def add(self, block: pd.DataFrame) -> None:
        """Write a block behind the others."""

    def close(self) -> None:
        """Be done."""


def sink(named: Path, file: Path, about: Mapping[str, str] | None = None, shares: Sequence[str] = ()) -> Sink:
    """Return what writes ``file``, in the format that the ending of ``named`` says; CSV for every other ending.

    Parameters
    ----------
    about
        What the rows are, in words: a second sheet in Excel, metadata in Parquet; CSV has no place for it.
    shares
        Columns that are shares of 1, which Excel shows in percent.
    """
    ending = named.suffix.lower().lstrip(".")
    if ending == EXCEL:
        return ExcelSink(file, about or {}, shares)
    return ParquetSink(file, about) if ending == PARQUET else CsvSink(file)


def content(table: pd.DataFrame, format: str, about: Mapping[str, str]) -> bytes:
    """Return a table as the bytes of a file; see ``sink``. A CSV says that it is UTF-8, so that Excel sees it too."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"table.{format}"
        with closing(sink(file, file, about)) as out:
            out.add(table)
        return (BOM_UTF8 if format == CSV else b"") + file.read_bytes()


def quick(format: str, cells: int) -> bool:
    """Whether so many cells are written at once, while a person waits."""
    return format != EXCEL or cells <= _QUICK


def fits(format: str, rows: int) -> None:
    """Refuse more rows than a format holds.

    Raises
    ------
    InputError
        When these are more than a sheet of Excel has.
    """
    if format == EXCEL and rows > EXCEL_ROWS:
        raise InputError(say("A sheet of Excel holds {excel_rows:,} rows at most. Choose CSV or Parquet.",
                             excel_rows=EXCEL_ROWS))


class CsvSink:
    """A CSV file whose cells no spreadsheet runs."""

    def __init__(self, file: Path) -> None:
        self._file, self._first = file, True

    def add(self, block: pd.DataFrame) -> None:
        """Write a block; see ``Sink``."""
        harmless(block).to_csv(
            self._file, mode="a", header=self._first, index=False, quoting=csv.QUOTE_MINIMAL, encoding="utf-8"
        )
        self._first = False

    def close(self) -> None:
        """Be done; see ``Sink``."""


class ParquetSink:
    """A Parquet file with the types of the first block."""

    def __init__(self, file: Path, about: Mapping[str, str] | None = None) -> None:
        self._file, self._about = file, about
        self._writer: pq.ParquetWriter | None = None

    def add(self, block: pd.DataFrame) -> None:
        """Write a block; see ``Sink``."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        typed = block.astype({name: "str" for name in block if block[name].dtype == object})
        if self._writer is None:
            schema = pa.Schema.from_pandas(typed, preserve_index=False)
            if self._about is not None:
                said = json.dumps(dict(self._about), ensure_ascii=False).encode()
                schema = schema.with_metadata({**(schema.metadata or {}), ABOUT: said})
            self._writer = pq.ParquetWriter(self._file, schema)
        self._writer.write_table(pa.Table.from_pandas(typed, schema=self._writer.schema, preserve_index=False))

    def close(self) -> None:
        """Write the end of the file; see ``Sink``."""
        if self._writer is not None:
            self._writer.close()


class ExcelSink:
    """An Excel book: one sheet of rows, and one that says what they are. Texts stay texts, whatever they begin with."""

    def __init__(self, file: Path, about: Mapping[str, str], shares: Sequence[str] = ()) -> None:
        from openpyxl import Workbook

        self._file, self._about, self._shares = file, about, set(shares)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(say("List"))
        self._rows = -1  # before the headings

    def add(self, block: pd.DataFrame) -> None:
        """Write a block; see ``Sink``.

        Raises
        ------
        InputError
            When a sheet does not hold so many rows.
        """
        names = [str(name) for name in block.columns]
        if self._rows < 0:
            self._begin(names, block)
        self._rows += len(block)
        fits(EXCEL, self._rows)
        shares = [name in self._shares for name in names]
        for row in block.itertuples(index=False, name=None):
            self._sheet.append([self._cell(value, share) for value, share in zip(row, shares, strict=True)])

    def close(self) -> None:
        """Write the second sheet and the file; see ``Sink``."""
        if self._about:
            sheet = self._book.create_sheet(say("About this list"))
            sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _WIDEST, 2 * _WIDEST
            for name, said in self._about.items():
                sheet.append([self._bold(name, sheet), self._cell(said, False, sheet)])
        self._book.save(self._file)

    def _begin(self, names: Sequence[str], block: pd.DataFrame) -> None:
        from openpyxl.utils import get_column_letter

        for number, name in enumerate(names, 1):
            longest = max([len(name) + 2, *(len(str(value)) for value in block.iloc[:50, number - 1])])
            self._sheet.column_dimensions[get_column_letter(number)].width = min(_WIDEST, longest)
        self._sheet.freeze_panes = "B2"
        self._rows = 0
        self._sheet.append([self._bold(name, self._sheet) for name in names])

    def _bold(self, text: str, sheet: Any) -> Any:
        from openpyxl.styles import Font

        cell = self._cell(text, False, sheet)
        cell.font = Font(bold=True)
        return cell

    def _cell(self, value: Any, share: bool, sheet: Any = None) -> Any:
        from openpyxl.cell import WriteOnlyCell

        plain = excel_value(value)
        odd = isinstance(plain, str) and (plain[:1] in ("=", "#") or re.match(FORMULA, plain) is not None)
        dated = isinstance(plain, datetime)
        if not (odd or dated or share or sheet) or plain is None:
            return plain
        cell = WriteOnlyCell(sheet or self._sheet, plain)
        if odd:
            cell.data_type = "s"  # neither a formula nor an error, whatever it looks like
            cell.quotePrefix = True  # nor once somebody edits it
        if dated or share:
            cell.number_format = "yyyy-mm-dd hh:mm:ss" if dated else "0.0%"
        return cell


def excel_value(value: Any) -> str | float | int | bool | datetime | date | None:
    """Return a value as a cell of Excel holds it without loss: what it cannot hold as a number or a date is a text.

    Numbers of more than 15 digits would be rounded, days before March 1900 moved; times with a zone are told in UTC.
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "item") and not isinstance(value, datetime):
        value = value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        when = value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
        when = when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
        return when if when >= _FIRST_DATE else when.isoformat(sep=" ")
    if isinstance(value, date):
        return value if value >= _FIRST_DATE.date() else value.isoformat()
    return _printable(str(value))


def _printable(text: str) -> str:
    """A text without what the file could not hold: signs that print nothing, and what is beyond a cell's length."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:_LONGEST]
