"""Results that are written part by part: each is whole or not there, and says which rows it holds."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd

from core.errors import InputError
from core.language import say
from core.tables import whole

_NAME = re.compile(r"(\d{12})-(\d{12})\.parquet")


class Parts:
    """Parts of a result, in a folder.

    Parameters
    ----------
    folder
        Where they are; it is made at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[Path]:
        """Return the whole parts from the first row on, without a gap; others count for nothing."""
        found, reached = [], 0
        for file in sorted(self.folder.glob("*.parquet")):
            name = _NAME.fullmatch(file.name)
            if name and int(name[1]) == reached and _rows(file) == int(name[2]) - reached:
                found.append(file)
                reached = int(name[2])
        return found

    def reached(self) -> int:
        """Return the row from which on nothing is scored yet."""
        files = self.files()
        return int(files[-1].stem.partition("-")[2]) if files else 0

    def write(self, start: int, stop: int, table: pd.DataFrame) -> None:
        """Keep what was found of the rows from ``start`` to before ``stop``.

        Raises
        ------
        InputError
            When it cannot be written, say because the disk is full.
        """
        with whole(self.folder / f"{start:012d}-{stop:012d}.parquet") as part:
            try:
                table.to_parquet(part, index=False)
                with part.open("rb") as file:
                    os.fsync(file.fileno())  # a power cut must not leave a name without its rows
            except OSError as error:
                raise InputError(
                    say("What was scored cannot be kept in {folder}: {strerror}. Make room, and go on.",
                        folder=self.folder, strerror=error.strerror or error)
                ) from error


def _rows(file: Path) -> int:
    """Rows of a part; -1 for one that is not whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowInvalid, OSError):
        return -1
