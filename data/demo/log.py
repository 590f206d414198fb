"""Collects what happens, column by column, and writes it out in canonical columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.schema import Col, Event
from data.demo.behaviour import CAUSES, RANDOM, SLOTS
from data.demo.catalogue import Array, Catalogue
from data.demo.shoppers import Shoppers
from data.demo.vocabulary import BRANDS, SHELVES

_EMPTY: dict[str, Any] = {
    "item": -1, Col.VALUE: np.nan, Col.DWELL: np.nan, Col.QUANTITY: np.nan, Col.PRICE: np.nan, "session": -1,
    Col.QUERY: None, "slot": -1, Col.POSITION: -1, "list": -1, Col.TEXT: None,
}
_TRUTH = ("list", "user", "item", "second", "position", "p_click", "clicked", "cause", "cause_item")


class Log:
    """Events and their truth, as chunks of arrays; seconds count from the first day's midnight."""

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._truth: list[dict[str, Array]] = []

    def add(self, event: Event, user: Array, second: Array, **columns: Any) -> None:
        """Add events of one type; columns not given are empty."""
        if len(user):
            self._events.append({"type": event, "user": user, "second": second, **columns})

    def add_truth(self, **columns: Array) -> None:
        """Add what really made shoppers click, one row for each item shown."""
        self._truth.append(columns)

    def column(self, event: Event, *names: str) -> tuple[Array, ...]:
        """Columns of all events of one type so far."""
        chunks = [chunk for chunk in self._events if chunk["type"] == event]
        return tuple(np.concatenate([chunk[name] for chunk in chunks] or [np.zeros(0, int)]) for name in names)

    def events(self, shoppers: Shoppers, catalogue: Catalogue, start: pd.Timestamp) -> pd.DataFrame:
        """Every event in canonical columns, in order of time."""
        raw = {name: self._joined(name, empty) for name, empty in _EMPTY.items()}
        user, second = self._joined("user", 0), self._joined("second", 0.0)
        kinds = np.concatenate([np.full(len(c["user"]), str(c["type"]), dtype=object) for c in self._events])
        frame = pd.DataFrame({
            Col.USER: shoppers.ids[user],
            Col.ITEM: _text(catalogue.ids, raw["item"]),
            Col.TYPE: kinds,
            Col.TS: _times(start, second),
            Col.VALUE: raw[Col.VALUE].astype(float),
            Col.DWELL: np.round(raw[Col.DWELL].astype(float), 1),
            Col.QUANTITY: raw[Col.QUANTITY].astype(float),
            Col.PRICE: np.round(raw[Col.PRICE].astype(float), 2),
            Col.SESSION: _numbered("s", raw["session"]),
            Col.QUERY: raw[Col.QUERY],
            Col.SLOT: _text(np.array(SLOTS, dtype=object), raw["slot"]),
            Col.POSITION: pd.array(np.where(raw[Col.POSITION] < 0, 0, raw[Col.POSITION]), dtype="Int32"),
            Col.IMPRESSION: _numbered("i", raw["list"]),
            Col.TEXT: raw[Col.TEXT],
        })
        frame.loc[raw[Col.POSITION] < 0, Col.POSITION] = pd.NA
        order = np.lexsort((np.arange(len(frame)), frame[Col.TS].to_numpy()))
        return frame.iloc[order].reset_index(drop=True)

    def truth(self, shoppers: Shoppers, catalogue: Catalogue, start: pd.Timestamp) -> pd.DataFrame:
        """The chance of each click, and what spoke for it most."""
        raw = {name: np.concatenate([chunk[name] for chunk in self._truth]) for name in _TRUTH}
        cause, item = raw["cause"], raw["item"]
        about = np.where(np.isin(cause, (2, 3)) & (raw["cause_item"] >= 0), raw["cause_item"], item)
        shelf = np.where(np.isin(cause, (0, 2, 3, 4)), catalogue.shelf[about], -1)
        brand = np.where(cause == 0, catalogue.brand[item], -1)
        liked = (brand >= 0) & (shoppers.brand_taste[raw["user"], brand] > 0)
        return pd.DataFrame({
            Col.IMPRESSION: _numbered("i", raw["list"]),
            Col.USER: shoppers.ids[raw["user"]],
            Col.ITEM: catalogue.ids[item],
            Col.TS: _times(start, raw["second"]),
            Col.POSITION: raw["position"].astype("int32"),
            "p_click": raw["p_click"],
            "clicked": raw["clicked"],
            "cause": np.array([*CAUSES, RANDOM], dtype=object)[cause],
            "cause_item_id": _text(catalogue.ids, raw["cause_item"]),
            "cause_category": _text(np.array([s.category for s in SHELVES], dtype=object), shelf),
            "cause_brand": _text(np.array(BRANDS, dtype=object), np.where(liked, brand, -1)),
        })

    def _joined(self, name: str, empty: Any) -> Array:
        parts = []
        for chunk in self._events:
            value, size = chunk.get(name, empty), len(chunk["user"])
            dtype = object if empty is None else None
            parts.append(np.full(size, value, dtype=dtype) if np.ndim(value) == 0 else np.asarray(value))
        return np.concatenate(parts)


def _text(names: Array, index: Array) -> Array:
    return np.asarray(np.where(index >= 0, names[index], np.array(None, dtype=object)))


def _numbered(letter: str, number: Array) -> Array:
    values, back = np.unique(number, return_inverse=True)
    names = np.array([f"{letter}{value:07d}" if value >= 0 else None for value in values], dtype=object)
    return np.asarray(names[back])


def _times(start: pd.Timestamp, second: Array) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(start.to_datetime64() + np.round(second).astype("timedelta64[s]")).as_unit("us")
