"""Counts and shares as the findings say them."""

from core.language import say, say_many


def several(count: int, one: str, many: str) -> str:
    """``1, "line was", "lines were"`` → ``"1 line was"``."""
    return say("{count} {noun}", count=f"{count:,}", noun=say_many(count, one, many))


def days(count: int) -> str:
    """``1`` → ``"1 day"``."""
    return several(count, "day", "days")


def share(part: float) -> str:
    """``0.0834`` → ``"8.3 %"``."""
    if part < 0.001:
        return say("under 0.1 %")
    return say("{share} %", share=f"{100 * part:.0f}" if part >= 0.1 else f"{100 * part:.1f}")
