"""What is known of one made-up shopper beside facts and tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.conditions import SavedSegment
from core.errors import InputError
from core.records import Alike, Course, Note
from tests.pages.fake_why import NOW, SPECS

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop


@dataclass
class FakeKnowing:
    """What Shop.knowing answers; ``unclear`` and ``events`` bend it."""

    shop: FakeShop
    unclear: bool = False
    events: tuple[int, ...] = (3, 60, 148)
    kept: list[Note] = field(default_factory=list)

    def course(self, user_id: str) -> Course:
        self.shop._note("course")
        moments = tuple(NOW - timedelta(days=days) for days in (30, 7, 0)[-len(self.events):])
        chances = pd.DataFrame({spec.key: [0.2 * n for n in range(len(moments))] for spec in SPECS})
        return Course(moments, self.events, tuple(SPECS), chances)

    def belongs(self, user_id: str) -> tuple[list[SavedSegment], list[SavedSegment]]:
        live = [one for one in self.shop.segments.all() if not one.archived]
        if self.unclear:
            return [], live
        return [one for one in live if user_id in set(self.shop.segments._who(one.tree)["user_id"])], []

    def alike(self, user_id: str, by: str = "facts", k: int = 6) -> list[Alike]:
        return self.alike_to([user_id], by, k)

    def alike_to(self, user_ids: Sequence[str], by: str = "facts", k: int = 6) -> list[Alike]:
        same = (("Favourite category", "Shoes <b>"),) if by == "facts" else ()
        others = [f"S{n:05d}" for n in range(1, k + 1 + len(user_ids))]
        return [Alike(user, 0.1 * n, same) for n, user in enumerate(others, 1) if user not in user_ids][:k]

    def notes(self, user_id: str) -> list[Note]:
        return [note for note in self.kept if note.user_id == user_id]

    def note(self, user_id: str, text: str, who: str = "") -> Note:
        if not text.strip():
            raise InputError("Write something into the note first.")
        self.kept.insert(0, Note(len(self.kept) + 1, user_id, NOW, who, text))
        return self.kept[0]

    def forget_note(self, id: int) -> None:
        self.kept = [note for note in self.kept if note.id != id]
