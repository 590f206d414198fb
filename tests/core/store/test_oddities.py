"""Prices and quantities that cannot be meant are marked, and stay in the events."""

from core.store import oddities
from tests.core.logged import logged


def odd(values, column="price"):
    rows = [("ann", "purchase", "2026-06-01", {"price": 10.0, "quantity": 1.0, column: value}) for value in values]
    con = logged(rows)
    oddities.build(con)
    assert con.execute("SELECT count(*) FROM events").fetchone() == (len(values),)
    sql = f"SELECT source_row, value, usual, why FROM odd_values WHERE column_name = '{column}' ORDER BY source_row"
    return con.execute(sql).fetchall()


def test_a_price_is_odd_beyond_a_hundred_times_its_items_median_either_way():
    assert odd([10.0, 10.0, 10.0, 1000.0, 1001.0, 0.1, 0.09]) == [
        (5, 1001.0, 10.0, "costs over 100 times its usual price"),
        (7, 0.09, 10.0, "costs under a 100th of its usual price"),
    ]


def test_nothing_is_an_odd_price_and_does_not_count_for_the_median():
    assert odd([0.0, 0.0, 10.0]) == [(1, 0.0, 10.0, "costs nothing"), (2, 0.0, 10.0, "costs nothing")]
    assert odd([0.0]) == [(1, 0.0, None, "costs nothing")]


def test_a_quantity_is_odd_beyond_a_hundred_times_the_usual_and_a_hundred():
    assert odd([1.0, 1.0, 1.0, 100.0, 101.0], "quantity") == [(5, 101.0, 1.0, "over 100 times the usual pieces")]
    assert odd([0.5, 0.5, 0.5, 60.0], "quantity") == []
    assert odd([0.0, 1.0, 1.0], "quantity") == [(1, 0.0, 1.0, "no piece")]
