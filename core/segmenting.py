"""Everything that can be asked about segments of one shop; ``core.service.Shop.segments`` is one of these."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from core import registry, saved, segments, trees
from core.conditions import Listed, Marked, Node, SavedSegment, SegmentChange, SharedView
from core.effects import Differences, Reach
from core.errors import InputError, ModelError, WorkspaceError
from core.language import say
from core.records import Offers, SegmentView
from core.store import cohorts, find, offers
from core.store.saved import HELD_DAYS, Saved
from core.store.state import State
from core.tables import cells

if TYPE_CHECKING:
    from core.store.shoppers import People
    from core.store.workspace import Workspace

#: Conditions longer than this are kept here, and an address carries their key.
LONGEST = 1500
_OWNER = "segment_owner"
#: Trees of which it is remembered who meets them.
_REMEMBERED = 12


class Segments:
    """Questions about segments.

    Parameters
    ----------
    people
        Gives the shoppers of the version that is looked at, with the tags that are predicted of them.
    model
        Gives the name of the model that predicted them, or None.
    described
        Gives the described tags that they have, with their marks.
    """

    def __init__(
        self, workspace: Workspace, people: Callable[[], People], model: Callable[[], str | None],
        described: Callable[[], tuple[Marked, ...]],
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._model, self._described = model, described
        self._saved = Saved(workspace.state_file)
        self._found: dict[tuple[str, str], pd.DataFrame] = {}
        self._lock = threading.Lock()

    # ---- who, and how they differ --------------------------------------------------

    def count(self, tree: Node) -> tuple[int, int]:
        """Return how many shoppers meet a tree, and how many there are."""
        people = self._people()
        return len(self._members(people, tree)), people.everyone()

    def view(self, tree: Node, show: Sequence[str], limit: int = 1000) -> SegmentView:
        """Return who meets a tree, against everyone else."""
        shoppers, everyone = self.count(tree)
        return SegmentView(shoppers, everyone, self.contrast(tree).rows, self.table(tree, show, limit))

    def table(self, tree: Node, show: Sequence[str], limit: int | None = 1000) -> pd.DataFrame:
        """Return who meets a tree, those who meet its first number most first: ``user_id``, then columns by key."""
        people = self._people()
        return cohorts.table(people, self._members(people, tree), show, cohorts.ordering(people, tree), limit)

    def exact(self, tree: Node, show: Sequence[str]) -> pd.DataFrame:
        """Return everybody who meets a tree as ``table`` does, with whole numbers that stay whole."""
        people = self._people()
        first = cohorts.ordering(people, tree)
        return cohorts.table(people, self._members(people, tree), show, first, exact=True)

    def members(self, tree: Node) -> pd.DataFrame:
        """Return the ids of who meets a tree, in order: ``user_id``."""
        return self._members(self._people(), tree)

    def contrast(self, first: Node, second: Node | None = None) -> Differences:
        """Return how those who meet a tree differ from everyone else, or from those who meet another."""
        people = self._people()
        other = None if second is None else self._members(people, second)
        return segments.differences(people, self._members(people, first), other)

    def reach(self, key: str, low: float, high: float = 1.0) -> Reach:
        """Return what to expect of those whose chance of a predicted tag lies between two ends.

        Raises
        ------
        InputError
            When there is no such tag, or it is not predicted yet.
        """
        return segments.reach(self._people(), key, low, high, self._measured(key))

    def offers(self) -> Offers:
        """Return what the log has that conditions can be about."""
        reader = self._people().reader
        events, categories, brands = (tuple(ask(reader)) for ask in (offers.events, offers.categories, offers.brands))
        return Offers(events, categories, brands, offers.timed(reader), tuple(find.numbered(reader)))

    def values(self, key: str) -> list[str]:
        """Return the values of a column of texts, the most frequent first."""
        return offers.values(self._people(), key)

    # ---- saved ones ----------------------------------------------------------------

    def all(self) -> list[SavedSegment]:
        """Return the saved segments by name, archived ones last."""
        return self._saved.all()

    def get(self, id: str) -> SavedSegment:
        """Return a saved segment by its id."""
        return self._saved.get(id)

    def named(self, name: str) -> SavedSegment:
        """Return a saved segment by its name.

        Raises
        ------
        InputError
            When none has it.
        """
        found = self._saved.named(name)
        if found is None:
            there = ", ".join(repr(one.name) for one in self.all()) or say("none yet")
            raise InputError(say("No segment is called {name!r}. There are: {there}.", name=name, there=there))
        return found

    def called(self, name: str) -> SavedSegment:
        """Return a saved segment by its id or its name; see ``named``."""
        return next((one for one in self.all() if one.id == name), None) or self.named(name)

    def save(self, tree: Node, name: str, description: str = "", owner: str = "", frozen: bool = False) -> SavedSegment:
        """Save a new segment; who owns it is proposed the next time."""
        self._remember(owner)
        return saved.save(self._saved, self._people(), tree, name, description, owner, frozen)

    def change(self, id: str, who: str, **parts: Any) -> SavedSegment:
        """Change parts of a saved segment; see ``core.saved.change``."""
        self._remember(who)
        return saved.change(self._saved, self._people(), id, who, **parts)

    def duplicate(self, id: str, who: str) -> SavedSegment:
        """Save a segment again under another name."""
        return saved.duplicate(self._saved, self._people(), id, who)

    def delete(self, id: str) -> None:
        """Delete a saved segment and its history."""
        self._saved.delete(id)

    def asking(self, column: str) -> list[str]:
        """Return the names of the saved segments whose conditions are about a fact or a tag."""
        return [one.name for one in self.all() if column in saved.columns_of(one.tree)]

    def history(self, id: str) -> list[SegmentChange]:
        """Return what was done to a saved segment, the newest first."""
        return self._saved.changes(id)

    def since(self, id: str, then: SegmentChange) -> saved.Movement:
        """Return who came into a segment and who left it since a change."""
        return saved.since(self._saved, self._people(), self._saved.get(id), then)

    def meaning(self, segment: SavedSegment) -> Node:
        """Return the tree that finds who is in a saved segment."""
        return saved.meaning(segment)

    def owner(self) -> str:
        """Return who saved a segment last."""
        return State(self._workspace.state_file).setting(_OWNER) or ""

    # ---- lists and links -----------------------------------------------------------

    def keep_list(self, name: str, content: bytes) -> tuple[Listed, int]:
        """Keep the shoppers of a file; return the condition, and how many of them are in this shop.

        Raises
        ------
        InputError
            When no column of it names shoppers of this shop.
        """
        ids, known = _ids(content, lambda some: offers.known(self._people().reader, some))
        return Listed(name, self._saved.keep_list(ids)), known

    def written(self, tree: Node) -> str:
        """Return a tree as an address carries it."""
        text = trees.write(tree)
        return text if len(text) <= LONGEST else f"@{self._saved.keep_tree(tree)}"

    def read(self, text: str) -> Node:
        """Return the tree of an address.

        Raises
        ------
        InputError
            When it holds none.
        """
        return self._saved.tree(text[1:]) if text.startswith("@") else trees.read(text)

    def share(
        self, tree: Node, against: Node | None, against_name: str, show: Sequence[str], who: str,
        look: Mapping[str, str] | None = None,
    ) -> str:
        """Keep what is seen and what it is of (version, model, marks of described tags); return the key of a link.

        Parameters
        ----------
        show
            Columns of the table of shoppers.
        look
            What the address says of the closer look that is open.
        """
        name, version = self._model(), self._people().reader.version
        made = registry.created(self._workspace, name) if name else ""
        other = None if against is None else saved.embedded(self._saved, against)
        return self._saved.keep_link(SharedView(
            saved.embedded(self._saved, saved.kept(self._saved, tree)), other, against_name, tuple(show), version, name,
            made, datetime.now(UTC).replace(tzinfo=None), who, tuple(sorted((look or {}).items())), self._described(),
        ))  # fmt: skip

    def shared(self, key: str) -> SharedView:
        """Return what a link shows, its model under the name that it has now.

        Raises
        ------
        InputError
            When nothing is kept under its key.
        """
        view = self._saved.link(key)
        now = registry.where(self._workspace, view.model, view.model_created) if view.model else None
        return replace(view, model=now or view.model)

    def check(self, view: SharedView) -> None:
        """Refuse a view that can no longer be shown as it was seen.

        Raises
        ------
        WorkspaceError, ModelError
            When its version of the data or its model is gone; the message says since when links do not hold them.
        """
        if not self._workspace.version_file(view.version).is_file():
            raise WorkspaceError(
                say("This link shows version {version} of the data, which is no longer kept: a link holds its "
                    "version for {held_days} days after it was opened last.", version=view.version, held_days=HELD_DAYS)
            )
        if view.model and registry.where(self._workspace, view.model, view.model_created) is None:
            raise ModelError(
                say("This link shows what model {model} predicted, and that model was deleted or trained anew since.",
                    model=view.model)
            )

    def pinned(self, tree: Node) -> str:
        """Return a tree as text that means the same however the saved segments in it are changed; see ``read``."""
        return trees.write(saved.embedded(self._saved, saved.kept(self._saved, tree)))

    def key(self, tree: Node) -> str:
        """Return a text that stays the same as long as the same is asked, also by the saved segments in a tree."""
        return trees.write(saved.embedded(self._saved, tree))

    def _members(self, people: People, tree: Node) -> pd.DataFrame:
        """Find who meets a tree; asked again, it is remembered: one change of a page asks many things of one tree."""
        whole = saved.embedded(self._saved, tree)
        key = (trees.write(whole), f"{people.profiles} {people.described}")
        with self._lock:
            if key not in self._found:
                self._found[key] = cohorts.members(people, saved.filled(self._saved, whole))
                while len(self._found) > _REMEMBERED:
                    self._found.pop(next(iter(self._found)))
            return self._found[key]

    def _remember(self, owner: str) -> None:
        if owner.strip():
            State(self._workspace.state_file).decide(_OWNER, owner.strip())

    def _measured(self, key: str) -> segments.Measured:
        name = self._model()
        table = registry.report(self._workspace, name).tags if name else pd.DataFrame(columns=["key"])
        found = table[table["key"] == key]
        if found.empty:
            return segments.Measured()
        row = found.iloc[0]
        threshold, precision, recall, base, many = (
            None if pd.isna(row[part]) else float(row[part])
            for part in ("threshold", "precision", "recall", "base_rate", "n")
        )
        return segments.Measured.of(threshold, precision, recall, base, int(many or 0))


def _ids(content: bytes, known: Callable[[list[str]], int]) -> tuple[list[str], int]:
    """Return the column of a file that holds most shoppers, and how many of it are known."""
    lines = cells(content)
    wide = max(map(len, lines), default=0)
    best: tuple[int, list[str]] = (0, [])
    for column in range(wide):
        named = list(dict.fromkeys(line[column] for line in lines if len(line) > column and line[column]))
        found = known(named)
        if found > best[0]:
            best = found, named if known(named[:1]) else named[1:]  # the first may be the column's name
    if not best[0]:
        raise InputError(say("No column of this file holds ids of this shop's shoppers; ids must match letter by "
                             "letter."))
    return best[1], best[0]
