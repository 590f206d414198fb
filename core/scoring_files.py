"""Lists that people bring: pairs of shopper and item, or the log of new shoppers. Understood first, then scored."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import InputError, MissingColumn
from core.recommend import REASON_EVALUATIONS, recommend
from core.records import Progress, Understood, no_progress
from core.schema import EVENT_COLUMNS, Col
from core.store import find, uploads
from core.store.uploads import FAULT, Upload
from core.tables import harmless, whole

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Lines that are scored at once.
CHUNK = 4096
#: Items that one run of reasons answers for.
REASONS_AT_ONCE = 16
#: What is told of each shopper of a log, and the candidates that are ranked for it.
TOP_ITEMS, LOG_CANDIDATES = 3, 60
#: Names that columns go by, without case, blanks and marks; the first that is there counts.
NAMES: dict[str, tuple[str, ...]] = {
    Col.USER: ("userid", "user", "customerid", "customer", "shopperid", "shopper", "visitorid", "visitor", "clientid",
               "client", "memberid", "member", "householdid", "cid", "uid"),
    Col.ITEM: ("itemid", "item", "productid", "product", "sku", "stockcode", "articleid", "article", "asin", "ean",
               "gtin", "productcode", "itemcode", "iid", "pid"),
    Col.TYPE: ("eventtype", "event", "eventname", "action", "behaviour", "behavior", "behaviortype", "activity"),
    Col.TS: ("ts", "timestamp", "time", "datetime", "eventtime", "createdat", "date", "when"),
    Col.PRICE: ("price", "unitprice"),
    Col.QUANTITY: ("quantity", "qty", "pieces"),
    Col.QUERY: ("query", "searchquery", "searchterm", "keywords"),
    Col.VALUE: ("value", "rating", "stars"),
    Col.DWELL: ("dwellseconds", "dwell", "dwelltime"),
    Col.SESSION: ("sessionid", "session", "visitid"),
    Col.SLOT: ("slot",),
    Col.POSITION: ("position",),
    Col.IMPRESSION: ("impressionid",),
    Col.TEXT: ("text", "reviewtext", "comment"),
}
_NEW = "new shopper: scored without a history"



def understand(reader: Reader, file: Path) -> Understood:
    """Say what is in a file, before anything is scored.

    Raises
    ------
    InputError
        When it is no table, or no column names the shopper or the item.
    """
    with uploads.opened(file) as upload:
        return _understood(reader, upload, file)


def score(
    reader: Reader, scorer: Any, as_of: datetime, file: Path, out: Path, reasons: bool = False,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Score a file and write the result whole or not at all.

    Pairs give a row for each line, in the same order: ``user_id, item_id``, the other columns as they are,
    ``p_click``, ``reason`` if asked, and ``note`` on what is new or could not be scored. A log gives a row
    for each shopper: the chance of each tag, and the items that she is likeliest to click.

    Returns
    -------
    dict
        ``rows, scored, failed, seconds, out``.

    Raises
    ------
    InputError
        When the file cannot be understood.
    """
    started = time.monotonic()
    with uploads.opened(file) as upload:
        mapping = _mapping(upload.columns, file)
        parts = _log if _is_log(mapping) else _pairs
        done = scored = 0
        with whole(out) as part:
            for table in parts(reader, scorer, as_of, upload, mapping, reasons, progress):
                safe = harmless(table.drop(columns="__scored"))
                safe.to_csv(part, mode="a", header=done == 0, index=False, quoting=csv.QUOTE_MINIMAL)
                done, scored = done + len(table), scored + int(table["__scored"].sum())
            progress(1.0, f"{done:,} rows")
    seconds = round(time.monotonic() - started, 2)
    return {"rows": done, "scored": scored, "failed": done - scored, "seconds": seconds, "out": str(out)}


def _mapping(columns: Sequence[str], file: Path) -> dict[str, str]:
    found = {str(name): uploads.first(columns, names) for name, names in NAMES.items()}
    mapping = {name: column for name, column in found.items() if column is not None}
    for name, what in ((Col.USER, "the shopper"), (Col.ITEM, "the item")):
        if name not in mapping:
            raise MissingColumn(
                f"No column of {file.name} names {what}. It has: {', '.join(columns)}. Call one of them {name}."
            )
    return mapping


def _is_log(mapping: Mapping[str, str]) -> bool:
    return Col.TYPE in mapping and Col.TS in mapping


def _understood(reader: Reader, upload: Upload, file: Path) -> Understood:
    mapping = _mapping(upload.columns, file)
    log = _is_log(mapping)
    if not log:
        mapping = {name: mapping[name] for name in (Col.USER, Col.ITEM)}
    users, items = upload.values(mapping[Col.USER]), upload.values(mapping[Col.ITEM])
    new_users = len(users) - len(find.known_shoppers(reader, users))
    new_items = len(items) - len(find.known_items(reader, items))
    notes = _log_notes(upload, mapping, len(users) - new_users) if log else _pair_notes(upload, mapping, new_users)
    if new_items:
        what = "is known to the model by what was done with it alone" if log else "gets no chance of a click"
        one, many = f"item is not in this shop and {what}", f"items are not in this shop; each {what}"
        notes.append(_said(new_items, one, many))
    preview = upload.rows(0, 20).drop(columns=FAULT)
    kind, named = "log" if log else "pairs", {str(name): column for name, column in mapping.items()}
    return Understood(kind, upload.lines, len(users), len(items), new_users, new_items, named, notes, preview)


def _pair_notes(upload: Upload, mapping: Mapping[str, str], new_users: int) -> list[str]:
    new = "shopper is new and is scored without a history", "shoppers are new and are scored without a history"
    notes = [_said(new_users, *new)] if new_users else []
    rest = [column for column in upload.columns if column not in mapping.values()]
    return [*notes, f"Other columns are passed through: {', '.join(rest)}."] if rest else notes


def _log_notes(upload: Upload, mapping: Mapping[str, str], known: int) -> list[str]:
    faults = upload.faults(mapping)
    if sum(faults.values()) == upload.lines:
        raise InputError(f"No line of this log can be used: {_counted(faults)}. Mend the file and upload it again.")
    out = sum(faults.values())
    why = _counted(faults)
    notes = [_said(out, f"line is left out: {why}", f"lines are left out: {why}")] if out else []
    if known:
        one, many = "shopper is known here already and is judged", "shoppers are known here already and are judged"
        notes.append(_said(known, f"{one} by this file alone", f"{many} by this file alone"))
    return notes


def _said(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}."


def _counted(faults: Mapping[str, int]) -> str:
    return "; ".join(f"{why} ({count:,})" for why, count in list(faults.items())[:3])


# ---- pairs -------------------------------------------------------------------------


def _pairs(
    reader: Reader, scorer: Any, as_of: datetime, upload: Upload, mapping: Mapping[str, str], reasons: bool,
    progress: Progress,
) -> Iterator[pd.DataFrame]:
    for start in range(0, upload.lines, CHUNK):
        rows = upload.rows(start, start + CHUNK)
        stop = start + len(rows)

        def on(share: float, message: str, start: int = start, stop: int = stop) -> None:
            done = start + share * (stop - start)
            progress(done / upload.lines, f"{done:,.0f} of {upload.lines:,} rows")

        yield _scored(reader, scorer, as_of, rows, mapping, reasons, on)


def _scored(
    reader: Reader, scorer: Any, as_of: datetime, rows: pd.DataFrame, mapping: Mapping[str, str], reasons: bool,
    progress: Progress,
) -> pd.DataFrame:
    user, item = (rows[mapping[name]] for name in (Col.USER, Col.ITEM))
    note = _notes(reader, user, item, rows[FAULT])
    can = note.isin(["", _NEW]).to_numpy()
    asked = pd.DataFrame({"user_id": user[can].to_numpy(), "item_id": item[can].to_numpy()}, dtype=str)
    chance = np.full(len(rows), np.nan)
    why = np.full(len(rows), "", dtype=object)
    if len(asked):
        chance[can] = _chances(scorer, as_of, asked, progress)
        if reasons:
            why[can] = _reasons(scorer, as_of, asked, progress)
    rest = rows.drop(columns=[FAULT, mapping[Col.USER], mapping[Col.ITEM]])
    taken = {"user_id", "item_id", "p_click", "reason", "note", "__scored"}
    rest = rest.rename(columns={name: f"given_{name}" for name in rest.columns if name.lower() in taken})
    answer = pd.DataFrame({"p_click": chance, **({"reason": why} if reasons else {}), "note": note.to_numpy()})
    ids = pd.DataFrame({"user_id": user, "item_id": item})
    return pd.concat([ids, rest, answer, pd.DataFrame({"__scored": can})], axis=1)


def _notes(reader: Reader, user: pd.Series[str], item: pd.Series[str], fault: pd.Series[str]) -> pd.Series[str]:
    """Say of each row what is new about it or why it cannot be scored; "" when nothing is."""
    note = pd.Series("", index=user.index, dtype=object)
    note[~user.isin(find.known_shoppers(reader, user.dropna()))] = _NEW
    note[~item.isin(find.known_items(reader, item.dropna()))] = "unknown item: it is not in this shop"
    note[_blank(item)] = "no item is named"
    note[_blank(user)] = "no shopper is named"
    broken = fault.notna()
    note[broken] = "not a row: " + fault[broken].astype(str)
    return note


def _blank(column: pd.Series[str]) -> pd.Series[bool]:
    return column.isna() | (column.fillna("").astype(str).str.strip() == "")


def _chances(scorer: Any, as_of: datetime, asked: pd.DataFrame, progress: Progress) -> Any:
    ask_id, users = pd.factorize(asked["user_id"])
    asks = pd.DataFrame({"ask_id": range(len(users)), "user_id": list(users), "as_of": pd.Timestamp(as_of)})
    # A pair is scored once, however often it is in the list.
    pairs = pd.DataFrame({"ask_id": ask_id, "item_id": asked["item_id"]})
    unique = pairs.drop_duplicates(ignore_index=True)
    found = unique.assign(p_click=scorer.clicks(asks, unique, progress))
    return pairs.merge(found, on=["ask_id", "item_id"], how="left")["p_click"].to_numpy()


def _reasons(scorer: Any, as_of: datetime, asked: pd.DataFrame, progress: Progress) -> list[str]:
    from core.explain import explain_many

    said: dict[tuple[str, str], str] = {}
    groups = asked.drop_duplicates().groupby("user_id", sort=False)["item_id"]
    for number, (user, items) in enumerate(groups):
        progress(number / len(groups), "reasons")
        for start in range(0, len(items), REASONS_AT_ONCE):
            some = items.iloc[start : start + REASONS_AT_ONCE].tolist()
            for why in explain_many(scorer, str(user), some, as_of, REASON_EVALUATIONS):
                said[str(user), why.item_id] = why.sentence
    return [said[pair] for pair in zip(asked["user_id"], asked["item_id"], strict=True)]


# ---- logs --------------------------------------------------------------------------


def _log(
    reader: Reader, scorer: Any, as_of: datetime, upload: Upload, mapping: Mapping[str, str], reasons: bool,
    progress: Progress,
) -> Iterator[pd.DataFrame]:
    _log_notes(upload, mapping, 0)
    events = upload.events(mapping).reindex(columns=list(EVENT_COLUMNS))
    over = reader.overlay(events)
    ended = events["ts"].max().to_pydatetime() + timedelta(seconds=1)
    wider = scorer.on(over)
    users = list(dict.fromkeys(events.sort_values("source_row")["user_id"]))
    asks = pd.DataFrame({"ask_id": range(len(users)), "user_id": users, "as_of": pd.Timestamp(ended)})
    tags = wider.tags(asks)
    counts = events["user_id"].value_counts()
    for place, user in enumerate(users):
        progress(place / len(users), f"{place:,} of {len(users):,} shoppers")
        items = recommend(over, wider, user, ended, TOP_ITEMS, explain=reasons, cap=LOG_CANDIDATES)
        top = {
            "top_items": "; ".join(f"{item.title} ({item.item_id}, {100 * item.p_click:.0f} %)" for item in items),
            **({"reason": items[0].reason if items else ""} if reasons else {}),
        }
        row = {"user_id": user, "events": int(counts[user]), **top, **tags.iloc[place].to_dict(), "__scored": True}
        yield pd.DataFrame([row])
    over.close()
