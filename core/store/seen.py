"""What the values of each column of a staged file look like: numbers, moments, words for events, ids, texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.store.connect import literal, quote
from core.store.numbers import bare, in_either, looks_like
from core.store.reading import ROW
from core.store.times import is_counted_day

if TYPE_CHECKING:
    import duckdb

#: Lines that are looked at, and columns at most: no log has its shoppers beyond these.
_SAMPLE, _WIDEST = 4_000, 200
_KEPT = 8
_NULLS = ("", "null", "none", "nan", "na", "n/a", r"\n", "-", "undefined")

_DAY = r"(19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_LOCAL_DAY = r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d\d)"
_NAMED_DAY = (
    r"(\w{3,9},? )?(\d{1,2}(st|nd|rd|th)?[- ][A-Za-z]{3,9}\.?[- ,]{1,2}\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})"
)
_CLOCK = r"([上下]午 ?)?\d{1,2}[:时点]\d\d([:分]\d\d(\.\d+)?秒?|分)?( ?[AaPp]\.?[Mm]\.?)?"
_ZONE = r" ?(Z|UTC|GMT|[+-]\d\d:?(\d\d)?)"
_BASIC_CLOCK = r"[T ]\d{4}(\d\d([.,]\d+)?)?"
_MOMENT = (
    rf"({_DAY}|{_LOCAL_DAY}|{_NAMED_DAY})(([T ,]+|[T ,]*[上下]午 ?){_CLOCK}({_ZONE})?( ?[A-Z]{{2,4}})?)?"
    rf"|{_CLOCK}[ ,]+({_DAY}|{_LOCAL_DAY}|{_NAMED_DAY})"
    rf"|(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{{6}}(\.\d+)?|{_BASIC_CLOCK}({_ZONE})?)?"
)
#: A date with a time of day.
_TIMED = rf".*\d[:时点]\d.*|(19|20)\d{{6}}(\d{{6}}(\.\d+)?|{_BASIC_CLOCK}({_ZONE})?)"
#: Seconds, milli-, micro- and nanoseconds from 1990 to 2036.
_EPOCH = r"(6[3-9]\d|[7-9]\d\d|1\d{3}|20[0-8]\d)\d{6}(\.\d+|\d{3}(\.0*)?|\d{6}|\d{9})?"
_ABOUT = f"""
SELECT place, count(*) AS n, count(DISTINCT value) AS different, arg_min(value, line, {_KEPT}) AS firsts,
       avg(is_number::INT) AS number, avg(coalesce(amount = trunc(amount), false)::INT) AS whole,
       avg(coalesce(amount < 0, false)::INT) AS negative, min(amount) AS low, max(amount) AS high,
       avg(is_moment::INT) AS moment, avg(is_epoch::INT) AS epoch, avg(is_zoned::INT) AS zoned,
       avg(is_clock::INT) AS clock, avg((is_moment AND regexp_full_match(value, {literal(_TIMED)}))::INT) AS timed,
       avg(is_counted::INT) AS counted,
       avg(length(value)) AS length, avg((value SIMILAR TO '.*\\S\\s+\\S.*')::INT) AS spaced,
       avg((value ILIKE 'http%')::INT) AS link, avg(list_contains($known, word)::INT) AS known,
       avg(list_contains($stated, word)::INT) AS stated
FROM judged GROUP BY place
"""


@dataclass(frozen=True)
class Seen:
    """Shares (0..1) are of the filled values of a sample."""

    column: str
    place: int
    filled: float = 0.0  # of the lines
    n: int = 0
    different: int = 0
    samples: tuple[str, ...] = ()
    number: float = 0.0
    whole: float = 0.0
    negative: float = 0.0
    low: float | None = None
    high: float | None = None
    moment: float = 0.0  # dates, or numbers that may be moments
    epoch: float = 0.0
    zoned: float = 0.0
    clock: float = 0.0  # a time of day alone
    counted: float = 0.0  # numbers that may be days as spreadsheets count them
    timed: float = 0.0  # a date with a time of day
    length: float = 0.0
    spaced: float = 0.0
    link: float = 0.0
    known: float = 0.0  # words for events
    stated: float = 0.0  # words for what became of an order

    @property
    def unique(self) -> float:
        """Share of the values that are different."""
        return self.different / self.n if self.n else 0.0


def look(
    con: duckdb.DuckDBPyConnection, columns: Sequence[str], known: Collection[str], stated: Collection[str]
) -> list[Seen]:
    """Look at a sample of the staged lines.

    Parameters
    ----------
    known, stated
        Words for events, and for what became of an order, as ``normal`` writes them.

    Returns
    -------
    list
        One for each of the columns, in their order; those without any value have ``n`` 0.
    """
    asked = list(columns[:_WIDEST])
    texts = ", ".join(f"{quote(column)} AS c{place}" for place, column in enumerate(asked))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT {ROW} AS line, {texts} FROM raw "
        f"USING SAMPLE reservoir({_SAMPLE} ROWS) REPEATABLE (7)"
    )
    row = con.execute("SELECT count(*) FROM sampled").fetchone()
    lines = int(row[0]) if row else 0
    cursor = con.execute(_judged() + _ABOUT, {"known": list(known), "stated": list(stated)})
    names = [about[0] for about in cursor.description or ()]
    found = {values["place"]: values for values in (dict(zip(names, one, strict=True)) for one in cursor.fetchall())}
    con.execute("DROP TABLE sampled")
    return [_seen(column, place, lines, found.get(f"c{place}")) for place, column in enumerate(columns)]


def _judged() -> str:
    """Every filled value of the sample on a line of its own, and what it could be."""
    nulls = ", ".join(map(literal, _NULLS))
    return rf"""
    WITH long AS (UNPIVOT sampled ON COLUMNS(* EXCLUDE line) INTO NAME place VALUE given),
    filled AS (SELECT place, line, trim(given) AS value FROM long WHERE lower(trim(given)) NOT IN ({nulls})),
    tested AS (
        SELECT *, {normal('value')} AS word, {bare('value')} AS digits,
               regexp_full_match(value, {literal(_EPOCH)}) AS is_epoch,
               regexp_full_match(value, {literal(_MOMENT)}) OR is_epoch AS is_moment,
               is_moment AND regexp_matches(value, {literal(f'({_CLOCK}|{_BASIC_CLOCK}){_ZONE}$')}) AS is_zoned,
               regexp_full_match(value, {literal(_CLOCK)}) AS is_clock,
               coalesce({is_counted_day('value')}, false) AS is_counted,
               {looks_like('digits')} AS is_number
        FROM filled
    ),
    judged AS (
        SELECT *, CASE WHEN is_number THEN {in_either('digits')} END AS amount FROM tested
    )
    """


def normal(text: str) -> str:
    """SQL of a word for an event as our tables write it: small, with ``_`` for blanks and hyphens."""
    return f"regexp_replace(lower(trim({text})), '[ -]+', '_', 'g')"


def _seen(column: str, place: int, lines: int, about: dict[str, object] | None) -> Seen:
    if about is None:
        return Seen(column, place)
    values = {name: value for name, value in about.items() if name not in ("place", "firsts")}
    firsts = about["firsts"]
    samples = tuple(dict.fromkeys(map(str, firsts)))[:4] if isinstance(firsts, list) else ()
    n = int(str(about["n"]))
    return Seen(column, place, n / max(1, lines), samples=samples, **values)  # type: ignore[arg-type]
