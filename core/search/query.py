"""What a search asks for: words, brands, categories, prices and kinds of item, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.records import Part
from core.schema import CATEGORY_SEPARATOR
from core.search.language import BANDS, languages, stop_words
from core.search.names import Names
from core.search.tokens import Token, han, tokens

_QUOTED = re.compile("[\"“”«»]([^\"“”«»]+)[\"“”«»]")
_KIND = {"article": "Articles", "ad": "Ads", "product": "Products"}
_BAND = {"budget": "Budget prices", "mid": "Mid prices", "premium": "Premium prices"}


@dataclass(frozen=True)
class Query:
    """A search as it was understood."""

    text: str
    parts: Sequence[Part] = ()  # what can be taken away, in the order of the text
    said: str = ""  # every word that an item can be found by
    words: str = ""  # of these, the plain ones: no names of brands and categories
    brands: Sequence[str] = ()
    categories: Sequence[str] = ()  # paths, each with all that is below it
    low: float | None = None
    high: float | None = None
    band: int | None = None  # 0, 1, 2 = budget, mid, premium
    kind: str | None = None


@dataclass
class _Reading:
    """What was made of a text so far."""

    text: str
    pieces: list[tuple[int, int, str, str]] = field(default_factory=list)  # start, end, what, label

    def free(self, start: int, end: int) -> bool:
        return all(end <= taken or start >= stop for taken, stop, *_ in self.pieces)

    def take(self, start: int, end: int, what: str, label: str) -> None:
        self.pieces.append((start, end, what, label))

    def rest(self) -> list[Token]:
        return [token for token in tokens(self.text) if self.free(token.start, token.end)]

    def parts(self) -> list[Part]:
        return [Part(what, self.text[start:end], label, _without(self.text, start, end))
                for start, end, what, label in sorted(self.pieces)]

    def spoken(self, *kinds: str) -> str:
        """Return the words of pieces of these kinds, as they were typed."""
        return " ".join(self.text[start:end].strip("\"“”«» ")
                        for start, end, what, _ in sorted(self.pieces) if what in kinds)


def understand(text: str, names: Names | None = None) -> Query:
    """Understand a search; what stands in quotation marks is taken as plain words.

    Parameters
    ----------
    names
        Brands, categories and kinds that the shop has.

    Examples
    --------
    >>> query = understand("waterproof trail shoes under 80")
    >>> query.words, query.high
    ('waterproof trail shoes', 80.0)
    """
    names, reading = names or Names(), _Reading(text)
    for found in _QUOTED.finditer(text):
        reading.take(found.start(), found.end(), "words", f"“{found.group(1).strip()}”")
    low, high = _prices(reading)
    band = _meant(reading, "band")
    kind = _meant(reading, "kind", names.kinds)
    brands, categories = _names(reading, names)
    _words(reading)
    return Query(
        text, reading.parts(), reading.spoken("word", "words", "brand", "category"), reading.spoken("word", "words"),
        brands, categories, low, high, None if band is None else BANDS.index(band), kind,
    )


def _prices(reading: _Reading) -> tuple[float | None, float | None]:
    """Take the phrases that bound a price: those that name two amounts, then the first ones, then the longest."""
    low = high = None
    bounds = [bound for language in languages() for bound in language.bounds(reading.text)]
    for bound in sorted(bounds, key=lambda bound: (-bound.amounts, bound.start, -bound.end)):
        again = (bound.low is not None and low is not None) or (bound.high is not None and high is not None)
        if reading.free(bound.start, bound.end) and not again:
            reading.take(bound.start, bound.end, "price", price_said(bound.low, bound.high))
            low = low if bound.low is None else bound.low
            high = high if bound.high is None else bound.high
    return low, high


def price_said(low: float | None, high: float | None) -> str:
    """Return bounds in words: ``"up to 80"``, ``"from 20"``, ``"20 to 80"``."""
    if low is not None and high is not None:
        return f"{_amount(low)} to {_amount(high)}"
    return f"up to {_amount(high)}" if high is not None else f"from {_amount(low)}" if low is not None else ""


def _amount(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def _meant(reading: _Reading, what: str, there: frozenset[str] | None = None) -> str | None:
    """Take the first phrase that means a band or a kind; ``there`` are the meanings that the shop has."""
    for language in languages():
        for pattern, meaning in language.bands if what == "band" else language.kinds:
            found = pattern.search(reading.text)
            if found and reading.free(*found.span()) and (there is None or meaning in there):
                reading.take(*found.span(), what, _BAND[meaning] if what == "band" else _KIND[meaning])
                return meaning
    return None


def _names(reading: _Reading, names: Names) -> tuple[list[str], list[str]]:
    brands: list[str] = []
    categories: list[str] = []
    for what, words, meant in names.found(reading.rest()):
        if not reading.free(words[0].start, words[-1].end):  # a bound stands between its words
            continue
        leaf = meant[0].split(CATEGORY_SEPARATOR)[-1] if what == "category" else meant[0]
        reading.take(words[0].start, words[-1].end, what, leaf)
        (categories if what == "category" else brands).extend(meant)
    wider = [path for path in categories if any(other.startswith(path + CATEGORY_SEPARATOR) for other in categories)]
    return brands, [path for path in categories if path not in wider]


def _words(reading: _Reading) -> None:
    """Take every word that is left and says something, or all of them where none does."""
    left = reading.rest()
    telling = [token for token in left if token.word not in stop_words()]
    for run in _runs(telling if telling or reading.pieces else left):
        start, end = run[0].start, run[-1].end
        reading.take(start, end, "word", reading.text[start:end])


def _runs(free: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield words one by one; characters without a blank between them are one word."""
    run: list[Token] = []
    for token in free:
        if run and not (han(token.word) and han(run[-1].word) and token.start == run[-1].end):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _without(text: str, start: int, end: int) -> str:
    return " ".join(f"{text[:start]} {text[end:]}".split())
