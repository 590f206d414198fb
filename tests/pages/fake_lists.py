"""The questions about lists, as the made-up shop answers them: read by pandas, scored by a rule, kept in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import AmbiguousDates, InputError
from core.lists import figures
from core.lists.records import ListAsk, ListPlan, NotUnderstood, ScoredList
from core.records import FilePreview, Job
from tests.pages.fake_why import NOW, SPECS, TITLES

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop


@dataclass
class FakeLists:
    """What Shop.lists answers; ``rate`` and ``unclear`` bend it."""

    shop: FakeShop
    rate: float | None = None  # rows a second
    unclear: bool = False  # whether the dates of logs can be read in two ways
    kept: dict[str, ScoredList] = field(default_factory=dict)
    asks: list[ListAsk] = field(default_factory=list)

    def measured(self) -> int:
        return len(self.kept)

    def plan(self, file: Path, ask: ListAsk, measured: bool = False) -> ListPlan:
        self.shop._note("plan")
        frame = _read(file)
        found = {"user_id": "user_id", "item_id": "item_id", "label": "clicked"} | dict(ask.mapping)
        mapping = {name: column for name, column in found.items() if column in frame}
        kind = ask.kind or ("log" if "event_type" in frame else "pairs" if "item_id" in mapping else "shoppers")
        for name in ("user_id", *(["item_id"] if kind == "pairs" else [])):
            if name not in mapping:
                raise NotUnderstood(f"No column says {name}.", kind, mapping, tuple(frame.columns), frame.head(), name)
        if kind == "log":
            known = {"view", "cart", *(name.removeprefix("event_type:") for name in ask.mapping)}
            mapping |= {name: name for name in ("event_type", "ts") if name in frame}
            if not set(frame["event_type"]) & known:
                said = "No line of this log can be used: event_type: unknown event type."
                raise NotUnderstood(said, kind, mapping, tuple(frame.columns), frame.head())
        if measured and self.rate is None:
            self.rate = 0.5
        if kind == "log" and self.unclear and ask.dates is None:
            raise AmbiguousDates("The dates may be day-first or month-first.")
        items = len(ask.items) + (len(_read(Path(ask.items_file))) if ask.items_file else 0)
        kind, times = ("campaign", items) if items else (kind, 1)
        known = set(self.shop.people["user_id"])
        unknown = sum(user not in known for user in frame[mapping["user_id"]].dropna().unique())
        rows = frame[mapping["user_id"]].nunique() if kind == "log" else len(frame) * times
        bad = int(frame[mapping["user_id"]].isna().sum()) * times
        label = figures.labels(frame[mapping["label"]].dropna()) if "label" in mapping else []
        return ListPlan(
            kind, len(frame), frame[mapping["user_id"]].nunique(), items or frame.get("item_id", pd.Series()).nunique(),
            unknown, 0, mapping, [f"{unknown} shoppers are new."] if unknown else [], frame.head(20),
            columns=tuple(frame.columns), makes=rows, can=rows - bad, labelled=len(label), positives=int(sum(label)),
            faults={"no shopper is named": bad} if bad else {}, rate=self.rate,
            seconds=None if self.rate is None else (rows - bad) / self.rate,
        )

    def look(self, file: Path, deed: str | None = None) -> FilePreview:
        from core.store.look import look

        return look(file, "events", deed)

    def start(self, file: Path, name: str, ask: ListAsk) -> Job:
        seen = self.plan(file, ask)
        job = self.shop.submit("score", {"file": str(file)})
        self.asks.append(ask)
        self.kept[job.id] = ScoredList(
            job.id, name, NOW, seen.kind, 3, "demo", ask, "running", seen.makes, 0,
            "1,200 of 3,000 rows, 2 minutes left", None, {}, None,
        )
        return job

    def finish(self, id: str, file: Path) -> None:
        """Score a list at last."""
        one, frame = self.kept[id], _read(file)
        folder = self.shop.folder / "scored" / id
        folder.mkdir(parents=True)
        table = _tagged(frame) if one.kind == "log" else _scored(frame, one.ask)
        table.to_csv(folder / "result.csv", index=False)
        table.to_parquet(folder / "result.parquet", index=False)
        best = table.nlargest(1_000, "p_click") if "p_click" in table else table.head(1_000)
        best.to_parquet(folder / "best.parquet", index=False)
        report: dict[str, Any] = {"rows": len(table), "scored": len(table), "failed": 0, "faults": {}}
        if "p_click" in table:
            report |= {"clicks": table["p_click"].sum(), "mean": table["p_click"].mean()}
        if "clicked" in table:
            report["figures"] = figures.judged(figures.labels(table["clicked"]), table["p_click"].to_numpy())
        self.change(id, status="done", report=report, result=folder, reached=len(table))

    def change(self, id: str, **changes: Any) -> None:
        self.kept[id] = replace(self.kept[id], **changes)

    def all(self) -> list[ScoredList]:
        return list(reversed(self.kept.values()))

    def get(self, id: str) -> ScoredList:
        if id not in self.kept:
            raise InputError("This list is not there any more. It may have been deleted.")
        return self.kept[id]

    def resume(self, id: str) -> None:
        self.change(id, status="running", error=None)

    def cancel(self, id: str) -> None:
        self.change(id, status="cancelled", reached=1_200)

    def delete(self, id: str) -> None:
        del self.kept[id]


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str)


def _scored(frame: pd.DataFrame, ask: ListAsk) -> pd.DataFrame:
    if ask.items:
        frame = frame.merge(pd.DataFrame({"item_id": list(ask.items)}), how="cross")
    chance = [0.02 + n % 9 / 40 for n in range(len(frame))]
    why: Mapping[str, str] = {"reason": "Mostly because they viewed it twice."} if ask.reasons else {}
    return frame.assign(p_click=chance, **why, note="", fault="")


def _tagged(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for n, (user, events) in enumerate(frame.groupby("user_id")):
        chances = {spec.key: 0.1 + (n + i) % 9 / 10 for i, spec in enumerate(SPECS)}
        top = f"{TITLES[n % 12]} (I{n % 12:03d}, 12 %)"
        rows.append({"user_id": user, "events": len(events), "top_items": top, **chances, "note": "", "fault": ""})
    return pd.DataFrame(rows)
