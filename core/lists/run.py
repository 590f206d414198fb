"""Scores a list part by part, and goes on where it was interrupted."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.language import say
from core.lists import result
from core.lists.pace import Pace, Rate
from core.lists.parts import Parts
from core.lists.records import LABEL, LOG, ListAsk
from core.lists.understood import Ready, label_column, ready
from core.lists.works import Work
from core.records import Progress
from core.store.kinds import failing

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

#: Share of the bar that writing the result takes.
_WRITING = 0.02
#: Rows that are scored to learn how fast this machine is.
MEASURED = 64


@dataclass(frozen=True)
class Rates:
    """Where rates of this machine are looked up and kept, by the kind of list."""

    known: Callable[[str], Rate | None]
    keep: Callable[[str, Rate], None]


@dataclass(frozen=True)
class Setting:
    """What a list is judged with: the shop, the model, the moment, and the zone of times that name none."""

    reader: Reader
    scorer: Callable[[], Any]
    as_of: datetime
    zone: str | None
    rates: Rates


def score(
    setting: Setting, file: Path, ask: ListAsk, parts: Parts, out: Sequence[Path], progress: Progress,
    known: Callable[[Ready, int], None] = lambda found, rows: None,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Score what is not in ``parts`` yet, then join them all; see ``result.write``.

    Parameters
    ----------
    known
        Told what the list is, and of how many rows its result will be.

    Raises
    ------
    InputError
        When the list cannot be understood.
    Cancelled
        When a person cancelled it; whole parts stay.
    """
    started = time.monotonic()
    with (
        ready(setting.reader, file, ask, setting.zone) as found,
        found.judged_by(setting.reader, setting.scorer(), setting.as_of) as judge,
    ):
        work = found.work(judge)
        known(found, work.total)
        before = parts.reached()
        _score(work, parts, Pace(found.kind, setting.rates.known(found.kind)), setting.rates, progress)
        report, best = _joined(found, work, parts, out, progress)
    spent = round(time.monotonic() - started, 2)
    return {**report, "seconds": spent, "kept_from_before": before}, best


def measure(setting: Setting, file: Path, ask: ListAsk) -> None:
    """Score the first rows of a list, twice, to learn how fast this machine is; nothing of it is kept but the rate."""
    with (
        ready(setting.reader, file, ask, setting.zone) as found,
        found.judged_by(setting.reader, setting.scorer(), setting.as_of) as judge,
    ):
        work, pace = found.work(judge), Pace(found.kind)
        rows = min(work.total, max(1, MEASURED // work.step) * work.step)
        for _ in range(2):  # what comes first also warms up
            began = time.monotonic()
            pace.note(work.part(0, rows), time.monotonic() - began)
        rate = pace.rate(worth=0.0)
        if rate is not None:
            setting.rates.keep(found.kind, rate)


def _score(work: Work, parts: Parts, pace: Pace, rates: Rates, progress: Progress) -> None:
    done = parts.reached()
    while done < work.total:
        stop = min(work.total, done + pace.size(work.step))

        def on(share: float, message: str, done: int = done, stop: int = stop) -> None:
            at = done + share * (stop - done)
            progress((1 - _WRITING) * at / work.total, pace.said(round(at), work.total))

        on(0.0, "")
        began = time.monotonic()
        table = work.part(done, stop, on)
        parts.write(done, stop, table)
        pace.note(table, time.monotonic() - began)
        done = stop
    rate = pace.rate()
    if rate is not None:
        rates.keep(pace.kind, rate)


def _joined(
    found: Ready, work: Work, parts: Parts, out: Sequence[Path], progress: Progress
) -> tuple[dict[str, Any], pd.DataFrame]:
    def on(share: float, message: str) -> None:
        progress(1 - _WRITING * (1 - share), message)

    label = label_column(found.upload, found.mapping)
    mapping = {**found.mapping, LABEL: label or ""}
    report, best = result.write(work, found.upload, parts.files(), found.kind, mapping, out, on)
    if found.kind == LOG:
        report["faults"] = dict(list(found.upload.faults().items())[:20])
    progress(1.0, say("{rows:,} rows", rows=report["rows"]))
    return report, best


def fingerprint(file: Path, ask: ListAsk) -> str:
    """Tell a list and what is asked of it from every other.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    digest = hashlib.sha256(repr(replace(ask, items_file=None)).encode())
    for one in (file, *([Path(ask.items_file)] if ask.items_file else [])):
        with failing(one), one.open("rb") as data:
            digest.update(hashlib.file_digest(data, "sha256").digest())
    return digest.hexdigest()
