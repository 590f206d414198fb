"""Conditions on shoppers as a tree: what was counted, said or predicted of them, what they did, and any mix of these.

A leaf is true or false of every shopper: where nothing is known, it is false, and "none of these" is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.records import Condition, Described, Mark

#: How many are asked for, and what is counted of a deed.
COMPARED = (">=", "<=", "==", "between")
#: The deed of doing anything at all; being shown something is no deed.
ANYTHING = "any"
MEASURES = ("times", "days", "items", "money")
#: How the parts of a group are joined.
WAYS = ("all", "any", "none")
#: What the second deed of a sequence shares with the first: nothing, the item, or the item's top category.
SAME = ("", "item", "category")


@dataclass(frozen=True)
class Deed:
    """Something that is done, and to what; of several categories, brands or items any one will do.

    Attributes
    ----------
    event
        One of ``core.schema.Event``, or ``ANYTHING``.
    categories
        Paths; a wide one holds the narrow ones below it.
    words
        All of them are in the item's title; of a search, in what was searched for; of anything at all, in the item's
        title, category and brand taken together, or in what was searched for.
    price
        Least and most, inclusive; None where there is no end. It is the one logged, or else the catalogue's.
    query
        The whole of what was searched for, however capitalised; "" for any. Only of a search.
    """

    event: str
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    words: str = ""
    price: tuple[float | None, float | None] = (None, None)
    query: str = ""


@dataclass(frozen=True)
class Window:
    """When: in the last so many days (of 24 hours) of the log, or from one day to another, both inclusive; else ever.

    Days begin at midnight on the shop's clocks.

    Attributes
    ----------
    hours
        From a full hour until another, on the shop's clocks: (9, 17) is 9:00 to 16:59, (22, 6) is over midnight. None
        for any.
    weekdays
        Some of 1 (Monday) to 7, in order; after midnight it is the next day. None of them for any.
    """

    last: float | None = None
    first_day: date | None = None
    last_day: date | None = None
    hours: tuple[int, int] | None = None
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True)
class Did:
    """How often a deed was done: ``measure`` of it compared with ``value``, 0 where it was not done."""

    deed: Deed
    op: str = ">="
    value: float | tuple[float, float] = 1.0
    measure: str = "times"  # times | days (different ones) | items (different ones) | money (price times pieces)
    window: Window = Window()


@dataclass(frozen=True)
class Since:
    """Whole days from when a deed was done last to the end of the log; false of those who never did it."""

    deed: Deed
    op: str = ">="
    value: float | tuple[float, float] = 30.0


@dataclass(frozen=True)
class Then:
    """A deed that was, or was not, followed by another within so many days.

    One such case is enough. Whether something did not follow is known only when the days are over:
    later cases do not count.
    """

    first: Deed
    then: Deed
    within: float = 7.0
    happened: bool = True
    same: str = ""
    window: Window = Window()  # of the first deed


@dataclass(frozen=True)
class Listed:
    """Shoppers by their ids: given here, or kept under a key."""

    name: str
    key: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class InSegment:
    """Shoppers of a saved segment: as it is now, or, with ``of``, as it was when a link to it was made."""

    id: str
    name: str = ""
    of: Node | None = None


@dataclass(frozen=True)
class Group:
    """All, any or none of some conditions; all and none of nothing are true, any of nothing is false."""

    how: str
    parts: tuple[Node, ...] = ()


Leaf = Condition | Did | Since | Then | Listed | InSegment
Node = Leaf | Group
EVERYONE = Group("all")


def leaves(node: Node) -> Iterator[Leaf]:
    """Return the conditions of a tree in order, those inside of saved segments too where these are known."""
    if isinstance(node, Group):
        for part in node.parts:
            yield from leaves(part)
        return
    yield node
    if isinstance(node, InSegment) and node.of is not None:
        yield from leaves(node.of)


def changed(node: Node, change: Callable[[Leaf], Node]) -> Node:
    """Return the tree with every leaf replaced by what ``change`` makes of it."""
    if isinstance(node, Group):
        return replace(node, parts=tuple(changed(part, change) for part in node.parts))
    return change(node)


def complete(node: Node) -> Node:
    """Return the tree without what is not said yet: values that are not chosen, and groups of nothing."""
    kept = _complete(node)
    return EVERYONE if kept is None else kept


def _complete(node: Node) -> Node | None:
    if isinstance(node, Group):
        parts = tuple(part for part in map(_complete, node.parts) if part is not None)
        return replace(node, parts=parts) if parts else None
    if isinstance(node, Condition):
        return None if node.op == "in" and not node.value else node
    if isinstance(node, Listed):
        return node if node.key or node.ids else None
    if isinstance(node, InSegment):
        return node if node.id else None
    return node


def flat(node: Node) -> list[Condition] | None:
    """Return the conditions when they are facts and tags that must all be met, else None."""
    parts = node.parts if isinstance(node, Group) and node.how == "all" else (node,)
    return [part for part in parts if isinstance(part, Condition)] if _plain(parts) else None


def _plain(parts: tuple[Node, ...]) -> bool:
    return all(isinstance(part, Condition) for part in parts)


def everyone(node: Node) -> bool:
    """Whether a tree asks for nothing."""
    return isinstance(node, Group) and not node.parts and node.how != "any"


# ---- what is kept of them ----------------------------------------------------------


@dataclass(frozen=True)
class SavedSegment:
    """A segment that somebody saved. Times are UTC."""

    id: str
    name: str
    description: str
    owner: str
    tree: Node
    members: str  # frozen: the key under which its ids are kept; "" while it follows the data
    version: int | None  # of the data that it was saved on
    archived: bool
    created: datetime
    changed: datetime

    @property
    def frozen(self) -> bool:
        """Whether it keeps the shoppers that it had when it was frozen."""
        return bool(self.members)


@dataclass(frozen=True)
class SegmentChange:
    """What was done to a saved segment, and who was in it afterwards."""

    at: datetime
    who: str
    what: str
    tree: Node
    version: int | None
    members: str  # key of the ids that it had then; "" when they are no longer kept
    shoppers: int


@dataclass(frozen=True)
class Marked:
    """A described tag and its marks, as they were when a link was made."""

    tag: Described
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class SharedView:
    """What a link to a segment shows: conditions with everything that they refer to, and what they were asked of.

    Attributes
    ----------
    model
        The one that predicted, None where there was none.
    described
        The described tags that shoppers had then; None in older links, which show those of now.
    """

    tree: Node
    against: Node | None
    against_name: str
    show: tuple[str, ...]
    version: int
    model: str | None
    model_created: str
    created: datetime
    who: str
    look: tuple[tuple[str, str], ...] = ()  # what the address said of the closer look that was open
    described: tuple[Marked, ...] | None = None


@dataclass(frozen=True)
class Standing:
    """A saved segment as it stands.

    Attributes
    ----------
    shoppers
        How many are in it; None where that cannot be said, and then ``why`` says why.
    since
        The version of the data that it is compared with; None where there is none, or nothing is known of it then.
    joined, left
        Shoppers who came in and went out since then.
    """

    segment: SavedSegment
    shoppers: int | None
    since: int | None = None
    joined: int = 0
    left: int = 0
    why: str = ""


@dataclass(frozen=True)
class Link:
    """A link that somebody made to what was seen; ``why`` says why it can no longer be shown, "" where it can."""

    key: str
    view: SharedView
    why: str
