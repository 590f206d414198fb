"""The map of the made-up shop: two crowds, drawn from shoppers that are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from core.errors import InputError
from core.map.records import BETWEEN, Area, Cluster, Drawn, Made, Trait, View
from core.records import Job

AT = datetime(2026, 6, 2, 18, 30)
BUYS = Trait("Purchases", False, 6.0, 1.0, 1.4, 1.2, 1.6)
SHOES = Trait("Favourite category: <b>Shoes</b>", True, 0.8, 0.1, 1.2, 1.0, 1.4)


class FakeMap:
    """Answers like core.map.door.ShopperMap; ``state`` is what there is: none, earlier, made or many."""

    def __init__(self, shop: Any) -> None:
        self.shop, self.state, self.broken = shop, "made", False
        self.asked: list[Any] = []

    def _table(self) -> pd.DataFrame:
        people, draw = self.shop.people, np.random.default_rng(1)
        keen = people["purchases"] >= 5
        place = np.where(keen, 3.0, -3.0)[:, None] + draw.normal(0, 0.6, (len(people), 2))
        cluster = np.where(np.arange(len(people)) % 20 == 0, BETWEEN, np.where(keen, 1, 0))
        return people.assign(x=place[:, 0], y=place[:, 1], cluster=cluster)

    def _made(self) -> Made:
        table = self._table()
        groups = tuple(
            Cluster(number, int((table["cluster"] == number).sum()), place, place, traits)
            for number, place, traits in ((0, -3.0, ()), (1, 3.0, (BUYS, SHOES)))
        )
        many = len(table)
        return Made(3, "demo", "", many, many, 0, AT, 61.0, View(-6.0, 6.0, -6.0, 6.0), groups, many // 20)

    def kept(self) -> Made | None:
        return self._made() if self.state in ("made", "many") else None

    def earlier(self) -> Made | None:
        return self._made() if self.state == "earlier" else None

    def job(self) -> Job | None:
        return next((job for job in reversed(self.shop.job_list) if job.kind == "map"), None)

    def start(self) -> Job:
        job = Job("m1", "map", "running", 0.4, "160 of 400 shoppers read", AT, AT, None, None, None)
        self.shop.job_list.append(job)
        return job

    def drawn(self, view: View, by: Any = None, show: Sequence[str] = ()) -> Drawn:
        self.asked.append((view, by if not isinstance(by, pd.DataFrame) else len(by)))
        if self.broken:
            raise InputError("This map cannot be read.")
        table = self._table()
        table = table[table["x"].between(view.left, view.right) & table["y"].between(view.bottom, view.top)]
        value = table["cluster"] if by is None else table["user_id"].isin(by["user_id"]).astype(float) if (
            isinstance(by, pd.DataFrame)) else table[by]
        rows = pd.DataFrame({"user_id": table["user_id"], "x": table["x"], "y": table["y"], "value": value})
        if self.state == "made":
            shown = table[list(show)].add_prefix("of ")
            return Drawn(view, len(rows), True, pd.concat([rows, shown], axis=1))
        squares = rows.head(40).assign(shoppers=range(1, 41), known=range(1, 41)).drop(columns="user_id")
        return Drawn(view, 50_000, False, squares)

    def inside(self, area: Area) -> list[str]:
        around, table = area.around, self._table()
        chosen = table["x"].between(around.left, around.right) & table["y"].between(around.bottom, around.top)
        return list(table.loc[chosen, "user_id"])

    def members(self, number: int) -> list[str]:
        table = self._table()
        return list(table.loc[table["cluster"] == number, "user_id"])

    def apart(self, users: Sequence[str]) -> tuple[Trait, ...]:
        return (BUYS, SHOES)
