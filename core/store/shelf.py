"""What a title and a price would be to the model: titles of the catalogue, and the band that a price falls into."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.store.bands import band, joined

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

_BAND = f"""
SELECT {band('asked.price')} AS band
FROM (SELECT CAST($price AS DOUBLE) AS price, CAST($as_of AS DATE) AS day,
             (SELECT any_value(category) FROM items WHERE item_id = $item) AS category) AS asked
{joined('asked.category', 'asked.day')}
"""

_TITLES = """
SELECT item_id, title, coalesce(category, '') AS category, coalesce(brand, '') AS brand
FROM items WHERE title IS NOT NULL ORDER BY item_id
"""


def band_at(reader: Reader, item_id: str, price: float, as_of: datetime) -> int | None:
    """Band (0, 1, 2 = budget, mid, premium) that a price of an item would have; None where no bands are known."""
    ((found,),) = reader.rows(_BAND, {"item": item_id, "price": price, "as_of": as_of})
    return None if found is None else int(found)


def titles(reader: Reader) -> pd.DataFrame:
    """Every item that has a title: ``item_id, title, category, brand``, by id."""
    return reader.frame(_TITLES)
