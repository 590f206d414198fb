"""The part of the made-up shop that is about models and trainings."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd

from core.comparison import compare
from core.errors import InputError, ModelError
from core.keeping.records import (
    BAD,
    GOOD,
    UNKNOWN,
    Audit,
    Drift,
    Fresh,
    Mistakes,
    Moved,
    Part,
    Readable,
    Sign,
)
from core.records import Comparison, ModelReport, Outlook, Promotion, Run

DAYS = {"start": "2026-04-04T00:00:00", "train_end": "2026-05-18T00:00:00", "val_end": "2026-05-25T00:00:00",
        "end": "2026-06-03T00:00:00", "horizon": 7}  # fmt: skip
CURVE = pd.DataFrame(
    {"step": [25, 50, 75, 100, 100], "training": [1.21, 1.1, 1.02, 0.98, None], "validation": [None] * 4 + [0.52]}
)


def run(name: str = "autumn", **changes: Any) -> Run:
    """A training that was interrupted, with some changes."""
    return replace(
        Run(
            name, False, None, datetime(2026, 6, 2, 9, 15), {"method": "lora"}, 3,
            {"train_lists": 4_000, "train_shoppers": 3_996, "splits": DAYS}, 112, 500, "", 100, CURVE,
            "It was cancelled.",
        ),
        **changes,
    )  # fmt: skip


SIGNS = (
    Sign("ratio", 1.02, 1.63, "bad",
         "For every 100 clicks that it predicted, 163 came (95 % interval 141 to 186); on the days that it was judged "
         "on, 102."),
    Sign("order", 0.78, 0.77, "good",
         "It orders what is chosen and what is not as well as when it was judged: 77 of 100 pairs are right."),
    Sign("words", 0.01, 0.07, "watch", "7 % of the words of titles and searches were unknown when it learned."),
    Sign("brands", None, None, "unknown", "There is nothing to see it by."),
)  # fmt: skip
MOVED = (
    Moved("", "The chance of a click", 0.08, 0.05, 0.071, 0.074), Moved("buy", "Will buy", 0.11, 0.07, 0.2, 0.24),
    Moved("tents", "Interested in Tents", 0.31, 0.08, 0.05, 0.12),
)  # fmt: skip


AGAIN = {
    "from": "spring", "since": "2026-06-03T00:00:00", "passed": False,
    "reason": "It forgets: on the earlier days it is surely worse than “spring” in order of lists.",
    "rows": [
        {"window": "new", "figure": "gauc", "before": 0.71, "after": 0.74, "gain": 0.03, "low": 0.01, "high": 0.05},
        {"window": "new", "figure": "logloss", "before": 0.31, "after": 0.3, "gain": 0.01, "low": -0.01, "high": 0.02},
        {"window": "old", "figure": "gauc", "before": 0.72, "after": 0.68, "gain": -0.04, "low": -0.06, "high": -0.02},
        {"window": "old", "figure": "tags", "before": None, "after": None, "gain": None, "low": None, "high": None},
    ],
}  # fmt: skip


CURVE_OF = tuple({"predicted": x, "observed": 1.5 * x, "n": 40, "bin_low": x, "bin_high": x} for x in (0.1, 0.2, 0.3))
AUDIT = Audit(
    "demo", datetime(2026, 5, 25), datetime(2026, 6, 3),
    ("Its percentages are off in 1 of 2 groups: mail (150 for every 100 predicted). Of 1 more too little is known.",
     "Tags are not wrong equally often: gender female (missed 60 % of the time, 45 % for others).",
     "“gender: female” can be read well from its tags: 81 of 100 pairs are told apart."),
    BAD,
    (Readable("gender", "female", "tags", 400, 210, 0.81, 0.77, 0.85, 0.55, BAD, "Well."),
     Readable("age_band", "55+", "tags", 400, 12, None, None, None, None, UNKNOWN, "Too few.")),
    (Part("everyone", "Everyone", 900, 9_000, 700, 0.08, 0.08, 1.0, 0.94, 1.06, 0.01, GOOD, CURVE_OF),
     Part("place", "mail", 300, 2_000, 240, 0.08, 0.12, 1.5, 1.3, 1.7, 0.04, BAD, CURVE_OF),
     Part("segment", "Gifts", 8, 40, 3, None, None, None, None, None, None, UNKNOWN)),
    (Mistakes("gender", "female", 210, "missed", 0.6, 0.55, 0.65, 0.45, 0.15, 0.08, 0.22, BAD),),
)  # fmt: skip


class FakeKeeping:
    """What is asked about whether models hold; ``new`` events came after, and ``found`` is what a check found."""

    def __init__(self) -> None:
        self.new = Fresh(datetime(2026, 6, 3), datetime(2026, 6, 3), 0)
        self.found: Drift | None = None
        self.audited: Audit | None = None

    def came(self, verdict: str | None = None) -> None:
        """Let new events come, and be checked with a verdict."""
        self.new = Fresh(datetime(2026, 6, 3), datetime(2026, 6, 24), 41_200)
        if verdict:
            self.found = Drift("demo", verdict, SIGNS[0].said, self.new.since, self.new.until, 41_200, 600, 600, SIGNS,
                               MOVED)  # fmt: skip

    def fresh(self, model: str) -> Fresh:
        return self.new

    def drift(self, model: str) -> Drift | None:
        return self.found

    def audit(self, model: str) -> Audit | None:
        return self.audited


class FakeModels:
    """Models, and trainings that were interrupted; ``used`` is what was in use, the newest last.

    ``links_of`` says of some models how many links show what they predicted.
    """

    model_name: str | None
    names: list[str]
    used: list[str]
    run_list: list[Run]
    links_of: dict[str, int]

    def models(self) -> list[str]:
        return list(self.names) if self.model_name else []

    def model_report(self, name: str | None = None) -> ModelReport:
        raise NotImplementedError

    def model_reports(self) -> list[ModelReport]:
        found = []
        for name in self.models():
            with suppress(ModelError):
                found.append(self.model_report(name))
        return found

    def model_in_use(self) -> str | None:
        return self.model_name

    def model_before(self) -> str | None:
        return self.used[-2] if len(self.used) > 1 else None

    def model_history(self) -> list[Promotion]:
        times = [datetime(2026, 6, 1 + n, 12) for n in range(len(self.used))]
        found = [Promotion(name, "used" if n else "first", at) for n, (name, at) in
                 enumerate(zip(self.used, times, strict=True))]  # fmt: skip
        return found[::-1]

    def compare(self, first: str, second: str) -> Comparison:
        return compare(self.model_report(first), self.model_report(second))

    def use_model(self, name: str) -> None:
        if self.model_name and not self.used:
            self.used.append(self.model_name)
        self.used.append(name)
        self.model_name = name

    def roll_back(self) -> str:
        self.used.pop()
        self.model_name = self.used[-1]
        return self.used[-1]

    def model_links(self, name: str) -> int:
        return self.links_of.get(name, 0)

    def delete_model(self, name: str, force: bool = False) -> None:
        assert force or not self.model_links(name)
        self.names.remove(name)

    def outlook(self, settings: Mapping[str, Any]) -> Outlook:
        if settings.get("base") == "nowhere":
            raise InputError("There is no base “nowhere”.")
        lists = min(9_120, int(settings["max_examples"]))
        if settings.get("start_from"):
            return Outlook(
                True, lists // 2, 2_900, 900, 700, 400, datetime(2026, 6, 3), datetime(2026, 6, 14),
                datetime(2026, 6, 18), datetime(2026, 6, 24), lists // 2,
            )  # fmt: skip
        return Outlook(
            True, lists, 9_120, 2_410, 3_996, 1_500, *(datetime.fromisoformat(DAYS[name]) for name in
                                                      ("start", "train_end", "val_end", "end")),
        )  # fmt: skip

    def name_after(self, earlier: str) -> str:
        return f"{earlier}-again"

    def runs(self) -> list[Run]:
        return list(self.run_list)

    def discard_run(self, name: str) -> None:
        self.run_list = [one for one in self.run_list if one.name != name]
