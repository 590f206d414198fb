"""The invoice file, counted once and imported once for all who ask about it."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.config import PROJECT
from tests.real.published import RETAIL

SERVICES = {"POST", "DOT", "D", "M", "C2", "CRUK", "BANK CHARGES", "23444"}  # of those that customers have


@pytest.fixture(scope="session")
def services() -> set[str]:
    """Return the codes of services, which are no products."""
    return SERVICES


@pytest.fixture(scope="session")
def retail_counted() -> dict[str, Counter[str]]:
    """Count the invoices' lines without any of our code or DuckDB's: as the preset reads them, and as they seem to be.

    The preset knows of service codes, and tells a return by its invoice; who knows neither tells it by its sign too.
    """
    preset: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    seen: set[tuple[str, ...]] = set()
    with gzip.open(RETAIL, "rt", encoding="utf-8", newline="") as file:
        names = next(rows := csv.reader(file))
        invoice, code, pieces, who = map(names.index, ("InvoiceNo", "StockCode", "Quantity", "CustomerID"))
        for row in rows:
            key = tuple(row)
            if not row[who]:
                preset["no customer"] += 1
                plain["no customer"] += 1
                continue
            again, cancelled = key in seen, row[invoice].startswith("C")
            seen.add(key)
            back = cancelled or row[pieces].startswith("-")
            preset["service" if row[code] in SERVICES else "duplicate" if again
                   else "return" if cancelled else "purchase"] += 1  # fmt: skip
            plain["duplicate" if again else "return" if back else "purchase"] += 1
    return {"preset": preset, "plain": plain}


@pytest.fixture(scope="session")
def command() -> Callable[..., dict[str, Any]]:
    """Return a function that runs a command on a shop, as a person types it, and returns its answer."""

    def run(shop: Path, *arguments: str) -> dict[str, Any]:
        typed = [sys.executable, "-m", "core", *arguments, "--workspace", str(shop), "--json"]
        done = subprocess.run(typed, cwd=PROJECT, capture_output=True, text=True, timeout=850, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    return run


@pytest.fixture(scope="session")
def retail(
    command: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """Import the invoices with their preset; return the shop, whose data stays as it is, and the report."""
    shop = tmp_path_factory.mktemp("retail") / "shop"
    return shop, command(shop, "import", str(RETAIL), "--preset", "online-retail")
