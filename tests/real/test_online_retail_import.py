"""The UCI invoice file, as published: every one of its 541,909 lines is accounted for."""

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from core.store.importer import import_files
from core.store.workspace import Workspace

FILE = Path(os.environ.get("REAL_DATA", "")) / "online_retail" / "online_retail.csv.gz"
SERVICES = {"POST", "DOT", "D", "M", "C2", "CRUK", "BANK CHARGES", "23444"}  # of those that customers have

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("REAL_DATA"), reason="REAL_DATA names no folder of real logs"),
]


@pytest.fixture(scope="module")
def counted():
    """Count the file without any of our code or DuckDB's."""
    kinds, seen = Counter(), set()
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            key = tuple(line.values())
            if not line["CustomerID"]:
                kinds["no customer"] += 1
            elif line["StockCode"] in SERVICES:
                kinds["service"] += 1
            elif key in seen:
                kinds["duplicate"] += 1
            else:
                kinds["return" if line["InvoiceNo"].startswith("C") else "purchase"] += 1
                seen.add(key)
    return kinds


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    workspace = Workspace.create(tmp_path_factory.mktemp("real") / "shop")
    report = import_files(workspace, [FILE], preset="online-retail")
    reader = workspace.reader()
    yield report, reader
    reader.close()


def test_every_line_is_accounted_for(imported, counted):
    report, _ = imported
    assert report.lines_read == sum(counted.values()) == 541_909
    assert report.events + report.rejected + report.duplicates == report.lines_read
    assert report.events == counted["purchase"] + counted["return"]
    assert report.duplicates == counted["duplicate"]
    assert report.reasons == {
        "CustomerID: no customer": counted["no customer"], "StockCode: service code, not a product": counted["service"],
    }


def test_cancellations_are_returns_and_ids_are_text(imported, counted):
    _, reader = imported
    assert dict(reader.rows("SELECT event_type, count(*) FROM events GROUP BY ALL")) == {
        "purchase": counted["purchase"], "return": counted["return"],
    }
    assert reader.rows("SELECT count(*) FROM users WHERE NOT regexp_full_match(user_id, '[0-9]{5}')") == [(0,)]
    assert reader.rows("SELECT count(*) FROM events WHERE quantity <= 0 OR price < 0") == [(0,)]


def test_items_are_products_with_sane_titles(imported):
    _, reader = imported
    titles = dict(reader.rows("SELECT item_id, title FROM items"))
    assert not SERVICES & set(titles)
    assert titles["85123A"] == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert sum(title is None or "?" in title for title in titles.values()) == 0
    assert dict(reader.rows("SELECT user_id, country FROM users WHERE user_id IN ('12347', '17850')")) == {
        "12347": "Iceland", "17850": "United Kingdom",
    }
