"""A line in which those who ask wait for their turn, some at a time, and are told how many are before them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

#: Called with how many are before the one who waits; with 0 once the turn has come.
Told = Callable[[int], None]
#: Seconds between two words to those who wait, whether anything changed or not: whoever left is noticed then.
_EVERY = 1.0
_told: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def told(tell: Told | None) -> Iterator[None]:
    """Let whoever waits in a line, in this thread, be told. What ``tell`` raises ends the wait."""
    token = _told.set(tell)
    try:
        yield
    finally:
        _told.reset(token)


class Line:
    """First come, first served, at most so many at once. Who waits holds no more than a ticket.

    Parameters
    ----------
    together
        How many are served at once.
    """

    def __init__(self, together: int) -> None:
        self._together = together
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._inside = self._changes = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a turn, and have it as long as the context lasts, however it ends.

        In a turn, other lines are waited in without a word: who was told that the turn has come need not know of them.
        """
        tell = _told.get()
        waited = self._wait(tell)
        try:
            if waited and tell is not None:
                tell(0)
            with told(None):
                yield
        finally:
            with self._changed:
                self._inside -= 1
                self._notify()

    def _wait(self, tell: Told | None) -> bool:
        """Wait until there is a place, and take it; return whether that took a wait."""
        ticket, waited = object(), False
        with self._changed:
            self._waiting.append(ticket)
        try:
            while not self._entered(ticket):
                with self._changed:
                    seen, before = self._changes, self._waiting.index(ticket) + self._inside
                if tell is not None:
                    tell(before)
                waited = True
                with self._changed:
                    self._changed.wait_for(partial(self._moved, seen), _EVERY)
        except BaseException:
            with self._changed:
                self._waiting.remove(ticket)
                self._notify()
            raise
        return waited

    def _moved(self, seen: int) -> bool:
        return self._changes != seen

    def _entered(self, ticket: object) -> bool:
        with self._changed:
            if self._waiting[0] is not ticket or self._inside >= self._together:
                return False
            self._waiting.popleft()
            self._inside += 1
            self._notify()
            return True

    def _notify(self) -> None:
        self._changes += 1
        self._changed.notify_all()
