"""A scorer that needs no model: an item's chance is what a test says it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from core.records import Explanation, Tag, TagSpec

SPECS = (
    TagSpec("intent:buy", "intent", "Likely to buy", "Will buy something within 7 days.", 7),
    TagSpec("interest:Shoes", "interest", "Interested in Shoes", "Will click something in Shoes within 7 days.", 7),
)


@dataclass
class FakeScorer:
    """Answers like core.score.Scorer, and notes what it was asked."""

    chances: Mapping[str, float] = field(default_factory=dict)
    tag_specs: tuple[TagSpec, ...] = SPECS
    asked: list[pd.DataFrame] = field(default_factory=list)
    reader: Any = None
    altered: list[Any] = field(default_factory=list, kw_only=True)  # what was otherwise, for each question
    model: Any = field(default_factory=lambda: SimpleNamespace(
        info=SimpleNamespace(created="2026-06-04T00:00:00+00:00"), device=SimpleNamespace(type="cpu")))

    def clicks(self, asks: pd.DataFrame, pairs: pd.DataFrame, progress: Any = None, alter: Any = None) -> Any:
        assert set(pairs["ask_id"]) <= set(asks["ask_id"])
        self.altered.append(alter)
        self.asked.append(pairs.merge(asks, on="ask_id"))
        return np.array([self.chances.get(item, 0.01) for item in pairs["item_id"]])

    def tags(self, asks: pd.DataFrame, progress: Any = None) -> pd.DataFrame:
        """Give the first shopper of the alphabet the highest chance."""
        rank = asks["user_id"].rank().to_numpy()
        index = pd.Index(asks["ask_id"], name="ask_id")
        return pd.DataFrame({"intent:buy": 1 / (1 + rank), "interest:Shoes": 0.25}, index=index)

    def tag_records(self, row: pd.Series) -> list[Tag]:
        return [Tag(spec, float(row[spec.key]), 0.5, 0.7, 0.2) for spec in self.tag_specs]

    def on(self, reader: Any) -> FakeScorer:
        return FakeScorer(self.chances, self.tag_specs, self.asked, reader, self.model)


def explanation(user_id: str, item_id: str, title: str = "") -> Explanation:
    """Return an explanation whose sentence names its pair."""
    return Explanation(
        user_id, item_id, title, -2.0, -1.0, 0.12, 0.27, 0.0, (), (), (), f"Because of {user_id} and {item_id}.", 8, 0.1
    )


def fake_explain_many(
    scorer: Any, user_id: str, item_ids: list[str], as_of: datetime, max_evals: int = 0, seed: int = 0,
    titles: Any = None,
) -> list[Explanation]:
    return [explanation(user_id, item) for item in item_ids]
