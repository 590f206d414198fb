"""Answers as plain values that JSON can hold: no NaN, no numpy, no dates that only Python knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """Return a value as dicts, lists, texts, numbers, booleans and None.

    Tables become lists of rows, records become dicts, what is missing or not a number becomes None.

    Examples
    --------
    >>> plain({"auc": float("nan"), "when": datetime(2026, 6, 1)})
    {'auc': None, 'when': '2026-06-01T00:00:00'}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime | date):
        return None if value != value else value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return plain(value.tolist()) if hasattr(value, "tolist") else _other(value)


def _other(value: Any) -> Any:
    # pandas.NA and NaT are equal to nothing, not even to themselves; NA does not even say so.
    return None if type(value).__name__ in ("NAType", "NaTType") else str(value)
