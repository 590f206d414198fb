"""What people saved, as it stands: segments with their size and what changed since the data before, and links."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from core.conditions import Link, SavedSegment, SharedView, Standing
from core.errors import InputError, ShopperLensError
from core.saved import Movement
from core.schema import Col
from core.store import versions
from core.store.saved import Saved

if TYPE_CHECKING:
    from core.segmenting import Segments
    from core.store.workspace import Workspace

#: Segments and links that are told of.
MOST = 12


class Door(Protocol):
    """What a shop offers to those who ask what is saved in it."""

    workspace: Workspace
    version: int | None

    @property
    def segments(self) -> Segments:
        """Who is in them."""

    @property
    def model_name(self) -> str | None:
        """The model in use."""

    def at(self, version: int, model: str | None) -> Any:
        """The same shop with other data and another model."""


class Board:
    """Questions about what is saved."""

    def __init__(self, shop: Door) -> None:
        self._shop = shop
        self._earlier: Any = None
        self._lock = threading.Lock()

    def segments(self) -> list[Standing]:
        """Return the saved segments that are not archived as they stand, those changed last first."""
        live = [one for one in self._shop.segments.all() if not one.archived]
        return [self._standing(one) for one in sorted(live, key=lambda one: one.changed, reverse=True)[:MOST]]

    def links(self) -> list[Link]:
        """Return the links that were made, those opened last first, each with whether it can still be shown."""
        found = Saved(self._shop.workspace.state_file).links(MOST)
        return [Link(key, view, self._gone(view)) for key, view in found]

    def _gone(self, view: SharedView) -> str:
        try:
            self._shop.segments.check(view)
        except ShopperLensError as error:
            return str(error)
        return ""

    def _standing(self, one: SavedSegment) -> Standing:
        segments = self._shop.segments
        try:
            now = set(segments.members(segments.meaning(one))[Col.USER])
        except InputError as error:  # a tag that is not predicted yet, say: the others are told of all the same
            return Standing(one, None, why=str(error))
        moved = self.moved(one)
        if moved is None:
            return Standing(one, len(now))
        since, movement = moved
        return Standing(one, len(now), since, len(movement.joined), len(movement.left))

    def moved(self, one: SavedSegment) -> tuple[int, Movement] | None:
        """Return the version of the data before, and who came into a segment and left it since then.

        None of a frozen one, and where there is no version before or the conditions could not be asked of it.
        """
        before = None if one.frozen else self._before(one)
        if before is None:
            return None
        since, then = before
        now = set(self._shop.segments.members(self._shop.segments.meaning(one))[Col.USER])
        return since, Movement(tuple(sorted(now - then)), tuple(sorted(then - now)), len(now & then))

    def _before(self, one: SavedSegment) -> tuple[int, set[str]] | None:
        """Return the version before, and who met the conditions of today on it, if these could be asked then."""
        earlier = self._before_shop()
        if earlier is None:
            return None
        try:
            found = earlier.segments.members(earlier.segments.meaning(one))
        except ShopperLensError:  # what it is about was not counted or predicted then: nothing to compare with
            return None
        return int(earlier.version), set(found[Col.USER])

    def _before_shop(self) -> Any:
        with self._lock:
            if self._shop.version is not None and (
                self._earlier is None or self._earlier.model_name != self._shop.model_name
            ):
                number = versions.before(self._shop.workspace, self._shop.version)
                self._earlier = None if number is None else self._shop.at(number, self._shop.model_name)
            return self._earlier
