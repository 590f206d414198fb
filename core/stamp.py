"""What a file that leaves says of itself: what it is called, of which data and model it is, when it was written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from core.language import day, say
from core.records import ShopInfo

#: Characters that say in a file's name what it is, at most.
_LONGEST = 80


def file_name(what: str, version: int | None, model: str | None, ending: str) -> str:
    """Return what a file is called: what it is, of which version and model, and when it was written."""
    data, by = "" if version is None else f"-data-{version}", f"-{model}" if model else ""
    stem = re.sub(r"[^\w.-]+", "-", f"{what[:_LONGEST]}{data}{by}-{datetime.now(UTC):%Y-%m-%d}")
    return f"{stem.strip('-.')}.{ending}"


def data(version: int | None, info: ShopInfo) -> str:
    """Return in words which data it is of."""
    if version is None:
        return say("Nothing is imported yet")
    said = say("version {version}, {first} to {last}", version=version, first=_day(info.first_ts),
               last=_day(info.last_ts))  # fmt: skip
    return say("{data} (a demo shop: all data is generated)", data=said) if info.generated else said


def about(data: str, model: str | None) -> dict[str, str]:
    """Return in words of which data and model a file is, and when it was written."""
    now = datetime.now(UTC)
    return {
        say("Data"): data, say("Model"): model or say("none: nothing is predicted"),
        say("Written"): say("{day}, {time} UTC", day=day(now), time=f"{now:%H:%M}"), say("Made with"): "ShopperLens",
    }  # fmt: skip


def _day(when: date | None) -> str:
    return "–" if when is None else day(when)
