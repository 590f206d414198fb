"""A closer look at the made-up shop: small answers of the shapes that core.looking.Looking gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from core.conditions import Group, Node
from core.errors import InputError

WEEKS = [date(2026, 5, 11), date(2026, 5, 18), date(2026, 5, 25)]


class FakeLooking:
    """Answers like core.looking.Looking: of a segment, and otherwise of everyone else and of ``others``.

    ``empty`` is a segment that did nothing.
    """

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.empty = False
        self.broken = False
        self.asked: list[str] = []
        self.others: list[Node] = []

    def _other(self, tree: Node) -> bool:
        return tree in self.others or isinstance(tree, Group) and tree.how == "none"

    def _note(self, question: str) -> None:
        self.asked.append(question)
        if self.broken:
            raise InputError("This cannot be counted.")

    def _kept(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[:0] if self.empty else frame

    def funnel(self, tree: Node, second: Node | None = None) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        self._note("funnel")
        frame = self._kept(pd.DataFrame({
            "step": ["view", "cart", "purchase"], "shoppers": [100, 50, 20], "of_first": [1.0, 0.5, 0.2],
            "of_previous": [1.0, 0.5, 0.4],
        }))  # fmt: skip
        return frame, None if second is None else frame

    def lives(self, tree: Node) -> pd.DataFrame:
        self._note("lives")
        states = ("new", "returning", "resurrected", "dormant")
        many = [34, 34, 34, 68] if self._other(tree) else [3, 4, 5, 6]
        rows = [(week, state, n, week != WEEKS[-1]) for week in WEEKS for n, state in zip(many, states, strict=True)]
        return self._kept(pd.DataFrame(rows, columns=["week", "state", "shoppers", "complete"]))

    def retention(self, tree: Node, by: str = "seen") -> pd.DataFrame:
        self._note("retention")
        size, fewer = (20, 5) if self._other(tree) else (10, 4)
        rows = [(week, size, n, size - fewer * n, 1 - fewer * n / size, week + timedelta(weeks=n) != WEEKS[-1])
                for i, week in enumerate(WEEKS) for n in range(3 - i)]  # fmt: skip
        return self._kept(pd.DataFrame(rows, columns=["cohort", "size", "later", "shoppers", "share", "complete"]))

    def came_back(self, tree: Node, by: str, later: int, cohorts: Sequence[date]) -> list[str]:
        return [f"S{number:05d}" for number in range(6 * len(cohorts))]

    def hours(self, tree: Node) -> pd.DataFrame:
        self._note("hours")
        rows = [(1, 9, 10, 5), (3, 12, 30, 9)] if self._other(tree) else [(1, 9, 30, 12), (7, 23, 10, 4)]
        return self._kept(pd.DataFrame(rows, columns=["weekday", "hour", "events", "shoppers"]))

    def spent(self, tree: Node) -> pd.DataFrame:
        self._note("spent")
        many = self.shop.segments.count(tree)[0]
        orders, spend, weeks = (34, 1360.0, WEEKS[1:]) if self._other(tree) else (6, 132.0, WEEKS)
        rows = [(week, 5, orders, spend, spend / orders, spend / many, orders / many) for week in weeks]
        columns = ["week", "shoppers", "orders", "spend", "value", "spend_each", "orders_each"]
        return self._kept(pd.DataFrame(rows, columns=columns))

    def last_day(self) -> date:
        return date(2026, 6, 2)

    def worth(self, tree: Node, then: date | None = None, now: date | None = None) -> Any:
        from core.looking import Worth

        self._note("worth")
        other = self._other(tree)
        many = {(r, f): 0 if self.empty else 5 if not other else 10 if r == f == 0 else 2
                for r in range(4) for f in range(4)}  # fmt: skip
        cells = [(*cell, n, 2, 30.0, 30.0 * n, 20.0) for cell, n in many.items()]
        moved = pd.DataFrame({"user_id": ["S00001", "S00002", "S00003"],
                              "way": ["up", "up", "same"] if other else ["up", "down", "first"],
                              "paid": [40.0, 0.0, 12.5]})  # fmt: skip
        columns = ["recency", "frequency", "shoppers", "before", "spend", "spent", "spent_before"]
        return Worth(then or date(2026, 5, 5), now or self.last_day(), pd.DataFrame(cells, columns=columns), moved)

    def apart(self, tree: Node, kind: str, second: Node | None = None) -> Any:
        from core.looking import Apart

        self._note("apart")
        rows = [("<b>lamp</b>", "<b>lamp</b>", 12, 0.3, 0.1, 0.74, 0.5, 0.98, 0.5, True),
                ("boots", "boots", 20, 0.5, 0.5, 0.0, -0.2, 0.2, 0.0, False)]  # fmt: skip
        columns = ["what", "label", "have", "first", "second", "effect", "low", "high", "sure", "kept"]
        frame = self._kept(pd.DataFrame(rows, columns=columns))
        return Apart("search" if kind == "search" else "click", 40, 90, len(frame), frame)

    def overlap(self, trees: Sequence[Node]) -> tuple[list[int], pd.DataFrame]:
        self._note("overlap")
        return [30, 20], pd.DataFrame({"mask": [1, 3, 2], "shoppers": [18, 12, 8]})
