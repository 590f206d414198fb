"""What is saved in the made-up shop, as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.conditions import Link, SavedSegment, Standing

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop


@dataclass
class FakeBoard:
    """What Shop.board answers; its fields bend the standing of every segment."""

    shop: FakeShop
    since: int | None = 2
    joined: int = 35
    left: int = 12
    why: str = ""
    gone: str = ""

    def segments(self) -> list[Standing]:
        live = [one for one in self.shop.segments.all() if not one.archived]
        if self.why:
            return [Standing(one, None, why=self.why) for one in live]
        return [self._one(one) for one in live]

    def _one(self, one: Any) -> Standing:
        many = self.shop.segments.count(one.tree)[0]
        return Standing(one, many) if one.frozen else Standing(one, many, self.since, self.joined, self.left)

    def moved(self, one: SavedSegment) -> Any:
        from core.saved import Movement

        return None if one.frozen or self.since is None else (self.since, Movement(("S00004",), ("S00005",), 12))

    def links(self) -> list[Link]:
        return [Link(key, view, self.gone) for key, view in self.shop.segments.links.items()]
