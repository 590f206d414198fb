"""Chances of a click for some shoppers on some items, kept so that nothing is scored twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.effects import Z95
from core.language import say
from core.offpolicy import Estimate
from core.records import Progress, no_progress
from core.tables import whole

Floats = NDArray[np.float64]
#: Shoppers that are scored before what is known is kept.
CHUNK = 64


class Ranker(Protocol):
    """What is needed of ``core.score.Scorer``."""

    model: Any

    def clicks(self, asks: pd.DataFrame, pairs: pd.DataFrame, progress: Progress = no_progress) -> Floats:
        """Chance of a click for each pair."""


def sample(ids: Sequence[str], most: int) -> list[str]:
    """Return at most so many of these ids, spread evenly: the same ones each time, whatever their order."""
    kept = np.array(sorted(set(ids)), dtype=object)
    order = np.argsort(pd.util.hash_array(kept), kind="stable")[:most]
    return [str(one) for one in kept[order]]


def chances(
    scorer: Ranker, users: Sequence[str], items: Sequence[str], as_of: datetime, slot: str | None = None,
    folder: Path | None = None, progress: Progress = no_progress,
) -> Floats:
    """Return each shopper's calibrated chance of clicking each item: ``[users, items]``.

    Parameters
    ----------
    slot
        Place where the items would be shown.
    folder
        Where chances are kept; what is there is not scored again. A cancelled run keeps what it had.
    """
    file = None if folder is None else folder / _name(str(scorer.model.info.created), slot)
    known = _read(file)
    rows, columns = known.index.union(pd.Index(users)), known.columns.union(pd.Index(items))
    known = known.reindex(index=rows, columns=columns)
    lacking = known.loc[list(users), list(items)].isna()
    open_ = [user for user, lacks in zip(users, lacking.any(axis=1).tolist(), strict=True) if lacks]
    for start in range(0, len(open_), CHUNK):
        progress(start / len(open_), say("{done:,} of {all:,} shoppers", done=start, all=len(open_)))
        some = open_[start : start + CHUNK]
        _score(scorer, known, some, lacking, as_of, slot)
        _keep(file, known)
    progress(1.0, say("{all:,} shoppers", all=len(users)))
    return known.loc[list(users), list(items)].to_numpy(dtype=np.float64)


def average(values: Floats, everyone: int) -> Estimate:
    """Return the mean of a sample with its 95 % interval, for a population of so many: all of them leave no doubt."""
    n, value = len(values), float(values.mean()) if len(values) else float("nan")
    if n < 2:
        return Estimate(value, float("nan"), float("nan"))
    left_out = max(0.0, 1 - n / max(n, everyone))
    half = Z95 * float(values.std(ddof=1)) * float(np.sqrt(left_out / n))
    return Estimate(value, value - half, value + half)


def _score(
    scorer: Ranker, known: pd.DataFrame, users: Sequence[str], lacking: pd.DataFrame, as_of: datetime, slot: str | None
) -> None:
    asks = pd.DataFrame({"ask_id": range(len(users)), "user_id": users, "as_of": pd.Timestamp(as_of)})
    wanted = lacking.loc[list(users)].to_numpy()
    ask, item = np.nonzero(wanted)
    pairs = pd.DataFrame({"ask_id": ask, "item_id": lacking.columns.to_numpy()[item]})
    if slot is not None:
        pairs = pairs.assign(slot=slot, position=None)
    found = scorer.clicks(asks, pairs)
    rows = known.index.get_indexer(pd.Index(users))[ask]
    places = known.columns.get_indexer(lacking.columns)[item]
    values = known.to_numpy(copy=True)
    values[rows, places] = found
    known.iloc[:, :] = values


def _name(created: str, slot: str | None) -> str:
    """Name a file by the model, as another may come under its name, and by the place."""
    digest = hashlib.md5(f"{created}|{slot or ''}".encode(), usedforsecurity=False).hexdigest()
    return f"chances-{digest[:16]}.parquet"


def _read(file: Path | None) -> pd.DataFrame:
    if file is not None:
        try:
            return pd.read_parquet(file)
        except (OSError, ValueError):  # ArrowInvalid is a ValueError: a file that is none is made again
            pass
    return pd.DataFrame(index=pd.Index([], dtype=str), columns=pd.Index([], dtype=str), dtype=np.float64)


def _keep(file: Path | None, known: pd.DataFrame) -> None:
    if file is not None:
        with whole(file) as part:
            known.to_parquet(part)
