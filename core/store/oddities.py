"""Prices and quantities that cannot be meant: marked, and left as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Times its item's median from which (or below whose inverse) a value is odd.
TIMES = 100
#: Pieces that are not odd, however few are usual.
MANY = 100

_USUAL = """
CREATE OR REPLACE TABLE item_usual AS
SELECT item_id, median(price) FILTER (price > 0) AS price, median(quantity) FILTER (quantity > 0) AS pieces
FROM events WHERE item_id IS NOT NULL AND (price > 0 OR quantity > 0)
GROUP BY item_id ORDER BY item_id
"""

_ODD = f"""
CREATE OR REPLACE TABLE odd_values AS
SELECT import_id, source_row, user_id, item_id, 'price' AS column_name, events.price AS value,
       item_usual.price AS usual,
       CASE WHEN events.price = 0 THEN 'costs nothing'
            WHEN events.price > item_usual.price THEN 'costs over {TIMES} times its usual price'
            ELSE 'costs under a {TIMES}th of its usual price' END AS why
FROM events LEFT JOIN item_usual USING (item_id)
WHERE events.price = 0 OR events.price > {TIMES} * item_usual.price OR {TIMES} * events.price < item_usual.price
UNION ALL
SELECT import_id, source_row, user_id, item_id, 'quantity', quantity, pieces,
       CASE WHEN quantity = 0 THEN 'no piece' ELSE 'over {TIMES} times the usual pieces' END
FROM events LEFT JOIN item_usual USING (item_id)
WHERE quantity = 0 OR (quantity > {TIMES} * pieces AND quantity > {MANY})
ORDER BY import_id, source_row
"""


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Build ``item_usual`` and ``odd_values``, inside the caller's transaction.

    ``item_usual`` has ``item_id, price, pieces``: the medians over the whole log. ``odd_values`` has a row for each
    odd value of an event: ``import_id, source_row, user_id, item_id, column_name, value, usual, why``.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events``.
    """
    con.execute(_USUAL)
    con.execute(_ODD)
