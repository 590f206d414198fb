"""Writes a list of shoppers: what is known of each, the likeliest items of each, and how fresh it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from core import stamp
from core.conditions import Node
from core.errors import InputError, ModelError
from core.exports.records import ExportAsk
from core.language import Sayings, say
from core.lists.parts import Parts
from core.records import Progress, Recommendation
from core.schema import Col
from core.sinks import CSV, PARQUET, fits, sink
from core.store.watch import duration
from core.tables import whole

#: Rows that are written at once, and shoppers whose items are kept together.
BLOCK, STEP = 20_000, 16
_WRITING = 0.05  # share of the bar
_ITEM = Sayings({"": "Item {rank}", "title": "Item {rank}, title",
                 "chance": "Item {rank}, a click – predicted chance",
                 "basket": "Item {rank}, in the next basket – predicted chance"})  # fmt: skip


class Door(Protocol):
    """What a shop offers to those who take its lists along."""

    version: int | None

    @property
    def segments(self) -> Any:
        """Who is in them."""

    @property
    def model_name(self) -> str | None:
        """The model in use."""

    @property
    def baskets(self) -> bool:
        """Whether chances are of the next basket; else they are of a click."""

    def columns(self) -> pd.DataFrame:
        """What shoppers can be chosen by."""

    def info(self) -> Any:
        """What the workspace holds."""

    def top_items(self, user_id: str, k: int) -> list[Recommendation]:
        """The items that a shopper is likeliest to click, or to buy next."""


def write(
    shop: Door, tree: Node, name: str, ask: ExportAsk, out: Path, parts: Parts, progress: Progress, said: str = "",
) -> dict[str, str]:
    """Write everybody who meets a tree into a file, whole or not at all.

    Parameters
    ----------
    name, said
        What the list is called, and its conditions in words.
    parts
        Where the items that are found are kept until all are: a list that is interrupted goes on from there.

    Returns
    -------
    dict
        What the list is and how fresh, in words: the same that an Excel book and a Parquet file say of themselves.

    Raises
    ------
    InputError
        When the shop has no such column, or a sheet of Excel holds no so many shoppers.
    ModelError
        When items are asked for and there is no model.
    """
    check(shop, ask)
    table = shop.segments.exact(tree, ask.columns)
    fits(ask.format, len(table))
    if ask.items:
        tops = _tops(shop, sorted(table[Col.USER]), ask.items, parts, progress)
        table = table.merge(tops, on=Col.USER, how="left")
    words = ask.format != PARQUET
    names = headings(shop.columns(), table.columns, shop.baskets)
    shares = _shares(shop.columns(), table.columns)
    shown = (_short(table, shares) if words else table).rename(columns=names if words else {})
    about = _told(shop, name, said, ask, len(table))
    percent = [names[key] for key in shares]
    with whole(out) as file, closing(sink(Path(f"list.{ask.format}"), file, about, percent)) as sheet:
        for start in range(0, max(1, len(shown)), BLOCK):
            progress(1 - _WRITING * (1 - start / max(1, len(shown))),
                     say("Writing, {done:,} of {all:,} shoppers", done=start, all=len(shown)))
            sheet.add(shown.iloc[start : start + BLOCK])
    progress(1.0, say("{all:,} shoppers", all=len(shown)))
    return about


def beside(out: Path, about: dict[str, str]) -> Path | None:
    """Write what a list is into a text beside it, if its format has no place for that; return where."""
    if out.suffix.lower() != f".{CSV}":
        return None
    place = out.with_suffix(".about.txt")
    with whole(place) as file:
        file.write_text("".join(f"{name}: {said}\n" for name, said in about.items()), encoding="utf-8")
    return place


def check(shop: Door, ask: ExportAsk) -> None:
    """Refuse what the shop does not have.

    Raises
    ------
    InputError, ModelError
        When it has no such fact or tag, or no model to say which items are likeliest.
    """
    known = shop.columns()["key"].tolist()
    for key in ask.columns:
        if key not in known:
            raise InputError(say("This shop has no fact or tag {name!r}. Choose one of: {there}.",
                                 name=key, there=", ".join(known)))
    if ask.items and shop.model_name is None:
        raise ModelError(say("Which items shoppers are likeliest to click is known once a model is trained."))





def headings(columns: pd.DataFrame, keys: Sequence[str], baskets: bool = False) -> dict[str, str]:
    """Return what a person calls each column of a list, each by another name.

    Parameters
    ----------
    baskets
        Whether chances of items are of the next basket.
    """
    about, named = columns.set_index("key"), {str(Col.USER): say("Shopper")}
    for key in keys:
        if key in about.index:
            row = about.loc[key]
            label, unit = str(row["label"]), say(str(row["unit"]))
            said = f"{label} ({unit})" if unit and unit not in label.lower() else label
            said = say("{label} – predicted chance", label=said) if row["type"] == "probability" else said
            named[key] = f"{said} [{key}]" if said in named.values() else said
        elif key.startswith("item_"):
            rank, _, what = key.removeprefix("item_").partition("_")
            named[key] = _ITEM["basket" if what == "chance" and baskets else what].format(rank=rank)
    return named


def _shares(columns: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    """Return the columns of a list that are predicted chances."""
    predicted = set(columns.loc[columns["type"] == "probability", "key"])
    return [key for key in keys if key in predicted or (key.startswith("item_") and key.endswith("_chance"))]


def _told(shop: Door, name: str, said: str, ask: ExportAsk, shoppers: int) -> dict[str, str]:
    """Return what a list is and how fresh, in words; then what each column means."""
    told = {
        say("List"): name, say("Shoppers"): f"{shoppers:,}", **({say("Conditions"): said} if said else {}),
        **stamp.about(stamp.data(shop.version, shop.info()), shop.model_name),
    }  # fmt: skip
    columns = shop.columns().set_index("key")
    names = headings(shop.columns(), ask.columns)
    kinds = {"observed": say("Counted in the logs"), "attribute": say("Stated"),
             "predicted": say("Predicted by the model")}
    for key in ask.columns:
        kind, help_ = (str(columns.at[key, part]) for part in ("kind", "help"))
        told[names[key]] = f"{kinds[kind]}. {help_}".strip()
    if ask.items:
        named = _ITEM[""].format(rank=1) if ask.items == 1 else say("Items 1 to {last}", last=ask.items)
        told[named] = (say("Predicted by the model. What the shopper is likeliest to buy next, best first.")
                       if shop.baskets else
                       say("Predicted by the model. What the shopper is likeliest to click, best first."))  # fmt: skip
    return told


def _tops(shop: Door, users: Sequence[str], items: int, parts: Parts, progress: Progress) -> pd.DataFrame:
    """Find the likeliest items of these shoppers that are not in ``parts`` yet, and return those of all."""
    first, began = parts.reached(), time.monotonic()
    for start in range(first, len(users), STEP):
        rows = []
        for number, user in enumerate(users[start : start + STEP], start):
            progress((1 - _WRITING) * number / len(users), _far(number, first, len(users), time.monotonic() - began))
            rows.append({Col.USER: user, **_top(shop.top_items(user, items), items)})
        parts.write(start, start + len(rows), _typed(pd.DataFrame(rows), items))
    found = [pd.read_parquet(file) for file in parts.files()]
    return _typed(pd.concat(found) if found else pd.DataFrame(columns=[Col.USER]), items)


def _top(found: Sequence[Recommendation], items: int) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for rank, item in enumerate(found[:items], 1):
        told |= {f"item_{rank}": item.item_id, f"item_{rank}_title": item.title, f"item_{rank}_chance": item.p_click}
    return told


def _typed(rows: pd.DataFrame, items: int) -> pd.DataFrame:
    kinds = {str(Col.USER): "str"}
    for rank in range(1, items + 1):
        kinds |= {f"item_{rank}": "str", f"item_{rank}_title": "str", f"item_{rank}_chance": "float64"}
    return rows.reindex(columns=list(kinds)).astype(kinds)


def _far(number: int, first: int, total: int, seconds: float) -> str:
    said = say("{done:,} of {all:,} shoppers", done=number, all=total)
    left = (total - number) * seconds / (number - first) if number > first else 0.0
    return say("{said}, {left} left", said=said, left=duration(left)) if left >= 1 else said


def _short(table: pd.DataFrame, shares: Sequence[str]) -> pd.DataFrame:
    """Numbers as a person reads them: cents, whole ones without a point, shares in hundredths of a percent."""
    shown = table.copy()
    for name in table.select_dtypes("float"):
        values = table[name].round(4 if name in shares else 2)
        whole_ones = name not in shares and bool((values.dropna() % 1 == 0).all()) and bool(values.abs().max() < 2**53)
        shown[name] = values.astype("Int64") if whole_ones else values
    return shown
