"""A shop whose banner showed two ads to four shoppers ten times: small enough to count by hand.

Ann and Bob clicked the ad for shoes (2 of 4 times) and not the one for tents (0 of 2); Cy and Dot the one for tents
(1 of 2) and not the one for shoes (0 of 2). A test account clicked too, and does not count. Ann bought shoes after her
click, Cy two lamps of the tents' brand after his; Bob a tent, which is not what his ad was for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.store.workspace import Workspace
from tests.core import little_shop

ADS = [*little_shop.ITEMS, ("D2", "Tents for less", "Outdoor", "Tamsin", None, "ad")]
GROUPS = pd.DataFrame({"user_id": ["ann", "bob", "cy", "dot"], "group": [0, 0, 1, 1]})
NAMES = ["Shoes", "Tents"]


def shown(user: str, item: str, moment: str, name: str | None, chance: float | None = 0.5) -> tuple[Any, ...]:
    more = {"slot": "banner", "position": 1, "impression_id": name, "value": chance}
    return (user, item, "impression", moment, {key: value for key, value in more.items() if value is not None})


def clicked(user: str, item: str, moment: str, name: str | None) -> tuple[Any, ...]:
    more = {"slot": "banner", "impression_id": name}
    return (user, item, "click", moment, {key: value for key, value in more.items() if value is not None})


EVENTS = [
    shown("ann", "D1", "2026-06-01 10:00", "b1"),
    shown("ann", "D2", "2026-06-01 10:00", "b1"),  # in the same list
    clicked("ann", "D1", "2026-06-01 10:01", "b1"),
    ("ann", "P1", "purchase", "2026-06-02 09:00", {"price": 100.0, "quantity": 1}),
    shown("ann", "D1", "2026-06-02 10:00", "b2"),
    shown("bob", "D1", "2026-06-01 11:00", "b3"),
    clicked("bob", "D1", "2026-06-01 11:01", "b3"),
    ("bob", "D1", "view", "2026-06-01 11:01", {"dwell_seconds": 12.0}),
    ("bob", "P4", "purchase", "2026-06-01 12:00", {"price": 200.0}),
    shown("bob", "D1", "2026-06-02 11:00", "b4"),
    shown("bob", "D2", "2026-06-02 11:05", "b6"),
    shown("cy", "D1", "2026-06-01 08:00", "b7"),
    shown("cy", "D2", "2026-06-01 09:00", None),  # lists without a name: the click is told by its time
    clicked("cy", "D2", "2026-06-01 09:02", None),
    ("cy", "P3", "purchase", "2026-06-03 09:00", {"price": 20.0, "quantity": 2}),
    shown("dot", "D1", "2026-06-02 08:00", "b8"),
    shown("dot", "D2", "2026-06-03 08:00", "b10"),
    shown("test", "D1", "2026-06-01 10:00", "t1"),
    clicked("test", "D1", "2026-06-01 10:01", "t1"),
]


def ad_shop(folder: Path, events: list[Any] | None = None) -> Workspace:
    """Make the workspace."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(little_shop, "ITEMS", ADS)
        return little_shop.little_shop(folder, EVENTS if events is None else events)
