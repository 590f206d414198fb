"""Long work, watched: how far it is, how fast, how long the rest takes, and stopped when a person cancels.

A step is a query of the database, whose progress it tells itself, or a loop of ours, which tells how far it is.
What is left is said of the whole, and not before it can be known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from core.errors import Cancelled
from core.language import say, say_many

if TYPE_CHECKING:
    import duckdb

    from core.records import Progress

#: Seconds between two looks at the work.
_LOOK = 0.25
#: Shares of the whole, and seconds, before which nobody can say how long the rest takes.
_TELLING, _SURE = 0.05, 2.0

Result = TypeVar("Result")


@dataclass
class _Step:
    """A step of the work that goes on now."""

    message: str  # "" for that of the work
    size: float  # lines, or bytes when it is a loop of ours
    query: bool  # whether it is one query, of so many lines
    takes: float  # its part of what the steps before it left of the work
    began: float = field(default_factory=lambda: time.monotonic())
    share: float = 0.0

    def fast(self) -> str:
        """How fast it goes, where that is known."""
        if not (self.query and self.size and self.share):
            return ""
        return rate(round(self.share * self.size), time.monotonic() - self.began)


@dataclass
class _Pulse:
    """What the thread that works and the one that watches tell each other."""

    step: _Step | None = None
    before: float = 0.0  # share of the work that the steps before take
    cancelled: bool = False

    def place(self) -> float:
        """How far the work is."""
        return self.before + ((1 - self.before) * self.step.takes * self.step.share if self.step else 0)

    def end(self) -> None:
        """Note that a step is over."""
        if self.step:
            self.step.share = 1.0
        self.before, self.step = self.place(), None


class Course:
    """How far the whole of several works is: told without ever falling back, with its speed and what is left of it.

    Attributes
    ----------
    lines
        Lines that were read so far.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress, self._reached, self._began = progress, 0.0, time.monotonic()
        self.lines = 0

    def tell(self, share: float, message: str, fast: str = "") -> None:
        """Tell how far it is, what is being done, and how fast, where that is known better than of the whole."""
        self._reached = max(self._reached, share)
        seconds = time.monotonic() - self._began
        if self._reached >= _TELLING and seconds >= _SURE:
            fast = fast or (rate(self.lines, seconds) if self.lines else "")
            left = duration(seconds * (1 - self._reached) / self._reached)
            message = (say("{said}, {fast}, {left} left", said=message, fast=fast, left=left) if fast else
                       say("{said}, {left} left", said=message, left=left))
        self._progress(self._reached, message)


_PULSE: ContextVar[_Pulse | None] = ContextVar("pulse", default=None)


@contextmanager
def looping(message: str, size: float, takes: float = 0.5) -> Iterator[Callable[[float], None]]:
    """Mark a loop of ours as a step of the work that is watched, if it is; yields what it tells how far it is.

    Parameters
    ----------
    message
        What is being done.
    size
        Bytes, or whatever else is counted up to.
    takes
        The step's part of what the steps before it left of the work.

    Raises
    ------
    Cancelled
        In the loop, when a person cancelled the work.
    """
    pulse = _PULSE.get()
    if pulse is None:
        yield lambda done: None
        return
    step = pulse.step = _Step(message, size, query=False, takes=takes)

    def told(done: float) -> None:
        step.share = min(1.0, done / size) if size else 0.0
        if pulse.cancelled:
            raise Cancelled(say("This was cancelled; nothing half-done was kept."))

    try:
        yield told
    finally:
        pulse.end()


@contextmanager
def querying(lines: int = 0, message: str = "", takes: float = 0.5) -> Iterator[None]:
    """Mark one query as a step of the work that is watched, if it is; of so many lines, where that is known."""
    pulse = _PULSE.get()
    if pulse is None:
        yield
        return
    pulse.step = _Step(message, lines, query=True, takes=takes)
    try:
        yield
    finally:
        pulse.end()


def queries(
    con: duckdb.DuckDBPyConnection, several: Sequence[tuple[float, str, Mapping[str, object]]], after: float = 0.0
) -> None:
    """Ask several queries, each a step of the work.

    Parameters
    ----------
    several
        For each how long it takes beside the others, its SQL and its parameters.
    after
        How long what comes after them takes.
    """
    left = sum(takes for takes, _, _ in several) + after
    for takes, sql, given in several:
        with querying(takes=takes / left):
            con.execute(sql, given)
        left -= takes


def watched(
    con: duckdb.DuckDBPyConnection, course: Course, share: tuple[float, float], message: str,
    work: Callable[[], Result],
) -> Result:
    """Do work on a connection while ``course`` is told of it, in the thread that calls.

    Parameters
    ----------
    share
        Progress of the whole at which the work begins and ends.
    message
        What is being done, where the steps that the work marks do not say it.

    Raises
    ------
    Cancelled
        When a person says so; the work has ended then.
    """
    start, stop = share
    course.tell(start, message)
    con.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    pulse, context = _Pulse(), copy_context()
    context.run(_PULSE.set, pulse)
    with ThreadPoolExecutor(1, "import") as pool:
        doing = pool.submit(context.run, work)
        try:
            while True:
                try:
                    return doing.result(_LOOK)
                except TimeoutError:
                    if doing.done():
                        raise
                course.tell(start + _far(con, pulse) * (stop - start), *_said(pulse, message))
        except BaseException:
            _stop(con, doing, pulse)
            raise


def _far(con: duckdb.DuckDBPyConnection, pulse: _Pulse) -> float:
    step = pulse.step
    if step is not None and not step.query:
        return pulse.place()
    done = min(1.0, max(0.0, con.query_progress() / 100))
    if step is None:
        return pulse.before + (1 - pulse.before) * done
    step.share = max(step.share, done)
    return pulse.place()


def _said(pulse: _Pulse, message: str) -> tuple[str, str]:
    step = pulse.step
    return (step.message or message, step.fast()) if step else (message, "")


def _stop(con: duckdb.DuckDBPyConnection, doing: Future[Result], pulse: _Pulse) -> None:
    pulse.cancelled = True
    while not doing.done():
        con.interrupt()  # a query that begins after this goes on: until the work ends, again
        time.sleep(0.05)


def duration(seconds: float) -> str:
    """Say a time as a person would: “40 seconds”, “3 minutes”.

    Examples
    --------
    >>> duration(41), duration(200), duration(0.3)
    ('40 seconds', '3 minutes', '1 second')
    """
    if seconds >= 5400:
        return say("{hours:.0f} hours", hours=seconds / 3600)
    if seconds >= 90:
        return say("{minutes:.0f} minutes", minutes=seconds / 60)
    whole = max(1, round(seconds)) if seconds < 10 else round(seconds / 5) * 5
    return say_many(whole, "{number} second", "{number} seconds")


def rate(lines: int, seconds: float) -> str:
    """Say about how fast lines were read.

    Examples
    --------
    >>> rate(3_000_000, 2.0), rate(1_234_567, 9.0)
    ('1,500,000 lines a second', '140,000 lines a second')
    """
    return say("{lines:,.0f} lines a second", lines=float(f"{lines / max(seconds, 0.001):.2g}"))
