"""Which column of a list is which, and so what kind of list it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import InputError, MissingColumn
from core.language import Sayings, say
from core.lists.records import CAMPAIGN, LOG, PAIRS, SHOPPERS, ListAsk
from core.schema import Col
from core.store.uploads import first

LABEL = "label"
#: Names that columns go by, without case, blanks and marks; the first that is there counts.
NAMES: dict[str, tuple[str, ...]] = {
    Col.USER: ("userid", "user", "customerid", "customer", "shopperid", "shopper", "visitorid", "visitor", "clientid",
               "client", "memberid", "member", "householdid", "cid", "uid"),
    Col.ITEM: ("itemid", "item", "productid", "product", "sku", "stockcode", "articleid", "article", "asin", "ean",
               "gtin", "productcode", "itemcode", "iid", "pid"),
    LABEL: ("label", "clicked", "isclick", "isclicked", "click", "clk", "converted", "responded", "response",
            "purchased", "bought", "target", "outcome"),
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
_WHAT = Sayings({str(Col.USER): "the shopper", str(Col.ITEM): "the item"})
#: Columns that each kind of list is read by.
_READ: Mapping[str, tuple[str, ...]] = {
    PAIRS: (Col.USER, Col.ITEM, LABEL), CAMPAIGN: (Col.USER,), SHOPPERS: (Col.USER,),
    LOG: tuple(name for name in NAMES if name != LABEL),
}  # fmt: skip


def read_as(columns: Sequence[str], file: str, ask: ListAsk) -> tuple[str, dict[str, str]]:
    """Say what kind of list a file is, and which of its columns is which.

    Returns
    -------
    kind, mapping
        One of ``records.KINDS``; canonical column → column of the file.

    Raises
    ------
    MissingColumn
        When no column names the shopper, or none the item where there has to be one.
    InputError
        When a column that a person named is not there.
    """
    found = _mapping(columns, file, ask.mapping)
    kind = _kind(found, ask)
    needed = (Col.USER, Col.ITEM) if kind in (PAIRS, LOG) else (Col.USER,)
    for name in needed:
        if name not in found:
            raise _missing(str(name), columns, file)
    return kind, {str(name): found[name] for name in _READ[kind] if name in found}


def column_of(columns: Sequence[str], name: str, file: str) -> str:
    """Return the column that names the shopper or the item.

    Raises
    ------
    MissingColumn
        When there is none.
    """
    found = first(columns, NAMES[name])
    if found is None and len(columns) == 1:  # a list of nothing else
        return columns[0]
    if found is None:
        raise _missing(name, columns, file)
    return found


def _mapping(columns: Sequence[str], file: str, said: Mapping[str, str]) -> dict[str, str]:
    there = {column.lower(): column for column in columns}
    for name, column in said.items():
        if name not in NAMES:
            raise InputError(say("There is no column {name!r} to be read. Choose of: {names}.",
                                 name=name, names=", ".join(NAMES)))
        if column and not column.startswith("=") and column.lower() not in there:
            raise InputError(say("{file} has no column “{column}”. It has: {columns}.",
                                 file=file, column=column, columns=", ".join(columns)))
    taken = {column.lower() for column in said.values()}
    free = [column for column in columns if column.lower() not in taken]
    guessed = {str(name): first(free, names) for name, names in NAMES.items() if name not in said}
    if len(columns) == 1 and not said:  # a list of nothing but shoppers, or it is refused for want of items
        guessed[Col.USER] = columns[0]
    chosen = {name: there.get(column.lower(), column) for name, column in said.items() if column}
    return {**{name: column for name, column in guessed.items() if column is not None}, **chosen}


def _kind(found: Mapping[str, str], ask: ListAsk) -> str:
    if ask.items or ask.items_file:
        return CAMPAIGN
    if Col.TYPE in found and Col.TS in found:
        return LOG
    return SHOPPERS if ask.shoppers and Col.ITEM not in found else PAIRS


def _missing(name: str, columns: Sequence[str], file: str) -> MissingColumn:
    advice = say("Call one of them {name}, or say which it is: --map {name}=COLUMN.", name=name)
    if name == Col.ITEM:
        advice += " " + say("A list of shoppers alone is scored with --items FILE, --item ID or --shoppers.")
    return MissingColumn(say("No column of {file} names {what}. It has: {columns}. {advice}",
                             file=file, what=_WHAT[name], columns=", ".join(columns), advice=advice))
