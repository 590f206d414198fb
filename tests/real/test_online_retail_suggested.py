"""The UCI invoice file without a preset: what it was understood to be imports it as a person would."""

import pytest

from core.records import ImportPlan
from core.store.look import look
from core.store.plans import import_plan
from core.store.suggest import sure
from core.store.workspace import Workspace
from tests.real.published import MARKS, RETAIL

pytestmark = MARKS


@pytest.fixture(scope="module")
def preview():
    return look(RETAIL)


@pytest.fixture(scope="module")
def counted(retail_counted):
    return retail_counted["plain"]


@pytest.fixture(scope="module")
def imported(tmp_path_factory, preview):
    workspace = Workspace.create(tmp_path_factory.mktemp("suggested") / "shop")
    report = import_plan(workspace, ImportPlan([str(RETAIL)], mapping=preview.suggestion.mapping))
    reader = workspace.reader()
    yield report, reader
    reader.close()


def test_every_column_is_understood_and_nothing_has_to_be_asked(preview):
    assert {guess.name: guess.source for guess in preview.suggestion.columns} == {
        "user_id": "CustomerID", "item_id": "StockCode", "event_type": "=purchase/return", "ts": "InvoiceDate",
        "quantity": "Quantity", "price": "UnitPrice", "session_id": "InvoiceNo", "title": "Description",
        "users.country": "Country",
    }  # fmt: skip
    assert sure(preview.suggestion)
    assert preview.suggestion.preset == "online-retail"  # which would know of service codes, too


def test_every_line_is_accounted_for(imported, counted):
    report, _ = imported
    assert report.lines_read == sum(counted.values()) == 541_909
    assert report.imported == counted["purchase"] + counted["return"]
    assert report.duplicates == counted["duplicate"]
    assert report.reasons == {"user_id: no user_id": counted["no customer"]}


def test_returns_are_told_from_purchases_and_their_pieces_are_positive(imported, counted):
    _, reader = imported
    assert dict(reader.rows("SELECT event_type, count(*) FROM events GROUP BY ALL")) == {
        "purchase": counted["purchase"], "return": counted["return"],
    }
    assert reader.rows("SELECT count(*) FROM events WHERE quantity <= 0 OR price < 0") == [(0,)]


def test_ids_titles_and_countries_are_what_they_are_with_the_preset(imported):
    _, reader = imported
    assert reader.rows("SELECT count(*) FROM users WHERE NOT regexp_full_match(user_id, '[0-9]{5}')") == [(0,)]
    assert reader.rows("SELECT title FROM items WHERE item_id = '85123A'") == [("WHITE HANGING HEART T-LIGHT HOLDER",)]
    assert dict(reader.rows("SELECT user_id, country FROM users WHERE user_id IN ('12347', '17850')")) == {
        "12347": "Iceland", "17850": "United Kingdom",
    }
    first, last = reader.rows("SELECT CAST(min(ts) AS VARCHAR), CAST(max(ts) AS VARCHAR) FROM events")[0]
    assert (first, last) == ("2010-12-01 08:26:00", "2011-12-09 12:50:00")
