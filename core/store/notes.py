"""What people noted about shoppers, in the workspace's SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from core.errors import InputError
from core.language import say
from core.records import Note
from core.store.state import now, opened

#: Characters of a note.
LONGEST = 2_000

_TABLES = """
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_of ON notes (user_id);
"""


class Notes:
    """The notes of one workspace.

    Parameters
    ----------
    file
        The SQLite file of its state; it is made at the first use.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def of(self, user_id: str) -> list[Note]:
        """Return what was noted about a shopper, the newest first."""
        if not self.file.exists():
            return []
        with self._open() as con:
            rows = con.execute(
                "SELECT id, user_id, at, who, text FROM notes WHERE user_id = ? ORDER BY id DESC", (user_id,)
            ).fetchall()
        return [Note(id, user, datetime.fromisoformat(at), who, text) for id, user, at, who, text in rows]

    def add(self, user_id: str, text: str, who: str = "") -> Note:
        """Note something about a shopper.

        Raises
        ------
        InputError
            When nothing is said, or too much.
        """
        said = text.strip()
        if not said:
            raise InputError(say("Write something into the note first."))
        if len(said) > LONGEST:
            raise InputError(say("A note has {longest:,} characters at most; this one has {said:,}.",
                                 longest=LONGEST, said=len(said)))
        with self._open() as con:
            con.execute("INSERT INTO notes (user_id, at, who, text) VALUES (?, ?, ?, ?)",
                        (user_id, now(), who.strip(), said))  # fmt: skip
        return self.of(user_id)[0]

    def delete(self, id: int) -> None:
        """Delete a note."""
        with self._open() as con:
            con.execute("DELETE FROM notes WHERE id = ?", (id,))

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, _TABLES)
