"""A shop of two kinds of shoppers, and a model that sees them as two clouds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.store.workspace import Workspace
from tests.core.little_shop import little_shop

EACH = 40
RUNNERS = [f"run{n:02d}" for n in range(EACH)]
CAMPERS = [f"tent{n:02d}" for n in range(EACH)]


def crowd(folder: Path) -> Workspace:
    """Make a shop in which runners buy trail shoes every day, and campers look at a lamp once."""
    events: list[Any] = []
    for n, user in enumerate(RUNNERS):
        for day in range(1, 4 + n % 3):
            events.append((user, "P1", "view", f"2026-06-0{day} 10:00", {}))
            events.append((user, "P1", "purchase", f"2026-06-0{day} 10:05", {"price": 90.0 + n}))
    for n, user in enumerate(CAMPERS):
        events.append((user, "P3", "view", f"2026-06-02 20:{n:02d}", {}))
    return little_shop(folder, events)


class Clouds:
    """Reads like core.score.Scorer: runners are one cloud, everybody else another; notes whom it read."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self.asked: list[list[str]] = []

    def states(self, asks: pd.DataFrame, progress: Any = None) -> Any:
        self.asked.append(list(asks["user_id"]))
        progress(1.0, "read")
        return np.stack([self._state(user) for user in asks["user_id"]])

    def _state(self, user: str) -> Any:
        draw = np.random.default_rng([self.seed, *user.encode()])
        middle = 3.0 if user.startswith("run") else -3.0
        return draw.normal(middle, 0.3, 12).astype(np.float32)
