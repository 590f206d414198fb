"""Terms: what a text says field by field, as keys that a glossary can look up.

A term is a word of a field ("taste: mostly") or a field's whole phrase ("taste: category mostly"). What a term says
does not depend on its neighbours, so that its meaning can be learned from every line in which it occurs.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.text.fit import SUMMARY
from core.text.words import Words

#: The key of nothing.
NOTHING = 0
#: Fields whose phrases are as many as there are items: their words alone are terms.
_FREE = frozenset({"title"})


class Terms(NamedTuple):
    """The terms of one sequence of tokens.

    Attributes
    ----------
    keys
        int64 ``[F]``, the same for the same field and tokens everywhere; never ``NOTHING``.
    starts, stops
        int32 ``[F]``: a term is there while all tokens from its start to before its stop are.
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]

    def present(self, keep: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Keys of the terms whose tokens are all kept.

        Parameters
        ----------
        keep
            bool, one for each token; None keeps all.
        """
        if keep is None:
            return self.keys
        return np.asarray(self.keys[self.there(keep[None])[0]])

    def there(self, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which terms are there under each mask: bool ``[n, length]`` to ``[n, F]``."""
        kept = np.pad(np.cumsum(keep, axis=1, dtype=np.int32), ((0, 0), (1, 0)))
        return np.asarray(kept[:, self.stops] - kept[:, self.starts] == self.stops - self.starts)


NONE = Terms(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))


def terms(words: Words) -> Terms:
    """Terms of an item's words, or of the line that sums a shopper up: her single events have none."""
    summaries = {event.index for event in words.events if event.event_type == SUMMARY}
    keys, starts, stops = list[int](), list[int](), list[int]()
    ids = words.ids.tolist()
    for span in words.spans:
        if words.events and span.event not in summaries:
            continue
        whose = "past " if words.events else ""
        for key, start, stop in _of_phrase(whose + span.field, tuple(ids[span.start : span.stop])):
            keys.append(key)
            starts.append(span.start + start)
            stops.append(span.start + stop)
    return Terms(np.array(keys, dtype=np.int64), np.array(starts, dtype=np.int32), np.array(stops, dtype=np.int32))


@lru_cache(maxsize=100_000)
def _of_phrase(field: str, ids: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    """Key, start and stop of each word of a phrase and, last, of the whole where that is more than a word."""
    words = [(key(field, ids[i : i + 1]), i, i + 1) for i in range(len(ids))]
    whole = [(key(field, ids), 0, len(ids))] if len(ids) > 1 and field not in _FREE else []
    return (*words, *whole)


def key(field: str, ids: tuple[int, ...]) -> int:
    """64 bits for a field and its tokens, the same on every machine."""
    digest = blake2b(f"{field} {ids}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True) or 1
