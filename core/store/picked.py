"""Reads single lines of a big text file again, by their place in it, and not the whole file for their sake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.language import say
from core.store.watch import looping

_CHUNK, _BOM = 1 << 22, b"\xef\xbb\xbf"
_NEWLINE = 10


def pick(file: Path, rows: NDArray[np.int64], of: int, above: int, quote: str, to: Path) -> bool:
    """Write single lines of a file to another; False when it cannot be told where they are, and they may be wrong.

    A row is a line when nothing in the file is quoted, every line ends in one way, and there are as many lines as rows.

    Parameters
    ----------
    rows
        (n,) which lines, rising; the first line of data is 1.
    of
        Rows that the file has.
    above
        Lines above the first line of data.
    quote
        The letter that quotes values, or nothing.
    """
    places, seen, last = rows - 1 + above, 0, b""
    doing = say("Reading single lines again")
    with file.open("rb") as source, to.open("wb") as copy, looping(doing, len(places)) as told:
        source.seek(len(_BOM) if source.read(len(_BOM)) == _BOM else 0)
        while chunk := source.read(_CHUNK) + source.readline():
            if (quote and quote.encode() in chunk) or chunk.count(b"\r") != chunk.count(b"\r\n"):
                return False
            here = np.flatnonzero(np.frombuffer(chunk, np.uint8) == _NEWLINE) + 1
            ends = here if chunk.endswith(b"\n") else np.append(here, len(chunk))
            first, past = np.searchsorted(places, [seen, seen + len(ends)])
            for place in places[first:past] - seen:
                last = chunk[ends[place - 1] if place else 0 : ends[place]]
                copy.write(last)
            seen += len(ends)
            told(float(past))
        copy.write(b"" if last.endswith(b"\n") else b"\n")
    return seen == above + of
