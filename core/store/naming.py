"""How well a column's name, and what its values look like, fit one of our columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from core.schema import Col
from core.store.lines import kind_meant
from core.store.seen import Seen

#: How much a name on each list says, from 0 to 1.
_LEVELS = {"sure": 0.97, "likely": 0.78, "maybe": 0.5}
_MADE_OF = 0.88  # "buyer_nr": a word for whose id it is, and one for an id
_INSIDE = 0.6  # a sure name with something around it
_ENDS_SO = 0.45  # "link_item": the last word says what it is
#: What a price may be followed by.
_CURRENCY = re.compile("(?<=[a-z])(eur|usd|gbp|chf|cny|rmb)$")
_PLACE = re.compile(r"column_?\d+|unnamed.*|c\d+|f\d+|_\d+", re.IGNORECASE)
_ENTITIES = {
    Col.USER: "user|usr|customer|cust|client|visitor|member|buyer|shopper|account|household|reviewer|person|consumer"
    "|guest|用户|会员|客户|顾客|买家|消费者",
    Col.ITEM: "item|product|prod|article|goods|sku|offer|ad|adgroup|asin|stock|news|book|movie|listing|variant|content"
    "|商品|产品|物品|宝贝|货品|广告",
    Col.SESSION: "order|invoice|receipt|basket|transaction|txn|session|visit|ticket|bill|checkout|document"
    "|订单|会话|交易|小票",
}
_ID = r"s?(id|sk|no|nr|num|number|code|key|uid|guid|uuid|hash|nbr|ref|编号|号|代码|编码|标识|号码)"
#: Our columns whose names may stand inside of longer ones.
_WITHIN = {
    Col.USER, Col.ITEM, Col.TYPE, Col.TS, Col.SESSION, Col.QUANTITY, Col.PRICE, Col.TITLE, Col.CATEGORY, Col.BRAND,
    "total",
}
#: Share of the values that are numbers from which a column holds numbers.
NUMBERS = 0.9
_YES_NO = {"0", "1", "0.0", "1.0", "true", "false", "yes", "no", "y", "n", "t", "f", "是", "否"}


@cache
def _names() -> Mapping[str, Mapping[str, float]]:
    given = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    given.pop("attributes")
    return {
        ours: {
            compact(name): _LEVELS[level] - 0.001 * place
            for level in reversed(_LEVELS) for place, name in reversed(list(enumerate(levels.get(level, []))))
        }
        for ours, levels in given.items()
    }


@cache
def attributes() -> Mapping[str, str]:
    """Compact name of a column → the attribute of shoppers that it is."""
    given = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))["attributes"]
    return {compact(name): attribute for attribute, names in given.items() for name in names}


def ours() -> tuple[str, ...]:
    """Return what names are known for: our columns, and a few that help to find these."""
    return tuple(_names())


def compact(name: str) -> str:
    """``"Customer ID (hashed)"`` → ``"customerid"``: small letters and digits, what stands in brackets left out."""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", name) or name
    return "".join(filter(str.isalnum, bare.lower()))


def nameless(column: str) -> bool:
    """Whether a column has no name of its own."""
    return bool(_PLACE.fullmatch(column))


def named(ours: str, column: str) -> float:
    """Return how much the name of a column says that it is one of ours, from 0 to 1."""
    if nameless(column):
        return 0.0
    names = _names()[ours]
    whole, last = compact(column), compact(column.rstrip(". ").rsplit(".", 1)[-1])
    best = max(names.get(whole, 0.0), names.get(last, 0.0) - 0.01, names.get(_CURRENCY.sub("", last), 0.0) - 0.02)
    if ours in _ENTITIES and re.fullmatch(f"({_ENTITIES[Col(ours)]}){_ID}", last):
        best = max(best, _MADE_OF)
    numbered = ours not in _ENTITIES and re.search(f"{_ID}$", last)  # an id of something else
    within = any(level > 0.9 and _inside(name, last) for name, level in names.items())
    if best == 0 and ours in _WITHIN and not numbered and within:
        best = _INSIDE
    final = re.split(r"[_\W]+", column.lower())[-1]
    if best == 0 and ours in (Col.USER, Col.ITEM) and names.get(final, 0.0) > _INSIDE:
        best = _ENDS_SO
    return max(best, 0.0)


def _inside(name: str, column: str) -> bool:
    """Whether a long enough name is how a column's name begins or ends."""
    enough = 2 if not name.isascii() else 5
    return len(name) >= enough and (column.startswith(name) or column.endswith(name))


def fits(ours: str, seen: Seen) -> float:
    """Return how well what was seen in a column fits one of ours, from 0 (it contradicts) to 1."""
    if not seen.n:
        return 0.1
    return _FITS[ours](seen)


def _id(seen: Seen) -> float:
    if seen.number > 0.9 and seen.whole < 0.9 * seen.number or seen.clock > 0.5:
        return 0.1 if seen.length < 10 else 0.9
    if seen.timed > 0.5 or seen.link > 0.5:
        return 0.3
    if seen.different == 1 and seen.n > 20 or seen.negative > 0.1 or seen.length > 80:
        return 0.4
    return 0.7 if seen.spaced > 0.5 else 1.0


def _moment(seen: Seen) -> float:
    if seen.counted == 1:
        return 0.9  # where the name says so, too
    if seen.moment <= 0.9:
        return 0.6 if seen.moment > 0.5 else 0.05
    return 1.0 if seen.timed > 0.5 or seen.epoch > 0.5 else 0.97  # of several, one that says the time of day


def _kind_of_event(seen: Seen) -> float:
    if seen.different > 60 or seen.moment > 0.5 or seen.number > 0.9 and seen.whole < 0.9:
        return 0.1
    return 1.0 if seen.known > 0.5 else 0.85 if seen.number < 0.9 or seen.different <= 10 else 0.3


def _number(whole: bool = False, low: float | None = None, high: float | None = None) -> Callable[[Seen], float]:
    def fit(seen: Seen) -> float:
        if seen.number < NUMBERS:
            return 0.1
        wrong = whole and seen.whole < 0.9
        wrong |= low is not None and seen.low is not None and seen.low < low
        wrong |= high is not None and seen.high is not None and seen.high > high
        return 0.5 if wrong else 1.0

    return fit


def _words(seen: Seen) -> float:
    return 0.2 if seen.number > 0.8 or seen.moment > 0.5 else 1.0


def _title(seen: Seen) -> float:
    return 0.1 if seen.number > 0.6 or seen.moment > 0.5 else 1.0 if seen.spaced > 0.2 or not _ascii(seen) else 0.8


def _text(seen: Seen) -> float:
    return 0.2 if _words(seen) < 1 else 1.0 if seen.length > 20 or seen.spaced > 0.5 else 0.5


def _group(seen: Seen) -> float:
    if seen.timed > 0.5 or seen.number > 0.9 and seen.whole < 0.9 or seen.link > 0.5:
        return 0.1
    return 0.5 if seen.n > 50 and seen.unique > 0.95 else 1.0


def _one_of(values: set[str]) -> Callable[[Seen], float]:
    def fit(seen: Seen) -> float:
        return 1.0 if {sample.lower() for sample in seen.samples} <= values else 0.1

    return fit


def _kind_of_item(seen: Seen) -> float:
    return 1.0 if seen.samples and all(kind_meant(sample) for sample in seen.samples) else 0.1


def _image(seen: Seen) -> float:
    pictures = sum(bool(re.search(r"\.(jpe?g|png|webp|gif)", sample.lower())) for sample in seen.samples)
    return 1.0 if seen.link > 0.5 or pictures else 0.3


def _flag(seen: Seen) -> float:
    return 1.0 if seen.different <= 2 and _one_of(_YES_NO)(seen) == 1 else 0.0


def _status(seen: Seen) -> float:
    return 1.0 if seen.different <= 40 and seen.stated > 0.5 else 0.3


def _clock(seen: Seen) -> float:
    return 1.0 if seen.clock > 0.9 else 0.0


def _ascii(seen: Seen) -> bool:
    return all(sample.isascii() for sample in seen.samples)


_FITS: Mapping[str, Callable[[Seen], float]] = {
    Col.USER: _id, Col.ITEM: _id, Col.SESSION: _id, Col.IMPRESSION: _id,
    Col.TYPE: _kind_of_event, Col.TS: _moment, "clock": _clock,
    Col.VALUE: _number(low=-1, high=100), Col.DWELL: _number(low=0), Col.QUANTITY: _number(whole=True),
    Col.PRICE: _number(), "total": _number(), Col.POSITION: _number(whole=True, low=0, high=10_000),
    Col.QUERY: _words, Col.SLOT: _group, Col.TEXT: _text, Col.TITLE: _title, Col.DESCRIPTION: _text,
    Col.CATEGORY: _group, Col.BRAND: _group, Col.KIND: _kind_of_item, Col.IMAGE: _image,
    "click": _flag, "bought": _flag, "status": _status,
}  # fmt: skip
