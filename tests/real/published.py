"""Where the real logs are, and their lines as Python's csv module alone reads them."""

from __future__ import annotations

import csv
import gzip
import os
from functools import cache
from pathlib import Path

import pytest

REAL = Path(os.environ.get("REAL_DATA", ""))
RETAIL = REAL / "online_retail" / "online_retail.csv.gz"
#: Marks of every test that reads them.
MARKS = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("REAL_DATA"), reason="REAL_DATA names no folder of real logs"),
]


@cache
def lines(folder: str, name: str) -> list[dict[str, str]]:
    """Return the lines of a file as dicts of texts; treat them as read-only."""
    opened = gzip.open if name.endswith(".gz") else open
    with opened(REAL / folder / name, "rt", encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
