"""What a mapping can say beyond names of columns: constants, columns put together, event words, and for which file.

=========================  ==========================================================================
``ts=When``                the column “When” is the time
``event_type==purchase``   every line is a purchase; an event after ``==`` holds for the whole file
``…==purchase/return``     a purchase, or a return where quantity or price is negative or the invoice begins with C
``price==``                nothing in this file is the price, though a column is called so
``…x=purchase+return``     both: what was bought, and was sent back, of which a line says no more than that
``event_type:pv=view``     where the event column says “pv”, it was a view; ``event_type:x=-`` leaves such lines out
``ts=Date + Time``         two columns together are the time
``price=Total / Pieces``   the price of a piece is one column over another
``items.item_id=sku``      the column of the file of items; ``users.user_id=member`` that of the file of shoppers
``users.country=Land``     in a file of events: an attribute of the shopper that its lines tell
=========================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import InputError
from core.language import say, to_say
from core.schema import ITEM_COLUMNS, Col, Event
from core.store.connect import literal, quote
from core.store.mapping import EVENT_INPUTS, columns_for
from core.store.numbers import bare, in_its_style, negative
from core.store.preset import Layout, Rule

CONSTANT = "="
SALE = f"{Event.PURCHASE}/{Event.RETURN}"
BOTH = f"{Event.PURCHASE}+{Event.RETURN}"
LEFT_OUT = "-"
#: Column that says, of a line that is both, which of the two it is of.
DEED = "__deed"
#: Column that holds the price of a piece where two columns say it.
EACH = "__each"
WORD = f"{Col.TYPE}:"
ITEMS, USERS = "items.", "users."
#: Marks between two columns that belong together, and the canonical column that may be made so.
TOGETHER: dict[str, str] = {Col.TS: " + ", Col.PRICE: " / "}


@dataclass(frozen=True)
class Said:
    """What a mapping says of a file of events."""

    columns: Mapping[str, str]  # canonical → column of the file
    events: Mapping[str, str]  # canonical → SQL over the staged lines
    users: Mapping[str, str]  # attribute of shoppers → SQL over the staged lines
    rules: tuple[Rule, ...]  # lines that are left out


def check(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping to a name that no table has, or to an event that is none.

    Raises
    ------
    InputError
        When a canonical name or an event is not one; the message names those that are.
    """
    for name, value in mapping.items():
        if name.startswith(WORD):
            _check_event(value, (*Event, SALE, BOTH, LEFT_OUT))
        elif name == Col.TYPE and value.startswith(CONSTANT):
            _check_event(value[1:], (*Event, SALE))
        elif not name.startswith(USERS) or name == USERS:
            _check_name(name.removeprefix(ITEMS), ITEM_COLUMNS if name.startswith(ITEMS) else _KNOWN)


_KNOWN = tuple(sorted({*EVENT_INPUTS, *map(str, ITEM_COLUMNS)}))


def _check_name(name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise InputError(say("“{name}” is no canonical column. Those that can be mapped: {known}.",
                             name=name, known=", ".join(sorted(known))))


def _check_event(event: str, known: Sequence[str]) -> None:
    if event not in known:
        raise InputError(say("“{event}” is no event. Those that can be meant: {known}.",
                             event=event, known=", ".join(known)))


def beside(file: str, role: str, mapping: Mapping[str, str], columns: Sequence[str],
           wanted: Sequence[str], required: Sequence[str]) -> dict[str, str]:  # fmt: skip
    """Find canonical columns in a file of items or of shoppers, as ``mapping.columns_for`` does.

    What is said for this role counts before what is said for all files; the latter only where the file has it.
    """
    there = {name.lower() for name in columns}
    meant = {name: column for name, column in mapping.items() if "." not in name and column.lower() in there}
    prefix = f"{role}."
    meant |= {name.removeprefix(prefix): column for name, column in mapping.items() if name.startswith(prefix)}
    if role == "users":  # in a file of events these may be attributes that its lines tell
        meant = {name: column for name, column in meant.items() if column.lower() in there or name in required}
        wanted = [*dict.fromkeys([*wanted, *(name for name in meant if name not in EVENT_INPUTS)])]
    return columns_for(file, columns, wanted, required, meant)


def named_in(source: str) -> set[str]:
    """Return the names that a value of a mapping may have in it: one column, or two that belong together."""
    return {source, *(part for mark in TOGETHER.values() for part in source.split(mark))}


def said(mapping: Mapping[str, str], columns: Sequence[str]) -> Said:
    """Say in SQL what a mapping says of a file of events that has these columns."""
    there = {name.lower(): name for name in columns}
    here = {name: column for name, column in mapping.items() if not name.startswith((ITEMS, USERS, WORD))}
    words = {name.removeprefix(WORD): event for name, event in mapping.items() if name.startswith(WORD)}
    users = {
        name.removeprefix(USERS): f"raw.{quote(there[column.lower()])}"
        for name, column in mapping.items()
        if name.startswith(USERS) and name != f"{USERS}{Col.USER}" and column.lower() in there
    }
    events = {
        name: sql for name, column in here.items() if name in EVENT_INPUTS and (sql := _sql(name, column, there))
    }
    kind, rules = _kind(here.get(Col.TYPE, str(Col.TYPE)), words, there)
    if kind:
        events |= _sale({**_plain(here, there), **events}, kind) if SALE in kind else {Col.TYPE: kind}
    return Said({name: column for name, column in here.items() if name not in events}, events, users, rules)


def merged(layout: Layout, found: Said) -> Layout:
    """Return a preset's layout with what a mapping says of a file; the mapping outdoes it."""
    return replace(
        layout, events={**(layout.events or {}), **found.events}, users={**layout.users, **found.users},
        rejects=(*layout.rejects, *found.rules),
    )


def unfolding(layout: Layout, mapping: Mapping[str, str], columns: Sequence[str]) -> Layout:
    """Return a layout that makes two lines of each whose word is ``BOTH``, and one that has a price of a piece first.

    The same one where there is neither. What one number over another is decides a good deal of a line, so it is counted
    once, as a column.
    """
    there = {name.lower(): name for name in columns}
    layout = _dividing(layout, mapping.get(Col.PRICE, ""), there)
    column = there.get(mapping.get(Col.TYPE, str(Col.TYPE)).lower())
    both = [literal(_plainly(name.removeprefix(WORD))) for name, event in mapping.items()
            if name.startswith(WORD) and event == BOTH]  # fmt: skip
    if column is None or not both:
        return layout
    deeds = f"[{literal(Event.PURCHASE)}, {literal(Event.RETURN)}]"
    return replace(layout, rows=(
        f"SELECT *, unnest(CASE WHEN lower(trim({quote(column)})) IN ({', '.join(both)}) THEN {deeds} "
        f"ELSE [NULL] END) AS {DEED} FROM ({layout.rows or 'FROM file'})"
    ))  # fmt: skip


def _dividing(layout: Layout, price: str, there: Mapping[str, str]) -> Layout:
    pair = _pair(Col.PRICE, price, there)
    if pair is None:
        return layout
    # what ``raw`` is to be is called so already: how its columns are written is looked for in all of it
    return replace(layout, rows=(
        f"WITH raw AS MATERIALIZED ({layout.rows or 'FROM file'}) SELECT *, {_ratio(*pair)} AS {EACH} FROM raw"
    ))  # fmt: skip


def _plainly(word: str) -> str:
    return word.strip().lower()


def _plain(here: Mapping[str, str], there: Mapping[str, str]) -> dict[str, str]:
    """SQL of those columns that decide whether a sale is a return."""
    given = {name: here.get(name, str(name)).lower() for name in (Col.QUANTITY, Col.PRICE, Col.SESSION)}
    return {name: f"raw.{quote(there[column])}" for name, column in given.items() if column in there}


def _sql(name: str, value: str, there: Mapping[str, str]) -> str | None:
    """SQL of a canonical column that is more than a column under another name; None when it is no more."""
    if value.lower() in there:
        return None
    if value.startswith(CONSTANT):
        return literal(value[1:])
    pair = _pair(name, value, there)
    if pair is None:
        return None
    first, second = pair
    return f"concat_ws(' ', trim(raw.{first}), trim(raw.{second}))" if name == Col.TS else f"raw.{EACH}"


def _pair(name: str, value: str, there: Mapping[str, str]) -> tuple[str, str] | None:
    """Two quoted columns that a canonical one is made of; None when it is a column, or these are not there."""
    parts = [there.get(part.strip().lower()) for part in value.split(TOGETHER.get(name, "\0").strip())]
    if value.lower() in there or len(parts) != 2 or None in parts:
        return None
    first, second = (quote(part) for part in parts if part)
    return first, second


def _ratio(total: str, pieces: str) -> str:
    """SQL of one number over another; a total that is no number stays as it is, to be found out as one."""
    over, under = map(in_its_style, (total, pieces))
    price = f"CAST(round(abs({over} / nullif({under}, 0)), 4) AS VARCHAR)"
    return f"CASE WHEN {over} IS NULL THEN raw.{total} ELSE {price} END"


def _kind(value: str, words: Mapping[str, str], there: Mapping[str, str]) -> tuple[str, tuple[Rule, ...]]:
    """SQL of the event with a sale still undecided, and the lines that its words leave out; "" when there is no more.

    Words may be those of a constant no more than of a column that the file lacks.
    """
    if value.startswith(CONSTANT):
        return literal(value[1:]), ()
    if not words or value.lower() not in there:
        return "", ()
    column = f"raw.{quote(there[value.lower()])}"
    said_word = f"lower(trim({column}))"
    cases = " ".join(
        f"WHEN {literal(_plainly(word))} THEN {DEED if event == BOTH else literal(event)}"
        for word, event in words.items() if event != LEFT_OUT
    )
    out = [literal(_plainly(word)) for word, event in words.items() if event == LEFT_OUT]
    rule = Rule(there[value.lower()], f"{said_word} IN ({', '.join(out)})", to_say("left out by the mapping"))
    return (f"CASE {said_word} {cases} ELSE {column} END" if cases else ""), (rule,) if out else ()


def _sale(known: Mapping[str, str], kind: str) -> dict[str, str]:
    """SQL of the event and of the numbers that decide whether a sale is a return; a return's are positive."""
    quantity, price, invoice = (known.get(name) for name in (Col.QUANTITY, Col.PRICE, Col.SESSION))
    signs = [negative(number) for number in (quantity, price) if number]
    signs += [rf"regexp_matches(trim({invoice}), '^[Cc]\d')"] if invoice else []
    returned = f"coalesce({' OR '.join(signs) or 'false'}, false)"
    event = f"replace({kind}, {literal(SALE)}, CASE WHEN {returned} THEN 'return' ELSE 'purchase' END)"
    back = f"{kind} = {literal(SALE)} AND {returned}"
    positive = {
        str(name): f"CASE WHEN {back} THEN ltrim({bare(sql)}, '-') ELSE {sql} END"
        for name, sql in ((Col.QUANTITY, quantity), (Col.PRICE, price)) if sql
    }
    return {Col.TYPE: event, **positive}
