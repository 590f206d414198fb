"""How the times of a file are to be understood."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """How times are written, where a file does not say so itself.

    Parameters
    ----------
    order
        ``ymd``, ``dmy`` or ``mdy``; None decides over the whole column.
    zone
        The store's time zone, for times that are given without one.
    """

    order: str | None = None
    zone: str = "UTC"
