"""Which column of a list is which, and so what kind of list it is.

What a person said counts first, then what an import would understand; of a name that says it the values do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import InputError
from core.language import Sayings, say
from core.lists import figures
from core.lists.records import CAMPAIGN, LABEL, LOG, PAIRS, PREVIEW, SHOPPERS, ListAsk, NotUnderstood
from core.records import ColumnGuess, Suggestion
from core.schema import Col
from core.store import find, grammar, groups, naming
from core.store.grammar import CONSTANT, TOGETHER, WORD
from core.store.mapping import EVENT_INPUTS
from core.store.preset import Layout, load_preset
from core.store.suggest import EVENTS_ROLE, ITEMS_ROLE, SURE, suggest
from core.store.uploads import Upload

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: What columns of labels are called, small and without blanks and marks.
_LABELS = (
    "label", "clicked", "isclick", "isclicked", "click", "clk", "converted", "responded", "response", "purchased",
    "bought", "target", "outcome",
)  # fmt: skip
#: From here on a name alone says what a column is; below the other, what it is taken for is said to be a guess.
_NAMED, _GUESS = 0.9, 0.6
_WHAT: Mapping[str, str] = Sayings({
    Col.USER: "who the shopper is", Col.ITEM: "which item it is", Col.TYPE: "what was done", Col.TS: "when it was",
})  # fmt: skip
#: Columns that a list of each kind must have, and those that it is read by.
_NEEDED: Mapping[str, Sequence[str]] = {
    PAIRS: (Col.USER, Col.ITEM), CAMPAIGN: (Col.USER,), SHOPPERS: (Col.USER,), LOG: (Col.USER, Col.TYPE, Col.TS),
}  # fmt: skip
_READ: Mapping[str, Sequence[str]] = {
    PAIRS: (Col.USER, Col.ITEM, LABEL), CAMPAIGN: (Col.USER,), SHOPPERS: (Col.USER,), LOG: EVENT_INPUTS,
}  # fmt: skip


@dataclass(frozen=True)
class Meant:
    """What a list is, and how it is read."""

    kind: str
    mapping: Mapping[str, str]  # as an import takes it: column → "Name", "=purchase", "Date + Time"; a word → its event
    layout: Layout | None = None  # of the preset that a log is read by
    notes: Sequence[str] = ()  # what of it is a guess


def read_as(upload: Upload, ask: ListAsk, reader: Reader) -> Meant:
    """Say what kind of list a file is, and which of its columns is which.

    Raises
    ------
    NotUnderstood
        When a column that such a list must have is not there.
    InputError
        When a column that a person named is not there, or means nothing that is known.
    """
    said = _said(upload, ask.mapping)
    found = _suggested(upload, said)
    guesses = _guesses(upload, found, said)
    labels = _labels(upload, said)
    mapping = {name: guess.source for name, guess in guesses.items()}
    mapping |= {f"{WORD}{word.word}": str(word.event) for word in found.words}
    mapping |= {LABEL: next(iter(labels), "")} | said
    mapping = {str(name): source for name, source in mapping.items() if source}
    layout = None if said else _layout(upload, found)
    log = layout is not None or (_tells_deeds(guesses, said) and Col.TS in mapping)
    kind = _kind(ask, log and not any(labels.values()))
    if kind != LOG and _items_in_doubt(guesses) and not _are_items(upload, mapping[Col.ITEM], reader):
        del mapping[Col.ITEM]
    kind = kind or (SHOPPERS if ask.shoppers and Col.ITEM not in mapping else PAIRS)
    if kind == LOG and layout is not None:
        about = load_preset(layout.preset).about
        return Meant(kind, _plain(layout), layout, [say("It is read as a file of: {about}", about=about)])
    read = {name: source for name, source in mapping.items()
            if name in _READ[kind] or (kind == LOG and name.startswith(WORD))}  # fmt: skip
    for name in _NEEDED[kind]:
        if name not in read:
            raise _missing(name, upload, kind, read)
    if kind == LOG:  # an import would take a column that is called so
        read |= {name: CONSTANT for name, source in said.items() if not source and name in EVENT_INPUTS}
    return Meant(kind, read, None, _notes(guesses, read))


def item_column(upload: Upload) -> str:
    """Return the column of a list of items that has their ids.

    Raises
    ------
    NotUnderstood
        When there is none.
    """
    if len(upload.columns) == 1:  # a list of nothing else
        return upload.columns[0]
    guesses = suggest(upload.con, upload.source, ITEMS_ROLE).columns
    called = [guess.source for guess in guesses if guess.name == f"{grammar.ITEMS}{Col.ITEM}"]
    found = _called(Col.ITEM, upload.columns) or next(iter(called), None)
    if found is None:
        raise _missing(Col.ITEM, upload, CAMPAIGN, {})
    return found


def is_called(name: str, column: str) -> bool:
    """Whether the name of a column alone says that it is one of ours."""
    return naming.named(name, column) > _NAMED


def used(mapping: Mapping[str, str], columns: Sequence[str]) -> set[str]:
    """Return the columns of a file that a mapping speaks of."""
    parts = {part for source in mapping.values() for mark in TOGETHER.values() for part in source.split(mark)}
    return set(columns) & {*mapping.values(), *parts}


def _said(upload: Upload, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return what a person said, its columns as the file writes them; "" where there is none."""
    grammar.check({name: column for name, column in mapping.items() if name != LABEL and column})
    there = {column.lower(): column for column in upload.columns}
    said = {}
    for name, column in mapping.items():
        parts = column.split(TOGETHER.get(name, "\0")) if column.lower() not in there else [column]
        constant = not column or column.startswith(CONSTANT) or name.startswith(WORD)
        if not constant and any(part.strip().lower() not in there for part in parts):
            raise InputError(say("{file} has no column “{column}”. It has: {columns}.",
                                 file=upload.name, column=column, columns=", ".join(upload.columns)))
        said[name] = column if constant else there.get(column.lower(), column)
    return said


def _suggested(upload: Upload, said: Mapping[str, str]) -> Suggestion:
    """Return how an import would read the file; a column that is called so says what was done, whatever its words."""
    deed = said.get(Col.TYPE)
    found = suggest(upload.con, upload.source, EVENTS_ROLE, deed)
    guess = next((one for one in found.columns if one.name == Col.TYPE), None)
    if deed is not None or guess is None or not guess.source.startswith(CONSTANT) or guess.confidence >= SURE:
        return found
    called = _called(Col.TYPE, upload.columns)
    return found if called is None else suggest(upload.con, upload.source, EVENTS_ROLE, called)


def _called(name: str, columns: Sequence[str]) -> str | None:
    """Return the column whose name alone says most that it is one of ours, if one does."""
    best = max(columns, key=lambda column: naming.named(name, column), default="")
    return best if is_called(name, best) else None


def _guesses(upload: Upload, found: Suggestion, said: Mapping[str, str]) -> dict[str, ColumnGuess]:
    """Return what of an import's suggestion counts for a list, of columns that nothing was said of."""
    taken = used(said, upload.columns)
    guesses = {guess.name: guess for guess in found.columns
               if guess.name not in said and not taken & used({"": guess.source}, upload.columns)}  # fmt: skip
    free = [column for column in upload.columns if column not in taken]
    for name in (Col.USER, Col.ITEM):
        called = _called(name, free)
        if called is not None and name not in said and name not in guesses:
            guesses[name] = ColumnGuess(name, called, 1.0, (), "")  # its values are blank, or odd ones
    if len(upload.columns) == 1 and not said:  # a list of nothing but shoppers, or it is refused for want of items
        guesses = {str(Col.USER): ColumnGuess(Col.USER, upload.columns[0], 1.0, (), "")}
    return guesses


def _items_in_doubt(guesses: Mapping[str, ColumnGuess]) -> bool:
    """Whether a column is one of items only if the shop has them: it has no telling name, or one of titles."""
    item, title = guesses.get(Col.ITEM), guesses.get(Col.TITLE)
    return item is not None and (item.confidence < _GUESS or (title is not None and title.source == item.source))


def _are_items(upload: Upload, column: str, reader: Reader) -> bool:
    """Whether the shop has any of the items that a column may name."""
    known = partial(find.known_items, reader)
    return bool(known(upload.naming({column: known}).ids(column)))


def _labels(upload: Upload, said: Mapping[str, str]) -> dict[str, bool]:
    """Return the columns that are called as labels are, and whether they say yes and no; those that do come first."""
    there = {naming.compact(column): column for column in reversed(upload.columns) if column not in said.values()}
    called = [there[name] for name in _LABELS if name in there] if LABEL not in said else [said[LABEL]]
    found = {column: _says_yes_and_no(upload, column) for column in called if column}
    return dict(sorted(found.items(), key=lambda one: not one[1]))


def _says_yes_and_no(upload: Upload, column: str) -> bool:
    values = upload.values(column)
    return bool(values) and not np.isnan(figures.labels(pd.Series(values, dtype=str))).any()


def _tells_deeds(guesses: Mapping[str, ColumnGuess], said: Mapping[str, str]) -> bool:
    """Whether lines say what was done: in a column, or because all that they are can only be one thing."""
    deed = guesses.get(Col.TYPE)
    return Col.TYPE in said or (deed is not None and (deed.confidence >= SURE or not deed.source.startswith(CONSTANT)))


def _kind(ask: ListAsk, log: bool) -> str | None:
    """Return what a list is, where what was asked or what its lines say tells; else the items that it names tell."""
    return CAMPAIGN if ask.items or ask.items_file else ask.kind or (LOG if log else None)


def _layout(upload: Upload, found: Suggestion) -> Layout | None:
    """Return how the publisher's preset reads a log, where it needs none of the publisher's other files."""
    if found.preset is None:
        return None
    preset = load_preset(found.preset)
    layout = preset.layout_with(upload.columns)
    return layout if layout is not None and layout.events and not groups.looks_up(preset, layout) else None


def _plain(layout: Layout) -> dict[str, str]:
    """Return what of a preset says no more than which column is which."""
    events = {name: sql.strip('"') for name, sql in (layout.events or {}).items()}
    return {name: column for name, column in events.items() if column in layout.described}


def _missing(name: str, upload: Upload, kind: str, mapping: Mapping[str, str]) -> NotUnderstood:
    said = say("No column of {file} says {what}. It has: {columns}.", file=upload.name, what=_WHAT[name],
               columns=", ".join(upload.columns))  # fmt: skip
    return NotUnderstood(said, kind, mapping, upload.columns, upload.head(PREVIEW), name)


def _notes(guesses: Mapping[str, ColumnGuess], read: Mapping[str, str]) -> list[str]:
    """Say which ids are a guess: a wrong time or word is seen in what is left out, a wrong id is not."""
    ids = (guesses[name] for name in (Col.USER, Col.ITEM) if name in guesses and name in read)
    unsure = (guess for guess in ids if guess.confidence < _GUESS)
    return [say("It is a guess that “{column}” says {what}: {why}", column=guess.source, what=_WHAT[guess.name],
                why=guess.why) for guess in unsure]  # fmt: skip
