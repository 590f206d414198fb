"""A shop whose log holds purchases alone: each buys one of four things again and again, and at times what all buy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from core.config import TrainSettings
from core.store.workspace import Workspace
from tests.core.little_shop import little_shop

SHOPPERS = 24


def events(days: int) -> list[tuple[str, str | None, str, str, dict[str, Any]]]:
    """Eight purchases a day, each a basket of its own."""
    times = pd.date_range("2026-05-01", periods=8 * days, freq="3h")
    return [(f"u{n % SHOPPERS}", "P1" if n % 5 == 0 else f"P{1 + n % 4}", "purchase", str(when), {})
            for n, when in enumerate(times)]


def shop(folder: Path, days: int = 60) -> Workspace:
    """Return the shop with so many days."""
    return little_shop(folder / "shop", events(days))


def settings(base: Path) -> TrainSettings:
    """Return what trains a tiny BERT on it for a few steps."""
    return TrainSettings(base=str(base), max_examples=60, max_steps=4, val_examples=100, test_examples=100,
                         batch_size=8, eval_steps=4, report_to="none")
