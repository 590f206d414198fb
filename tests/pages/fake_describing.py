"""Described tags of the made-up shop: who bought much fits every description, until marks say otherwise.

Core modules that open a state are imported where they are used, as pages must open without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.describing import few
from core.describing.records import Answer, Brought, Fit, Push, Step
from core.errors import InputError
from core.records import Described, Job, Mark
from tests.pages.fake_why import NOW

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop


@dataclass
class FakeDescribing:
    """What Shop.describing answers; ``read`` bends it."""

    shop: FakeShop
    read: bool = True
    kept_tags: dict[str, Described] = field(default_factory=dict)
    steps: dict[str, list[dict[str, bool]]] = field(default_factory=dict)

    def ready(self) -> bool:
        return self.read

    def start(self) -> Job:
        return self.shop.submit("described", {"version": self.shop.version, "model": self.shop.model_name})

    def tags(self) -> list[Described]:
        return list(self.kept_tags.values())

    def get(self, id: str) -> Described:
        return self.kept_tags[id]

    def keep(self, sentence: str, owner: str = "") -> Described:
        if len(sentence) < 3:
            raise InputError("Describe the shoppers in some words.")
        tag = Described(sentence.lower().replace(" ", "-"), sentence, owner, None, NOW)
        self.shop.people[tag.key] = self._chances()
        return self.kept_tags.setdefault(tag.id, tag)

    def give_from(self, id: str, threshold: float | None) -> Described:
        self.kept_tags[id] = replace(self.kept_tags[id], threshold=threshold)
        return self.kept_tags[id]

    def delete(self, id: str) -> None:
        del self.kept_tags[id]

    def _chances(self) -> Any:
        return (0.1 + 0.08 * self.shop.people["purchases"]).to_numpy(float)

    def answer(self, said: str, threshold: float | None = None) -> Answer:
        tag, marks = self.kept_tags.get(said), self.marks(said)
        table = pd.DataFrame({"user_id": self.shop.people["user_id"], "chance": self._chances()})
        at = threshold or (tag.threshold if tag else None) or 0.5
        unseen = table.set_index("user_id")["chance"].reindex([mark.user_id for mark in marks]).to_numpy(float)
        fits = np.array([mark.fits for mark in marks], dtype=bool)
        others = table.loc[~table["user_id"].isin([mark.user_id for mark in marks]), "chance"].to_numpy()
        expected = few.expected(at, table["chance"].to_numpy(), others, unseen, fits)
        table = table.sort_values(["chance", "user_id"], ascending=[False, True], ignore_index=True)
        return Answer(tag.sentence if tag else said, tag, marks, table, expected, 0.5, 2, unseen, fits, others)

    def expect(self, key: str, low: float, high: float = 1.0) -> few.Expected:
        return self.answer(key.partition(":")[2]).expect(low, high)

    def likeliest(self, answer: Answer, most: int, least: bool = False) -> list[Fit]:
        rows = answer.chances.iloc[::-1] if least else answer.chances
        return self.of(answer, rows["user_id"].head(most).tolist())

    def of(self, answer: Answer, users: Sequence[str]) -> list[Fit]:
        place = {user: row for row, user in enumerate(answer.chances["user_id"])}
        said = {mark.user_id: mark.fits for mark in answer.marks}
        found = []
        for user in users:
            chance = float(answer.chances["chance"].iloc[place[user]])
            pushes = (Push("item", "I001", "Boots <b>in</b> red", "purchase", NOW, 0.4),
                      Push("said", "lamp", "lamp", "search", NOW, -0.1))  # fmt: skip
            found.append(Fit(user, chance, place[user] + 1, chance >= answer.threshold, pushes, said.get(user)))
        return found

    def to_mark(self, answer: Answer, each: int = 3, seed: int = 0) -> list[Fit]:
        seen = {mark.user_id for mark in answer.marks}
        free = [user for user in answer.chances["user_id"] if user not in seen][seed : seed + 3]
        whys = ("likely", "doubtful", "random")
        return [replace(fit, why=why) for fit, why in zip(self.of(answer, free), whys, strict=True)]

    def course(self, said: str, most: int = 8) -> list[Step]:
        answer = self.answer(said)
        return [Step(n, answer.expected) for n in range(1, len(answer.marks) + 1)]

    def mark(self, id: str, fits: Mapping[str, bool], who: str = "") -> None:
        self.steps.setdefault(id, []).append(dict(fits))

    def undo(self, id: str) -> list[str]:
        return list(self.steps[id].pop())

    def marks(self, id: str) -> list[Mark]:
        found: dict[str, bool] = {}
        for step in self.steps.get(id, []):
            found |= step
        return [Mark(user, fits, NOW, "Shop desk") for user, fits in found.items()]

    def bring(self, id: str, content: bytes, who: str = "") -> Brought:
        from core.describing import marking

        said, unread = marking.read(content)
        self.mark(id, said)
        return Brought(len(said), (), unread)

    def taken_along(self, id: str) -> bytes:
        return "".join(f"{mark.user_id},{mark.fits}\n" for mark in self.marks(id)).encode()

    def kept(self) -> Any:
        return "there" if self.kept_tags and self.read else None

    def stamp(self) -> str:
        return repr([*self.kept_tags, self.steps])

    def columns(self) -> pd.DataFrame:
        rows = [(tag.key, tag.sentence, "predicted", "probability", "", "Described", "Described", True)
                for tag in self.tags()]  # fmt: skip
        return pd.DataFrame(rows, columns=["key", "label", "kind", "type", "unit", "help", "group", "telling"])
