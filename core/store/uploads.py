"""An uploaded list, staged in a database of its own in memory: nothing of it enters the workspace.

``listed`` has a row for each row that is to be judged: what it is about, whether it can be, and the file's own columns.
Rows have two numbers: ``__line`` is their order in the file and ``__place`` that of the work, in which everything about
one shopper stands together, so that her history is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.errors import NoTable
from core.language import to_say
from core.schema import Col
from core.store import grammar, ids
from core.store.connect import literal, quote
from core.store.grammar import CONSTANT
from core.store.lines import type_lines
from core.store.logs import meaning
from core.store.mapping import EVENT_INPUTS
from core.store.preset import Layout, load_preset
from core.store.reading import ROW, Piece, Reading, Source, expand, stage
from core.store.staging import staged, unfolded
from core.store.times import UTC, Clock

if TYPE_CHECKING:
    import duckdb

LINE, PLACE, USER, ITEM = "__line", "__place", "__user", "__item"
#: Whether a row can be judged; why it cannot, in words; and what is to be known of it.
CAN, FAULT, NOTE = "__can", "__fault", "__note"
OWN = (LINE, PLACE, USER, ITEM, CAN, FAULT, NOTE)
#: The one column of a text without a name for it.
ID = "id"
#: Column with the number of events of a shopper of a log.
EVENTS = "__events"
NEW = to_say("new shopper: scored without a history")
UNKNOWN = to_say("unknown item: it is not in this shop")
_MALFORMED = "concat_ws(': ', 'not a row', reason, left(line, 200))"
_MOST_FAULTS = 5  # that are told of one shopper


@dataclass(frozen=True)
class Upload:
    """A file of texts: its columns and lines of data, and the files or sheets beside it that are not read."""

    con: duckdb.DuckDBPyConnection
    piece: Piece
    columns: tuple[str, ...]
    lines: int
    beside: tuple[str, ...] = ()
    table: str = "raw"  # that the lines of the file are in
    floats: frozenset[str] = frozenset()  # columns whose ids became floats, 17850.0
    notes: tuple[str, ...] = ()  # what a person should know of how it was read

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.piece.name

    @property
    def source(self) -> Source:
        """The file as an import knows it."""
        return Source(self.name, self.columns, self.lines)

    def values(self, column: str) -> list[str]:
        """Return the different values of a column, blank ones left out."""
        found = self.con.execute(
            f"SELECT DISTINCT {quote(column)} AS value FROM {self.table} WHERE trim({quote(column)}) <> '' "
            "ORDER BY value"
        ).fetchall()
        return [row[0] for row in found]

    def naming(self, known: Mapping[str, Callable[[Sequence[str]], Collection[str]]]) -> Upload:
        """Return the list with its ids alike to those of imports.

        Parameters
        ----------
        known
            Column of ids → which of some ids the shop has. A column of floats stays so where the shop has one of them.
        """
        floats = ids.floats(self.con, {column: quote(column) for column in known}, table=self.table)
        kept = {column for column in floats if known[column]([id for id in self.ids(column) if ".0" in id])}
        return replace(self, floats=self.floats | (floats - kept))

    def ids(self, column: str) -> list[str]:
        """Return the different ids of a column, as an import would read them."""
        id = self._id(column)
        found = self.con.execute(
            f"SELECT DISTINCT {id} AS id FROM {self.table} WHERE {id} IS NOT NULL ORDER BY id"
        ).fetchall()
        return [row[0] for row in found]

    def id_texts(self, column: str) -> pd.Series[str]:
        """Return the ids of a column, as an import would read them, line by line."""
        return self.con.execute(f"SELECT {self._id(column)} AS id FROM {self.table} ORDER BY {ROW}").df()["id"]

    def _id(self, column: str) -> str:
        return ids.alike(quote(column), column in self.floats)

    def told(self, name: str) -> list[str]:
        """Return the different values that the lines of a log have of a canonical column."""
        found = self.con.execute(f"SELECT DISTINCT {name} FROM lines WHERE {name} IS NOT NULL ORDER BY {name}")
        return [row[0] for row in found.fetchall()]

    def texts(self, column: str) -> pd.Series[str]:
        """Return a column as it is in the file, line by line."""
        return self.con.execute(f"SELECT {quote(column)} AS value FROM {self.table} ORDER BY {ROW}").df()["value"]

    def head(self, lines: int) -> pd.DataFrame:
        """Return the first lines that are rows, as they are in the file."""
        return self.con.execute(f"SELECT {self._texts()} FROM {self.table} ORDER BY {ROW} LIMIT {lines}").df()

    # ---- rows to be judged ---------------------------------------------------------

    def list_rows(
        self, user: str, item: str | None, known_users: Sequence[str], known_items: Sequence[str]
    ) -> None:
        """Make ``listed`` of the lines as they are: pairs, or shoppers where ``item`` is None."""
        self._ids("known_users", known_users)
        self._ids("known_items", known_items)
        named = self._id(item) if item else "NULL::VARCHAR"
        faults = ["WHEN __broken IS NOT NULL THEN __broken",
                  f"WHEN coalesce(trim({USER}), '') = '' THEN 'no shopper is named'"]  # fmt: skip
        if item:
            faults += [f"WHEN coalesce(trim({ITEM}), '') = '' THEN 'no item is named'",
                       f"WHEN {ITEM} NOT IN (FROM known_items) THEN {literal(UNKNOWN)}"]  # fmt: skip
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE listed AS
            WITH texts AS (
                SELECT {ROW}, NULL::VARCHAR AS __broken, {self._id(user)} AS {USER}, {named} AS {ITEM}, {self._texts()}
                FROM raw
                UNION ALL BY NAME SELECT {ROW}, {_MALFORMED} AS __broken FROM malformed
            ),
            numbered AS (
                SELECT row_number() OVER (ORDER BY {ROW}) - 1 AS {LINE}, * EXCLUDE ({ROW}, __broken),
                       CASE {" ".join(faults)} END AS {FAULT}
                FROM texts
            ),
            noted AS (
                SELECT *, {FAULT} IS NULL AS {CAN},
                       CASE WHEN {FAULT} IS NULL AND {USER} NOT IN (FROM known_users) THEN {literal(NEW)} END AS {NOTE},
                       min({LINE}) OVER (PARTITION BY {USER}) AS __first
                FROM numbered
            )
            SELECT row_number() OVER (ORDER BY __first, {LINE}) - 1 AS {PLACE}, * EXCLUDE (__first) FROM noted
            ORDER BY {PLACE}
        """)

    def list_shoppers(self, rest: Sequence[str]) -> None:
        """Make ``listed`` of the shoppers of a log that ``type`` has understood; lines of nobody stand for themselves.

        Parameters
        ----------
        rest
            Columns that say nothing of events: they are there with the first value that a shopper has.
        """
        others = [quote(column) for column in rest]
        texts = "".join(f", given.{one}" for one in others)
        first = "".join(f", arg_min({one}, __at) FILTER (trim({one}) <> '') AS {one}" for one in others)
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE listed AS
            WITH told AS (
                SELECT {ROW} AS __at, lines.{Col.USER} AS {USER}{texts},
                       CASE WHEN lines.fault IS NOT NULL
                            THEN concat_ws(': ', faults.column_name, faults.reason) END AS __why
                FROM {self.table} AS given JOIN lines USING ({ROW}) LEFT JOIN faults ON lines.fault = faults.fault
                UNION ALL BY NAME SELECT {ROW} AS __at, {_MALFORMED} AS __why FROM malformed
            ),
            people AS (
                SELECT min(__at) AS __first, {USER}, count(*) FILTER (__why IS NULL) AS {EVENTS},
                       count(__why) AS __faults,
                       list('row ' || __at || ': ' || __why ORDER BY __at) FILTER (__why IS NOT NULL) AS __whys{first}
                FROM told GROUP BY {USER}, CASE WHEN {USER} IS NULL THEN __at END
            )
            SELECT row_number() OVER (ORDER BY __first) - 1 AS {PLACE}, {PLACE} AS {LINE}, {USER},
                   NULL::VARCHAR AS {ITEM}, {EVENTS} > 0 AS {CAN}, NULL::VARCHAR AS {NOTE},
                   nullif(array_to_string(__whys[:{_MOST_FAULTS}], '; ') || CASE WHEN __faults > {_MOST_FAULTS}
                          THEN '; and ' || (__faults - {_MOST_FAULTS}) || ' more' ELSE '' END, '') AS {FAULT},
                   * EXCLUDE ({USER}, __first, __faults, __whys)
            FROM people ORDER BY {PLACE}
        """)

    def rows(self, start: int, stop: int, by: str = PLACE) -> pd.DataFrame:
        """Return the rows of ``listed`` that are numbered from ``start`` to before ``stop``, in that order."""
        return self.con.execute(
            f"SELECT * FROM listed WHERE {by} >= $start AND {by} < $stop ORDER BY {by}", {"start": start, "stop": stop}
        ).df()

    def total(self) -> int:
        """Return how many rows ``listed`` has."""
        return int(self.con.execute("SELECT count(*) FROM listed").fetchall()[0][0])

    def counts(self) -> tuple[int, int, dict[str, int]]:
        """Return how many rows can be judged, of how many shoppers, and how many cannot, by the reason."""
        rows, users = self.con.execute(
            f"SELECT count(*), count(DISTINCT {USER}) FROM listed WHERE {CAN}"
        ).fetchall()[0]
        # What a broken line said stands behind its reason, and is no part of it.
        faults = self.con.execute(
            f"SELECT array_to_string(string_split({FAULT}, ': ')[:2], ': '), count(*) FROM listed "
            f"WHERE {FAULT} IS NOT NULL GROUP BY ALL ORDER BY 2 DESC, 1"
        ).fetchall()
        return int(rows), int(users), dict(faults)

    # ---- logs ----------------------------------------------------------------------

    def type(self, mapping: Mapping[str, str], clock: Clock = UTC, layout: Layout | None = None) -> Upload:
        """Understand the lines as events, as an import would, and return the list as it is then.

        Parameters
        ----------
        mapping
            What the columns and the words for what was done mean, as ``grammar`` has it; without a layout.
        clock
            How times are written.
        layout
            How a preset reads it; the file's columns are then called as the preset calls them.

        Raises
        ------
        AmbiguousDates
            When the dates may be day-first and month-first.
        """
        if layout is None:
            layout, said = grammar.unfolding(load_preset(None).logs[0], mapping, self.columns), mapping
            table, columns = unfolded(self.con, layout, self.columns)
            read = replace(self, table=table)
        else:
            source, said = staged(self.con, self.piece, layout), {}
            table, columns = unfolded(self.con, layout, source.columns)
            read = replace(self, columns=source.columns, lines=source.lines, table=table)
        known = meaning(self.name, columns, layout, said, clock)
        type_lines(self.con, known.events, {}, {}, known.layout.rejects, known.clock)
        called = {name: column for name, column in mapping.items()
                  if name in EVENT_INPUTS and not column.startswith(CONSTANT)}  # fmt: skip
        self.con.execute(
            "UPDATE faults SET column_name = list_extract($columns, list_position($names, column_name)) "
            "WHERE list_contains($names, column_name)", {"names": [*called], "columns": [*called.values()]},
        )
        return read

    def events(self) -> pd.DataFrame:
        """Return the lines that are events, in canonical columns and in order of time."""
        return self.con.execute(
            f"SELECT {', '.join(EVENT_INPUTS)}, {ROW} AS source_row FROM lines WHERE fault IS NULL ORDER BY ts, {ROW}"
        ).df()

    def faults(self) -> dict[str, int]:
        """Return why lines are no events, and how many are not, the most frequent reason first."""
        found = self.con.execute(
            "SELECT concat_ws(': ', column_name, reason) AS why, count(*) FROM ("
            "SELECT column_name, reason FROM lines JOIN faults USING (fault) UNION ALL "
            "SELECT NULL, reason FROM malformed) GROUP BY why ORDER BY count(*) DESC, why"
        ).fetchall()
        return dict(found)

    # ---- results -------------------------------------------------------------------

    def gather(self, files: Sequence[Path], ranked: bool) -> None:
        """Make ``found`` of the parts of a result; ``ranked`` numbers each shopper's items, the likeliest first."""
        places = ", ".join(literal(str(file)) for file in files)
        rank = (
            f", CASE WHEN p_click IS NOT NULL THEN dense_rank() OVER (PARTITION BY {USER} ORDER BY p_click DESC "
            "NULLS LAST) END AS rank" if ranked else ""
        )  # fmt: skip
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE found AS SELECT * EXCLUDE ({USER}){rank} "
            f"FROM read_parquet([{places}], union_by_name = true) ORDER BY {LINE}"
        )

    def found(self, start: int, stop: int) -> pd.DataFrame:
        """Return what was found of the rows numbered from ``start`` to before ``stop`` in the result."""
        return self.con.execute(
            f"SELECT * FROM found WHERE {LINE} >= $start AND {LINE} < $stop ORDER BY {LINE}",
            {"start": start, "stop": stop},
        ).df()

    def _ids(self, name: str, ids: Sequence[str]) -> None:
        self.con.register("given", pd.DataFrame({"id": pd.Series(list(ids), dtype=str)}))
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT id::VARCHAR AS id FROM given")
        self.con.unregister("given")

    def _texts(self) -> str:
        return ", ".join(map(quote, self.columns))


@contextmanager
def opened(file: Path, alone: Callable[[str], bool] | None = None) -> Iterator[Upload]:
    """Stage a file, of any kind that an import reads, while the block runs; of several sheets or files the first.

    Parameters
    ----------
    alone
        Says whether the first line of a text of one column is a name for it; without it, such a text is no table.

    Raises
    ------
    InputError
        When the file is missing, empty, or not a table.
    """
    import duckdb

    con = duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False})
    try:
        first, *others = expand(file)
        source = _staged(con, first, alone)
        beside = tuple(one.name for one in others)
        yield Upload(con, first, source.columns, source.lines, beside, notes=source.form.notes)
    finally:
        con.close()


def _staged(con: duckdb.DuckDBPyConnection, piece: Piece, alone: Callable[[str], bool] | None) -> Source:
    """Stage a table; or a text that has one value in each line, of which the first may be a name."""
    try:
        return stage(con, piece)
    except NoTable:
        if alone is None:
            raise
    source = stage(con, piece, Reading(header=(ID,), member=piece.member))
    ((head,),) = con.execute(f"SELECT {ID} FROM raw ORDER BY {ROW} LIMIT 1").fetchall() or [("",)]
    if alone is None or not alone(str(head)) or source.lines < 2:
        return source
    con.execute(f"DELETE FROM raw WHERE {ROW} = 1")
    for table in ("raw", "malformed"):
        con.execute(f"UPDATE {table} SET {ROW} = {ROW} - 1")
    con.execute(f"ALTER TABLE raw RENAME COLUMN {ID} TO {quote(str(head).strip())}")
    return replace(source, columns=(str(head).strip(),), lines=source.lines - 1)
