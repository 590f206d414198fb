"""Counts and shares as the findings say them."""


def said(count: int, one: str, many: str) -> str:
    """``1, "line was", "lines were"`` → ``"1 line was"``."""
    return f"{count:,} {one if count == 1 else many}"


def days(count: int) -> str:
    """``1`` → ``"1 day"``."""
    return said(count, "day", "days")


def share(part: float) -> str:
    """``0.0834`` → ``"8.3 %"``."""
    return f"{100 * part:.0f} %" if part >= 0.1 else f"{100 * part:.1f} %" if part >= 0.001 else "under 0.1 %"
