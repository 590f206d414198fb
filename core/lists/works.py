"""The work that each kind of list is: rows in the order of the work, a part of which is scored at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from core.errors import Cancelled, ShopperLensError
from core.language import say
from core.lists.judge import Judge
from core.lists.records import ListAsk
from core.records import Progress, no_progress
from core.schema import Col
from core.store.uploads import CAN, EVENTS, FAULT, ITEM, LINE, NOTE, OWN, PLACE, UNKNOWN, USER, Upload

#: What an item's own columns are called beside those of the shopper's, where both have one of the same name.
ITEM_PREFIX = "item_"


class Work(Protocol):
    """A list to be scored, of ``total`` rows; parts of it begin at multiples of ``step``."""

    total: int
    step: int

    def part(self, start: int, stop: int, progress: Progress = no_progress) -> pd.DataFrame:
        """Score rows from ``start`` to before ``stop`` of the work: ``__line, __user, __can`` and what was found."""

    def given(self, start: int, stop: int) -> pd.DataFrame:
        """Return rows from ``start`` to before ``stop`` of the result as they were given, under their final names."""


@dataclass
class Pairs:
    """Pairs of a shopper and an item."""

    upload: Upload
    judge: Judge
    ask: ListAsk
    mapping: Mapping[str, str]
    step: int = 1

    def __post_init__(self) -> None:
        self.total = self.upload.total()

    def part(self, start: int, stop: int, progress: Progress = no_progress) -> pd.DataFrame:
        """Score pairs; see ``Work``."""
        return scored(self.judge, self.ask, self.upload.rows(start, stop), progress)

    def given(self, start: int, stop: int) -> pd.DataFrame:
        """Return lines of the file; see ``Work``."""
        return named(self.upload.rows(start, stop, by=LINE), ids=True)


@dataclass
class Campaign:
    """Every shopper of a list with every item of a campaign.

    Parameters
    ----------
    items
        ``__item``, ``__fault`` (None where the shop has it), and what else is told of the items.
    """

    upload: Upload
    judge: Judge
    ask: ListAsk
    items: pd.DataFrame

    def __post_init__(self) -> None:
        self.step = len(self.items)
        self.total = self.upload.total() * self.step

    def part(self, start: int, stop: int, progress: Progress = no_progress) -> pd.DataFrame:
        """Score shoppers with all items; see ``Work``."""
        return scored(self.judge, self.ask, self._crossed(start, stop, PLACE), progress)

    def given(self, start: int, stop: int) -> pd.DataFrame:
        """Return lines of the list, each with all items; see ``Work``."""
        return named(self._crossed(start, stop, LINE), ids=True)

    def _crossed(self, start: int, stop: int, by: str) -> pd.DataFrame:
        first, last = start // self.step, -(-stop // self.step)
        shoppers = self.upload.rows(first, last, by=by).drop(columns=ITEM)
        extra = self.items.drop(columns=[FAULT])
        extra = extra.rename(columns={one: f"{ITEM_PREFIX}{one}" for one in extra if one in shoppers.columns})
        crossed = shoppers.merge(extra, how="cross")
        crossed[LINE] = crossed[LINE] * self.step + np.tile(np.arange(self.step), len(shoppers))
        unknown = pd.Series(np.tile(self.items[FAULT].to_numpy(dtype=object), len(shoppers)), dtype=object)
        crossed[FAULT] = crossed[FAULT].astype(object).where(crossed[FAULT].notna(), unknown)
        crossed[CAN] = crossed[FAULT].isna()
        return crossed.iloc[start - first * self.step : stop - first * self.step].reset_index(drop=True)


@dataclass
class Shoppers:
    """Shoppers by themselves, known ones or those of a log: tags, likeliest items, and why."""

    upload: Upload
    judge: Judge
    ask: ListAsk
    step: int = 1

    def __post_init__(self) -> None:
        self.total = self.upload.total()

    def part(self, start: int, stop: int, progress: Progress = no_progress) -> pd.DataFrame:
        """Judge shoppers; see ``Work``."""
        rows = self.upload.rows(start, stop)
        can = rows[CAN].to_numpy(dtype=bool)
        tags = pd.DataFrame(np.nan, index=rows.index, columns=self.judge.tag_keys)
        told = [dict.fromkeys(["top_items", *(["reason"] if self.ask.reasons else [])], "") for _ in can]
        fault = _texts(rows[FAULT]).tolist()
        if can.any():
            tags.loc[can] = self.judge.tags(rows.loc[can, USER], no_progress).to_numpy()
        for number, place in enumerate(np.flatnonzero(can)):
            progress(number / max(1, can.sum()), "shoppers")
            try:
                told[place] = self.judge.likeliest(str(rows[USER].iloc[place]), self.ask.reasons)
            except Cancelled:
                raise
            except ShopperLensError as error:
                fault[place] = say("no items: {error}", error=error)
        rest = pd.DataFrame({"note": _texts(rows[NOTE]), "fault": pd.Series(fault, dtype=str)})
        return pd.concat([rows[[LINE, USER, CAN]], pd.DataFrame(told, dtype=str), tags, rest], axis=1)

    def given(self, start: int, stop: int) -> pd.DataFrame:
        """Return shoppers with what the file says of them; see ``Work``."""
        return named(self.upload.rows(start, stop, by=LINE), ids=False)


def scored(judge: Judge, ask: ListAsk, rows: pd.DataFrame, progress: Progress) -> pd.DataFrame:
    """Score rows of shoppers and items: ``__line, __user, __can, p_click`` and, if asked, tags and ``reason``."""
    can = rows[CAN].to_numpy(dtype=bool)
    asked = rows.loc[can, [USER, ITEM]].reset_index(drop=True)
    chance = np.full(len(rows), np.nan)
    reason, fault = np.full(len(rows), "", dtype=object), _texts(rows[FAULT]).to_numpy(dtype=object, copy=True)
    tags = pd.DataFrame(np.nan, index=rows.index, columns=judge.tag_keys if ask.tags else [])
    if len(asked):
        chance[can] = judge.chances(asked, progress)
        if ask.tags:
            tags.loc[can] = judge.tags(asked[USER], no_progress).to_numpy()
        if ask.reasons:
            reason[can], fault[can] = judge.reasons(asked, progress)
    none = can & np.isnan(chance)
    fault[none] = say("the model gave no chance")
    answer = pd.DataFrame({"p_click": chance, **({"reason": pd.Series(reason, dtype=str)} if ask.reasons else {})})
    rest = pd.DataFrame({"note": _texts(rows[NOTE]), "fault": pd.Series(fault, dtype=str)})
    ids = rows[[LINE, USER]].assign(**{CAN: can & ~none})
    return pd.concat([ids, answer, tags, rest], axis=1)


def named(rows: pd.DataFrame, ids: bool) -> pd.DataFrame:
    """Return rows under the names that they have in a result: ``user_id``, ``item_id``, then the file's own columns."""
    own = rows.drop(columns=[name for name in (*OWN, EVENTS) if name in rows])
    first: dict[str, pd.Series[str]] = {}
    for name, source in ((str(Col.USER), USER), *([(str(Col.ITEM), ITEM)] if ids else [])):
        first[name] = rows[source]
        if name in own and own[name].fillna("").equals(rows[source].fillna("")):
            own = own.drop(columns=name)
    if EVENTS in rows:
        first["events"] = rows[EVENTS]
    return pd.concat([pd.DataFrame(first), freed(own, first)], axis=1)


def freed(own: pd.DataFrame, taken: Iterable[str]) -> pd.DataFrame:
    """Return a table whose columns have none of the names that are taken: those that would are called ``given_…``."""
    used, names = {name.lower() for name in taken}, []
    for column in own.columns:
        name = str(column)
        while name.lower() in used:
            name = f"given_{name}"
        used.add(name.lower())
        names.append(name)
    return own.set_axis(names, axis=1)


def campaign(items: Sequence[str], known: set[str], about: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the items of a campaign as ``Campaign`` takes them, each once."""
    table = pd.DataFrame({ITEM: list(items)}) if about is None else about
    table = table.drop_duplicates(ITEM, ignore_index=True)
    fault = [None if item in known else UNKNOWN for item in table[ITEM]]
    return table.assign(**{FAULT: pd.Series(fault, dtype=object)})


def _texts(column: pd.Series[str]) -> pd.Series[str]:
    return column.astype(object).where(column.notna(), "").astype(str)
