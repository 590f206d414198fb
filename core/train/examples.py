"""Examples: packs of token ids with what really happened, and the counted features beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.model.predict import Pack
from core.model.writer import CHUNK, Writer, Written
from core.records import TagSpec
from core.store import examples as store
from core.store import features
from core.store import tags as store_tags
from core.text.words import Words
from core.train import people
from core.train.splits import TAG_MOMENTS, moments

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Positives of a basket that are asked about, and days that negatives are drawn from.
BASKET_POSITIVES = 4
RECENT_DAYS = 28


@dataclass(frozen=True)
class Example:
    """One pack, what came of it, and which event each token belongs to (-1: none)."""

    pack: Pack
    clicks: NDArray[np.float32]
    history_owner: NDArray[np.int16]
    candidate_owner: tuple[NDArray[np.int16], ...]
    tags: NDArray[np.float32]


@dataclass(frozen=True)
class ClickSet:
    """Lists or baskets, and a row for each item asked about.

    Attributes
    ----------
    pairs
        ``ask_id, user_id, as_of, item_id, label`` and, for lists, ``impression_id, slot, position``.
    features
        Counted features, a row for each row of ``pairs``.
    """

    examples: list[Example]
    pairs: pd.DataFrame
    features: pd.DataFrame


@dataclass(frozen=True)
class TagSet:
    """Shoppers at moments, with their labels and counted features, row by row."""

    examples: list[Example]
    asks: pd.DataFrame
    labels: pd.DataFrame
    features: pd.DataFrame


def click_set(
    reader: Reader, writer: Writer, start: datetime, stop: datetime, limit: int, seed: int, most: int,
    placeless: float = 0.0,
) -> ClickSet:
    """Lists shown in [start, stop), or baskets with negatives drawn by recent popularity.

    Parameters
    ----------
    limit
        Lists or baskets at most, drawn at random.
    most
        Items of one list at most; clicked ones are kept.
    placeless
        Share of the lists whose words do not say where they were shown. A recommendation often has no place
        yet; the model must know such words too.
    """
    if store.has_lists(reader):
        pairs = _shortened(store.shown_lists(reader, start, stop, limit, seed), most, seed)
    else:
        pairs = _with_negatives(store.baskets(reader, start, stop, limit, seed), store.purchases(reader), most, seed)
    return asked_set(writer, pairs, placeless, seed)


def asked_set(writer: Writer, pairs: pd.DataFrame, placeless: float = 0.0, seed: int = 0) -> ClickSet:
    """Write examples of any lists.

    Parameters
    ----------
    pairs
        ``ask_id, user_id, as_of, item_id, label``, rows of one ask together and asks in ascending order.
    placeless
        See ``click_set``.
    """
    asks = pairs.drop_duplicates("ask_id")[["ask_id", "user_id", "as_of"]].reset_index(drop=True)
    labels = {ask: part.to_numpy(np.float32) for ask, part in pairs.groupby("ask_id")["label"]}
    examples, rows = list[Example](), list[dict[str, Any]]()
    for one in _written(writer, asks, _without_place(pairs, placeless, seed)):
        examples.append(_example(one, labels[one.ask_id], np.empty(0, dtype=np.float32)))
        rows.extend({**_numbers(one.summary, "past "), **_numbers(fit, "fit ")} for fit in one.fits)
    places = ["slot", "position"] if "slot" in pairs else []
    counted = pd.concat([pd.DataFrame(rows, dtype=float), pairs[places].reset_index(drop=True)], axis=1)
    return ClickSet(examples, pairs, counted)


def tag_set(
    reader: Reader, writer: Writer, specs: list[TagSpec], start: datetime, stop: datetime, limit: int, seed: int,
    part: str, most_moments: int = TAG_MOMENTS,
) -> TagSet:
    """Shoppers at evenly spread moments of [start, stop), with what they did in the days after.

    Parameters
    ----------
    part
        ``train``, ``val`` or ``test``: whose attributes are told; see ``core.train.people``.
    """
    horizon = specs[0].horizon_days if specs else 1
    times = moments(start, stop, horizon, most_moments)
    parts = [store.shoppers(reader, time, max(1, limit // len(times)), seed + i) for i, time in enumerate(times)]
    asks = pd.concat(parts, ignore_index=True) if parts else store.shoppers(reader, start, 0)
    asks["ask_id"] = range(len(asks))
    labels = store_tags.labels(reader, asks, specs, stop) if specs else pd.DataFrame(index=asks["ask_id"])
    labels = people.kept_apart(labels, asks["user_id"], specs, part)
    return labelled_set(reader, writer, asks, labels)


def labelled_set(reader: Reader, writer: Writer, asks: pd.DataFrame, labels: pd.DataFrame) -> TagSet:
    """Write examples of shoppers whose labels are known.

    Parameters
    ----------
    asks
        ``ask_id, user_id, as_of``.
    labels
        A column for each tag, 1, 0 or NaN, row by row.
    """
    values = labels.to_numpy(np.float32)
    nothing = np.empty(0, dtype=np.float32)
    examples, rows = list[Example](), list[dict[str, Any]]()
    for row, one in enumerate(_written(writer, asks, None)):
        examples.append(_example(one, nothing, values[row]))
        rows.append(_numbers(one.summary, "past "))
    counted = pd.concat([pd.DataFrame(rows, dtype=float), features.by_topic(reader, asks)], axis=1)
    return TagSet(examples, asks, labels, counted)


def _written(writer: Writer, asks: pd.DataFrame, pairs: pd.DataFrame | None) -> Iterator[Written]:
    for start in range(0, len(asks), CHUNK):
        chunk = asks.iloc[start : start + CHUNK]
        yield from writer.write(chunk, None if pairs is None else pairs[pairs["ask_id"].isin(chunk["ask_id"])])


def _example(one: Written, clicks: NDArray[np.float32], tags: NDArray[np.float32]) -> Example:
    pack = Pack.of(one.history, one.candidates)
    return Example(pack, clicks, _owner(one.history), tuple(map(_owner, one.candidates)), tags)


def _owner(words: Words) -> NDArray[np.int16]:
    owner = np.full(len(words.ids), -1, dtype=np.int16)
    for span in words.spans:
        owner[span.start : span.stop] = span.event
    return owner


def _numbers(row: Mapping[str, Any], prefix: str) -> dict[str, float]:
    return {prefix + name: float(value) for name, value in row.items()
            if isinstance(value, (int, float, bool, np.number)) and not name.endswith("_id")}


def _shortened(pairs: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Keep at most this many items of a list: those clicked, and others at random; order stays."""
    if pairs.empty or pairs.groupby("ask_id").size().max() <= most:
        return pairs
    lot = np.random.default_rng(seed).random(len(pairs)) - 2 * pairs["label"]
    rank = lot.groupby(pairs["ask_id"]).rank(method="first")
    kept: pd.DataFrame = pairs[rank <= most].reset_index(drop=True)
    return kept


def _without_place(pairs: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """Hide slot and position of this share of the lists."""
    if share == 0 or "slot" not in pairs:
        return pairs
    asks = pairs["ask_id"].unique()
    hidden = asks[np.random.default_rng(seed).random(len(asks)) < share]
    return pairs.assign(**{name: pairs[name].mask(pairs["ask_id"].isin(hidden)) for name in ("slot", "position")})


def _with_negatives(baskets: pd.DataFrame, bought: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """A row for some items of each basket, and for others that were bought by anyone lately."""
    rng = np.random.default_rng(seed)
    times, items = bought["ts"].to_numpy(), bought["item_id"].to_numpy(dtype=object)
    moments_ = baskets["as_of"].to_numpy()
    low = np.searchsorted(times, moments_ - np.timedelta64(RECENT_DAYS, "D"))
    high = np.searchsorted(times, moments_)
    rows: list[tuple[int, str, Any, str, int]] = []
    for i, (ask, user, as_of, basket) in enumerate(
        zip(baskets["ask_id"], baskets["user_id"], baskets["as_of"], baskets["items"], strict=True)
    ):
        if low[i] == high[i]:
            continue  # nothing was bought before: no negatives to draw
        positives = list(rng.permutation(np.asarray(basket, dtype=object))[: min(BASKET_POSITIVES, most // 2)])
        drawn = dict.fromkeys(items[rng.integers(low[i], high[i], 4 * most)])
        others = [item for item in drawn if item not in set(basket)][: most - len(positives)]
        asked = [(item, 1) for item in positives] + [(item, 0) for item in others]
        rows += [(ask, user, as_of, str(asked[j][0]), asked[j][1]) for j in rng.permutation(len(asked))]
    return pd.DataFrame(rows, columns=["ask_id", "user_id", "as_of", "item_id", "label"])


def usable(sets: Sequence[ClickSet]) -> bool:
    """Whether every set holds both clicks and non-clicks."""
    return all(len(part.pairs) > 0 and 0 < part.pairs["label"].sum() < len(part.pairs) for part in sets)
