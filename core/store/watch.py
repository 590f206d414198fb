"""Long work of the database, watched: how far it is, how long it will take, and stopped when a person cancels."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import duckdb

    from core.records import Progress

#: Seconds between two looks at the work.
_LOOK = 0.25
#: Shares of the work, and seconds, before which nobody can say how long the rest takes.
_TELLING, _SURE = 0.05, 2.0

Result = TypeVar("Result")


def watched(
    con: duckdb.DuckDBPyConnection, progress: Progress, share: tuple[float, float], message: str,
    work: Callable[[], Result],
) -> Result:
    """Do work on a connection while ``progress`` is told of it, in the thread that calls.

    Parameters
    ----------
    share
        Progress of the whole at which the work begins and ends.
    message
        What is being done; how long the rest of it takes is said behind it where that is known.

    Raises
    ------
    Cancelled
        When ``progress`` says so; the work has ended then.
    """
    start, stop = share
    progress(start, message)
    began = time.monotonic()
    con.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    with ThreadPoolExecutor(1, "import") as pool:
        doing = pool.submit(work)
        try:
            while True:
                try:
                    return doing.result(_LOOK)
                except TimeoutError:
                    if doing.done():
                        raise
                done = min(1.0, max(0.0, con.query_progress() / 100))
                progress(start + done * (stop - start), message + _left(done, time.monotonic() - began))
        except BaseException:
            _stop(con, doing)
            raise


def _stop(con: duckdb.DuckDBPyConnection, doing: Future[Result]) -> None:
    while not doing.done():
        con.interrupt()  # a query that begins after this goes on: until the work ends, again
        time.sleep(0.05)


def _left(done: float, seconds: float) -> str:
    if done < _TELLING or done >= 1 or seconds < _SURE:
        return ""
    return f", {duration(seconds * (1 - done) / done)} left"


def duration(seconds: float) -> str:
    """Say a time as a person would: “40 seconds”, “3 minutes”.

    Examples
    --------
    >>> duration(41), duration(200), duration(0.3)
    ('40 seconds', '3 minutes', '1 second')
    """
    for size, name in ((3600, "hour"), (60, "minute")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {name}s"
    whole = max(1, round(seconds)) if seconds < 10 else round(seconds / 5) * 5
    return f"{whole} second{'s' if whole > 1 else ''}"


def rate(lines: int, seconds: float) -> str:
    """Say how fast lines were read.

    Examples
    --------
    >>> rate(3_000_000, 2.0)
    '1,500,000 lines a second'
    """
    return f"{lines / max(seconds, 1e-3):,.0f} lines a second"
