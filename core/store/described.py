"""Tags that people describe in a sentence, and the shoppers they marked for them; in the workspace's SQLite.

Marks are a log: what was said last of a shopper counts, and the last step can be taken back.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from core.conditions import Marked
from core.errors import InputError
from core.language import say
from core.records import Described, Mark
from core.store.state import now, opened

#: Characters of a description, at least and at most.
SHORTEST, LONGEST = 3, 200

_TABLES = """
CREATE TABLE IF NOT EXISTS described_tags (
    id TEXT PRIMARY KEY, sentence TEXT NOT NULL, owner TEXT NOT NULL, threshold REAL, created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS described_marks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, tag TEXT NOT NULL, step TEXT NOT NULL, user_id TEXT NOT NULL,
    fits INTEGER NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS described_marks_of ON described_marks (tag);
"""
_TAG = "id, sentence, owner, threshold, created"


class DescribedTags:
    """The described tags of one workspace, and their marks.

    Parameters
    ----------
    file
        The SQLite file of its state; it is made at the first use.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def all(self) -> list[Described]:
        """Return the tags in the order of their sentences."""
        if not self.file.exists():
            return []
        with self._open() as con:
            rows = con.execute(f"SELECT {_TAG} FROM described_tags ORDER BY lower(sentence), id").fetchall()
        return [_tag(*row) for row in rows]

    def get(self, id: str) -> Described:
        """Return a tag by its id, or by its sentence, however it is capitalised.

        Raises
        ------
        InputError
            When there is none.
        """
        tags, wanted = self.all(), said(id).casefold()
        found = next((tag for tag in tags if tag.id == id), None)
        found = found or next((tag for tag in tags if tag.sentence.casefold() == wanted), None)
        if found is None:
            there = ", ".join(repr(tag.sentence) for tag in tags) or say("none yet")
            raise InputError(say("No tag is described as {id!r}. There are: {there}.", id=id, there=there))
        return found

    def add(self, sentence: str, owner: str = "") -> Described:
        """Keep a tag; one with the same sentence is returned as it is.

        Raises
        ------
        InputError
            When hardly anything is said, or too much.
        """
        sentence = checked(sentence)
        for tag in self.all():
            if tag.sentence.casefold() == sentence.casefold():
                return tag
        taken = {tag.id for tag in self.all()}
        name = re.sub(r"[^a-z0-9]+", "-", sentence.lower()).strip("-")[:40].strip("-") or "tag"
        number, id = 1, name
        while id in taken:
            number += 1
            id = f"{name}-{number}"
        with self._open() as con:
            con.execute(f"INSERT INTO described_tags ({_TAG}) VALUES (?, ?, ?, NULL, ?)",
                        (id, sentence, owner.strip(), now()))  # fmt: skip
        return self.get(id)

    def give_from(self, id: str, threshold: float | None) -> Described:
        """Set the chance from which a tag is given; None for the one that is proposed.

        Raises
        ------
        InputError
            When there is no such tag, or it is no chance.
        """
        if threshold is not None and not 0 <= threshold <= 1:
            raise InputError(say("A tag is given from a chance between 0 and 1 on, not from {threshold:g}.",
                                 threshold=threshold))
        tag = self.get(id)
        with self._open() as con:
            con.execute("UPDATE described_tags SET threshold = ? WHERE id = ?", (threshold, tag.id))
        return self.get(tag.id)

    def delete(self, id: str) -> None:
        """Delete a tag and its marks."""
        with self._open() as con:
            con.execute("DELETE FROM described_tags WHERE id = ?", (id,))
            con.execute("DELETE FROM described_marks WHERE tag = ?", (id,))

    # ---- marks ---------------------------------------------------------------------

    def marks(self, id: str) -> list[Mark]:
        """Return what counts of each shopper who was marked, in the order of marking."""
        if not self.file.exists():
            return []
        asked = """SELECT user_id, fits, at, who FROM described_marks WHERE number IN
                   (SELECT max(number) FROM described_marks WHERE tag = ? GROUP BY user_id) ORDER BY number"""
        with self._open() as con:
            rows = con.execute(asked, (id,)).fetchall()
        return [Mark(user, bool(fits), datetime.fromisoformat(at), who) for user, fits, at, who in rows]

    def mark(self, id: str, fits: Mapping[str, bool], who: str = "") -> None:
        """Mark shoppers, in one step: whether the description fits each of them.

        Raises
        ------
        InputError
            When there is no such tag.
        """
        tag, step, at = self.get(id), uuid4().hex, now()
        rows = [(tag.id, step, user, int(yes), at, who.strip()) for user, yes in fits.items()]
        with self._open() as con:
            con.executemany("INSERT INTO described_marks (tag, step, user_id, fits, at, who) VALUES (?, ?, ?, ?, ?, ?)",
                            rows)  # fmt: skip

    def undo(self, id: str) -> list[str]:
        """Take the last step of marking back: what was said before counts again. Return whom it was about."""
        with self._open() as con:
            last = con.execute("SELECT step FROM described_marks WHERE tag = ? ORDER BY number DESC LIMIT 1",
                               (id,)).fetchone()  # fmt: skip
            if last is None:
                return []
            rows = con.execute("SELECT user_id FROM described_marks WHERE tag = ? AND step = ? ORDER BY number",
                               (id, last[0])).fetchall()  # fmt: skip
            con.execute("DELETE FROM described_marks WHERE tag = ? AND step = ?", (id, last[0]))
        return [str(user) for (user,) in rows]

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, _TABLES)


class TagsThen(DescribedTags):
    """Described tags and their marks as a link holds them: to be looked at, not to be changed."""

    def __init__(self, file: Path, then: Sequence[Marked]) -> None:
        super().__init__(file)
        self._then = {one.tag.id: one for one in then}

    def all(self) -> list[Described]:
        """Return the tags in the order of their sentences."""
        return [one.tag for one in self._then.values()]

    def marks(self, id: str) -> list[Mark]:
        """Return what counted of each shopper who was marked, in the order of marking."""
        return list(self._then[id].marks)


def said(sentence: str) -> str:
    """Return a sentence on one line, without what stands around it."""
    return " ".join(sentence.split())


def checked(sentence: str) -> str:
    """Return a sentence as it is kept.

    Raises
    ------
    InputError
        When hardly anything is said, or too much.
    """
    told = said(sentence)
    if len(told) < SHORTEST or not any(sign.isalpha() for sign in told):
        raise InputError(say("Describe the shoppers in some words, for example: buys gifts for children."))
    if len(told) > LONGEST:
        raise InputError(say("A description has {longest} characters at most; this one has {told}.",
                             longest=LONGEST, told=len(told)))
    return told


def _tag(id: str, sentence: str, owner: str, threshold: float | None, created: str) -> Described:
    return Described(id, sentence, owner, threshold, datetime.fromisoformat(created))
