"""A catalogue of eight items, small enough to count by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from core.assist.assistant import Assistant
from core.search.searcher import Searcher

NOW = datetime(2026, 6, 3)
ITEMS = [
    # id, title, category, brand, price, kind, band, popularity
    ("S1", "Waterproof trail shoes, red", "Shoes > Trail shoes", "Norvale", 70.0, "product", 1, 5.0),
    ("S2", "Waterproof trail shoes, blue", "Shoes > Trail shoes", "Tamsin", 60.0, "product", 1, 9.0),
    ("S3", "Waterproof trail shoes, blue", "Shoes > Trail shoes", "Norvale", 40.0, "product", 0, 1.0),
    ("S4", "Waterproof trail shoes, black", "Shoes > Trail shoes", "Ostrell", 120.0, "product", 2, 2.0),
    ("S5", "Road shoes, black", "Shoes > Road shoes", "Ostrell", 50.0, "product", 1, 7.0),
    ("T1", "Waterproof tent for two", "Outdoor > Tents", "Tamsin", 200.0, "product", 1, 3.0),
    ("A1", "Trail shoes, and how to choose them", "Shoes > Trail shoes", "", None, "article", None, 1.0),
    ("D1", "Sale: all shoes", "Shoes", "Norvale", None, "ad", None, 1.0),
]
COLUMNS = ["item_id", "title", "category", "brand", "price", "kind", "band", "popularity"]


class Catalogue(Searcher):
    """A searcher over ``ITEMS`` that needs no data."""

    def __init__(self, items: list[Any] | None = None) -> None:
        super().__init__(reader=None)  # type: ignore[arg-type]
        table = pd.DataFrame(items or ITEMS, columns=COLUMNS).assign(description="")
        self.table = table.sort_values("item_id", ignore_index=True)
        self.__dict__.update(texts=self.table[["item_id", "title", "description", "category", "brand", "kind"]],
                             kinds=["product"], slot=None)  # fmt: skip

    def shelf(self, as_of: datetime) -> pd.DataFrame:
        return self.table


def assistant(items: list[Any] | None = None, meaning: Any = None) -> Assistant:
    """An assistant for these items, or others."""
    return Assistant(Catalogue(items), NOW, lambda: meaning)
