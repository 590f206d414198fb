"""Which of a file's columns fits which of ours best, each used once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.language import Sayings, say
from core.records import ColumnGuess
from core.schema import EXCEL, Col
from core.store import naming
from core.store.connect import quote
from core.store.seen import Seen
from core.store.times import SLIPS, counted_days, orders

if TYPE_CHECKING:
    import duckdb

#: How sure values alone can make, without a telling name: nearly all of them, of the one such column; or else.
_ONLY, _LIKELY = 0.9, 0.7
_FITTING = 0.95
_LEAST = 0.3
_SAID = Sayings({
    Col.TS: "Its values are dates and times.", Col.TYPE: "Its values are words for what shoppers do.",
    Col.PRICE: "Its values are numbers.", Col.QUANTITY: "Its values are whole numbers.",
    Col.TITLE: "Its values are names.",
})  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """A column of the file that may be one of ours."""

    seen: Seen
    name: float  # how much its name says so
    fit: float  # how well its values fit

    @property
    def confidence(self) -> float:
        """How sure it is, from 0 to 1."""
        return self.name * self.fit

    def said(self, name: str, confidence: float | None = None, why: str = "") -> ColumnGuess:
        """Return the guess as it is shown."""
        sure = self.confidence if confidence is None else confidence
        return ColumnGuess(str(name), self.seen.column, round(sure, 2), self.seen.samples, why or self._why(name))

    def _why(self, name: str) -> str:
        if self.name in (_ONLY, _LIKELY):
            said = say("Its name does not say it, but its values do.")
        elif self.name > 0.85:
            said = say("Its name says it.")
        else:
            said = say("Its name suggests it.") if self.name > 0.6 else say("No other column fits better.")
        values = _SAID.get(Col(name.split(".")[-1]), "") if self.fit > 0.8 else say("Its values do not quite fit.")
        return f"{said} {values}".strip()


class Clues:
    """What is known of a file: its name, and what was seen in each of its columns."""

    def __init__(self, con: duckdb.DuckDBPyConnection, file: str, seen: Sequence[Seen]) -> None:
        self.con, self.file, self.seen = con, file, seen
        self.columns = {one.column: one for one in seen}

    def assigned(self, ours: Iterable[str]) -> dict[str, Guess]:
        """Return the best column for each of ours, the surest choice first; no column is used twice."""
        only = sum(naming.fits(Col.TS, seen) > _FITTING for seen in self.seen) == 1
        guesses = [(name, _guess(name, seen, only)) for name in ours for seen in self.seen]
        pairs = [(name, guess) for name, guess in guesses if guess.confidence >= _LEAST]
        pairs.sort(key=lambda pair: (-round(pair[1].confidence, 4), pair[1].seen.place))
        found: dict[str, Guess] = {}
        used: set[str] = set()
        for name, guess in pairs:
            if name not in found and guess.seen.column not in used:
                found[str(name)] = guess
                used.add(guess.seen.column)
        return found

    def nameless_ids(self, used: Collection[str]) -> list[Seen]:
        """Return the columns without a name that look like ids, in their order."""
        return [
            seen for seen in self.seen
            if naming.nameless(seen.column) and seen.column not in used and seen.different > 1
            and seen.filled > 0.9 and naming.fits(Col.USER, seen) == 1 and seen.moment < 0.5
            and not (seen.place == 0 and seen.unique == 1 and seen.whole == 1)  # a running number
        ]

    def behind(self, columns: Iterable[ColumnGuess], name: str) -> list[Seen]:
        """Return the columns of the file that a guess is made of."""
        sources = [guess.source for guess in columns if guess.name == name]
        parts = [part for source in sources for part in (source, *source.split(" + "))]
        return [self.columns[part] for part in dict.fromkeys(parts) if part in self.columns]

    def order(self, source: str) -> tuple[str | None, bool]:
        """Return whether days or months come first in a column's dates, and whether it could be otherwise.

        Numbers that may be days as spreadsheets count them are taken for that, and never for sure.
        """
        column = source.split(" + ")[0] if source not in self.columns else source
        seen = self.columns.get(column)
        if seen is not None and seen.counted == 1:
            counted = counted_days(self.con, f"raw.{quote(column)}") is not None
            return (EXCEL, True) if counted else (None, False)
        if seen is None or seen.moment < 0.5 or seen.epoch > 0.5:
            return None, False
        found = orders(self.con, f"raw.{quote(column)}")
        less, more = sorted((found.day_first, found.month_first))
        if not more:
            return None, found.either > 0
        return ("dmy" if found.day_first > found.month_first else "mdy"), less * SLIPS > more


def _guess(name: str, seen: Seen, only: bool) -> Guess:
    """Guess by name and values; ``only`` says whether no other column of the file holds times."""
    by_name, fit = naming.named(name, seen.column), naming.fits(name, seen)
    if name == Col.TS and fit > _FITTING:
        by_name = max(by_name, _ONLY if only else _LIKELY)
    if name == Col.TYPE and fit > _FITTING and seen.known > 0.5:
        by_name = max(by_name, _ONLY if seen.known > 0.9 else _LIKELY)
    return Guess(seen, by_name, fit)
