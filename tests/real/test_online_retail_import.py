"""The UCI invoice file, as published: every one of its 541,909 lines is accounted for."""

import pytest

from core.store.workspace import Workspace
from tests.real.published import MARKS

pytestmark = MARKS


@pytest.fixture(scope="module")
def imported(retail):
    shop, report = retail
    reader = Workspace.open(shop).reader()
    yield report, reader
    reader.close()


@pytest.fixture(scope="module")
def counted(retail_counted):
    return retail_counted["preset"]


def test_every_line_is_accounted_for(imported, counted):
    report, _ = imported
    assert report["lines_read"] == sum(counted.values()) == 541_909
    assert report["events"] + report["rejected"] + report["duplicates"] == report["lines_read"]
    assert report["events"] == counted["purchase"] + counted["return"]
    assert report["duplicates"] == counted["duplicate"]
    assert report["reasons"] == {
        "CustomerID: no customer": counted["no customer"], "StockCode: service code, not a product": counted["service"],
    }


def test_cancellations_are_returns_and_ids_are_text(imported, counted):
    _, reader = imported
    assert dict(reader.rows("SELECT event_type, count(*) FROM events GROUP BY ALL")) == {
        "purchase": counted["purchase"], "return": counted["return"],
    }
    assert reader.rows("SELECT count(*) FROM users WHERE NOT regexp_full_match(user_id, '[0-9]{5}')") == [(0,)]
    assert reader.rows("SELECT count(*) FROM events WHERE quantity <= 0 OR price < 0") == [(0,)]


def test_items_are_products_with_sane_titles(imported, services):
    _, reader = imported
    titles = dict(reader.rows("SELECT item_id, title FROM items"))
    assert not services & set(titles)
    assert titles["85123A"] == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert sum(title is None or "?" in title for title in titles.values()) == 0
    assert dict(reader.rows("SELECT user_id, country FROM users WHERE user_id IN ('12347', '17850')")) == {
        "12347": "Iceland", "17850": "United Kingdom",
    }
