"""Answers a need that is said in words, turn by turn, from the search and the model alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.assist.choices import choices
from core.assist.reasons import offer
from core.assist.records import Choice, Offer, Reply
from core.assist.turns import Turn, turned, wordless
from core.assist.wording import answer
from core.errors import InputError
from core.language import Sayings, say, to_say
from core.schema import Kind
from core.search.query import Query, understand

if TYPE_CHECKING:
    from core.search.bounds import Kept
    from core.search.meaning import Meaning
    from core.search.personal import Person
    from core.search.searcher import Looked, Searcher

_NOTHING = to_say("Nothing is asked for. Say what is needed, for example: waterproof trail shoes under 80")

#: Where items of the kind that is asked for do not have the words.
_NONE_SAYS = Sayings({
    Kind.PRODUCT: "No product says “{words}”, so others are shown.",
    Kind.ARTICLE: "No article says “{words}”, so others are shown.",
    Kind.VIDEO: "No video says “{words}”, so others are shown.",
    Kind.AD: "No ad says “{words}”, so others are shown.",
})

_NEW = to_say("Nothing is all of that together, so this is taken for a new need: bounds said before no longer count.")


class Assistant:
    """Answers about one version of the data. May be used by many threads.

    Parameters
    ----------
    searcher
        Finds items.
    as_of
        Prices, popularity and the shopper's past are as of then.
    meaning
        Gives what finds by meaning, or None.
    """

    def __init__(self, searcher: Searcher, as_of: datetime, meaning: Callable[[], Meaning | None]) -> None:
        self._searcher, self._as_of, self._meaning = searcher, as_of, meaning

    def reply(self, said: str, before: Reply | None = None, person: Person | None = None, k: int = 4) -> Reply:
        """Answer what was said.

        Parameters
        ----------
        before
            The answer that it follows.
        person
            For whom items are ordered.
        k
            Items that are offered at most.

        Raises
        ------
        InputError
            When nothing is asked for.
        """
        if k < 1:
            raise InputError(say("At least one item must be asked for, not {k}.", k=k))
        need = "" if before is None else before.need
        prices = [] if before is None else [one.hit.price for one in before.offers if one.hit.price is not None]
        turn = turned(need, said, self._searcher.names, prices)
        if not turn.need:
            raise InputError(say(_NOTHING))
        query, looked, notes = self._looked(turn)
        if turn.need == need and not turn.notes:
            notes = [*notes, say("That changes nothing of what is looked for.")]
        offers = self._offers(query, looked, person, k)
        all_of_it = bool(looked.kept.well.any()) and not looked.kept.gone and not any(one.lacks for one in offers[:1])
        shown = [one.hit.price for one in offers if one.hit.price is not None]
        return Reply(
            said, query.text, query.parts, notes, answer(query, offers, _many(looked), all_of_it), offers,
            self._choices(query, looked, shown), _many(looked) if offers else 0,
            person.user_id if person else None, person.model if person else None,
        )  # fmt: skip

    def _looked(self, turn: Turn) -> tuple[Query, Looked, list[str]]:
        """Look for the need; where nothing is all of it, for what was said last alone, if that finds anything."""
        query, looked, notes = self._look(turn.need)
        if turn.alone and (looked.kept.gone or not looked.kept.well.any()):
            alone = self._look(turn.alone)
            if alone[1].kept.well.any() and not alone[1].kept.gone:
                return alone[0], alone[1], [*alone[2], say(_NEW)]
        return query, looked, [*turn.notes, *notes]

    def _look(self, need: str) -> tuple[Query, Looked, list[str]]:
        """Look for a need; where no item of the kind that is asked for has its words, for such items without them."""
        looked = self._find(need)
        query, notes = looked.query, looked.notes
        rest = wordless(need, self._searcher.names) if "kind" in looked.kept.gone else ""
        if rest and query.words:
            other = self._find(rest)
            if not other.kept.gone:
                lacking = _NONE_SAYS[Kind(str(query.kind))].format(words=query.words)
                looked, notes = other, [*notes, lacking]
        return query, looked, [*notes, *looked.kept.notes]

    def _find(self, need: str) -> Looked:
        return self._searcher.look(need, self._as_of, self._meaning(), strict=True)

    def _offers(self, query: Query, looked: Looked, person: Person | None, k: int) -> list[Offer]:
        """Return the first items, those that have most of the words before others."""
        rows = [row for row in looked.order if looked.matching[row]] or list(looked.order)
        _, hits = self._searcher.ranked(looked, rows, self._as_of, person)
        popularity = looked.shelf["popularity"].to_numpy(dtype=float)
        first = popularity[rows] == popularity[rows].max(initial=0.0)
        most = rows[int(np.argmax(first))] if len(rows) > 1 and np.count_nonzero(first) == 1 else None
        places = self._searcher.rows.get_indexer(pd.Index([hit.item_id for hit in hits], dtype=object))
        baskets = person is not None and person.baskets
        offers = [offer(hit, looked.shelf.iloc[row], query, row == most, baskets)
                  for hit, row in zip(hits, places, strict=True)]  # fmt: skip
        return sorted(offers, key=lambda one: len(one.lacks))[:k]

    def _choices(self, query: Query, looked: Looked, prices: Sequence[float]) -> list[Choice]:
        names, found = self._searcher.names, bool(looked.kept.well.any())

        def ask(said: str) -> tuple[int, bool]:
            need = turned(query.text, said, names, prices).need
            kept = self._kept(need, looked)
            if kept is not None and "kind" in kept.gone:
                kept = self._kept(wordless(need, names), looked)
            if kept is None or kept.gone:
                return 0, False
            return int(np.count_nonzero(kept.well if found else kept.allowed & looked.matching)), True

        return choices(query, looked, self._searcher.coloured, self._searcher.kinds, ask)

    def _kept(self, need: str, looked: Looked) -> Kept | None:
        query = understand(need, self._searcher.names)
        return self._searcher.kept(query, looked.shelf, strict=True) if need else None


def _many(looked: Looked) -> int:
    return int(np.count_nonzero(looked.matching))
