"""One shopper: what was counted of her in words, what is predicted of her, and what she did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from core import written
from core.errors import UnknownUser
from core.language import Sayings, say
from core.records import Fact, ShopperView, Tag
from core.schema import Family
from core.store import find
from core.store.timeline import timeline

if TYPE_CHECKING:
    from core.profiles import Tagger
    from core.store.shoppers import Column, People

_MONEY = ("spend", "order_value")
#: Facts that are days before the end of the log, by what the day was.
_SINCE = Sayings({"days_since_last": "Last visit", "days_since_purchase": "Last purchase", "days_known": "First visit"})


def view(people: People, user_id: str, as_of: datetime) -> ShopperView:
    """Put together what was counted of a shopper and what she did."""
    return ShopperView(user_id, as_of, facts(people, user_id), timeline(people.reader, user_id, as_of))


def facts(people: People, user_id: str) -> list[Fact]:
    """Return what was counted of a shopper, and what the users table says of her.

    Raises
    ------
    UnknownUser
        When no shopper has this id.
    """
    row = people.one(user_id)
    if row is None:
        raise UnknownUser(say("No shopper has the id {user_id!r}. Search for another, or import their events.",
                              user_id=user_id))
    said = [column for column in people.columns if column.kind != "predicted" and not _missing(row, column)]
    found = [_fact(column, row) for column in said]
    return [_with_reason(fact, people, user_id) if fact.key == "set_aside" else fact for fact in found]


def _with_reason(fact: Fact, people: People, user_id: str) -> Fact:
    return replace(fact, value=f"{fact.value}: {find.set_aside(people.reader, user_id)}")


def tags(scorer: Tagger, user_id: str, as_of: datetime, stated: Collection[str] = ()) -> list[Tag]:
    """Return what a model predicts of a shopper, but for attributes that they have stated themselves.

    Parameters
    ----------
    stated
        Names of those attributes.
    """
    asks = pd.DataFrame({"ask_id": [0], "user_id": [user_id], "as_of": [pd.Timestamp(as_of)]})
    found = scorer.tag_records(scorer.tags(asks).iloc[0])
    return [tag for tag in found if tag.spec.family != Family.ATTRIBUTE or _attribute(tag) not in stated]


def _attribute(tag: Tag) -> str:
    return tag.spec.argument.split("=", 1)[0]


def _missing(row: Mapping[str, Any], column: Column) -> bool:
    return bool(pd.isna(row[column.key]))


def _fact(column: Column, row: Mapping[str, Any]) -> Fact:
    label, value, number = _words(column, row[column.key])
    return Fact(column.key, label, value, number, column.group, column.telling, column.help)


def _words(column: Column, value: Any) -> tuple[str, str, float | None]:
    """Label, value in words, and number of a fact."""
    if column.type == "text":
        return column.label, written.value(column.key, value), None
    number = float(value)
    if column.key in _SINCE:
        return _SINCE[column.key], _ago(int(number)), number
    if column.key in _MONEY:
        return column.label, f"{number:,.2f}", number
    shown = f"{number:,.0f}" if number == int(number) or abs(number) >= 10 else f"{number:,.1f}"
    return column.label, f"{shown} {say(column.unit)}".strip(), number


def _ago(days: int) -> str:
    """Days before the end of the log, in words: ``"3 days before the end of the log"`` is said as ``"3 days ago"``."""
    if days < 2:
        return say("yesterday") if days == 1 else say("on the last day")
    return say("{days:,} days ago", days=days)
