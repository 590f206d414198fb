"""The order of a list: the likeliest first, then varied, capped, and moved by a merchandiser's rules.

Variety is maximal marginal relevance (Carbonell and Goldstein, 1998): of two items the one comes first that is likely
*and* unlike what stands above it. What variety may cost is bounded: the list keeps nearly all of the clicks that its
likeliest order would get, and nothing that is far less likely comes first. Caps, pins and hidden items are kept
whatever they cost, and every item says what moved it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.alike import Floats, alike, is_new, novelty
from core.errors import InputError
from core.language import say, to_say
from core.records import Listing, Recommendation
from core.rules import HIDE, PIN, Rule, pinned
from core.schema import CATEGORY_SEPARATOR

#: Share of the next item's chance that one must have to come before it for the sake of variety.
_FLOOR = 0.25
#: Shares of the variety asked for that are tried in turn until it costs no more than it may.
_STEPS = (1.0, 0.75, 0.5, 0.25)
_UNLIKE, _LIKE = to_say("it is unlike those above it"), to_say("it is like those above it")
_FRESH, _KNOWN = to_say("it is new to this shopper"), to_say("others are newer to this shopper")
_BRANDS, _CATEGORIES = to_say("{cap} of brand {name} at most"), to_say("{cap} of category {name} at most")
_CLOSED, _ROOM = to_say("others were held back"), to_say("others were moved up")
_CLOSED_BY, _ROOM_BY = to_say("others were held back ({rule})"), to_say("others were moved up ({rule})")


@dataclass(frozen=True)
class Arrangement:
    """How a list is ordered.

    Attributes
    ----------
    diversity
        0 (the likeliest first) to 1: what being unlike the items above weighs against being likely.
    novelty
        0 to 1: what being new to her weighs.
    new_share
        Share of the list that is new in the shop at least, where so much is found.
    cap_brand, cap_category
        Items of one brand, and of one category, at most; those without any are not counted, and pins may go beyond.
    rules
        A merchandiser's.
    spare
        Share of the clicks to expect that ``diversity`` and ``novelty`` may cost at most.

    Raises
    ------
    InputError
        When a share is none, or a cap allows nothing.
    """

    diversity: float = 0.3
    novelty: float = 0.0
    new_share: float = 0.0
    cap_brand: int | None = None
    cap_category: int | None = None
    rules: tuple[Rule, ...] = ()
    spare: float = 0.1

    def __post_init__(self) -> None:
        for name in ("diversity", "novelty", "new_share", "spare"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(say("{name} is {value:g}; it should be between 0 and 1.",
                                     name=name, value=getattr(self, name)))
        for name in ("cap_brand", "cap_category"):
            cap = getattr(self, name)
            if cap is not None and cap < 1:
                raise InputError(say("{name} is {cap}; at least one item must be allowed. Leave it out for no cap.",
                                     name=name, cap=cap))


#: Some variety, at little cost; and the likeliest first, and nothing else.
VARIED, LIKELIEST = Arrangement(), Arrangement(diversity=0.0)


def arranged(
    items: Sequence[Recommendation], k: int, how: Arrangement, vectors: NDArray[np.float32] | None = None
) -> Listing:
    """Order items and keep the first ``k``.

    Parameters
    ----------
    items
        What was ranked, in any order.
    vectors
        A row of length 1 (or 0, where there is none) for each of ``items``; without them, items are alike by their
        category and brand alone.
    """
    order = sorted(range(len(items)), key=lambda i: (-items[i].p_click, items[i].item_id))
    ranked = [replace(items[i], was=place) for place, i in enumerate(order, 1)]
    kept = [n for n, item in enumerate(ranked) if not any(r.do == HIDE and r.meets(item) for r in how.rules)]
    rows = None if vectors is None else vectors[[order[n] for n in kept]]
    shelf = _Shelf([ranked[n] for n in kept], k, how, rows)
    chosen = _within(shelf)
    at = {shelf.items[n].item_id: place for place, n in enumerate(chosen.order, 1)}
    shown = [_moved(shelf.items[n], place, how.rules, (chosen.lifted.get(n), chosen.held.get(n)),
                    [other for other in ranked if _passed(shelf.items[n], other, at)])
             for place, n in enumerate(chosen.order, 1)]  # fmt: skip
    most = sum(item.p_click for item in ranked[:k])
    return Listing(shown, shelf.expected(chosen), float(most), _notes(shown, shelf))


@dataclass
class _Chosen:
    """A list so far: which items, in order, and why one was lifted or held back."""

    order: list[int] = field(default_factory=list)
    lifted: dict[int, str] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)


class _Shelf:
    """What can be chosen from: the items in order of chance, what rules make of them, and how alike they are."""

    def __init__(
        self, items: Sequence[Recommendation], k: int, how: Arrangement, vectors: NDArray[np.float32] | None
    ) -> None:
        self.items, self.how, self.k = items, how, min(k, len(items))
        factors = [math.prod(rule.weight for rule in how.rules if rule.meets(item)) for item in items]
        weighed = np.array([item.p_click for item in items], dtype=float) * np.array(factors, dtype=float)
        self.worth: Floats = weighed / (weighed.max(initial=0.0) or 1.0)
        self.alike = alike(items, vectors) if how.diversity else np.zeros((len(items), len(items)))
        self.novel = np.array([novelty(item) for item in items], dtype=float)
        self.new = [is_new(item) for item in items]
        self.wanted_new = math.ceil(how.new_share * self.k - 1e-9)
        at = {item.item_id: n for n, item in enumerate(items)}
        self.pins = {place: at[rule.item] for place, rule in pinned(how.rules).items()
                     if place <= self.k and rule.item in at}  # fmt: skip

    def expected(self, chosen: _Chosen) -> float:
        return float(sum(self.items[n].p_click for n in chosen.order))


def _within(shelf: _Shelf) -> _Chosen:
    """The list with as much variety as may be paid for."""
    plain = _chosen(shelf, 0.0)
    if not shelf.how.diversity and not shelf.how.novelty:
        return plain
    least = (1 - shelf.how.spare) * shelf.expected(plain) - 1e-12
    tries = (_chosen(shelf, share) for share in _STEPS)
    return next((tried for tried in tries if shelf.expected(tried) >= least), plain)


def _chosen(shelf: _Shelf, share: float) -> _Chosen:
    """Choose one item after the other, with a share of the variety that is asked for."""
    found, counts = _Chosen(), _Counts(shelf)
    unlike, fresh = shelf.how.diversity * share, shelf.how.novelty * share
    nearest = np.zeros(len(shelf.items))
    free = np.array([n not in shelf.pins.values() for n in range(len(shelf.items))], dtype=bool)
    for place in range(1, shelf.k + 1):
        pick = shelf.pins.get(place)
        if pick is None:
            why = counts.blocked(free, shelf.k - place + 1 - sum(pin > place for pin in shelf.pins))
            open_ = free & np.array([not reason for reason in why], dtype=bool)
            if not open_.any():
                continue
            minus, plus = unlike * nearest, fresh * shelf.novel
            open_ &= shelf.worth >= _FLOOR * shelf.worth[open_].max()
            pick = int(np.argmax(np.where(open_, (1 - unlike) * shelf.worth - minus + plus, -np.inf)))
            _explain(found, pick, _likelier(shelf, free, pick), why, (minus, plus))
            free[pick] = False
        found.order.append(pick)
        counts.add(pick)
        nearest = np.maximum(nearest, shelf.alike[pick])
    return found


class _Counts:
    """What is in a list so far, and so which items may not come next."""

    def __init__(self, shelf: _Shelf) -> None:
        self.shelf = shelf
        self.brands, self.categories = Counter[str](), Counter[str]()
        self.new = 0

    def add(self, pick: int) -> None:
        item = self.shelf.items[pick]
        self.brands[item.brand] += 1
        self.categories[item.category] += 1
        self.new += self.shelf.new[pick]

    def blocked(self, free: NDArray[np.bool_], places: int) -> list[str]:
        """Why each item may not come next, "" where it may.

        Parameters
        ----------
        free
            Items that are still there.
        places
            Places of the list that are still to be filled from them.
        """
        how, new = self.shelf.how, self.shelf.new
        full = [_full(item.brand, self.brands, how.cap_brand, _BRANDS)
                or _full(item.category, self.categories, how.cap_category, _CATEGORIES)
                for item in self.shelf.items]  # fmt: skip
        there = sum(bool(here) and fresh and not why for here, fresh, why in zip(free, new, full, strict=True))
        if min(self.shelf.wanted_new - self.new, there) < places:
            return full
        return [why or ("" if fresh else say("this place is kept for what is new"))
                for why, fresh in zip(full, new, strict=True)]  # fmt: skip


def _full(value: str, seen: Mapping[str, int], cap: int | None, why: str) -> str:
    if cap is None or not value or seen[value] < cap:
        return ""
    return say(why, cap=cap, name=value.split(CATEGORY_SEPARATOR)[-1])


def _likelier(shelf: _Shelf, free: NDArray[np.bool_], pick: int) -> list[int]:
    """Items that are still there and would come before this one by chance and weight alone, the first of them first."""
    order = np.argsort(-shelf.worth, kind="stable")
    return [int(n) for n in order[: list(order).index(pick)] if free[n]]


def _explain(
    found: _Chosen, pick: int, passed: Sequence[int], why: Sequence[str], terms: tuple[Floats, Floats]
) -> None:
    """Note what lifted the item that is chosen, and what held back those that it passed.

    Parameters
    ----------
    terms
        What likeness takes from each item, and what being new to her adds.
    """
    minus, plus = terms
    for n in passed:
        fresher = plus[pick] - plus[n] > minus[n] - minus[pick]
        found.lifted.setdefault(pick, why[n] or say(_FRESH if fresher else _UNLIKE))
        found.held.setdefault(n, why[n] or say(_KNOWN if fresher else _LIKE))


def _passed(item: Recommendation, other: Recommendation, at: Mapping[str, int]) -> bool:
    """Whether the two stand the other way round than by their chances; what is not shown stands last."""
    before = (item.was or 0) < (other.was or 0)
    return other.item_id != item.item_id and before != (at[item.item_id] < at.get(other.item_id, len(at) + 1))


def _moved(
    item: Recommendation, place: int, rules: Sequence[Rule], why: tuple[str | None, str | None],
    passed: Sequence[Recommendation],
) -> Recommendation:
    """The item with what moved it; nothing when it stands where its chance alone would put it.

    Parameters
    ----------
    why
        What lifted it, and what held it back, if anything did.
    passed
        Items that it stands above of or below, other than by their chances.
    """
    if item.was is None or item.was == place:
        return item
    up = item.was > place
    pins = [rule.said for at, rule in pinned(rules).items() if at == place and rule.meets(item)]
    weights = [rule.said for rule in rules if rule.meets(item) and (rule.weight > 1 if up else rule.weight < 1)]
    other = why[0] if up else why[1]
    found = pins or [*weights, *([other] if other else [])] or [_of_others(up, rules, passed)]
    return replace(item, moved_by=tuple(found))


def _of_others(up: bool, rules: Sequence[Rule], passed: Sequence[Recommendation]) -> str:
    """What moved an item that nothing moved by itself: the rule that moved others, if one did."""
    for rule in rules:
        moves = rule.do in (HIDE, PIN) or rule.weight != 1
        if moves and any(rule.meets(other) for other in passed):
            return say(_CLOSED_BY if up else _ROOM_BY, rule=rule.said)
    return say(_CLOSED if up else _ROOM)


def _notes(shown: Sequence[Recommendation], shelf: _Shelf) -> list[str]:
    notes = []
    if len(shown) < shelf.k:
        notes.append(say("Only {shown} of {all} places are filled: the caps let no more through.",
                         shown=len(shown), all=shelf.k))
    new = sum(map(is_new, shown))
    if new < shelf.wanted_new:
        notes.append(say("New items were to fill {wanted} of {all} places; only {new} could be found.",
                         wanted=shelf.wanted_new, all=shelf.k, new=new))
    missed = [rule for rule in shelf.how.rules if rule.do != HIDE and not any(map(rule.meets, shelf.items))]
    return [*notes, *(say("Nothing that was found is meant by the rule “{rule}”.", rule=rule.said) for rule in missed)]
