"""From asks to words: fetches histories and facts of fit, and writes them by the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.language import speaking, spoken
from core.store import history as past
from core.store import pictures
from core.store.words import dull_words
from core.text.taste import Taste
from core.text.template import Template, place_words, texts_of
from core.text.words import Words

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Asks that are fetched by one query.
CHUNK = 2000
#: Alters the rows of a shopper's events and of how items suit her, before they are written.
Alter = Callable[[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]],
                 tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True)
class Written:
    """The words of one ask: a shopper at a moment, and the items asked about."""

    ask_id: int
    history: Words
    candidates: tuple[Words, ...]
    fits: tuple[Mapping[str, Any], ...]  # rows of store.history.fit, one for each candidate
    summary: Mapping[str, Any]  # row of store.history.summary


class Writer:
    """Writes words for a workspace's version.

    Parameters
    ----------
    reader
        Where the past is read.
    template
        How it is written.
    """

    def __init__(self, reader: Reader, template: Template) -> None:
        self.reader = reader
        self.template = template
        self._dull = dull_words(reader)
        self._photos = pictures.words(reader)

    def write(
        self, asks: pd.DataFrame, pairs: pd.DataFrame | None = None, alter: Alter | None = None
    ) -> list[Written]:
        """Write each ask, in the order given.

        Parameters
        ----------
        asks
            ``ask_id`` (unique), ``user_id``, ``as_of``.
        pairs
            ``ask_id, item_id`` and, where known, ``slot, position``; in the order wanted.
        alter
            What is otherwise than in the log.
        """
        with speaking(spoken()):  # asked once, not for each of the many words
            return [written for start in range(0, len(asks), CHUNK)
                    for written in self._chunk(asks.iloc[start : start + CHUNK], pairs, alter)]

    def _chunk(self, asks: pd.DataFrame, pairs: pd.DataFrame | None, alter: Alter | None) -> list[Written]:
        asks = asks[["ask_id", "user_id", "as_of"]]
        events = _by_ask(past.history(self.reader, asks))
        summaries = {row["ask_id"]: row for row in _rows(past.summary(self.reader, asks))}
        fits, places = self._fits(asks, pairs)
        if alter is not None:
            for ask in asks["ask_id"].tolist():
                altered = alter(events.get(ask, []), fits.get(ask, []))
                events[ask], fits[ask] = ([dict(row) for row in rows] for rows in altered)
        self.template.cache.learn(text for rows in events.values() for text in texts_of(rows))
        self.template.cache.learn(fit["title"] or fit["item_id"] for rows in fits.values() for fit in rows)
        return [
            self._one(ask, summaries.get(ask), events.get(ask, []), fits.get(ask, []), places.get(ask, []))
            for ask in asks["ask_id"].tolist()
        ]

    def _fits(
        self, asks: pd.DataFrame, pairs: pd.DataFrame | None
    ) -> tuple[dict[int, list[dict[str, Any]]], dict[int, list[str]]]:
        if pairs is None or pairs.empty:
            return {}, {}
        asked = pairs.merge(asks, on="ask_id", how="inner", suffixes=("_pair", ""))
        asked["pair_id"] = range(len(asked))
        fits = past.fit(self.reader, asked[["pair_id", "ask_id", "user_id", "item_id", "as_of"]])
        places: dict[int, list[str]] = {}
        if "slot" in asked:
            for row in _rows(asked[["ask_id", "slot", "position"]]):
                places.setdefault(row["ask_id"], []).append(place_words(row["slot"], row["position"]))
        return _by_ask(fits), places

    def _one(
        self,
        ask: int,
        summary: Mapping[str, Any] | None,
        events: Sequence[Mapping[str, Any]],
        fits: Sequence[Mapping[str, Any]],
        places: Sequence[str],
    ) -> Written:
        words = self.template.history(summary, events)
        taste = Taste(events, self._dull)
        fits = [{**fit, "style": taste.style(fit), "photo": self._photos.get(fit["item_id"])} for fit in fits]
        where = places or [""] * len(fits)
        candidates = tuple(
            self.template.candidate(fit, words, taste, place) for fit, place in zip(fits, where, strict=True)
        )
        return Written(ask, words, candidates, tuple(fits), summary or {})


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, with None for everything that is missing."""
    plain = frame.astype(object)
    columns = {name: [None if gone else value for value, gone in zip(plain[name], _missing(plain[name]), strict=True)]
               for name in plain}
    names = [str(name) for name in columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _missing(column: pd.Series[Any]) -> list[bool]:
    return [value is None or value is pd.NA or value is pd.NaT or value != value
            if not isinstance(value, (list, str)) and not hasattr(value, "__len__") else False
            for value in column]


def _by_ask(frame: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in _rows(frame):
        grouped.setdefault(row["ask_id"], []).append(row)
    return grouped
