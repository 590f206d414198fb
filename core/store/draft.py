"""The version that an import is making: what it was asked for, and its books."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from core.language import say_many
from core.records import FileReport, Progress
from core.store import accounts, versions
from core.store.preset import Preset
from core.store.reading import Piece, Source
from core.store.times import Clock
from core.store.watch import Course, watched

if TYPE_CHECKING:
    import duckdb

    from core.store.accept import Counted

#: What parts the items and users files that are given beside a preset's play.
ITEMS, USERS = "items", "users"
Result = TypeVar("Result")


@dataclass(frozen=True)
class Request:
    """What is to be imported and how it is to be read."""

    events: Sequence[Path]
    items: Sequence[Path]
    users: Sequence[Path]
    preset: Preset
    mapping: Mapping[str, str]
    generated: bool
    clock: Clock
    files: Mapping[str, Sequence[Path]]
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def own_of(self, piece: Piece) -> Mapping[str, str]:
        """What is said of the columns of one file alone."""
        return self.own.get(str(piece), {})

    def mapping_of(self, piece: Piece) -> dict[str, str]:
        """What is said of the columns of one file: of it alone, and else of all."""
        return {**self.mapping, **self.own_of(piece)}

    def clock_of(self, piece: Piece) -> Clock:
        """How the times of one file are written."""
        order = self.orders.get(str(piece))
        return replace(self.clock, order=order) if order else self.clock


class Draft:
    """The version that is being made.

    Parameters
    ----------
    has_old
        Whether the version before is attached as ``versions.OLD``.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, version: int, has_old: bool, request: Request, progress: Progress
    ) -> None:
        self.con, self.version, self.has_old = con, version, has_old
        self.request, self.course = request, Course(progress)
        self.next_id = accounts.prepare(con, has_old)
        self.sorted = False  # whether ``events`` is there, in its order
        self.other_columns: list[str] = []  # of the files beside the log
        self.logs: list[FileReport] = []
        self.beside: list[FileReport] = []
        self.reasons: dict[str, int] = {}
        self.notes: list[str] = list(request.preset.notes)
        self.marks: dict[Piece, accounts.Mark] = {}
        self.sources: dict[int, Source] = {}  # those with rejects, by the number of their import

    def watch(self, share: tuple[float, float], message: str, work: Callable[[], Result]) -> Result:
        """Do long work on the connection while a person sees how far it is, and may cancel it."""
        return watched(self.con, self.course, share, message, work)

    def old_events(self) -> str | None:
        """Name the table of the events of earlier imports, if there are any."""
        return f"{versions.OLD}.events" if self.has_old else None

    def note(self, role: str, piece: Piece, source: Source, counted: Counted) -> None:
        """Note what became of a file, under the next number."""
        accounts.check(piece, self.marks[piece])
        report = FileReport(
            source.file, role, source.lines, counted.imported, counted.rejected, counted.duplicates, counted.events
        )
        self._enter(report, piece)
        if counted.told:
            self.notes.append(say_many(
                counted.told,
                "{number} line of {file} is, in all columns that are imported, like one of an earlier file or import, "
                "and counts as there twice. If it is not the same event, map a column that tells the two apart.",
                "{number} lines of {file} are, in all columns that are imported, like some of an earlier file or "
                "import, and count as there twice. If they are not the same events, map a column that tells them "
                "apart.",
                file=source.file,
            ))  # fmt: skip
        self.notes += [note for note in source.form.notes if note not in self.notes]
        if counted.rejected:
            self.sources[self.next_id] = source
        for reason, count in accounts.reasons(self.con, [self.next_id]).items():
            said = reason if self._of_log(role) else f"{source.file}: {reason}"
            self.reasons[said] = self.reasons.get(said, 0) + count
        self.next_id += 1

    def recognise(self, role: str, piece: Piece) -> bool:
        """Note a log that was imported before as it is now, if it was: all of its lines are duplicates."""
        found = accounts.known(self.con, self.marks[piece].fingerprint, piece.name, role)
        if found is None:
            return False
        report, note = found
        self.notes.append(note)
        self._enter(report, piece)
        self.next_id += 1
        return True

    def _enter(self, report: FileReport, piece: Piece) -> None:
        mark, mapping = self.marks[piece], self.request.mapping_of(piece)
        entry = accounts.Entry(self.next_id, self.version, self.request.preset.name, mapping, mark.fingerprint)
        accounts.note(self.con, entry, report)
        (self.logs if self._of_log(report.role) else self.beside).append(report)

    def _of_log(self, role: str) -> bool:
        return role in {layout.role for layout in self.request.preset.logs}
