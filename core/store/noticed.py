"""Findings of the import about single shoppers and events: robots, visits, dwell time, odd values."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.language import say, say_many
from core.records import HealthNote
from core.store.aside import set_aside
from core.store.facts import facts_of
from core.store.oddities import MANY, TIMES
from core.store.visits import DWELL_CAP, GAP_MINUTES
from core.store.wording import several
from core.written import aside

if TYPE_CHECKING:
    from core.store.workspace import Reader

_FLAGS = """
SELECT count(*) FILTER (robot) AS robots, count(*) FILTER (NOT robot) AS tests,
       coalesce(sum(shopper_facts.events), 0) AS events,
       any_value(user_id ORDER BY shopper_facts.events DESC, user_id) AS example,
       any_value(why ORDER BY shopper_facts.events DESC, user_id) AS why
FROM shopper_flags JOIN shopper_facts USING (user_id) WHERE list_contains($aside::VARCHAR[], user_id)
"""

_VISITS = """
SELECT count(*) AS visits, count(*) FILTER (cut) AS cut, coalesce(sum(events) FILTER (cut), 0) AS events FROM visits
"""

_ESTIMATED = "SELECT sum(browse_minutes_estimated) AS minutes FROM shopper_facts"

# The oddest is the farthest from what is usual; nothing at all is the least telling.
_ODD = """
WITH far AS (
    SELECT *, row_number() OVER (
        PARTITION BY column_name
        ORDER BY value = 0, abs(ln(greatest(value, 1e-9) / coalesce(usual, 1))) DESC, item_id
    ) AS place
    FROM odd_values
)
SELECT column_name, count(*) AS n, count(*) FILTER (value = 0) AS nothing,
       any_value(item_id) FILTER (place = 1) AS item_id, any_value(value) FILTER (place = 1) AS value,
       any_value(usual) FILTER (place = 1) AS usual
FROM far GROUP BY column_name ORDER BY column_name DESC
"""


def notes(reader: Reader) -> Iterator[HealthNote]:
    """Return what the import noticed, and what was done about it."""
    yield from _flags(_first(reader, _FLAGS, {"aside": set_aside(reader)}))
    yield from _visits(_first(reader, _VISITS))
    yield from _dwell(reader, {fact.key for fact in facts_of(reader)})
    for row in reader.frame(_ODD).to_dict("records"):
        yield _odd(row)


def _first(reader: Reader, sql: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return dict(reader.frame(sql, params).iloc[0])


def _flags(row: dict[str, Any]) -> Iterator[HealthNote]:
    robots, tests, events = int(row["robots"]), int(row["tests"]), int(row["events"])
    parts = []
    if robots:
        parts.append(say_many(robots, "{number} shopper looks like a robot", "{number} shoppers look like robots"))
    if tests:
        parts.append(
            say_many(tests, "{number} test account", "{number} test accounts") if robots else
            say_many(tests, "{number} shopper looks like a test account", "{number} shoppers look like test accounts")
        )  # fmt: skip
    if parts:
        detail = say_many(
            events,
            "{number} event is theirs. They are kept and counted, and no model learns from them unless you say so. "
            "One is {example}: {why}. Segments finds them all under “Set aside as”; who is a shopper all the same is "
            "called one on their page.",
            "{number} events are theirs. They are kept and counted, and no model learns from them unless you say so. "
            "One is {example}: {why}. Segments finds them all under “Set aside as”; who is a shopper all the same is "
            "called one on their page.",
            example=row["example"], why=aside(str(row["why"])),
        )  # fmt: skip
        yield HealthNote("note", say(" and ").join(parts), detail)


def _visits(row: dict[str, Any]) -> Iterator[HealthNote]:
    visits, cut = int(row["visits"]), int(row["cut"])
    if cut:
        whole = cut == visits
        title = say("The log does not say which visit an event belongs to") if whole else \
            say_many(int(row["events"]), "{number} event names no visit", "{number} events name no visit")
        yield HealthNote(
            "note", title,
            say("A visit was ended wherever {pause} minutes passed without an event, which gives {visits}. Log a "
                "session_id to have them as they were.", pause=GAP_MINUTES, visits=several(cut, "visit", "visits")),
        )


def _dwell(reader: Reader, have: set[str]) -> Iterator[HealthNote]:
    if "browse_minutes_estimated" in have:
        minutes = float(_first(reader, _ESTIMATED)["minutes"])
        much = say("{minutes:,.0f} minutes", minutes=minutes)
        much = much if minutes < 600 else say("{hours:,.0f} hours", hours=minutes / 60)
        partly = say("How long items were looked at is partly not logged")
        title = partly if "browse_minutes" in have else say("How long items were looked at is not logged")
        yield HealthNote(
            "note", title,
            say("It is estimated from the time until the next event of the visit, {most} minutes at most: {much} in "
                "all. Estimates are marked, never mixed with what was logged, and no model reads them. Log "
                "dwell_seconds to have it measured.", most=DWELL_CAP // 60, much=much),
        )


def _odd(row: Mapping[Hashable, Any]) -> HealthNote:
    count, nothing = int(row["n"]), int(row["nothing"])
    if row["column_name"] == "price":
        title = say_many(count, "{number} price is odd", "{number} prices are odd")
        what = say("{times} times its item's usual price or more, a {times}th of it or less, or nothing at all",
                   times=TIMES)
        none = say(" ({nothing:,} of them nothing)", nothing=nothing) if nothing else ""
    else:
        title = say_many(count, "{number} quantity is far beyond the usual",
                         "{number} quantities are far beyond the usual")
        none, what = "", say("more than {times} times what is usual for the item, and more than {many} pieces",
                             times=TIMES, many=MANY)
    usual = "" if row["usual"] != row["usual"] else say(" where {usual:,.6g} is usual", usual=row["usual"])
    return HealthNote(
        "note", title,
        say("That is {what}{none}. They are marked and still count as they are: in spend, averages and price bands. "
            "The oddest is {value:,.6g} for item {item_id}{usual}. Mend the log if it is a slip.",
            what=what, none=none, value=row["value"], item_id=row["item_id"], usual=usual),
    )
