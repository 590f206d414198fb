"""What drives predictions in segments of the made-up shop: summed for real, of shoppers that are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from core.conditions import Node
from core.drivers import About, Drivers, Read, drivers
from core.records import Job

AT = datetime(2026, 6, 2, 18, 30)
TEXTS = ("ankle boots", "today", "premium", "wool", "3 times", "last week", "norvale", "leather")
KINDS = ("purchase", "view", "search", "summary", "favourite", "item", "cart", "return")
FIELDS = ("category", "when", "price", "title", "count", "when", "brand", "taste")


def read_of(about: About, outputs: dict[str, str], texts: Sequence[str] = TEXTS, people: int = 24) -> Read:
    """Return a reading in which the first texts push more in the segment, the last ones less."""
    rows: list[tuple[Any, ...]] = []
    for number in range(2 * people):
        here = number < people
        rows.append((number, here, "base", "", "", *([-2.0] * len(outputs))))
        for n, text in enumerate(texts):
            push = (0.4 - 0.8 * n / len(texts)) * (1.0 if here else 0.2) + 0.05 * ((number * 7 + n * 3) % 5 - 2)
            pushes = (push + 0.01 * k for k in range(len(outputs)))
            rows.append((number, here, KINDS[n % 8], FIELDS[n % 8], text, *pushes))
    columns = ["shopper", "here", "kind", "field", "text", *(f"v{k}" for k in range(len(outputs)))]
    return Read(about, pd.DataFrame(rows, columns=columns), outputs, 312, 2_669, 0.0, 61.0, AT)


class FakeDriving:
    """Answers like core.driving.Driving; ``done`` says what was read already."""

    def __init__(self, shop: Any, texts: Sequence[str] = TEXTS) -> None:
        self.shop, self.texts, self.label = shop, texts, ""
        self.done: list[About] = []
        self.started: list[tuple[Node, About, int]] = []

    def _read(self, about: About) -> Read:
        """Read texts: of many, a dozen for each question."""
        from tests.pages.fake_why import SPECS, TITLES

        outputs = {spec.key: self.label or spec.label for spec in SPECS} if about.what == "tags" else {
            "I000": self.label or TITLES[0]}
        first = 12 * self.done.index(about) if len(self.texts) > 12 else 0
        return read_of(about, outputs, self.texts[first : first + 12])

    def kept(self, tree: Node, about: About) -> Read | None:
        return self._read(about) if about in self.done else None

    def answers(self, tree: Node) -> list[Read]:
        return [self._read(about) for about in self.done]

    def job(self, tree: Node, about: About) -> Job | None:
        return next((job for job in reversed(self.shop.job_list) if job.kind == "drivers"), None)

    def start(self, tree: Node, about: About, sample: int) -> Job:
        self.started.append((tree, about, sample))
        job = Job("d1", "drivers", "running", 0.25, "12 of 48 shoppers read", AT, AT, None, None, None)
        self.shop.job_list.append(job)
        return job

    def drivers(self, read: Read, tag: str | None = None) -> Drivers:
        if tag is not None:
            return drivers(read, [tag], read.outputs[tag])
        return drivers(read, list(read.outputs), next(iter(read.outputs.values())))
