"""A workspace: a folder that holds a shop's data as immutable versions, its models and its state.

Readers open the version that they began with, read-only; an import makes the next one and moves
the pointer. So a dashboard, a job and an import never wait for each other.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import WorkspaceError
from core.language import say
from core.store import layout, overlay

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

MARKER = "workspace.json"
POINTER = "CURRENT"
FORMAT = 1
_WHOLE = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")

class Workspace:
    """A folder with ``versions/``, ``models/``, ``artefacts/`` and the pointer ``CURRENT``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path) -> Workspace:
        """Make a workspace, or open the one that is there.

        Raises
        ------
        WorkspaceError
            When the folder holds something else, or cannot be made.
        """
        if (path / MARKER).is_file():
            return cls.open(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise WorkspaceError(say("{path} is not empty and is no workspace. Choose a new or an empty folder.",
                                         path=path))
            for name in ("versions", "models", "artefacts"):
                (path / name).mkdir()
            (path / MARKER).write_text(json.dumps({"format": FORMAT}) + "\n")
        except OSError as error:
            raise WorkspaceError(say("The workspace {path} cannot be made: {strerror}.",
                                     path=path, strerror=error.strerror or error)) from error
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Workspace:
        """Open a workspace.

        Raises
        ------
        WorkspaceError
            When the folder is none, or was made by a newer ShopperLens.
        """
        try:
            marker = json.loads((path / MARKER).read_text())
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                say("{path} is not a ShopperLens workspace. Import logs into a new folder, or run: python -m core "
                    "demo", path=path)
            ) from error
        if not isinstance(marker, dict) or marker.get("format") != FORMAT:
            raise WorkspaceError(
                say("{path} was made by another version of ShopperLens. Import the logs into a new folder.", path=path)
            )
        return cls(path)

    @property
    def models(self) -> Path:
        """Folder of the models, one folder each."""
        return self.path / "models"

    @property
    def state_file(self) -> Path:
        """The SQLite file of jobs, segments and notes."""
        return self.path / "state.sqlite"

    def artefacts(self, model: str, version: int) -> Path:
        """Folder of what was computed by a model on a version; it is made if need be."""
        folder = self.path / "artefacts" / model / f"{version:06d}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def version_file(self, version: int) -> Path:
        """File of a version."""
        return self.path / "versions" / f"{version:06d}.duckdb"

    def version(self) -> int | None:
        """Return the newest complete version, or None when nothing was imported yet."""
        try:
            return int((self.path / POINTER).read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise WorkspaceError(say("{path} is damaged. Import the logs into a new folder.",
                                     path=self.path / POINTER)) from error

    def reader(self, version: int | None = None) -> Reader:
        """Open a version for reading, the newest if none is named.

        Raises
        ------
        WorkspaceError
            When nothing was imported yet, that version was swept away, or was made by another ShopperLens.
        """
        number = self.version() if version is None else version
        if number is None:
            raise WorkspaceError(say("Nothing is imported into {path} yet. Run: python -m core import EVENTS.csv",
                                     path=self.path))
        file = self.version_file(number)
        if not file.is_file():
            raise WorkspaceError(say("Version {count} of the data is no longer kept. Open the newest one.",
                                     count=number))
        connection = connect(file, read_only=True)
        try:
            layout.check(connection, self.path)
        except WorkspaceError:
            connection.close()
            raise
        return Reader(connection, number, file)

    def outdated(self) -> bool:
        """Return whether the newest version lacks tables that an import makes today."""
        return self._ask(lambda connection: layout.of(connection) < layout.LAYOUT)

    def generated(self) -> bool:
        """Return whether the newest version holds made-up logs; it may be of any age."""
        asked = "SELECT coalesce(bool_or(generated), false) FROM shop"
        return self._ask(lambda connection: bool((connection.execute(asked).fetchone() or (False,))[0]))

    def _ask(self, question: Callable[[duckdb.DuckDBPyConnection], bool]) -> bool:
        number = self.version()
        if number is None:
            return False
        connection = connect(self.version_file(number), read_only=True)
        try:
            return question(connection)
        finally:
            connection.close()


def connect(file: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file whose sessions run in UTC and never reach for the network.

    Raises
    ------
    WorkspaceError
        When it cannot be opened.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
    }
    try:
        connection = duckdb.connect(str(file), read_only=read_only, config=settings)
        connection.execute("SET GLOBAL TimeZone = 'UTC'")  # once it is open: the setting is icu's
    except duckdb.Error as error:
        raise WorkspaceError(say("{file} cannot be opened: {error}", file=file, error=error)) from error
    return connection


class Reader:
    """One version, read-only. May be used by many threads: every query has a cursor of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: int, file: Path) -> None:
        self._connection = connection
        self._file = file
        self._lock = threading.Lock()
        self.version = version
        self.everyone = False  # whether robots and test accounts are learned from too

    @property
    def artefacts(self) -> Path:
        """Folder of all that was computed in its workspace."""
        return self._file.parent.parent / "artefacts"

    @property
    def state_file(self) -> Path:
        """The SQLite file of its workspace's state."""
        return Workspace(self._file.parent.parent).state_file

    def for_everyone(self, everyone: bool) -> Reader:
        """Return the same version for what learns from robots and test accounts too, or does not."""
        same = copy.copy(self)
        same.everyone = everyone
        return same

    def frame(
        self, sql: str, params: Mapping[str, Any] | None = None, tables: Mapping[str, pd.DataFrame] | None = None
    ) -> pd.DataFrame:
        """Answer a query as a table.

        Parameters
        ----------
        params
            Values for ``$name`` in the query.
        tables
            Tables that the query may use by these names, for this call alone.
        """
        with self._asking(tables or {}) as cursor:
            return cursor.execute(sql, dict(params) if params else None).df()

    def exact(
        self, sql: str, params: Mapping[str, Any] | None = None, tables: Mapping[str, pd.DataFrame] | None = None
    ) -> pd.DataFrame:
        """Answer a query as ``frame`` does, with whole numbers that stay whole beside missing ones, however long."""
        import pandas as pd
        import pyarrow as pa

        with self._asking(tables or {}) as cursor:
            found = cursor.sql(sql, params=dict(params) if params else None).to_arrow_table()
        whole = {pa.type_for_alias(kind.lower()): pd.api.types.pandas_dtype(kind) for kind in _WHOLE}
        answer: pd.DataFrame = found.to_pandas(types_mapper=whole.get)
        return answer

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Answer a query as plain tuples."""
        cursor = self._cursor()
        try:
            return cursor.execute(sql, dict(params) if params else None).fetchall()
        finally:
            cursor.close()

    def overlay(self, events: pd.DataFrame) -> Reader:
        """Return the same shop with other events of some shoppers; see ``overlay.made``. This reader stays as it is."""
        return Reader(overlay.made(connect(Path(":memory:")), self._file, events), self.version, self._file)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _asking(self, tables: Mapping[str, pd.DataFrame]) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._cursor()
        try:
            for name, table in tables.items():
                cursor.register(name, table)
            yield cursor
        finally:
            cursor.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:  # making cursors is the one thing that threads must not do at once
            return self._connection.cursor()
