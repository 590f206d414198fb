"""The result of a list: its parts joined in the order in which it was given, and what is told of it as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.language import say
from core.lists import figures
from core.lists.records import CAMPAIGN, PAIRS
from core.lists.works import Work, freed
from core.records import Progress
from core.sinks import sink
from core.store.uploads import CAN, LINE, Upload
from core.tables import whole

#: Rows that are joined at once, and rows of the result that are shown.
BLOCK, SHOWN = 50_000, 1_000
_ITEMS = 50  # of a campaign, that are told of
_FAULTS = 20


@dataclass
class Tally:
    """What is counted of a result while its blocks go by."""

    kind: str
    rows: int = 0
    scored: int = 0
    clicks: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    label: list[Any] = field(default_factory=list)
    chance: list[Any] = field(default_factory=list)
    best: pd.DataFrame | None = None
    items: list[pd.DataFrame] = field(default_factory=list)

    def note(self, block: pd.DataFrame, can: pd.Series[bool], label: str | None) -> None:
        """Count a block."""
        self.rows, self.scored = self.rows + len(block), self.scored + int(can.sum())
        faults = block.loc[block["fault"] != "", "fault"]
        self.faults.update(": ".join(fault.split(": ")[:2]) for fault in faults if self.kind != "log")
        if "p_click" not in block:
            self.best = block.head(SHOWN) if self.best is None else pd.concat([self.best, block]).head(SHOWN)
            return
        self.clicks += float(block["p_click"].sum())
        self.best = pd.concat([self.best, block]) if self.best is not None else block
        self.best = self.best.nlargest(SHOWN, "p_click")
        if self.kind == CAMPAIGN:
            self.items.append(block.assign(best=block["rank"] == 1).groupby("item_id", sort=False).agg(
                clicks=("p_click", "sum"), scored=("p_click", "count"), best=("best", "sum")))  # fmt: skip
        if label is not None:
            self.label.append(figures.labels(block[label]))
            self.chance.append(block["p_click"].to_numpy(dtype=float))

    def report(self) -> dict[str, Any]:
        """Return what is told of the whole: counts, and the figures of a list that has labels."""
        told: dict[str, Any] = {
            "kind": self.kind, "rows": self.rows, "scored": self.scored, "failed": self.rows - self.scored,
            "faults": dict(self.faults.most_common(_FAULTS)),
        }  # fmt: skip
        if self.kind in (PAIRS, CAMPAIGN):
            told |= {"clicks": self.clicks, "mean": self.clicks / self.scored if self.scored else None}
        if self.items:
            items = pd.concat(self.items).groupby(level=0, sort=False).sum().nlargest(_ITEMS, "clicks")
            told["items"] = items.reset_index().to_dict("records")
        if self.label:
            told["figures"] = figures.judged(np.concatenate(self.label), np.concatenate(self.chance))
        return told


def write(
    work: Work, upload: Upload, files: Sequence[Path], kind: str, mapping: Mapping[str, str], out: Sequence[Path],
    progress: Progress,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Join the parts of a result and write it, whole or not at all.

    Parameters
    ----------
    files
        The parts, as ``Parts.files`` has them.
    out
        Where to: ``.parquet`` as Parquet, ``.xlsx`` as Excel, everything else as CSV.

    Returns
    -------
    report, best
        What is told of the result, and its first rows, the likeliest first where rows have one chance.
    """
    upload.gather(files, ranked=kind in (PAIRS, CAMPAIGN))
    tally = Tally(kind)
    with ExitStack() as stack:
        sinks = [sink(file, stack.enter_context(whole(file))) for file in out]
        for one in sinks:
            stack.callback(one.close)
        for start in range(0, work.total, BLOCK):
            stop = min(work.total, start + BLOCK)
            progress(start / work.total,
                     say("Writing the result, {start:,} of {total:,} rows", start=start, total=work.total))
            block, can = _block(work, upload, start, stop)
            tally.note(block, can, _label(mapping, block))
            for one in sinks:
                one.add(block)
    return tally.report(), tally.best if tally.best is not None else pd.DataFrame()


def _block(work: Work, upload: Upload, start: int, stop: int) -> tuple[pd.DataFrame, pd.Series[bool]]:
    given, found = work.given(start, stop), upload.found(start, stop)
    can = found[CAN].astype(bool)
    found = found.drop(columns=[LINE, CAN])
    behind = [name for name in ("rank", "note", "fault") if name in found]
    ahead = [name for name in found if name not in behind]
    at = ahead.index("p_click") + 1 if "p_click" in ahead else 0
    order = [*ahead[:at], *(["rank"] if "rank" in behind else []), *ahead[at:], "note", "fault"]
    found = found[order].assign(note=found["note"].fillna(""), fault=found["fault"].fillna(""))
    given = freed(given, found.columns)
    return pd.concat([given.reset_index(drop=True), found.reset_index(drop=True)], axis=1), can


def _label(mapping: Mapping[str, str], block: pd.DataFrame) -> str | None:
    name = mapping.get("label")
    return next((one for one in (name, f"given_{name}") if name and one in block), None)
