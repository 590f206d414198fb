"""Price bands, told by hand: by the last week that is over, by the category's own prices and else by the shop's."""

import duckdb

from core.store.bands import band, joined

BANDS = """
CREATE TABLE price_bands AS SELECT * FROM (VALUES
    (DATE '2026-06-01', '', 10.0, 20.0), (DATE '2026-06-08', '', 100.0, 200.0), (DATE '2026-06-08', 'Shoes', 50.0, 60.0)
) AS bands(week, category, low, high)
"""
PAID = """
(VALUES (1, 'Shoes', DATE '2026-06-07', 20.0), (2, 'Shoes', DATE '2026-06-08', 50.0),
        (3, 'Shoes', DATE '2026-06-08', 61.0), (4, 'Lamps', DATE '2026-06-30', 100.0),
        (5, 'Lamps', DATE '2026-05-31', 100.0), (6, 'Lamps', DATE '2026-06-30', NULL)
) AS paid(n, category, day, price)
"""


def test_a_price_is_told_by_its_categorys_week_or_the_shops():
    con = duckdb.connect()
    con.execute(BANDS)
    sql = f"SELECT n, {band('price')} FROM {PAID} {joined('paid.category', 'paid.day')} ORDER BY n"
    found = con.execute(sql).fetchall()
    # 1: mid of the shop, as shoes have none yet; 2 and 3: budget and premium of shoes; 4: budget of the shop;
    # 5: before any week is over; 6: nothing was paid.
    assert found == [(1, 1), (2, 0), (3, 2), (4, 0), (5, None), (6, None)]
