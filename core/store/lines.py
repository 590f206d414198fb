"""Turns staged lines of text into typed events, and finds what is wrong with a line.

A line has at most one fault, the first that is found, and keeps its number in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from core.language import say, to_say
from core.schema import EVENT_COLUMNS, Col, Event, Kind
from core.store import ids
from core.store.connect import literal, quote
from core.store.mapping import EVENT_INPUTS
from core.store.numbers import Style, as_number, styles
from core.store.preset import Rule
from core.store.rows import ROW
from core.store.times import UTC, Clock, decided, macros, may_be_short, usual_moment

if TYPE_CHECKING:
    import duckdb

#: Words of other shops for what a shopper did; written in any case, with spaces or hyphens for "_".
EVENT_WORDS: dict[str, Event] = {
    **{str(event): event for event in Event},
    "show": Event.IMPRESSION, "shown": Event.IMPRESSION, "exposure": Event.IMPRESSION,
    "pv": Event.VIEW, "page_view": Event.VIEW, "pageview": Event.VIEW, "view_item": Event.VIEW,
    "product_view": Event.VIEW, "detail": Event.VIEW,
    "clk": Event.CLICK, "clicked": Event.CLICK, "select_item": Event.CLICK,
    "addtocart": Event.CART, "add_to_cart": Event.CART, "basket": Event.CART, "add_to_basket": Event.CART,
    "fav": Event.FAVOURITE, "favorite": Event.FAVOURITE, "like": Event.FAVOURITE, "wishlist": Event.FAVOURITE,
    "add_to_wishlist": Event.FAVOURITE,
    "buy": Event.PURCHASE, "bought": Event.PURCHASE, "transaction": Event.PURCHASE, "order": Event.PURCHASE,
    "query": Event.SEARCH, "rate": Event.RATING, "comment": Event.REVIEW, "refund": Event.RETURN,
}
#: Words of other shops for what an item is, written as those for events; an s behind them does not matter.
KIND_WORDS: dict[str, Kind] = {
    **{str(kind): kind for kind in Kind},
    "item": Kind.PRODUCT, "good": Kind.PRODUCT, "商品": Kind.PRODUCT, "产品": Kind.PRODUCT,
    "blog": Kind.ARTICLE, "post": Kind.ARTICLE, "blog_post": Kind.ARTICLE, "guide": Kind.ARTICLE, "story": Kind.ARTICLE,
    "stories": Kind.ARTICLE, "news": Kind.ARTICLE, "文章": Kind.ARTICLE, "资讯": Kind.ARTICLE,
    "clip": Kind.VIDEO, "film": Kind.VIDEO, "movie": Kind.VIDEO, "vlog": Kind.VIDEO, "视频": Kind.VIDEO,
    "短视频": Kind.VIDEO,
    "advert": Kind.AD, "advertisement": Kind.AD, "banner": Kind.AD, "广告": Kind.AD,
}  # fmt: skip
_KINDS: Mapping[str, Kind] = {f"{one}{end}": kind for one, kind in KIND_WORDS.items() for end in ("", "s")}
#: Events that may be about no item at all.
_ITEMLESS = (Event.SEARCH, Event.REVIEW)
NUMBERS = tuple(name for name in EVENT_INPUTS if EVENT_COLUMNS[name] in ("DOUBLE", "INTEGER"))
_NEVER_NEGATIVE = (Col.DWELL, Col.QUANTITY, Col.PRICE, Col.POSITION)
#: The largest number that can be meant: sums and products of such numbers stay finite.
MOST, TOO_LARGE = 1e15, to_say("infinite, or too large a number")
_FIRST, _LAST = "1980-01-01", "2200-01-01"
_SURELY = ("1980-01-03", "2199-12-30")  # possible moments, whatever the clocks' zone
#: What may be unlike the usual in a line: its time or a number; a date with two numbers first; a number's writing; an
#: id that may be a float.
OTHER, SHORT, ODD, FLOAT = 1, 2, 4, 8

_MACROS = (
    # Most texts begin with a letter or a digit, which is told faster than by trimming them.
    "CREATE OR REPLACE TEMP MACRO filled(given) AS CASE WHEN given >= '!' OR trim(given) <> '' THEN given END",
    # "nan" is how some programs write that a number is missing.
    "CREATE OR REPLACE TEMP MACRO filled_number(given) AS "
    "CASE WHEN given BETWEEN '+' AND '9~' OR lower(trim(given)) NOT IN ('', 'nan') THEN given END",
)


def type_lines(
    con: duckdb.DuckDBPyConnection,
    expressions: Mapping[str, str],
    items: Mapping[str, str],
    users: Mapping[str, str],
    rules: Sequence[Rule],
    clock: Clock = UTC,
    known: Mapping[str, str] | None = None,
) -> None:
    """Build the temporary tables ``lines`` and ``faults`` from ``raw``.

    ``lines`` has ``__row``, the canonical columns of events, an ``item_…`` or ``user_…`` column for what
    lines tell about items and shoppers, and ``fault``, a number in ``faults`` (column_name, reason) or NULL.

    Parameters
    ----------
    expressions, items, users
        Column → SQL over ``raw``.
    rules
        Lines that a preset leaves out; they are looked at first.
    clock
        How times are written; the order of day and month, if it has none, is decided over the whole column, and so
        is for each column of numbers whether commas are decimal, and for each of ids whether they became floats.
    known
        What the shop has of shoppers and of items, as ``ids.floats`` takes it.

    Raises
    ------
    AmbiguousDates
        When the dates may be day-first and month-first.
    """
    prepare(con)
    if Col.TS in expressions:
        clock = decided(con, expressions[Col.TS], clock, called(expressions[Col.TS]))
    written = styles(con, {name: text_of(expressions, name) for name in NUMBERS if name in expressions})
    hear(con, f"SELECT DISTINCT filled({text_of(expressions, Col.TYPE)}) AS given FROM raw")
    told = {**_prefixed("item_", items), **_prefixed("user_", users)}
    sql = judged(con, expressions, told, rules, written, clock)
    con.execute(f"CREATE OR REPLACE TEMP TABLE lines AS {sql}")
    floats = ids.floats(con, {str(name): str(name) for name in ids.IDS}, known, "lines")
    if floats:
        sql = judged(con, expressions, told, rules, written, clock, floats=floats)
        con.execute(f"CREATE OR REPLACE TEMP TABLE lines AS {sql}")


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make what every file's lines are understood with."""
    for macro in _MACROS:
        con.execute(macro)
    con.execute("CREATE OR REPLACE TEMP TABLE event_words (word VARCHAR, event_type VARCHAR)")
    con.executemany("INSERT INTO event_words VALUES (?, ?)", [(word, str(to)) for word, to in EVENT_WORDS.items()])


def text_of(expressions: Mapping[str, str], name: str) -> str:
    """SQL over ``raw`` for a canonical column as text."""
    return f"CAST({expressions.get(name, 'NULL')} AS VARCHAR)"


def ids_of(expressions: Mapping[str, str]) -> dict[str, str]:
    """Columns of ids that a file has → SQL over ``raw`` for them as text."""
    return {str(name): text_of(expressions, name) for name in ids.IDS if name in expressions}


def numbers_of(expressions: Mapping[str, str]) -> dict[str, str]:
    """Columns of numbers that a file has → SQL over ``raw`` for them as text."""
    return {name: text_of(expressions, name) for name in NUMBERS if name in expressions}


def unlike(expressions: Mapping[str, str]) -> str:
    """SQL over ``raw`` for what in a line is not as most logs write it: 0, or bits that are ``OTHER`` and more.

    ``SHORT`` says that its time may be of the dates that are day-first or month-first, ``ODD`` that one of its numbers
    is not written as DuckDB writes them. A line that is as usual in all has a time and numbers in which no fault is.
    ``FLOAT`` says of an id that it may be a number that became a float, be the rest as usual or not.
    """
    ts, numbers = text_of(expressions, Col.TS), numbers_of(expressions)
    usual = [f"coalesce({usual_moment(ts)} BETWEEN TIMESTAMP '{_SURELY[0]}' AND TIMESTAMP '{_SURELY[1]}', false)"]
    usual += [
        f"coalesce(TRY_CAST({text} AS DOUBLE) BETWEEN {0 if name in _NEVER_NEGATIVE else -MOST:g} AND {MOST:g}, "
        f"coalesce(trim({text}), '') = '')" for name, text in numbers.items()
    ]
    odd = [f"(TRY_CAST({text} AS DOUBLE) IS NULL AND trim({text}) <> '')" for text in numbers.values()]
    floats = " OR ".join(map(ids.may_be_float, ids_of(expressions).values()))
    return (
        f"CASE WHEN {' AND '.join(usual)} THEN 0 ELSE {OTHER} + CASE WHEN {may_be_short(ts)} THEN {SHORT} ELSE 0 END"
        f" + CASE WHEN {' OR '.join(odd) or 'false'} THEN {ODD} ELSE 0 END END"
        f" + CASE WHEN {floats or 'false'} THEN {FLOAT} ELSE 0 END"
    )


def hear(con: duckdb.DuckDBPyConnection, words: str) -> None:
    """Make ``heard``: each word that a file has for what a shopper did, and the event that it means.

    Parameters
    ----------
    words
        SELECT of the different words, as ``given``.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE heard AS SELECT given, event_words.event_type FROM ({words}) "
        "JOIN event_words ON translate(lower(trim(given)), ' -', '__') = event_words.word"
    )


def judged(
    con: duckdb.DuckDBPyConnection, expressions: Mapping[str, str], told: Mapping[str, str], rules: Sequence[Rule],
    written: Mapping[str, Style], clock: Clock, usual: bool = False, floats: Collection[str] = (),
) -> str:
    """Return SQL for the lines of ``raw`` as ``lines`` has them, and make ``faults`` and the macros that it needs.

    Parameters
    ----------
    told
        Further column → SQL over ``raw``.
    written
        How each column of numbers is written.
    clock
        How times are written; its order is decided.
    usual
        Whether ``unlike`` says of no line that it is ``OTHER``: its times and numbers are understood, none is at fault.
    floats
        Columns of ids of which ``ids.floats`` says that they are that.
    """
    for macro in macros(clock):
        con.execute(macro)
    left_out = (Rule(rule.column, f"rule_{n}", rule.reason) for n, rule in enumerate(rules))
    faults = [*left_out, *_faults(expressions, usual)]
    con.execute("CREATE OR REPLACE TEMP TABLE faults (fault INTEGER, column_name VARCHAR, reason VARCHAR)")
    con.executemany("INSERT INTO faults VALUES (?, ?, ?)", [(n, f.column, f.reason) for n, f in enumerate(faults)])
    return _lines_sql(expressions, told, rules, faults, written, usual, floats)


def told_columns(prefix: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Column of items or users → the column of ``lines`` that tells it."""
    return {name: f"{prefix}{name}_told" for name in columns}


def _prefixed(prefix: str, columns: Mapping[str, str]) -> dict[str, str]:
    return {alias: columns[name] for name, alias in told_columns(prefix, columns).items()}


def _lines_sql(
    expressions: Mapping[str, str], told: Mapping[str, str], rules: Sequence[Rule], faults: Sequence[Rule],
    written: Mapping[str, Style], usual: bool, floats: Collection[str],
) -> str:
    given = [f"{_given(name, text_of(expressions, name), usual)} AS {name}_given" for name in EVENT_INPUTS]
    given += [f"filled({sql}) AS {quote(alias)}" for alias, sql in told.items()]
    given += [f"coalesce({rule.when}, false) AS rule_{n}" for n, rule in enumerate(rules)]
    typed = [f"{_typed(name, written, usual, name in floats)} AS {name}" for name in EVENT_INPUTS]
    cases = " ".join(f"WHEN {fault.when} THEN {n}" for n, fault in enumerate(faults))
    kept = ", ".join([*(f"{name}::{EVENT_COLUMNS[name]} AS {name}" for name in EVENT_INPUTS), *map(quote, told)])
    return f"""
    WITH texts AS (SELECT {ROW}, {", ".join(given)} FROM raw),
    typed AS (
        SELECT texts.*, {", ".join(typed)}
        FROM texts LEFT JOIN heard ON texts.event_type_given = heard.given
    ),
    judged AS (SELECT *, CASE {cases} END AS fault FROM typed)
    SELECT {ROW}, fault, {kept.replace("position::INTEGER", "TRY_CAST(position AS INTEGER)")} FROM judged
    """


def called(sql: str) -> str:
    """Name of the column that an expression over ``raw`` is, for a message; else the expression."""
    name = sql.removeprefix("raw.").strip('"')
    plain = name.replace("_", "").replace(" ", "").isalnum()
    return say("the column “{name}”", name=name) if plain else f"“{sql}”"


def _given(name: str, text: str, usual: bool) -> str:
    if name in ids.IDS or usual and name in (Col.TS, *NUMBERS):
        return text
    return f"{'filled_number' if name in NUMBERS else 'filled'}({text})"


def _typed(name: str, written: Mapping[str, Style], usual: bool, floats: bool) -> str:
    if name in ids.IDS:
        return ids.alike(f"{name}_given", floats)
    if name == Col.TYPE:
        return "heard.event_type"
    if name == Col.TS:
        return f"from_here({usual_moment('ts_given')})" if usual else "as_moment(ts_given)"
    if name in NUMBERS and usual:
        return f"TRY_CAST({name}_given AS DOUBLE)"
    return as_number(f"{name}_given", written.get(name, Style.POINT)) if name in NUMBERS else f"{name}_given"


def _faults(expressions: Mapping[str, str], usual: bool) -> list[Rule]:
    """Find what can be wrong with any line of these columns, in the order in which it is looked for."""
    itemless = ", ".join(literal(event) for event in _ITEMLESS)
    who = [
        Rule(Col.USER, "user_id IS NULL", to_say("no user_id")),
        Rule(Col.TYPE, "event_type_given IS NULL", to_say("no event_type")),
        Rule(Col.TYPE, "event_type IS NULL", to_say("unknown event type")),
    ]
    when = [
        Rule(Col.TS, "ts_given IS NULL", to_say("no time")),
        Rule(Col.TS, "ts IS NULL", to_say("not a time")),
        Rule(Col.TS, f"ts < TIMESTAMP '{_FIRST}' OR ts >= TIMESTAMP '{_LAST}'", to_say("a time that cannot be")),
    ]
    what = [
        Rule(Col.ITEM, f"item_id IS NULL AND event_type NOT IN ({itemless})", to_say("no item_id")),
        Rule(Col.QUERY, f"query IS NULL AND event_type = {literal(Event.SEARCH)}", to_say("a search without words")),
    ]
    if usual:
        return [*who, *what]
    numbers = []
    for name in numbers_of(expressions):
        wrong = f"{name}_given IS NOT NULL AND ({name} IS NULL OR isnan({name}))"
        numbers += [Rule(name, wrong, to_say("not a number")), Rule(name, f"abs({name}) > {MOST:g}", TOO_LARGE)]
    numbers += [Rule(name, f"{name} < 0", to_say("a negative number"))
                for name in _NEVER_NEGATIVE if name in expressions]  # fmt: skip
    return [*who, *when, *what, *numbers]


def kind_fault(column: str) -> str:
    """SQL that is true where an item's kind is given and none of ours."""
    return f"trim({column}) <> '' AND {kind_said(column)} IS NULL"


def kind_said(column: str) -> str:
    """SQL of what an item's kind means, in whatever words; NULL where it is none of ours."""
    word = f"translate(lower(trim({column})), ' -', '__')"
    cases = " ".join(f"WHEN {literal(one)} THEN {literal(kind)}" for one, kind in _KINDS.items())
    return f"CASE {word} {cases} END"


def kind_meant(word: str) -> Kind | None:
    """Return what a word for an item's kind means: ``"Blog posts"`` → ``Kind.ARTICLE``; None for none of ours."""
    return _KINDS.get(word.strip().lower().replace(" ", "_").replace("-", "_"))
