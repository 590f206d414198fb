"""Segments that are saved: kept, changed, frozen, compared with what they were, and shared by a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.conditions import InSegment, Leaf, Listed, Node, SavedSegment, SegmentChange, changed, leaves
from core.errors import InputError
from core.language import Sayings, say
from core.records import Condition
from core.store import cohorts
from core.store.saved import Saved, new_id

if TYPE_CHECKING:
    from core.store.shoppers import People

#: What is written into the history when a part of a segment is changed.
_SAID = Sayings({
    "tree": "conditions changed", "name": "renamed", "description": "described anew", "owner": "owner changed",
    "members": "frozen", "archived": "archived",
})


@dataclass(frozen=True)
class Movement:
    """Who came into a segment and who left it between two moments, by id."""

    joined: tuple[str, ...]
    left: tuple[str, ...]
    stayed: int


def embedded(saved: Saved, tree: Node, within: tuple[str, ...] = ()) -> Node:
    """Return a tree that holds the saved segments that it is made of, as they are now; frozen ones by their list.

    Raises
    ------
    InputError
        When one is gone, or is made of itself.
    """

    def one(leaf: Leaf) -> Node:
        if not isinstance(leaf, InSegment) or leaf.of is not None:
            return leaf
        if leaf.id in within:
            raise InputError(say("The segment {name!r} is made of itself. Take it out of its conditions.",
                                 name=leaf.name or leaf.id))
        found = saved.get(leaf.id)
        inside = meaning(found)
        return InSegment(leaf.id, found.name, embedded(saved, inside, (*within, leaf.id)))

    return changed(tree, one)


def filled(saved: Saved, tree: Node) -> Node:
    """Return a tree with the ids of every list that it names, those inside of saved segments too."""

    def one(leaf: Leaf) -> Node:
        if isinstance(leaf, Listed) and leaf.key:
            return replace(leaf, ids=saved.list_of(leaf.key))
        if isinstance(leaf, InSegment) and leaf.of is not None:
            return replace(leaf, of=filled(saved, leaf.of))
        return leaf

    return changed(tree, one)


def resolved(saved: Saved, tree: Node) -> Node:
    """Return a tree that can be asked: nothing in it refers to what is kept elsewhere."""
    return filled(saved, embedded(saved, tree))


def kept(saved: Saved, tree: Node) -> Node:
    """Return a tree whose lists are kept and named by their keys, so that it stays short."""

    def one(leaf: Leaf) -> Node:
        if isinstance(leaf, Listed) and not leaf.key:
            return Listed(leaf.name, saved.keep_list(leaf.ids))
        return leaf

    return changed(tree, one)


def columns_of(tree: Node) -> set[str]:
    """Return the keys of the facts and tags that a tree asks for."""
    return {leaf.column for leaf in leaves(tree) if isinstance(leaf, Condition)}


def meaning(segment: SavedSegment) -> Node:
    """Return the tree that finds who is in a segment: its conditions, or of a frozen one its list."""
    return Listed(segment.name, segment.members) if segment.frozen else segment.tree


def save(
    saved: Saved, people: People, tree: Node, name: str, description: str = "", owner: str = "", frozen: bool = False
) -> SavedSegment:
    """Save a new segment.

    Raises
    ------
    InputError
        When it has no name or one that is taken, or its conditions cannot be asked.
    """
    now, tree = _now(), kept(saved, tree)
    segment = SavedSegment(new_id(), name, description, owner, tree, "", people.reader.version, False, now, now)
    members = _members(saved, people, segment)
    segment = replace(segment, members=members if frozen else "")
    what = say("saved, frozen") if frozen else say("saved")
    return saved.put(segment, _change(saved, people, segment, owner, what, members, segment.changed))


def change(saved: Saved, people: People, id: str, who: str, **parts: Any) -> SavedSegment:
    """Change parts of a saved segment and write down who changed what.

    Parameters
    ----------
    parts
        Any of ``tree, name, description, owner, archived`` and ``frozen``: True keeps the shoppers that are in it now,
        False lets it follow the data again.
    """
    before = saved.get(id)
    frozen = bool(parts.pop("frozen", before.frozen))
    if "tree" in parts:
        parts["tree"] = kept(saved, parts["tree"])
        embedded(saved, parts["tree"], (id,))
    after = replace(before, **parts)
    if frozen and (not before.frozen or after.tree != before.tree):
        thawed = replace(after, members="", version=people.reader.version)
        after = replace(thawed, members=_members(saved, people, thawed))
    elif not frozen:
        after = replace(after, members="")
    what = _what(before, after)
    if not what:
        return before
    return saved.put(after, _change(saved, people, after, who, what, _members(saved, people, after)))


def duplicate(saved: Saved, people: People, id: str, who: str) -> SavedSegment:
    """Save a segment again under another name."""
    found, number = saved.get(id), 1
    name = say("{name} (copy)", name=found.name)
    while saved.named(name) is not None:
        number += 1
        name = say("{name} (copy {number})", name=found.name, number=number)
    now = _now()
    copy = replace(found, id=new_id(), name=name, archived=False, created=now, changed=now)
    members = _members(saved, people, copy)
    return saved.put(copy, _change(saved, people, copy, who, say("copied from {name}", name=found.name), members))


def since(saved: Saved, people: People, segment: SavedSegment, then: SegmentChange) -> Movement:
    """Return who came and who left since a change.

    Raises
    ------
    InputError
        When it is no longer known who was in it then.
    """
    if not then.members:
        raise InputError(say("It is no longer known who was in this segment then: only the last changes keep that."))
    before = set(saved.list_of(then.members))
    today = set(cohorts.members(people, resolved(saved, meaning(segment)))["user_id"])
    return Movement(tuple(sorted(today - before)), tuple(sorted(before - today)), len(today & before))


def _what(before: SavedSegment, after: SavedSegment) -> str:
    said = {part: said for part, said in _SAID.items() if getattr(before, part) != getattr(after, part)}
    if before.name != after.name:
        said["name"] = say("renamed from {name}", name=before.name)
    if before.frozen and not after.frozen:
        said["members"] = say("follows the data again")
    if before.archived and not after.archived:
        said["archived"] = say("taken out of the archive")
    return say(", ").join(said.values())


def _members(saved: Saved, people: People, segment: SavedSegment) -> str:
    """Keep the ids of who is in a segment now, and return their key."""
    if segment.frozen:
        return segment.members
    return saved.keep_list(cohorts.members(people, resolved(saved, segment.tree))["user_id"].tolist())


def _change(
    saved: Saved, people: People, segment: SavedSegment, who: str, what: str, members: str, at: datetime | None = None
) -> SegmentChange:
    count = len(saved.list_of(members))
    return SegmentChange(at or _now(), who.strip(), what, segment.tree, people.reader.version, members, count)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
