"""Splits by time: learn from the past, calibrate on what came next, be judged on the last days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from core.errors import TooLittleData
from core.language import say

#: First share of the log that is only history: nobody can be known in it yet.
WARM_UP = 0.1
#: Moments at which shoppers are asked for tags in one part of the log.
TAG_MOMENTS = 6
#: Days that a log must span for a model to be trained and judged.
LEAST_DAYS = 8
#: Lists or baskets below which nothing can be learned or judged.
LEAST_LISTS = 30


@dataclass(frozen=True)
class Splits:
    """Moments that part a log: train [start, train_end), validation up to val_end, test up to end."""

    start: datetime
    train_end: datetime
    val_end: datetime
    end: datetime
    horizon: int  # days after a moment in which tags come true

    @property
    def learns_from(self) -> datetime:
        """The midnight from which on is learned; what comes before is history alone."""
        return _midnight(self.start + (self.train_end - self.start) * WARM_UP)

    def plain(self) -> dict[str, Any]:
        """Return the same as JSON takes it."""
        return {name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in asdict(self).items()}

    @classmethod
    def from_plain(cls, raw: Mapping[str, Any]) -> Splits:
        """Undo ``plain``."""
        times = {name: datetime.fromisoformat(value) for name, value in raw.items() if name != "horizon"}
        return cls(**times, horizon=int(raw["horizon"]))


def split(first: datetime, last: datetime) -> Splits:
    """Split a log by time, each part long enough for tags to come true in it.

    Raises
    ------
    TooLittleData
        When the log spans too few days.

    Examples
    --------
    >>> parts = split(datetime(2026, 5, 2, 6), datetime(2026, 6, 30, 23))
    >>> str(parts.train_end.date()), str(parts.val_end.date()), parts.horizon
    ('2026-06-15', '2026-06-22', 7)
    """
    start, end = _midnight(first), _midnight(last) + timedelta(days=1)
    days = (end - start).days
    if days < LEAST_DAYS:
        raise TooLittleData(say("The logs span {days} days; a model needs at least {least_days}. Import a longer "
                                "span.", days=days, least_days=LEAST_DAYS))
    horizon = 30 if days >= 300 else 14 if days >= 120 else min(7, max(1, days // 8))
    test = max(horizon + min(2, horizon), round(0.15 * days))
    validation = max(horizon, round(0.1 * days))
    val_end = end - timedelta(days=test)
    return Splits(start, val_end - timedelta(days=validation), val_end, end, horizon)


def moments(start: datetime, stop: datetime, horizon: int, most: int) -> list[datetime]:
    """Return up to ``most`` midnights, evenly spread, whose windows of ``horizon`` days end by ``stop``."""
    last = stop - timedelta(days=horizon)
    days = (last - start).days
    if days < 0:
        return []
    count = min(most, days + 1)
    steps = [round(i * days / max(1, count - 1)) for i in range(count)] if count > 1 else [days]
    return [start + timedelta(days=step) for step in steps]


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
