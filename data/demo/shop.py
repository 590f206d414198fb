"""The shop while its days are played, and the visits of one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.demo.catalogue import Array, Catalogue
from data.demo.lists import Window
from data.demo.log import Log
from data.demo.memory import Memory
from data.demo.shoppers import Shoppers

SECONDS = 86_400


@dataclass
class Shop:
    """Everything that is there, and what has happened so far."""

    rng: np.random.Generator
    catalogue: Catalogue
    shoppers: Shoppers
    days: int
    memory: Memory = field(init=False)
    log: Log = field(default_factory=Log)
    sessions: int = 0
    shown_lists: int = 0
    left: Array = field(init=False)  # second at which each shopper's last visit ended

    def __post_init__(self) -> None:
        self.memory = Memory(self.shoppers.size, self.catalogue.size)
        self.left = np.zeros(self.shoppers.size)


@dataclass
class Visits:
    """All visits of one day, one for each shopper who came; ``clock`` moves on as they shop."""

    user: Array
    session: Array
    clock: Array
    trend: Array
    today: list[Window]
