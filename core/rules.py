"""What a merchandiser wants of a list, whatever the model says: to boost, bury, pin or hide items."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.language import Sayings, say
from core.records import Recommendation
from core.schema import CATEGORY_SEPARATOR

BOOST, BURY, PIN, HIDE = "boost", "bury", "pin", "hide"
DEEDS = (BOOST, BURY, PIN, HIDE)
#: What items can be chosen by, one or several at once.
ABOUT = ("item", "brand", "category", "price_from", "price_to", "column")
_NAMED = Sayings({"item": "item {name}", "brand": "brand {name}", "category": "category {name}"})


@dataclass(frozen=True)
class Rule:
    """One rule on items; one that names several things is about items that have all of them.

    Attributes
    ----------
    do
        ``boost`` and ``bury`` weigh the chance by which items are ranked, ``pin`` gives one item a place of its own,
        ``hide`` leaves items out.
    item, brand, category
        "" for any. A category stands for those below it too: "Shoes" for "Shoes > Trail".
    price_from, price_to
        Bounds, both included. An item without a price meets none.
    column, least, most
        A column of numbers that the file of items brought along, such as stock or margin, and bounds of it, both
        included. An item without such a number meets none.
    by
        How many times a boost makes a chance weigh more, and burying it less.
    place
        Of a pinned item, counted from 1.

    Raises
    ------
    InputError
        When it says nothing, or cannot be kept.
    """

    do: str
    item: str = ""
    brand: str = ""
    category: str = ""
    price_from: float | None = None
    price_to: float | None = None
    column: str = ""
    least: float | None = None
    most: float | None = None
    by: float = 2.0
    place: int = 1

    def __post_init__(self) -> None:
        if self.do not in DEEDS:
            raise InputError(say("There is no rule {name!r}. Choose one of: {there}.", name=self.do,
                                 there=", ".join(DEEDS)))  # fmt: skip
        if all(getattr(self, name) in ("", None) for name in ABOUT):
            raise InputError(say("The rule {name!r} says nothing of which items. Name one of: {about}.",
                                 name=self.do, about=", ".join(ABOUT)))
        if self.do == PIN and not self.item:
            raise InputError(say('Only a single item can be pinned: name it by its id, item = "…".'))
        if not 1 < self.by <= 100:
            raise InputError(say("A rule can boost or bury by more than 1 and by 100 times at most, not by {by:g}.",
                                 by=self.by))
        if self.place < 1:
            raise InputError(say("Places are counted from 1; an item cannot be pinned to {place}.", place=self.place))
        if self.price_from is not None and self.price_to is not None and self.price_from > self.price_to:
            raise InputError(say("No price is both {low:g} or more and {high:g} or less.",
                                 low=self.price_from, high=self.price_to))
        if bool(self.column) == (self.least is None and self.most is None):
            raise InputError(say("A rule on a column of numbers names both: column = “stock”, and least or most."))
        if self.least is not None and self.most is not None and self.least > self.most:
            raise InputError(say("No {column} is both {low:g} or more and {high:g} or less.",
                                 column=self.column, low=self.least, high=self.most))

    def meets(self, item: Recommendation) -> bool:
        """Whether the rule is about this item."""
        below = self.category + CATEGORY_SEPARATOR
        return (
            self.item in ("", item.item_id)
            and self.brand in ("", item.brand)
            and (not self.category or item.category == self.category or item.category.startswith(below))
            and _within(item.price, self.price_from, self.price_to)
            and (not self.column or _within(item.numbers.get(self.column), self.least, self.most))
        )

    @property
    def weight(self) -> float:
        """What an item's chance is multiplied by."""
        return {BOOST: self.by, BURY: 1 / self.by}.get(self.do, 1.0)

    @property
    def said(self) -> str:
        """The rule in words: ``"boosted 2 times: brand Norvale, price up to 50"``."""
        how = {BOOST: say("boosted {by:g} times", by=self.by), BURY: say("buried {by:g} times", by=self.by),
               PIN: say("pinned to place {place}", place=self.place), HIDE: say("hidden")}[self.do]  # fmt: skip
        what = [said.format(name=getattr(self, part)) for part, said in _NAMED.items() if getattr(self, part)]
        if self.price_from is not None or self.price_to is not None:
            what.append(_bounds(say("price"), self.price_from, self.price_to))
        if self.column:
            what.append(_bounds(self.column, self.least, self.most))
        return say("{how}: {what}", how=how, what=say(", ").join(what))

    def plain(self) -> dict[str, Any]:
        """Return what the rule says, without what it leaves open; ``of`` reads it again."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}


def of(raw: Mapping[str, Any]) -> Rule:
    """Read a rule from plain values.

    Raises
    ------
    InputError
        When a name is unknown, a value of the wrong kind, or the rule cannot be kept.

    Examples
    --------
    >>> of({"do": "hide", "brand": "Norvale", "price_to": 20}).said
    'hidden: brand Norvale, price up to 20'
    """
    known = [one.name for one in fields(Rule)]
    unknown = [name for name in raw if name not in known]
    if unknown:
        raise InputError(say("A rule has no {name!r}. It may have: {known}.", name=unknown[0],
                             known=", ".join(known)))  # fmt: skip
    if "do" not in raw:
        raise InputError(say("A rule must say what to do: do = one of {deeds}.", deeds=", ".join(DEEDS)))
    return Rule(**{name: _typed(name, value) for name, value in raw.items()})


def read(file: Path) -> tuple[Rule, ...]:
    """Read rules from a TOML file: a ``[[rule]]`` for each.

    Raises
    ------
    InputError
        When it cannot be read, or a rule cannot be kept; the message says which.
    """
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise InputError(say("{file} cannot be read as rules: {why}. It should be TOML with a [[rule]] for each.",
                             file=file, why=error)) from error
    found = raw.get("rule")
    if set(raw) != {"rule"} or not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputError(say("{file} should hold rules alone, each under its own [[rule]]; see the README for an "
                             "example.", file=file))
    return tuple(_numbered(file, number, one) for number, one in enumerate(found, 1))


def columns(rules: Sequence[Rule]) -> list[str]:
    """Return the columns of numbers that rules are about."""
    return sorted({rule.column for rule in rules if rule.column})


def pinned(rules: Sequence[Rule]) -> dict[int, Rule]:
    """Return the pins by their places; of two for one place, or of one item, the first counts."""
    found: dict[int, Rule] = {}
    for rule in rules:
        if rule.do == PIN and rule.place not in found and rule.item not in {other.item for other in found.values()}:
            found[rule.place] = rule
    return found


def _numbered(file: Path, number: int, raw: Mapping[str, Any]) -> Rule:
    try:
        return of(raw)
    except InputError as error:
        raise InputError(say("Rule {rule} of {file}: {why}", rule=number, file=file, why=error)) from error


def _typed(name: str, value: Any) -> Any:
    if name in ("price_from", "price_to", "least", "most", "by"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InputError(say("{name} of a rule is a number, not {value!r}.", name=name, value=value))
        return float(value)
    if name == "place":
        if isinstance(value, bool) or not isinstance(value, int):
            raise InputError(say("The place of a rule is a whole number, not {value!r}.", value=value))
        return value
    if not isinstance(value, str):
        raise InputError(say("{name} of a rule is a text, not {value!r}. Put it into quotes.", name=name, value=value))
    return value


def _within(value: float | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _bounds(what: str, low: float | None, high: float | None) -> str:
    if low is None:
        return say("{what} up to {high:g}", what=what, high=high)
    if high is None:
        return say("{what} from {low:g}", what=what, low=low)
    return say("{what} {low:g} to {high:g}", what=what, low=low, high=high)
