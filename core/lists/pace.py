"""How fast lists are scored on this machine, and so how long the rest takes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import pandas as pd

from core.language import say
from core.lists.records import CAMPAIGN, PAIRS, ListAsk
from core.store.state import State
from core.store.uploads import CAN, USER
from core.store.watch import duration

#: Seconds that a part should take: what a kill may cost.
PART_SECONDS = 15.0
#: Rows of the first part, and the most and the least of any.
FIRST, LEAST, MOST = 64, 8, 50_000
#: What reading a shopper's history costs, in items that are scored behind it.
HISTORY = 5
#: Seconds of scoring after which a rate is worth keeping.
_WORTH = 2.0


@dataclass(frozen=True)
class Rate:
    """A rate that was measured on this machine: units (see ``units``) and rows a second."""

    units: float
    rows: float


def units(kind: str, rows: int, users: int) -> float:
    """What rows cost: an item each, and a history for each shopper; a shopper alone is one."""
    return rows + HISTORY * users if kind in (PAIRS, CAMPAIGN) else float(rows)


def key(model: str, device: str, kind: str, ask: ListAsk) -> str:
    """Name of the setting that holds the rate of such work."""
    alike = PAIRS if kind == CAMPAIGN else kind
    return f"score_rate:{model}:{device}:{alike}:{'reasons' if ask.reasons else ''}:{'tags' if ask.tags else ''}"


def known(state: State, name: str) -> Rate | None:
    """Return the rate that was measured last, if there was one."""
    kept = state.setting(name) if state.file.exists() else None
    return None if kept is None else Rate(**json.loads(kept))


def keep(state: State, name: str, rate: Rate) -> None:
    """Keep a rate for the next list."""
    state.decide(name, json.dumps({"units": rate.units, "rows": rate.rows}))


@dataclass
class Pace:
    """How fast the parts of one run are scored. The first also loads and warms up, so it does not count if others do.

    Parameters
    ----------
    kind
        Kind of the list.
    before
        The rate that is known from earlier lists.
    """

    kind: str
    before: Rate | None = None
    rows: int = 0
    seconds: float = 0.0
    cost: float = 0.0
    first: bool = True
    began: float = field(default_factory=lambda: time.monotonic())

    def size(self, step: int) -> int:
        """Rows that the next part should have: multiples of ``step``."""
        a_second = self.a_second()
        rows = FIRST if a_second is None or self.first else round(a_second * PART_SECONDS)
        rows = min(MOST, max(LEAST, rows))
        return max(1, round(rows / step)) * step

    def note(self, table: pd.DataFrame, seconds: float) -> None:
        """Note that a part was scored in so many seconds."""
        if self.first and self.rows:
            self.first, self.rows, self.seconds, self.cost = False, 0, 0.0, 0.0
        can = table[CAN].to_numpy(dtype=bool)
        self.rows += len(table)
        self.cost += units(self.kind, int(can.sum()), table.loc[can, USER].nunique())
        self.seconds += seconds

    def rate(self, worth: float = _WORTH) -> Rate | None:
        """Return the rate of this run, once so many seconds make it worth keeping."""
        if self.seconds < worth or not self.cost or not self.rows:
            return None
        return Rate(self.cost / self.seconds, self.rows / self.seconds)

    def a_second(self) -> float | None:
        """Rows a second in this run, or in earlier ones before it has any."""
        if self.rows and self.seconds > 0:
            return self.rows / self.seconds
        return self.before.rows if self.before else None

    def said(self, done: int, total: int) -> str:
        """How far it is, how fast, and how long the rest takes."""
        a_second = self.a_second()
        far = say("{done:,} of {total:,} rows", done=done, total=total)
        if a_second is None or done >= total:
            return far
        fast = say("{rows:,.0f} rows a second", rows=a_second)
        slow = say("{rows:,.1f} rows a minute", rows=60 * a_second)
        return say("{far}, {fast}, {time} left", far=far, fast=fast if a_second >= 1 else slow,
                   time=duration((total - done) / a_second))
