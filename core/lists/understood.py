"""A list made ready to be scored, and the dry run: what would become of it, told before anything is scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.language import say, say_many
from core.lists import figures, pace
from core.lists.columns import is_called, item_column, read_as, used
from core.lists.judge import Judge
from core.lists.records import CAMPAIGN, LABEL, LOG, PAIRS, PREVIEW, SHOPPERS, ListAsk, ListPlan, NotUnderstood
from core.lists.works import Campaign, Pairs, Shoppers, Work, campaign
from core.schema import EVENT_COLUMNS, Col
from core.store import find, uploads
from core.store.look import preview_of
from core.store.suggest import EVENTS_ROLE
from core.store.times import Clock
from core.store.uploads import FAULT, ITEM, Upload
from core.written import reason

if TYPE_CHECKING:
    from datetime import datetime

    from core.records import FilePreview
    from core.store.workspace import Reader

_PASSED = 8  # columns that are passed through and called by their names
#: What heads a list of nothing but shoppers, or items.
_SHOPPERS, _ITEMS = partial(is_called, Col.USER), partial(is_called, Col.ITEM)


@dataclass(frozen=True)
class Ready:
    """A list that is staged and understood."""

    upload: Upload
    kind: str
    mapping: Mapping[str, str]
    ask: ListAsk
    items: pd.DataFrame  # of a campaign
    notes: Sequence[str] = ()  # how it was understood

    def named(self, name: str) -> list[str]:
        """Return the different shoppers or items that the list names."""
        if self.kind == LOG:
            return self.upload.told(name)
        return self.upload.ids(self.mapping[name]) if name in self.mapping else []

    @property
    def rest(self) -> list[str]:
        """Columns that say nothing that is understood."""
        taken = used(self.mapping, self.upload.columns)
        return [column for column in self.upload.columns if column not in taken]

    def work(self, judge: Judge) -> Work:
        """Return what there is to do; ``over`` has to be open for a log."""
        if self.kind == PAIRS:
            return Pairs(self.upload, judge, self.ask, self.mapping)
        if self.kind == CAMPAIGN:
            return Campaign(self.upload, judge, self.ask, self.items)
        return Shoppers(self.upload, judge, self.ask)

    @contextmanager
    def judged_by(self, reader: Reader, scorer: Any, as_of: datetime) -> Iterator[Judge]:
        """Give what judges the list: a model over the shop, as if it had the log's events where it is a log."""
        if self.kind != LOG:
            yield Judge(reader, scorer, as_of)
            return
        events = self.upload.events().reindex(columns=list(EVENT_COLUMNS))
        over = reader.overlay(events)
        try:
            ended = events[Col.TS].max().to_pydatetime() + timedelta(seconds=1)
            yield Judge(over, scorer.on(over), ended)
        finally:
            over.close()


@contextmanager
def ready(reader: Reader, file: Path, ask: ListAsk, zone: str | None = None) -> Iterator[Ready]:
    """Stage and understand a list while the block runs.

    Parameters
    ----------
    zone
        The store's time zone, for the times of a log.

    Raises
    ------
    InputError
        When it cannot be read or understood, or no line of a log can be used.
    """
    with uploads.opened(file, _SHOPPERS if ask.shoppers or ask.items or ask.items_file else None) as upload:
        meant = read_as(upload, ask, reader)
        if meant.kind == LOG:
            upload = upload.type(meant.mapping, Clock(ask.dates, zone or "UTC"), meant.layout)
        else:
            known = {Col.USER: find.known_shoppers, Col.ITEM: find.known_items}
            upload = upload.naming({meant.mapping[name]: partial(there, reader) for name, there in known.items()
                                    if name in meant.mapping})
        items = _items(reader, ask) if meant.kind == CAMPAIGN else pd.DataFrame()
        found = Ready(upload, meant.kind, meant.mapping, ask, items, meant.notes)
        _list(found, reader)
        yield found


def _list(found: Ready, reader: Reader) -> None:
    """List what there is to judge."""
    upload, mapping = found.upload, found.mapping
    if found.kind != LOG:
        users = find.known_shoppers(reader, found.named(Col.USER))
        items = find.known_items(reader, found.named(Col.ITEM))
        upload.list_rows(mapping[Col.USER], mapping.get(Col.ITEM), sorted(users), sorted(items))
        return
    upload.list_shoppers(found.rest)
    if upload.counts()[0] == 0:
        said = say("No line of this log can be used: {faults}.", faults=_counted(upload.faults()))
        raise NotUnderstood(said, LOG, mapping, upload.columns, upload.head(PREVIEW))


def look(file: Path, deed: str | None = None) -> FilePreview:
    """Return how an import would read a list as a log, to be put right; ``deed`` is the column of what was done.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    with uploads.opened(file, _SHOPPERS) as upload:
        return preview_of(upload.con, upload.source, EVENTS_ROLE, deed)


def plan(
    reader: Reader, file: Path, ask: ListAsk, zone: str | None, rate: Callable[[str], pace.Rate | None]
) -> ListPlan:
    """Say what would become of a list; ``rate`` says what is known of this machine's, by the kind of list."""
    with ready(reader, file, ask, zone) as found:
        seen, users = _counts(reader, found), found.upload.counts()[1]
        known = rate(seen.kind)
        if known is None:
            return seen
        seconds = pace.units(seen.kind, seen.can, users) / known.units
        return replace(seen, seconds=seconds, rate=seen.can / seconds if seconds else None)


def _counts(reader: Reader, found: Ready) -> ListPlan:
    upload, mapping, kind = found.upload, found.mapping, found.kind
    users = found.named(Col.USER)
    new_users = len(users) - len(find.known_shoppers(reader, users))
    rows, judged_users, faults = upload.counts()
    if kind == CAMPAIGN:
        items, new_items = len(found.items), int(found.items[FAULT].notna().sum())
        makes, can = upload.total() * items, rows * (items - new_items)
    else:
        named = found.named(Col.ITEM)
        items, new_items = len(named), len(named) - (len(find.known_items(reader, named)) if named else 0)
        makes, can = upload.total(), rows
    label = _labels(upload, mapping)
    notes = _notes(found, len(users) - new_users, new_users, new_items)
    if LABEL in mapping and label is None:
        notes.append(say("The column {column} says other than yes and no, so it is taken for no label.",
                         column=mapping[LABEL]))
        mapping = {name: column for name, column in mapping.items() if name != LABEL}
    return ListPlan(
        kind, upload.lines, len(users), items, new_users, new_items, mapping, notes, upload.head(PREVIEW),
        columns=upload.columns, makes=makes,
        can=can, faults=upload.faults() if kind == LOG else faults, labelled=0 if label is None else len(label),
        positives=0 if label is None else int(label.sum()),
    )  # fmt: skip


def _labels(upload: Upload, mapping: Mapping[str, str]) -> Any:
    """Labels of a list, without blank ones; None when it has none, or its column holds something else."""
    column = mapping.get(LABEL)
    if column is None or np.isnan(figures.labels(pd.Series(upload.values(column), dtype=str))).any():
        return None
    found = figures.labels(upload.texts(column))
    return found[~np.isnan(found)]


def label_column(upload: Upload, mapping: Mapping[str, str]) -> str | None:
    """Return the column with labels, if the list has one that holds nothing else."""
    return mapping[LABEL] if _labels(upload, mapping) is not None else None


def _items(reader: Reader, ask: ListAsk) -> pd.DataFrame:
    """Return a campaign's items: those that were named, then those of the file, with their titles in the shop."""
    named, about = list(ask.items), pd.DataFrame({ITEM: list(ask.items)}, dtype=str)
    if ask.items_file:
        with uploads.opened(Path(ask.items_file), _ITEMS) as upload:
            column = item_column(upload)
            ids = upload.naming({column: partial(find.known_items, reader)}).id_texts(column)
            table = upload.head(upload.lines).assign(**{column: ids}).rename(columns={column: ITEM})
            table = table[table[ITEM].fillna("").str.strip() != ""]
        about = pd.concat([about, table], ignore_index=True)
        named = about[ITEM].tolist()
    shop = find.details(reader, named)
    if "title" not in {str(name).lower() for name in about}:
        about = about.assign(title=about[ITEM].map(shop["title"]).astype(object))
    return campaign(named, set(shop.index), about)


# ---- in words ----------------------------------------------------------------------


def _notes(found: Ready, known_users: int, new_users: int, new_items: int) -> list[str]:
    upload, kind = found.upload, found.kind
    notes = [*upload.notes, *found.notes]
    notes += _log_notes(upload, known_users) if kind == LOG else _row_notes(upload, found, new_users)
    if new_items:
        notes.append(
            say_many(new_items,
                     "{number} item is not in this shop and is known to the model by what was done with it alone.",
                     "{number} items are not in this shop; each is known to the model by what was done with it alone.")
            if kind == LOG else
            say_many(new_items, "{number} item is not in this shop and gets no chance of a click.",
                     "{number} items are not in this shop; each gets no chance of a click.")
        )  # fmt: skip
    rest = found.rest
    if rest:
        named, more = ", ".join(rest[:_PASSED]), len(rest) - _PASSED
        named = say("{shown} and {more} more", shown=named, more=more) if more > 0 else named
        kept = say("Other columns are kept with the first value that each shopper has: {columns}.", columns=named)
        notes.append(kept if kind == LOG else say("Other columns are passed through: {columns}.", columns=named))
    if upload.beside:
        notes.append(say("Only {name} is read. Beside it there are: {beside}.",
                         name=upload.name, beside=", ".join(upload.beside[:5])))
    return notes


def _row_notes(upload: Upload, found: Ready, new_users: int) -> list[str]:
    new = say_many(new_users, "{number} shopper is new and is scored without a history.",
                   "{number} shoppers are new and are scored without a history.")
    notes = [new] if new_users else []
    out = sum(upload.counts()[2].values())
    if out:
        why = _counted(upload.counts()[2])
        notes.append(say_many(out, "{number} row cannot be scored and says why in the result: {why}.",
                              "{number} rows cannot be scored and say why in the result: {why}.", why=why))
    if found.kind == SHOPPERS:
        notes.append(say("No column names an item, so each shopper's tags and likeliest items are told."))
    return notes


def _log_notes(upload: Upload, known: int) -> list[str]:
    faults = upload.faults()
    out, why = sum(faults.values()), _counted(faults)
    notes = [say_many(out, "{number} line is left out: {why}.", "{number} lines are left out: {why}.", why=why)]
    notes = notes if out else []
    if known:
        notes.append(say_many(known, "{number} shopper is known here already and is judged by this file alone.",
                              "{number} shoppers are known here already and are judged by this file alone."))
    return notes


def _counted(faults: Mapping[str, int]) -> str:
    return say("; ").join(f"{reason(why)} ({count:,})" for why, count in list(faults.items())[:3])
