"""Segments that people save, with their history, lists of ids, and links to what was seen; in the workspace's SQLite.

Lists are kept under the hash of what is in them, so a key always leads to the same shoppers.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from core import trees
from core.conditions import InSegment, Marked, Node, SavedSegment, SegmentChange, SharedView, leaves
from core.errors import InputError
from core.language import say
from core.records import Described, Mark
from core.store.state import now, opened

#: Days after which a link that nobody opened no longer keeps its version of the data, nor a list that nothing names.
HELD_DAYS = 90
#: Changes of a segment of which it is known who was in it.
KNOWN_CHANGES = 20

_TABLES = """
CREATE TABLE IF NOT EXISTS segments (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, owner TEXT NOT NULL, tree TEXT NOT NULL,
    members TEXT NOT NULL, version INTEGER, archived INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL,
    changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS segment_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, segment TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,
    what TEXT NOT NULL, tree TEXT NOT NULL, version INTEGER, members TEXT NOT NULL, shoppers INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS kept_lists (
    key TEXT PRIMARY KEY, ids BLOB NOT NULL, shoppers INTEGER NOT NULL, used TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS segment_links (
    key TEXT PRIMARY KEY, view TEXT NOT NULL, version INTEGER, created TEXT NOT NULL, opened TEXT NOT NULL
);
"""
_SEGMENT = "id, name, description, owner, tree, members, version, archived, created, changed"


class Saved:
    """What is saved of segments in one workspace.

    Parameters
    ----------
    file
        The SQLite file of its state; it is made at the first use.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    # ---- segments ------------------------------------------------------------------

    def all(self) -> list[SavedSegment]:
        """Return the saved segments by name, archived ones last."""
        with self._open() as con:
            rows = con.execute(f"SELECT {_SEGMENT} FROM segments ORDER BY archived, lower(name)").fetchall()
        return [_segment(row) for row in rows]

    def get(self, id: str) -> SavedSegment:
        """Return a saved segment.

        Raises
        ------
        InputError
            When there is none of this id.
        """
        with self._open() as con:
            row = con.execute(f"SELECT {_SEGMENT} FROM segments WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise InputError(say("This saved segment is not there any more. It may have been deleted."))
        return _segment(row)

    def named(self, name: str) -> SavedSegment | None:
        """Return the segment of a name, however it is capitalised, or None."""
        wanted = name.strip().casefold()
        return next((one for one in self.all() if one.name.casefold() == wanted), None)

    def put(self, segment: SavedSegment, change: SegmentChange) -> SavedSegment:
        """Write a segment down, new or changed, and what was changed.

        Raises
        ------
        InputError
            When it has no name, or another one has it.
        """
        other = self.named(segment.name)
        if not segment.name.strip():
            raise InputError(say("Give the segment a name."))
        if other is not None and other.id != segment.id:
            raise InputError(say("A segment is called {name!r} already. Choose another name.", name=other.name))
        row = (segment.id, segment.name.strip(), segment.description.strip(), segment.owner.strip(),
               trees.write(segment.tree), segment.members, segment.version, int(segment.archived),
               segment.created.isoformat(), change.at.isoformat())
        with self._open() as con:
            con.execute(f"INSERT OR REPLACE INTO segments ({_SEGMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            con.execute(
                "INSERT INTO segment_changes (segment, at, who, what, tree, version, members, shoppers) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (segment.id, change.at.isoformat(), change.who, change.what, trees.write(change.tree), change.version,
                 change.members, change.shoppers),
            )
            con.execute(
                "UPDATE segment_changes SET members = '' WHERE segment = ? AND number NOT IN "
                "(SELECT number FROM segment_changes WHERE segment = ? ORDER BY number DESC LIMIT ?)",
                (segment.id, segment.id, KNOWN_CHANGES),
            )
            _tidy(con)
        return self.get(segment.id)

    def changes(self, id: str) -> list[SegmentChange]:
        """Return what was done to a segment, the newest first."""
        asked = "SELECT at, who, what, tree, version, members, shoppers FROM segment_changes WHERE segment = ?"
        with self._open() as con:
            rows = con.execute(f"{asked} ORDER BY number DESC", (id,)).fetchall()
        return [
            SegmentChange(datetime.fromisoformat(at), who, what, trees.read(tree), version, members, shoppers)
            for at, who, what, tree, version, members, shoppers in rows
        ]

    def delete(self, id: str) -> None:
        """Delete a segment and its history.

        Raises
        ------
        InputError
            When another one is made of it.
        """
        users = [one.name for one in self.all() if one.id != id and id in segments_of(one.tree)]
        if users:
            raise InputError(say("It is part of {segments}. Take it out there first, or archive it.",
                                 segments=", ".join(map(repr, users))))
        with self._open() as con:
            con.execute("DELETE FROM segments WHERE id = ?", (id,))
            con.execute("DELETE FROM segment_changes WHERE segment = ?", (id,))
            _tidy(con)

    # ---- lists and links -----------------------------------------------------------

    def keep_list(self, ids: Sequence[str]) -> str:
        """Keep a list of ids and return its key; the same shoppers in another order have the same."""
        text = json.dumps(sorted(set(ids)), ensure_ascii=False).encode()
        key = hashlib.sha256(text).hexdigest()[:16]
        with self._open() as con:
            con.execute(
                "INSERT INTO kept_lists VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET used = excluded.used",
                (key, zlib.compress(text), len(set(ids)), now()),
            )
        return key

    def list_of(self, key: str) -> tuple[str, ...]:
        """Return the ids that are kept under a key.

        Raises
        ------
        InputError
            When there are none.
        """
        with self._open() as con:
            row = con.execute("SELECT ids FROM kept_lists WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise InputError(say("A list of shoppers in these conditions is no longer kept. Bring its file again."))
        return tuple(json.loads(zlib.decompress(row[0])))

    def keep_link(self, view: SharedView) -> str:
        """Keep what is seen and return the key that a link to it carries; the same view has the same key."""
        said = _view_of(view)
        timeless = {name: value for name, value in said.items() if name not in ("created", "who")}
        key = hashlib.sha256(_json(timeless).encode()).hexdigest()[:12]
        with self._open() as con:
            con.execute(
                "INSERT INTO segment_links VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET opened = excluded.opened",
                (key, _json(said), view.version, now(), now()),
            )
        return key

    def link(self, key: str) -> SharedView:
        """Return what a link shows, and note that it was opened.

        Raises
        ------
        InputError
            When nothing is kept under its key.
        """
        return _view(json.loads(self._linked(key)))

    def links(self, most: int) -> list[tuple[str, SharedView]]:
        """Return the keys of links and what they show, those opened last first; not of conditions alone."""
        with self._open() as con:
            asked = "SELECT key, view FROM segment_links WHERE version IS NOT NULL ORDER BY opened DESC, key LIMIT ?"
            rows = con.execute(asked, (most,)).fetchall()
        return [(key, _view(json.loads(view))) for key, view in rows]

    def held(self) -> list[SharedView]:
        """Return what the links show that were opened in the last days."""
        with self._open() as con:
            asked = "SELECT view FROM segment_links WHERE version IS NOT NULL AND opened >= ?"
            rows = con.execute(asked, (_held_since(),)).fetchall()
        return [_view(json.loads(view)) for (view,) in rows]

    def keep_tree(self, tree: Node) -> str:
        """Keep conditions that are too long for an address and return their key."""
        text = trees.write(tree)
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        with self._open() as con:
            con.execute(
                "INSERT INTO segment_links VALUES (?, ?, NULL, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET opened = excluded.opened", (key, text, now(), now()),
            )  # fmt: skip
        return key

    def tree(self, key: str) -> Node:
        """Return the conditions that are kept under a key.

        Raises
        ------
        InputError
            When there are none.
        """
        return trees.read(self._linked(key))

    def versions(self) -> set[int]:
        """Return the versions of the data that frozen segments and links of the last days refer to."""
        with self._open() as con:
            rows = con.execute(
                "SELECT version FROM segments WHERE members <> '' "
                "UNION SELECT version FROM segment_links WHERE opened >= ?", (_held_since(),)
            ).fetchall()
        return {int(version) for (version,) in rows if version is not None}

    def _linked(self, key: str) -> str:
        with self._open() as con:
            row = con.execute("SELECT view FROM segment_links WHERE key = ?", (key,)).fetchone()
            con.execute("UPDATE segment_links SET opened = ? WHERE key = ?", (now(), key))
        if row is None:
            raise InputError(say("Nothing is kept under this link. It may be of another shop, or cut off: ask for it "
                                 "anew."))
        return str(row[0])

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, _TABLES)


def new_id() -> str:
    """Return an id for a new segment."""
    return uuid4().hex[:8]


def segments_of(tree: Node) -> set[str]:
    """Return the ids of the saved segments that a tree is made of."""
    return {leaf.id for leaf in leaves(tree) if isinstance(leaf, InSegment)}


def referred(file: Path) -> set[int]:
    """Return the versions that must be kept; none where nothing was saved yet."""
    return Saved(file).versions() if file.exists() else set()


def _tidy(con: sqlite3.Connection) -> None:
    """Forget lists that nothing refers to, once they are so old that they are in no address that is looked at."""
    named = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} WHERE instr({column}, kept_lists.key) > 0)"
        for table, column in (
            ("segments", "members"), ("segments", "tree"), ("segment_changes", "members"), ("segment_changes", "tree"),
            ("segment_links", "view"),
        )
    )  # fmt: skip
    con.execute(f"DELETE FROM kept_lists WHERE used < ? AND {named}", (_held_since(),))


def _held_since() -> str:
    return (datetime.now(UTC).replace(tzinfo=None) - timedelta(days=HELD_DAYS)).isoformat()


def _segment(row: tuple[Any, ...]) -> SavedSegment:
    id, name, description, owner, tree, members, version, archived, created, changed = row
    return SavedSegment(
        id, name, description, owner, trees.read(tree), members, version, bool(archived),
        datetime.fromisoformat(created), datetime.fromisoformat(changed),
    )


def _view_of(view: SharedView) -> dict[str, Any]:
    against = None if view.against is None else trees.write(view.against)
    return {
        "tree": trees.write(view.tree), "against": against, "against_name": view.against_name,
        "show": list(view.show), "version": view.version, "model": view.model, "model_created": view.model_created,
        "created": view.created.isoformat(), "who": view.who, "look": dict(view.look),
        **({} if view.described is None else {"described": [marked_of(one) for one in view.described]}),
    }


def _view(said: dict[str, Any]) -> SharedView:
    against = None if said["against"] is None else trees.read(said["against"])
    return SharedView(
        trees.read(said["tree"]), against, said["against_name"], tuple(said["show"]), said["version"], said["model"],
        said["model_created"], datetime.fromisoformat(said["created"]), said["who"],
        tuple(said.get("look", {}).items()),  # older links know of no closer look
        tuple(map(marked, said["described"])) if "described" in said else None,
    )


def marked_of(one: Marked) -> dict[str, Any]:
    """Return a described tag as plain values: who marked when does not change what is seen."""
    tag = one.tag
    return {"id": tag.id, "sentence": tag.sentence, "owner": tag.owner, "threshold": tag.threshold,
            "created": tag.created.isoformat(), "marks": [[mark.user_id, mark.fits] for mark in one.marks]}


def marked(said: Mapping[str, Any]) -> Marked:
    """Return a described tag of what ``marked_of`` made of it."""
    created = datetime.fromisoformat(said["created"])
    tag = Described(said["id"], said["sentence"], said["owner"], said["threshold"], created)
    return Marked(tag, tuple(Mark(user, fits, created, "") for user, fits in said["marks"]))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
