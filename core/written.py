"""What an import writes down in English, said again in the language that is spoken: reasons, and words of facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.language import Sayings, day, say, to_say

#: Why lines are turned away, where something is filled in.
_REASONS = (
    to_say("none of {kinds}"), to_say("{column} comes again further down; the last line counts"),
)  # fmt: skip
#: Why a shopper is set aside.
_ASIDE = (
    to_say("{looks} looks on {day} without staying anywhere"),
    to_say("a look every {pace} seconds, steady as a clock, on {day}"),
    to_say("{looks} looks in one hour of {day}"), to_say("busy in {hours} of the 24 hours of {day}"),
    to_say("its {column} reads like a test account's"),
)  # fmt: skip
#: Words of ours that facts have as values, by the fact; the values of others are the shop's own.
_VALUES: Mapping[str, Mapping[str, str]] = {
    "price_band": Sayings({"budget": "budget", "mid": "mid", "premium": "premium"}),
    "favourite_time": Sayings({
        "morning": "morning", "afternoon": "afternoon", "evening": "evening", "night": "night",
    }),
    "favourite_weekday": Sayings({
        "Monday": "Monday", "Tuesday": "Tuesday", "Wednesday": "Wednesday", "Thursday": "Thursday",
        "Friday": "Friday", "Saturday": "Saturday", "Sunday": "Sunday",
    }),
    "set_aside": Sayings({"robot": "robot", "test account": "test account"}),
}  # fmt: skip


def reason(written: str) -> str:
    """Return why lines were turned away: ``"ts: no time"``, the column as it is."""
    column, colon, why = written.partition(": ")
    return f"{column}: {_again(why, _REASONS)}" if colon else _again(written, _REASONS)


def aside(written: str) -> str:
    """Return why a shopper is set aside as a robot or a test account."""
    return say("; ").join(_again(one, _ASIDE) for one in written.split("; "))


def value(key: str, written: object) -> str:
    """Return the value of a fact by the fact's key; what is the shop's own stays as it is.

    Examples
    --------
    >>> value("price_band", "budget"), value("top_brand", "budget")
    ('budget', 'budget')
    """
    return _VALUES.get(key, {}).get(str(written), str(written))


def _again(written: str, messages: Sequence[str]) -> str:
    for message in messages:
        found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(message)), written)
        if found:
            told = found.groupdict()
            if "day" in told:
                told["day"] = day(datetime.strptime(told["day"], "%d %B %Y"))
            return say(message, **told)
    return say(written)
