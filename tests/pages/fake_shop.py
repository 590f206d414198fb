"""A small shop that answers like core.service.Shop, from generated data and without a model."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from core.arrange import VARIED, Arrangement, arranged
from core.errors import ModelError, UnknownUser
from core.records import (
    Checked,
    Condition,
    Fact,
    HealthNote,
    ImportPlan,
    Job,
    Listing,
    ModelReport,
    Overview,
    Recommendation,
    Run,
    SegmentView,
    ShopInfo,
    ShopperView,
    Tag,
    Timeline,
)
from tests.pages.fake_board import FakeBoard
from tests.pages.fake_describing import FakeDescribing
from tests.pages.fake_driving import FakeDriving
from tests.pages.fake_exports import FakeExports
from tests.pages.fake_import import FakeImports
from tests.pages.fake_knowing import FakeKnowing
from tests.pages.fake_lists import FakeLists
from tests.pages.fake_looking import FakeLooking
from tests.pages.fake_map import FakeMap
from tests.pages.fake_models import DAYS, FakeKeeping, FakeModels
from tests.pages.fake_search import FakeSearch
from tests.pages.fake_segments import FakeSegments
from tests.pages.fake_why import NOW, SPECS, TITLES, FakeWhy

FIRST = datetime(2026, 4, 4, 6, 2)
EVENT_TYPES = {
    "impression": 251_310,
    "view": 61_220,
    "click": 20_815,
    "search": 11_400,
    "cart": 7_910,
    "purchase": 4_130,
    "favourite": 2_980,
    "rating": 1_100,
    "review": 640,
    "return": 310,
}
CATEGORIES = ["Shoes", "Phones", "Kitchen", "Garden", "Books", "Coats", "Toys", "Lighting"]
#: The shopper who looks like a robot.
ROBOT = "S00007"
COLUMNS = pd.DataFrame(
    [
        ("purchases", "Purchases", "observed", "number", "", "Orders in the whole span", "Buying", True),
        ("spend", "Money spent", "observed", "number", "", "Sum of what they paid", "Buying", True),
        ("days_since_last", "Days since the last visit", "observed", "number", "days", "So far", "Coming back", True),
        ("night_share", "Visits at night", "observed", "number", "%", "After 22:00", "Time of day and week", False),
        ("top_category", "Favourite category", "observed", "text", "", "By clicks and purchases", "Taste", True),
        ("age_band", "Age band", "attribute", "text", "years", "From the users table", "Their record", True),
        *((s.key, s.label, "predicted", "probability", "", s.sentence, "Predicted", True) for s in SPECS),
    ],
    columns=["key", "label", "kind", "type", "unit", "help", "group", "telling"],
)


def people(count: int = 400) -> pd.DataFrame:
    """A table of shoppers with every fact and tag; the same every time."""
    draw = random.Random(7)
    rows = []
    for number in range(count):
        keen = draw.random()
        rows.append(
            {
                "user_id": f"S{number:05d}",
                "purchases": int(keen * 9),
                "spend": round(keen * draw.uniform(20, 900), 2),
                "days_since_last": int(draw.expovariate(1 / 9)),
                "night_share": round(100 * draw.random() ** 2, 1),
                "top_category": draw.choice(CATEGORIES),
                "age_band": draw.choice(["18-24", "25-34", "35-44", "45-54", "55+"]),
                **{s.key: round(min(0.97, max(0.01, draw.gauss(0.5 * keen + 0.1, 0.15))), 4) for s in SPECS},
            }
        )
    return pd.DataFrame(rows)


def timeline(done: pd.DataFrame) -> Timeline:
    """What was done by day, each a visit; in the first one four items were shown and left alone."""
    events = done.assign(visit=done["ts"].dt.strftime("v%j"))
    visits = pd.DataFrame([
        (visit, rows["ts"].min(), rows["ts"].max(), len(rows), 1, 2 * (n == 0), 59.8)
        for n, (visit, rows) in enumerate(events.groupby("visit", sort=False))
    ], columns=["visit", "began", "ended", "looks", "carts", "bought", "spent"])
    shown = pd.DataFrame([
        (visits["visit"][0], NOW - timedelta(minutes=1), "home", ["I003", "I004"], TITLES[3:5]),
        (visits["visit"][0], NOW - timedelta(minutes=9), "search", ["I004", "I005", "I007"], [*TITLES[4:6], TITLES[7]]),
        ("alone", NOW - timedelta(days=1, hours=17), None, ["I008"], [TITLES[8]]),
    ], columns=["visit", "ts", "slot", "item_ids", "titles"])
    return Timeline(events, visits, shown, len(events))


def holds(row: Mapping[str, Any], condition: Condition) -> bool:
    """Whether one shopper meets one condition."""
    have, want = row[condition.column], condition.value
    if condition.op == ">=":
        return bool(have >= want)
    if condition.op == "<=":
        return bool(have <= want)
    if condition.op == "==":
        return bool(have == want)
    if condition.op == "in":
        return have in want
    return bool(want[0] <= have <= want[1])


@dataclass
class FakeShop(FakeImports, FakeModels, FakeSearch, FakeWhy):
    """The question-shaped methods of Shop over generated data; fields bend it to a situation."""

    folder: Path
    version: int | None = 3
    model_name: str | None = "demo"
    generated: bool = True
    newer: int | None = None
    ready: float = 1.0
    plain: bool = False  # a plain purchase log: no impressions, searches or categories
    failure: Exception | None = None
    names: list[str] = field(default_factory=lambda: ["demo", "spring"])
    links_of: dict[str, int] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    run_list: list[Run] = field(default_factory=list)
    job_list: list[Job] = field(default_factory=list)
    submitted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    vectors: bool = True  # whether the vectors of the items are made
    asked: list[tuple[Any, ...]] = field(default_factory=list)  # for lists
    tried: list[ImportPlan] = field(default_factory=list)
    shown_around: bool = True
    called_shoppers: set[str] = field(default_factory=set)
    was: list[tuple[Any, ...]] = field(default_factory=list)  # what it was asked to be again
    baskets: bool = False  # whether chances are of the next basket
    pictured: dict[str, str] = field(default_factory=dict)  # item → what a browser can show

    def __post_init__(self) -> None:
        self.workspace = SimpleNamespace(path=self.folder)
        self.people = people()
        self.keeping = FakeKeeping()

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if self.failure is not None:
            raise self.failure

    def info(self) -> ShopInfo:
        self._note("info")
        if self.version is None:
            return ShopInfo(None, 0, 0, 0, {}, None, None, 0, 0, [], False)
        kinds = {t: EVENT_TYPES[t] for t in ("purchase", "return")} if self.plain else EVENT_TYPES
        return ShopInfo(
            self.version, sum(kinds.values()), 2_400, 2_981, kinds, FIRST, NOW, 212, 40, self.models(), self.generated
        )

    def toured(self) -> bool:
        return self.shown_around

    def end_tour(self) -> None:
        self.shown_around = True

    def set_aside(self) -> int:
        return int(ROBOT not in self.called_shoppers)

    def spared(self, user_id: str) -> bool:
        return user_id in self.called_shoppers

    def spare(self, user_id: str, yes: bool = True) -> None:
        (self.called_shoppers.add if yes else self.called_shoppers.discard)(user_id)

    def titles(self, item_ids: Sequence[str]) -> dict[str, str]:
        return {item: f"Title of {item}" for item in item_ids}

    def pictures(self, item_ids: Sequence[str]) -> dict[str, str]:
        return {item: self.pictured[item] for item in item_ids if item in self.pictured}

    def newer_version(self) -> int | None:
        return self.newer

    def device(self) -> str:
        return "cpu"

    def overview(self) -> Overview:
        self._note("overview")
        days = [(FIRST + timedelta(days=n)).replace(hour=0, minute=0) for n in range(60)]
        daily = pd.DataFrame(
            [
                (d, t, int(n / 60 * (1 + 0.25 * math.sin(i / 7 * 2 * math.pi) + i / 300)))
                for i, d in enumerate(days)
                for t, n in self.info().event_types.items()
            ],
            columns=["day", "event_type", "events"],
        )
        if self.plain:
            return _plain(self.info(), daily)
        funnel = pd.DataFrame(
            {
                "step": ["view", "cart", "purchase"],
                "shoppers": [2_810, 1_604, 1_002],
                "of_first": [1.0, 0.571, 0.357],
                "of_previous": [1.0, 0.571, 0.625],
            }
        )
        categories = pd.DataFrame(
            [(c, 1_900 - 170 * i, 900 - 95 * i, 41_000.0 - 4_200 * i) for i, c in enumerate(CATEGORIES)],
            columns=["category", "shoppers", "purchases", "revenue"],
        )
        words = ["ankle boots", "phone case", "wool coat", "lamp", "pan 28 cm", "train set", "<b>bold</b>"]
        searches = pd.DataFrame(
            [(w, 610 - 80 * i, 402 - 50 * i) for i, w in enumerate(words)], columns=["query", "searches", "shoppers"]
        )
        health = [
            HealthNote("good", "The log has no gap in 60 days", "Every day has events; a model can learn the week."),
            HealthNote("note", "212 rows were rejected", "0.1 % of what was read; the file of rejects says why."),
            HealthNote(
                "note",
                "141 shoppers did very little",
                "Fewer than three events each: the model says little about them.",
            ),
            HealthNote("warn", "3 shoppers look like robots", "They view over 2,000 items a day. Leave them out."),
        ]
        return Overview(self.info(), daily, funnel, 0.0828, categories, searches, health, 141)

    @cached_property
    def segments(self) -> FakeSegments:
        return FakeSegments(self)

    @cached_property
    def looking(self) -> FakeLooking:
        return FakeLooking(self)

    @cached_property
    def driving(self) -> FakeDriving:
        return FakeDriving(self)

    @cached_property
    def describing(self) -> FakeDescribing:
        return FakeDescribing(self)

    def forget_description(self, id: str) -> None:
        self.describing.delete(id)

    @cached_property
    def map(self) -> FakeMap:
        return FakeMap(self)

    @cached_property
    def lists(self) -> FakeLists:
        return FakeLists(self)

    @cached_property
    def board(self) -> FakeBoard:
        return FakeBoard(self)

    @cached_property
    def knowing(self) -> FakeKnowing:
        return FakeKnowing(self)

    @cached_property
    def exports(self) -> FakeExports:
        return FakeExports(self)

    def at(self, version: int, model: str | None, described: Any = None) -> FakeShop:
        self.was.append((version, model, described))
        return self

    def columns(self) -> pd.DataFrame:
        known = COLUMNS
        if self.ready == 0 or self.model_name is None:
            known = COLUMNS[COLUMNS["kind"] != "predicted"]
        return pd.concat([known, self.describing.columns()], ignore_index=True)

    def profiles_ready(self) -> float:
        return self.ready

    def _chosen(self, conditions: Sequence[Condition]) -> pd.DataFrame:
        keep = [all(holds(r, c) for c in conditions) for r in self.people.to_dict("records")]
        return self.people[keep]

    def segment(self, conditions: Sequence[Condition], show: Sequence[str], limit: int = 1000) -> SegmentView:
        self._note("segment")
        inside = self._chosen(conditions)
        others = self.people.drop(inside.index)
        rows = []
        for column in COLUMNS.itertuples():
            if column.type == "text" or inside.empty or others.empty:
                continue
            mine, theirs = float(inside[column.key].mean()), float(others[column.key].mean())
            effect = (mine - theirs) / (float(self.people[column.key].std()) or 1.0)
            sure = effect / 2 if abs(effect) > 0.1 else 0.0
            about, half = (column.key, column.label, column.kind, column.key), abs(effect) / 2
            rows.append((*about, mine, theirs, effect, effect - half, effect + half, sure))
        frame = pd.DataFrame(rows, columns=[
            "what", "label", "kind", "column", "first", "second", "effect", "low", "high", "sure",
        ])  # fmt: skip
        return SegmentView(len(inside), len(self.people), frame, inside[["user_id", *show]].head(limit))

    def find_shoppers(self, text: str, limit: int = 20) -> pd.DataFrame:
        found = self.people[self.people["user_id"].str.contains(text.strip(), case=False, regex=False)].head(limit)
        label = [f"{u} · {p} purchases" for u, p in zip(found["user_id"], found["purchases"], strict=True)]
        if text == "outdoor":
            return pd.DataFrame([("S00007", "S00007 · 3 times “outdoor”", 3)], columns=["user_id", "label", "times"])
        return pd.DataFrame({"user_id": found["user_id"].to_list(), "label": label, "times": 0})

    def find_items(self, text: str, limit: int = 20) -> pd.DataFrame:
        rows = [(f"I{n:03d}", t) for n, t in enumerate(TITLES) if text.lower() in t.lower()]
        return pd.DataFrame(rows[:limit], columns=["item_id", "title"])

    def _known(self, user_id: str) -> pd.Series:
        found = self.people[self.people["user_id"] == user_id]
        if found.empty:
            raise UnknownUser(f"No shopper has the id {user_id!r}. Search for another, or import their events.")
        return found.iloc[0]

    def shopper(self, user_id: str) -> ShopperView:
        self._note("shopper")
        row = self._known(user_id)
        facts = [
            Fact("events", "Events", "148", 148, "Coming back", False),
            Fact("purchases", "Purchases", str(row["purchases"]), help="Orders in the whole span"),
            Fact("spend", "Money spent", f"{row['spend']:,.2f}"),
            Fact("night", "Visits at night", "62 %", 0.62),
            Fact("last", "Last seen", "3 days ago", 3),
            Fact("top_category", "Favourite category", row["top_category"]),
            Fact("deal_share", "Bought on deal", "31 %", 31, "Buying", False),
        ]
        if user_id == ROBOT:
            facts.append(Fact("set_aside", "Set aside as", "robot: 284 looks on 27 May 2026 without staying anywhere"))
        rows = [
            (
                NOW - timedelta(hours=7 * n),
                kind,
                f"I{n % 12:03d}",
                None if kind == "search" else TITLES[n % 12],
                CATEGORIES[n % 8],
                None if kind == "search" else 19.9 + 7 * n,
                detail,
            )
            for n, (kind, detail) in enumerate(
                [
                    ("view", "for 42 seconds"),
                    ("cart", ""),
                    ("search", "ankle boots"),
                    ("click", "in slot home"),
                    ("purchase", "2 pieces"),
                    ("rating", "4 of 5"),
                    ("view", "3 times"),
                    ("return", ""),
                    ("impression", ""),
                    ("favourite", ""),
                    ("view", ""),
                    ("review", "Fits <b>well</b>"),
                ]
                * 3
            )
        ]
        done = pd.DataFrame(rows, columns=["ts", "event_type", "item_id", "title", "category", "price", "detail"])
        return ShopperView(user_id, NOW, facts, timeline(done[done["event_type"] != "impression"]))

    def tags(self, user_id: str) -> list[Tag]:
        self._note("tags")
        row = self._known(user_id)
        return [Tag(s, float(row[s.key]), 0.45, 0.71 - 0.05 * i, 0.22, Checked(0.3, 0.52, 0.4, 75) if i else None)
                for i, s in enumerate(SPECS)]  # fmt: skip

    def reasons(self, user_id: str, item_ids: Sequence[str]) -> list[str]:
        self._note("reasons")
        return [f"Mostly because they viewed {item} 3 times." for item in item_ids]

    def recommend(
        self, user_id: str, k: int = 10, query: str | None = None, slot: str | None = None, explain: bool = False,
        how: Arrangement = VARIED,
    ) -> list[Recommendation]:
        self._note("recommend")
        self._known(user_id)
        if self.model_name is None:
            raise ModelError("No model is here yet. Train one on the Model page.")
        found = [(n, t) for n, t in enumerate(TITLES) if not query or query.lower() in t.lower()]
        kinds = ["product"] * 6 + ["article", "product", "ad", "product", "product", "product"]
        return [
            Recommendation(
                f"I{n:03d}",
                t,
                CATEGORIES[n % 8],
                "Northway",
                None if kinds[n] != "product" else 19.9 + 11 * n,
                kinds[n],
                0.31 / (1 + 0.3 * i),
                ["popular", "category"][: 1 + n % 2],
                "Mostly because they viewed ankle boots three times this week." if explain else "",
            )
            for i, (n, t) in enumerate(found[:k])
        ]

    def listing(
        self, user_id: str, k: int = 10, query: str | None = None, slot: str | None = None, explain: bool = False,
        how: Arrangement = VARIED,
    ) -> Listing:
        self.asked.append((k, query, slot, explain, how))
        return arranged(self.recommend(user_id, len(TITLES), query, slot, explain), k, how)

    def places(self) -> dict[str, list[str]]:
        return {} if self.plain else {"home": ["product", "article"], "ad": ["ad"]}

    def vectors_ready(self) -> bool:
        return self.vectors

    def model_report(self, name: str | None = None) -> ModelReport:
        self._note("model_report")
        if self.model_name is None:
            raise ModelError("No model is here yet. Train one on the Model page.")
        figures = ["auc", "gauc", "mrr", "ndcg5", "ndcg10", "logloss", "ece", "n"]
        metrics = {
            "after": [0.781, 0.762, 0.41, 0.44, 0.51, 0.241, 0.011, 21_400],
            "before": [0.52, 0.51, 0.22, 0.24, 0.31, 0.29, 0.06, 21_400],
            "popularity": [0.64, 0.60, 0.30, 0.32, 0.39, 0.27, 0.03, 21_400],
            "lightgbm": [0.762, 0.741, 0.39, 0.42, 0.49, 0.246, 0.014, 21_400],
            "oracle": [0.82, 0.80, 0.45, 0.48, 0.55, 0.228, 0.004, 21_400],
        }
        tags = pd.DataFrame(
            [
                (s.key, s.label, s.family, 0.22, 0.61 - 0.05 * i, 0.58 - 0.05 * i, 0.7, 0.45, 900)
                for i, s in enumerate(SPECS)
            ],
            columns=["key", "label", "family", "base_rate", "ap", "ap_lightgbm", "precision", "threshold", "n"],
        )
        edges = [0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0]
        bins = [
            (a, b, (a + b) / 2.4, (a + b) / 2.4 * 1.06, 9_000 // (i + 1))
            for i, (a, b) in enumerate(zip(edges, edges[1:], strict=False))
        ]
        reliability = pd.DataFrame(bins, columns=["bin_low", "bin_high", "predicted", "observed", "n"])
        return ModelReport(
            name or self.model_name,
            "all-MiniLM-L6-v2",
            NOW,
            {k: dict(zip(figures, v, strict=True)) for k, v in metrics.items()},
            tags,
            reliability,
            "# Model card\n\nFine-tuned on the demo shop.",
            {"method": "lora", "epochs": 2.0 if name == "demo" else 3.0},
            data={"version": 3, "fingerprint": "8d2c51e07fa4b3c9", "splits": DAYS, "train_lists": 4_000},
            seconds=2_580.0,
        )

    def submit(self, kind: str, args: Mapping[str, Any]) -> Job:
        self.submitted.append((kind, dict(args)))
        job = Job(
            f"j{len(self.job_list) + 1}", kind, "running", 0.4, "1,200 of 3,000 shoppers", NOW, NOW, None, None, None
        )
        self.job_list.insert(0, job)
        return job

    def start_featuring(self, segment: str | None = None) -> Job:
        return self.submit("feature", {"segment": segment})

    def featuring_job(self, segment: str | None = None) -> Job | None:
        asked = [args["segment"] for kind, args in self.submitted if kind == "feature"]
        found = [job for job in self.job_list if job.kind == "feature"]
        return next((job for job, one in list(zip(found, asked, strict=False))[::-1] if one == segment), None)

    def jobs(self) -> list[Job]:
        return list(self.job_list)

    def job(self, id: str) -> Job:
        return next(j for j in self.job_list if j.id == id)

    def cancel(self, id: str) -> None:
        self.cancelled.append(id)
        self.job_list = [replace(j, status="cancelled") if j.id == id else j for j in self.job_list]


def _plain(info: ShopInfo, daily: pd.DataFrame) -> Overview:
    funnel = pd.DataFrame({"step": ["purchase"], "shoppers": [2_981], "of_first": [1.0], "of_previous": [1.0]})
    nothing = {
        "categories": ["category", "shoppers", "purchases", "revenue"],
        "searches": ["query", "searches", "shoppers"],
    }
    empty = {name: pd.DataFrame(columns=columns) for name, columns in nothing.items()}
    return Overview(info, daily, funnel, None, health=[], thin_shoppers=0, **empty)


#: What a shop can be like, as fields of FakeShop.
SITUATIONS: dict[str, dict[str, Any]] = {
    "whole": {},
    "empty": {"version": None, "model_name": None, "generated": False},
    "no_model": {"model_name": None},
    "no_profiles": {"ready": 0.0},
    "newer": {"newer": 4},
    "plain": {"plain": True, "generated": False},
}
