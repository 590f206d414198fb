"""What is counted of every shopper over her whole log: the observed side of a profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.language import say, to_say
from core.store import counting, layout, totals, zone
from core.store.connect import quote
from core.store.visits import DWELL_CAP, GAP_MINUTES
from core.store.watch import queries

if TYPE_CHECKING:
    import duckdb

    from core.store.workspace import Reader

TABLE = "shopper_facts"
#: Events that are counted at a time; memory grows with it, and with nothing else.
PART = 3_000_000
BUYING, COMING, LOOKING = to_say("Buying"), to_say("Coming back"), to_say("Looking and choosing")
TASTE, TIMES, CARE = to_say("Taste"), to_say("Time of day and week"), to_say("Data quality")
DAYS, MINUTES = to_say("days"), to_say("minutes")


@dataclass(frozen=True)
class FactSpec:
    """One counted fact: its column, its name and what it means, in English.

    Attributes
    ----------
    group
        The question that it belongs to.
    telling
        Whether it belongs to the few that a person sees first.
    """

    key: str
    label: str
    help: str
    unit: str = ""
    type: str = "number"  # number | text
    group: str = BUYING
    telling: bool = False

    def said(self) -> FactSpec:
        """Return it in the language that is spoken."""
        about = say(self.help, pause=GAP_MINUTES, most=DWELL_CAP // 60)
        return replace(self, label=say(self.label), help=about, unit=say(self.unit), group=say(self.group))


def _buying(key: str, label: str, help: str, unit: str = "", telling: bool = False) -> FactSpec:
    return FactSpec(key, label, help, unit, group=BUYING, telling=telling)


def _coming(key: str, label: str, help: str, unit: str = "", telling: bool = False) -> FactSpec:
    return FactSpec(key, label, help, unit, group=COMING, telling=telling)


def _looking(key: str, label: str, help: str, unit: str = "", telling: bool = False) -> FactSpec:
    return FactSpec(key, label, help, unit, group=LOOKING, telling=telling)


def _taste(key: str, label: str, help: str, unit: str = "", type: str = "number") -> FactSpec:
    return FactSpec(key, label, help, unit, type, TASTE, type == "text")


def _time(key: str, label: str, help: str, unit: str = "%", type: str = "number", telling: bool = False) -> FactSpec:
    return FactSpec(key, label, help, unit if type == "number" else "", type, TIMES, telling)


_LEANING = to_say("By views, clicks, carts (which count twice) and purchases (three times).")
_VISIT = to_say("As the log names visits; where it does not, a pause of {pause} minutes ends one.")

FACTS: tuple[FactSpec, ...] = (
    _buying("purchases", "Purchases", "Orders: what was bought in one visit, or in one day without visits.",
            telling=True),
    _buying("spend", "Money spent", "Price times pieces over all orders, before returns.", telling=True),
    _buying("order_value", "Average order", "Money spent for each order.", telling=True),
    _buying("items_bought", "Items bought", "Pieces in all orders."),
    _buying("basket_size", "Pieces in an order", "Pieces for each order, on average."),
    _buying("purchases_per_month", "Purchases a month",
            "Orders for each 30 days since the first visit; who is new counts as here for 30 days."),
    _buying("days_between_purchases", "Days between purchases",
            "The median, from one day with a purchase to the next.", DAYS),
    _buying("deal_share", "Bought on deal",
            "Share of purchases at least 5 % below the item's usual price, which is its median in the log.", "%"),
    _buying("returns", "Returns", "Times that something was sent back."),
    _buying("return_rate", "Sent back of what was bought",
            "Pieces sent back as a share of pieces bought; over 100 % when they were bought before the log begins.",
            "%"),
    _coming("days_since_last", "Days since the last visit", "From the last thing done to the end of the log.", DAYS,
            telling=True),
    _coming("days_since_purchase", "Days since the last purchase", "Up to the end of the log.", DAYS),
    _coming("days_known", "Days since the first visit", "From the first event to the end of the log.", DAYS),
    _coming("active_days", "Active days", "Days on which anything was done."),
    _coming("visits", "Visits", _VISIT, telling=True),
    _coming("events", "Events", "Everything done; what was merely shown is not counted."),
    _looking("views", "Views", "Items looked at."),
    _looking("views_per_visit", "Views in a visit", "Items looked at for each visit, on average."),
    _looking("browse_minutes", "Time spent looking", "Dwell time as the log has it.", MINUTES, telling=True),
    _looking("browse_minutes_estimated", "Time spent looking, estimated",
             "Where the log has no dwell time: from a look to what was done next in the same visit, {most} minutes at "
             "most; the last look of a visit is left out.", MINUTES, telling=True),
    _looking("clicks", "Clicks", "Items clicked in lists that were shown."),
    _looking("click_share", "Clicks of what was shown", "Clicks as a share of the items shown.", "%"),
    _looking("searches", "Searches", "Searches made."),
    _looking("search_share", "Visits with a search", "Share of visits in which something was searched for.", "%"),
    _looking("favourites", "Favourites", "Items saved as a favourite."),
    _looking("carts", "Put in the cart", "Times that something was put in the cart."),
    _looking("open_carts", "Left in the cart", "Items put in the cart and not bought since.", telling=True),
    _looking("cart_rate", "Looked at, then in the cart", "Share of the items looked at that were put in the cart.",
             "%"),
    _looking("checkout_rate", "In the cart, then bought", "Share of the items put in the cart that were bought.", "%"),
    _looking("buy_rate", "Looked at, then bought", "Share of the items looked at that were bought.", "%"),
    _taste("top_category", "Favourite category", _LEANING, type="text"),
    _taste("top_category_share", "Share of the favourite category", _LEANING, "%"),
    _taste("categories", "Categories", "Different top categories that they did something with."),
    _taste("top_brand", "Favourite brand", _LEANING, type="text"),
    _taste("top_brand_share", "Share of the favourite brand", _LEANING, "%"),
    _taste("brands", "Brands", "Different brands that they did something with."),
    _taste("price_band", "Usual price band",
           "Prices bought at, against others in the category: budget, mid or premium.", type="text"),
    _time("favourite_time", "Favourite time of day",
          "Morning begins at 6:00, afternoon at 12:00, evening at 18:00, night at 22:00.", type="text", telling=True),
    _time("favourite_time_share", "At the favourite time of day", "Share of what was done then."),
    _time("night_share", "Active at night", "Share of what was done between 22:00 and 06:00."),
    _time("favourite_weekday", "Favourite weekday", "The day of the week on which most was done.", type="text"),
    _time("favourite_weekday_share", "On the favourite weekday", "Share of what was done then."),
    _time("weekend_share", "Active at weekends", "Share of what was done on Saturdays and Sundays."),
    FactSpec("set_aside", "Set aside as",
             "Looks like a robot or a test account: no model learns from them unless you say so.", "", "text", CARE,
             True),
)


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Count the facts of every shopper into the table ``shopper_facts``, and the totals of the Overview.

    A fact of which the shop has nothing (no views logged, no categories known) gets no column.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events``, ``items``, ``users``, ``shop`` and what
        ``core.store.cleaning.build`` and ``core.store.derive.build`` make.
    """
    place = zone.of(con)
    totals.begin(con, place)
    ended, has_hours = totals.end(con, place)
    con.execute(counting.NAMES)
    here = zone.local(place, "ts")
    parts = _ranges(con)
    for number, (low, high) in enumerate(parts):
        users = {"low": low, **({} if high is None else {"high": high})}
        into = "INSERT INTO counted_facts" if number else "CREATE OR REPLACE TEMP TABLE counted_facts AS"
        asked: Sequence[tuple[float, str, Mapping[str, object]]] = (
            (0.1, counting.BOUGHT, users), (0.15, counting.TOUCHED, users), (0.1, counting.LEANED, {}),
            (0.65, f"{into} {counting.COUNTED}", {**users, "ended": ended, "has_hours": has_hours}),
        )
        queries(con, [(takes, counting.of_part(sql, here, high is None), given) for takes, sql, given in asked],
                after=len(parts) - number - 1)
        totals.add(con, users)
    totals.finish(con)
    _keep(con)
    for table in ("counted_facts", "bought", "touched", "leaned", "shelf", "tops", "makers"):
        con.execute(f"DROP TABLE {table}")
    layout.mark(con)


def _ranges(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None]]:
    """Part the shoppers by their ids, so that each part has some ``PART`` events: from an id on, and below another."""
    found = con.execute(
        f"SELECT DISTINCT user_id FROM events WHERE rowid > 0 AND rowid % {PART} = 0 ORDER BY user_id"
    ).fetchall()
    bounds = [str(row[0]) for row in found]
    return list(zip(["", *bounds], [*bounds, None], strict=True))


def _keep(con: duckdb.DuckDBPyConnection) -> None:
    """Keep those facts that are true of anybody."""
    con.execute(f"SELECT {', '.join(f'bool_or({_says(fact)})' for fact in FACTS)} FROM counted_facts")
    said = con.fetchone() or ()
    kept = [fact.key for fact, any_said in zip(FACTS, said, strict=True) if any_said]
    columns = ", ".join(["user_id", *map(quote, kept)])
    con.execute(f"CREATE OR REPLACE TABLE {TABLE} AS SELECT {columns} FROM counted_facts ORDER BY user_id")


def _says(fact: FactSpec) -> str:
    return f"coalesce({quote(fact.key)} {'<> 0' if fact.type == 'number' else 'IS NOT NULL'}, false)"


def facts_of(reader: Reader) -> list[FactSpec]:
    """Return the facts that this shop has."""
    have = set(reader.frame(f"SELECT * FROM {TABLE} LIMIT 0").columns)
    return [fact for fact in FACTS if fact.key in have]
