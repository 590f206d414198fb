"""Segments of the made-up shop: facts and tags are asked for real, what shoppers did of everybody who ever bought.

Core modules that open a state are imported where they are used, as pages must open without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd

from core import trees
from core.conditions import Did, Group, InSegment, Listed, Marked, Node, SavedSegment, SegmentChange, SharedView
from core.effects import Differences, Reach
from core.errors import InputError
from core.records import Condition

AT = datetime(2026, 6, 2, 18, 30)
DIFFERS = ["what", "label", "kind", "column", "first", "second", "effect", "low", "high", "sure"]


class FakeSegments:
    """Answers like core.segmenting.Segments."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.kept: dict[str, SavedSegment] = {}
        self.links: dict[str, SharedView] = {}
        self.gone = False  # whether what links show is gone
        self.changes: dict[str, list[SegmentChange]] = {}

    def _in(self, row: dict[str, Any], node: Node) -> bool:
        from tests.pages.fake_shop import holds

        if isinstance(node, Group):
            parts = [self._in(row, part) for part in node.parts]
            return {"all": all(parts), "any": any(parts), "none": not any(parts)}[node.how]
        if isinstance(node, Condition):
            return holds(row, node)
        if isinstance(node, Listed):
            return row["user_id"] in node.key.split("+")
        if isinstance(node, InSegment):
            return self._in(row, node.of or self.get(node.id).tree)
        if isinstance(node, Did) and isinstance(node.value, tuple):
            return bool(node.value[0] <= row["purchases"] <= node.value[1])
        return bool(row["purchases"] >= node.value) if isinstance(node, Did) else bool(row["purchases"] > 0)

    def _who(self, tree: Node) -> pd.DataFrame:
        self.shop._note("segment")
        people = self.shop.people
        return people[[self._in(row, tree) for row in people.to_dict("records")]]

    def count(self, tree: Node) -> tuple[int, int]:
        return len(self._who(tree)), len(self.shop.people)

    def table(self, tree: Node, show: Sequence[str], limit: int | None = 1000) -> pd.DataFrame:
        return self._who(tree)[["user_id", *show]].head(limit or len(self.shop.people))

    def members(self, tree: Node) -> pd.DataFrame:
        return self._who(tree)[["user_id"]]

    def contrast(self, first: Node, second: Node | None = None) -> Differences:
        inside, rows = self._who(first), []
        others = self.shop.people.drop(inside.index) if second is None else self._who(second)
        for column in self.shop.columns().itertuples():
            if column.type == "text" or inside.empty or others.empty:
                continue
            mine, theirs = float(inside[column.key].mean()), float(others[column.key].mean())
            effect = (mine - theirs) / (float(self.shop.people[column.key].std()) or 1.0)
            about, half = (column.key, column.label, column.kind, column.key), abs(effect) / 2
            sure = effect / 2 if abs(effect) > 0.1 else 0.0
            rows.append((*about, mine, theirs, effect, effect - half, effect + half, sure))
        both = 0 if second is None else len(set(inside["user_id"]) & set(others["user_id"]))
        return Differences(len(inside), len(others), both, pd.DataFrame(rows, columns=DIFFERS))

    def reach(self, key: str, low: float, high: float = 1.0) -> Reach:
        chances = self.shop.people[key]
        given = chances[chances.between(low, high)]
        about = len(given), len(chances), float(given.mean()) if len(given) else None
        if high >= 1:
            return Reach(*about, 0.45, 0.58, 746, 0.6)
        return Reach(*about, 0.45, 0.09, 746, 0.08) if low == 0 else Reach(*about, None, None, 0, None)

    def offers(self) -> Any:
        from core.records import Offers

        return Offers(("view", "purchase", "search"), ("Shoes", "Coats"), ("Norvale",), numbers=("stock", "margin"))

    def values(self, key: str) -> list[str]:
        return sorted(self.shop.people[key].unique())

    def key(self, tree: Node) -> str:
        return trees.write(tree)

    def written(self, tree: Node) -> str:
        return trees.write(tree)

    def read(self, text: str) -> Node:
        return trees.read(text)

    def all(self) -> list[SavedSegment]:
        return sorted(self.kept.values(), key=lambda one: (one.archived, one.name))

    def get(self, id: str) -> SavedSegment:
        if id not in self.kept:
            raise InputError("This segment is not kept any more.")
        return self.kept[id]

    def save(self, tree: Node, name: str, description: str = "", owner: str = "", frozen: bool = False) -> SavedSegment:
        if not name.strip():
            raise InputError("A segment needs a name.")
        id = f"g{len(self.kept) + 1}"
        members = "m1" if frozen else ""
        self.kept[id] = SavedSegment(id, name, description, owner, tree, members, 3, False, AT, AT)
        self._note(id, owner, "Saved")
        return self.kept[id]

    def change(self, id: str, who: str, **parts: Any) -> SavedSegment:
        frozen = parts.pop("frozen", self.kept[id].frozen)
        self.kept[id] = replace(self.kept[id], members="m1" if frozen else "", **parts)
        self._note(id, who, "Changed")
        return self.kept[id]

    def duplicate(self, id: str, who: str) -> SavedSegment:
        one = self.kept[id]
        return self.save(one.tree, f"{one.name} (copy)", one.description, who, one.frozen)

    def delete(self, id: str) -> None:
        del self.kept[id]

    def _note(self, id: str, who: str, what: str) -> None:
        tree = self.kept[id].tree
        change = SegmentChange(AT, who, what, tree, 3, "m1", len(self._who(tree)))
        self.changes.setdefault(id, []).insert(0, change)

    def history(self, id: str) -> list[SegmentChange]:
        return self.changes[id]

    def since(self, id: str, then: SegmentChange) -> Any:
        from core.saved import Movement

        return Movement(("S00001", "S00002"), ("S00003",), 12)

    def meaning(self, segment: SavedSegment) -> Node:
        return segment.tree

    def owner(self) -> str:
        return ""

    def keep_list(self, name: str, content: bytes) -> tuple[Listed, int]:
        ids = content.decode().split()
        known = len(set(ids) & set(self.shop.people["user_id"]))
        if not known:
            raise InputError("No column of this file holds ids of this shop's shoppers.")
        return Listed(name, "+".join(ids)), known

    def share(self, tree: Node, against: Node | None, against_name: str, show: Sequence[str], who: str,
              look: Any = None) -> str:
        key = f"v{len(self.links) + 1}"
        described = tuple(Marked(tag, tuple(self.shop.describing.marks(tag.id))) for tag in self.shop.describing.tags())
        self.links[key] = SharedView(tree, against, against_name, tuple(show), 3, self.shop.model_name, "", AT, who,
                                     tuple((look or {}).items()), described)  # fmt: skip
        return key

    def shared(self, key: str) -> SharedView:
        if key not in self.links:
            raise InputError("Nothing is kept under this link.")
        return self.links[key]

    def check(self, view: SharedView) -> None:
        if self.gone:
            raise InputError("This link shows version 3 of the data, which is no longer kept.")
