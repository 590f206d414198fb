"""What people and jobs decide in a workspace, in SQLite: jobs, which model was in use when, and other settings.

Every call opens a connection of its own, so that threads and processes may share a state. In WAL mode
readers and the one writer do not wait for each other; two writers wait some milliseconds.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.language import say
from core.records import Job, Promotion

#: Jobs that are remembered.
KEPT_JOBS = 100
_BUSY_SECONDS = 10.0

_TABLES = """
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, args TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'queued', progress REAL NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL, started TEXT, finished TEXT, result TEXT, error TEXT, stop INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS promotions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, how TEXT NOT NULL, at TEXT NOT NULL
);
"""
_COLUMNS = "id, kind, status, progress, message, created, started, finished, result, error"


class State:
    """The state of one workspace.

    Parameters
    ----------
    file
        The SQLite file; it is made at the first use.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def setting(self, key: str) -> str | None:
        """Return what was decided, or None."""
        with self._open() as con:
            row = con.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def decide(self, key: str, value: str) -> None:
        """Remember a decision."""
        with self._open() as con:
            con.execute("INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                        (key, value))

    def change(self, key: str, change: Callable[[str | None], str]) -> None:
        """Decide by what was decided before, with no other decision in between."""
        with self._open() as con:
            con.execute("BEGIN IMMEDIATE")
            row = con.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
            con.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, change(None if row is None else row[0])))

    def promote(self, model: str, how: str) -> None:
        """Note that a model is in use from now on, and how it came to be."""
        with self._open() as con:
            con.execute("INSERT INTO promotions (model, how, at) VALUES (?, ?, ?)", (model, how, now()))

    def promotions(self) -> list[Promotion]:
        """Return what was in use when, the oldest first."""
        with self._open() as con:
            rows = con.execute("SELECT model, how, at FROM promotions ORDER BY number").fetchall()
        return [Promotion(model, how, datetime.fromisoformat(at)) for model, how, at in rows]

    def rename_promoted(self, old: str, new: str) -> None:
        """Let what is known of a model be known under another name."""
        with self._open() as con:
            con.execute("UPDATE promotions SET model = ? WHERE model = ?", (new, old))

    def forget(self, key: str) -> bool:
        """Forget a decision; return whether there was one."""
        with self._open() as con:
            return con.execute("DELETE FROM settings WHERE key = ?", (key,)).rowcount == 1

    def add_job(self, id: str, kind: str, args: Mapping[str, Any]) -> Job:
        """Note that work waits to be done; the oldest finished jobs are forgotten."""
        with self._open() as con:
            con.execute("INSERT INTO jobs (id, kind, args, created) VALUES (?, ?, ?, ?)",
                        (id, kind, json.dumps(dict(args)), now()))
            con.execute("DELETE FROM jobs WHERE status NOT IN ('queued', 'running') AND number <= "
                        "(SELECT max(number) FROM jobs) - ?", (KEPT_JOBS,))
        return self.job(id)

    def job(self, id: str) -> Job:
        """Return a job.

        Raises
        ------
        InputError
            When there is none of this id.
        """
        with self._open() as con:
            row = con.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise InputError(say("There is no job {id!r}, or it is forgotten by now.", id=id))
        return _job(row)

    def jobs(self) -> list[Job]:
        """Return the jobs, newest first."""
        with self._open() as con:
            rows = con.execute(f"SELECT {_COLUMNS} FROM jobs ORDER BY number DESC").fetchall()
        return [_job(row) for row in rows]

    def args(self, id: str) -> dict[str, Any]:
        """Return what a job was asked to do."""
        with self._open() as con:
            row = con.execute("SELECT args FROM jobs WHERE id = ?", (id,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def again(self, id: str) -> bool:
        """Let a job that failed or was cancelled wait to be done again; False when there is none such."""
        with self._open() as con:
            done = con.execute("UPDATE jobs SET status = 'queued', stop = 0, started = NULL, finished = NULL, "
                               "error = NULL WHERE id = ? AND status IN ('failed', 'cancelled')", (id,))
            return done.rowcount == 1

    def begin(self, id: str) -> bool:
        """Mark a waiting job as running; False when it waits no more."""
        with self._open() as con:
            done = con.execute("UPDATE jobs SET status = 'running', started = ? WHERE id = ? AND status = 'queued'",
                               (now(), id))
            return done.rowcount == 1

    def advance(self, id: str, progress: float, message: str) -> bool:
        """Note how far a job is; return whether a person asked to stop it."""
        with self._open() as con:
            con.execute("UPDATE jobs SET progress = ?, message = ? WHERE id = ?",
                        (min(1.0, max(0.0, progress)), message, id))
            row = con.execute("SELECT stop FROM jobs WHERE id = ?", (id,)).fetchone()
        return bool(row and row[0])

    def end(self, id: str, status: str, result: Mapping[str, Any] | None = None, error: str | None = None) -> None:
        """Mark a job as done, failed or cancelled."""
        with self._open() as con:
            con.execute("UPDATE jobs SET status = ?, finished = ?, result = ?, error = ? WHERE id = ?",
                        (status, now(), None if result is None else json.dumps(dict(result)), error, id))
            if status == "done":
                con.execute("UPDATE jobs SET progress = 1 WHERE id = ?", (id,))

    def stop(self, id: str) -> None:
        """Ask a running job to stop; one that still waits is cancelled at once."""
        with self._open() as con:
            con.execute("UPDATE jobs SET status = 'cancelled', finished = ? WHERE id = ? AND status = 'queued'",
                        (now(), id))
            con.execute("UPDATE jobs SET stop = 1, message = ? WHERE id = ? AND status = 'running'",
                        (say("Stopping …"), id))

    def fail_running(self, error: str) -> None:
        """Mark every running job as failed: whoever ran it is gone."""
        with self._open() as con:
            con.execute("UPDATE jobs SET status = 'failed', finished = ?, error = ? WHERE status = 'running'",
                        (now(), error))

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, _TABLES)


@contextmanager
def opened(file: Path, tables: str) -> Iterator[sqlite3.Connection]:
    """Open a workspace's SQLite file for one transaction; ``tables`` makes those that the caller needs, if need be."""
    con = sqlite3.connect(file, timeout=_BUSY_SECONDS)
    try:
        _in_wal(con)
        con.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, and many times faster
        con.executescript(tables)
        with con:
            yield con
    finally:
        con.close()


def _in_wal(con: sqlite3.Connection) -> None:
    """Put a file in WAL mode; the change, needed once in its life, does not wait for others as statements do."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            con.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def now() -> str:
    """Return this moment in UTC, as it is written down."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat()


def _job(row: tuple[Any, ...]) -> Job:
    id, kind, status, progress, message, created, started, finished, result, error = row
    return Job(
        id, kind, status, float(progress), message, datetime.fromisoformat(created),
        datetime.fromisoformat(started) if started else None,
        datetime.fromisoformat(finished) if finished else None,
        json.loads(result) if result else None, error,
    )
