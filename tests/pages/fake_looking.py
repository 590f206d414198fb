"""A closer look at the made-up shop: small answers of the shapes that core.looking.Looking gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from core.conditions import Node
from core.errors import InputError

WEEKS = [date(2026, 5, 11), date(2026, 5, 18), date(2026, 5, 25)]


class FakeLooking:
    """Answers like core.looking.Looking; ``empty`` is a segment that did nothing."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.empty = False
        self.broken = False
        self.asked: list[str] = []

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
        rows = [(week, state, 3 + n, week != WEEKS[-1]) for week in WEEKS for n, state in enumerate(states)]
        return self._kept(pd.DataFrame(rows, columns=["week", "state", "shoppers", "complete"]))

    def retention(self, tree: Node, by: str = "seen") -> pd.DataFrame:
        self._note("retention")
        rows = [(week, 10, n, 10 - 4 * n, 1 - 0.4 * n, week + timedelta(weeks=n) != WEEKS[-1])
                for i, week in enumerate(WEEKS) for n in range(3 - i)]  # fmt: skip
        return self._kept(pd.DataFrame(rows, columns=["cohort", "size", "later", "shoppers", "share", "complete"]))

    def hours(self, tree: Node) -> pd.DataFrame:
        self._note("hours")
        rows = [(1, 9, 30, 12), (7, 23, 10, 4)]
        return self._kept(pd.DataFrame(rows, columns=["weekday", "hour", "events", "shoppers"]))

    def spent(self, tree: Node) -> pd.DataFrame:
        self._note("spent")
        rows = [(week, 5, 6, 120.0, 20.0) for week in WEEKS]
        return self._kept(pd.DataFrame(rows, columns=["week", "shoppers", "orders", "spend", "value"]))

    def last_day(self) -> date:
        return date(2026, 6, 2)

    def worth(self, tree: Node, then: date | None = None, now: date | None = None) -> Any:
        from core.looking import Worth

        self._note("worth")
        many = 0 if self.empty else 5
        cells = [(r, f, many, 2, 30.0, 30.0 * many, 20.0) for r in range(4) for f in range(4)]
        moved = pd.DataFrame({"user_id": ["S00001", "S00002", "S00003"], "way": ["up", "down", "first"],
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
