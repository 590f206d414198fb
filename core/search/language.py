"""What words of a search mean, read from ``words.toml``: prices, bands, kinds, colours, what is not wanted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_WORDS = Path(__file__).with_name("words.toml")
_LETTER, _NUMBER = "[0-9A-Za-z]", r"\d+(?:[.,]\d+)*"
#: Share by which "around 50" may be off.
AROUND = 0.2
#: Price bands by their number.
BANDS = ("budget", "mid", "premium")


@dataclass(frozen=True)
class Bound:
    """Prices that a phrase allows, and where it stands."""

    start: int
    end: int
    low: float | None
    high: float | None
    amounts: int = 1  # that it names


@dataclass(frozen=True)
class Language:
    """Words of one language, compiled."""

    stop: frozenset[str]
    prices: Sequence[tuple[re.Pattern[str], bool]]  # pattern, whether an amount must bear a currency
    currency: re.Pattern[str]
    bands: Sequence[tuple[re.Pattern[str], str]]  # pattern, "budget" …
    kinds: Sequence[tuple[re.Pattern[str], str]]  # pattern, "article" …
    bars: re.Pattern[str]  # what stands before something that is not wanted
    bars_names: re.Pattern[str]  # the same, where a name follows
    joins: re.Pattern[str]  # all that may stand between several such things
    colours: Mapping[str, str]  # word → what the colour is called: "gray" → "grey"
    turns: Sequence[tuple[re.Pattern[str], str]]  # pattern, "cheaper" …
    plain: frozenset[str]  # words that put an answer together

    def bounds(self, text: str) -> Iterator[Bound]:
        """Yield every phrase that bounds a price; they may overlap."""
        for pattern, priced in self.prices:
            for found in pattern.finditer(text):
                if not priced or self.currency.search(found.group()):
                    yield _bound(found)


@cache
def languages() -> tuple[Language, ...]:
    """Return every language that is understood."""
    return tuple(_language(words) for words in tomllib.loads(_WORDS.read_text(encoding="utf-8")).values())


@cache
def stop_words() -> frozenset[str]:
    """Words of any language that say nothing of an item."""
    return frozenset(word for language in languages() for word in language.stop)


def colours(text: str) -> list[str]:
    """Return the colours that a text names, each once: ``"Gray and red"`` → ``["grey", "red"]``."""
    pattern, names = _colours()
    return list(dict.fromkeys(names[found.lower()] for found in pattern.findall(text)))


@cache
def colour_names() -> tuple[str, ...]:
    """What colours are called."""
    return tuple(dict.fromkeys(_colours()[1].values()))


@cache
def _colours() -> tuple[re.Pattern[str], Mapping[str, str]]:
    names = {word: name for language in languages() for word, name in language.colours.items()}
    return _compiled(_any(list(names))), names


@cache
def plain_words() -> frozenset[str]:
    """Words of any language that put an answer together, and that say nothing of an item by themselves."""
    return stop_words() | frozenset(word for language in languages() for word in language.plain)


def number(text: str) -> float:
    """Read an amount: ``"1,200.50"``, ``"1.200,50"``, ``"79,99"``, ``"1.5k"``."""
    digits = text.lower().removesuffix("k")
    whole, decimals = digits, ""
    last = max(digits.rfind(","), digits.rfind("."))
    mixed = "," in digits and "." in digits
    if last >= 0 and (mixed or not re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", digits)):
        whole, decimals = digits[:last], digits[last + 1 :]
    value = float(f"{re.sub('[.,]', '', whole)}.{decimals or 0}")
    return 1000 * value if text.lower().endswith("k") else value


def _bound(found: re.Match[str]) -> Bound:
    amounts = {name: number(text) for name, text in found.groupdict().items() if text}
    if "near" in amounts:
        low, high = amounts["near"] * (1 - AROUND), amounts["near"] * (1 + AROUND)
        return Bound(found.start(), found.end(), round(low, 2), round(high, 2))
    low_, high_ = amounts.get("low"), amounts.get("high")
    if low_ is not None and high_ is not None and low_ > high_:
        low_, high_ = high_, low_
    return Bound(found.start(), found.end(), low_, high_, len(amounts))


def _language(words: Mapping[str, Any]) -> Language:
    currency = _any(words["currency"])
    ends = rf"(?!{_LETTER}|[.,]\d)(?!\s*{_any(words['units'])})"  # not within a number, nor before a unit
    amount = rf"(?:{currency}\s*)?(?P<NAME>{_NUMBER}k?)(?:\s*{currency})?{ends}"
    prices = [(_template(text, amount), priced) for priced in (False, True)
              for text in words["priced" if priced else "price"]]
    joins = "|".join(map(_whole, words["joins"]))
    return Language(
        frozenset(words["stop"]), prices, _compiled(currency), _phrases(words["bands"]), _phrases(words["kinds"]),
        _compiled(_any(words["bars"])), _compiled(_any(words["bars_names"])), _compiled(rf"(?:\s|{joins})*"),
        {word: name for name, spelled in words["colours"].items() for word in spelled}, _phrases(words["turns"]),
        frozenset(words["plain"]),
    )


def _template(text: str, amount: str) -> re.Pattern[str]:
    parts = [amount.replace("NAME", part[1:-1]) if part.startswith("{") else re.escape(part)
             for part in re.split(r"(\{\w+\})|\s+", text) if part]
    starts_with_amount = text.startswith("{")
    left = r"(?<![0-9A-Za-z.,])" if starts_with_amount else _edge_before(text)
    return _compiled(left + r"\s*".join(parts) + ("" if text.endswith("}") else _edge_after(text)))


def _phrases(words: Mapping[str, Sequence[str]]) -> list[tuple[re.Pattern[str], str]]:
    """Patterns of phrases with what they mean, the longest first."""
    pairs = [(text, meaning) for meaning, texts in words.items() for text in texts]
    return [(_compiled(_whole(text)), meaning) for text, meaning in sorted(pairs, key=lambda pair: -len(pair[0]))]


def _any(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(_whole(word) for word in sorted(words, key=len, reverse=True))})"


def _whole(text: str) -> str:
    """Pattern of a phrase that no letter goes on before or after; Han characters have no such edges."""
    before = "(?<![A-Za-z])" if re.match(_LETTER, text) else ""
    return before + r"\s+".join(map(re.escape, text.split())) + _edge_after(text)


def _edge_before(text: str) -> str:
    return f"(?<!{_LETTER})" if re.match(_LETTER, text) else ""


def _edge_after(text: str) -> str:
    return f"(?!{_LETTER})" if re.search(f"{_LETTER}$", text) else ""


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
