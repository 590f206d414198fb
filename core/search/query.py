"""What a search asks for: words, brands, categories, prices and kinds of item, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.language import Sayings, say
from core.records import Part
from core.schema import CATEGORY_SEPARATOR
from core.search.language import BANDS, colours, languages, stop_words
from core.search.names import Names
from core.search.tokens import Token, han, tokens

_QUOTED = re.compile("[\"“”«»]([^\"“”«»]+)[\"“”«»]")
_KIND = Sayings({"article": "Articles", "video": "Videos", "ad": "Ads", "product": "Products"})
_BAND = Sayings({"budget": "Budget prices", "mid": "Mid prices", "premium": "Premium prices"})


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
    colours: Sequence[str] = ()  # that its words name
    no_words: Sequence[str] = ()  # what is not wanted
    no_brands: Sequence[str] = ()
    no_categories: Sequence[str] = ()
    no_kinds: Sequence[str] = ()


@dataclass(frozen=True)
class _Piece:
    """A piece of the text, and what it means."""

    start: int
    end: int
    what: str
    label: str
    meant: Sequence[str] = ()


@dataclass
class _Reading:
    """What was made of a text so far."""

    text: str
    pieces: list[_Piece] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        return all(end <= piece.start or start >= piece.end for piece in self.pieces)

    def take(self, start: int, end: int, what: str, label: str, meant: Sequence[str] = ()) -> None:
        self.pieces.append(_Piece(start, end, what, label, meant))
        self.pieces.sort(key=lambda piece: piece.start)

    def rest(self) -> list[Token]:
        return [token for token in tokens(self.text) if self.free(token.start, token.end)]

    def parts(self) -> list[Part]:
        return [Part("not" if piece.what.startswith("no ") else piece.what, self.text[piece.start : piece.end],
                     piece.label, _without(self.text, piece.start, piece.end)) for piece in self.pieces]  # fmt: skip

    def spoken(self, *kinds: str) -> str:
        """Return the words of pieces of these kinds, as they were typed."""
        return " ".join(self.text[piece.start : piece.end].strip("\"“”«» ")
                        for piece in self.pieces if piece.what in kinds)  # fmt: skip

    def meant(self, what: str) -> list[str]:
        """Return what pieces of a kind mean, each once."""
        return list(dict.fromkeys(one for piece in self.pieces if piece.what == what for one in piece.meant))


def understand(text: str, names: Names | None = None) -> Query:
    """Understand a search; what stands in quotation marks is taken as plain words.

    Parameters
    ----------
    names
        Brands, categories and kinds that the shop has.

    Examples
    --------
    >>> query = understand("waterproof trail shoes under 80 without laces")
    >>> query.words, query.high, query.no_words
    ('waterproof trail shoes', 80.0, ['laces'])
    """
    names, reading = names or Names(), _Reading(text)
    for found in _QUOTED.finditer(text):
        words = found.group(1).strip()
        reading.take(found.start(), found.end(), "words", say("“{words}”", words=words), (words,))
    low, high = _prices(reading)
    bars = _bars(reading)
    _meant(reading, "band")
    _meant(reading, "kind", names.kinds)
    _names(reading, names)
    _words(reading)
    for start, end, any_word in reversed(bars):
        _barred(reading, start, end, any_word)
    words = reading.spoken("word", "words")
    band, kind = reading.meant("band"), reading.meant("kind")
    return Query(
        text, reading.parts(), reading.spoken("word", "words", "brand", "category"), words,
        reading.meant("brand"), _narrowest(reading.meant("category")), low, high,
        BANDS.index(band[0]) if band else None, kind[0] if kind else None, colours(words),
        *(reading.meant(f"no {what}") for what in ("word", "brand", "category", "kind")),
    )  # fmt: skip


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
        return say("{low} to {high}", low=_amount(low), high=_amount(high))
    if high is not None:
        return say("up to {high}", high=_amount(high))
    return "" if low is None else say("from {low}", low=_amount(low))


def _amount(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def _bars(reading: _Reading) -> list[tuple[int, int, bool]]:
    """Return where words stand before which nothing is wanted, and whether that goes for any word or for names alone.

    They are no words of the search themselves.
    """
    found = [(*match.span(), any_word) for language in languages()
             for pattern, any_word in ((language.bars, True), (language.bars_names, False))
             for match in pattern.finditer(reading.text)]  # fmt: skip
    kept: list[tuple[int, int, bool]] = []
    for start, end, any_word in sorted(found, key=lambda bar: (bar[0], -bar[1])):
        if reading.free(start, end):
            reading.take(start, end, "bar", "")
            kept.append((start, end, any_word))
    return kept


def _barred(reading: _Reading, start: int, end: int, any_word: bool) -> None:
    """Turn what follows such words into one piece that is not wanted: all of one kind that commas and "or" join."""
    bar = next(piece for piece in reading.pieces if (piece.start, piece.end) == (start, end))
    reading.pieces.remove(bar)
    chain: list[_Piece] = []
    for piece in (piece for piece in reading.pieces if piece.start >= end):
        between = reading.text[chain[-1].end if chain else end : piece.start]
        if not _joined(between) or (chain and (piece.what != chain[0].what or not between.strip())):
            break
        chain.append(piece)
    kinds = ("brand", "category", "kind", "word", "words") if any_word else ("brand", "category", "kind")
    if not chain or chain[0].what not in kinds:
        return
    what = {"words": "word"}.get(chain[0].what, chain[0].what)
    reading.pieces = [piece for piece in reading.pieces if piece not in chain]
    label = say("not {names}", names=say(" or ").join(piece.label for piece in chain))
    reading.take(start, chain[-1].end, f"no {what}", label, [one for piece in chain for one in piece.meant])


def _joined(between: str) -> bool:
    return any(language.joins.fullmatch(between) for language in languages())


def _meant(reading: _Reading, what: str, there: frozenset[str] | None = None) -> None:
    """Take the first phrase that means a band or a kind; ``there`` are the meanings that the shop has."""
    for language in languages():
        for pattern, meaning in language.bands if what == "band" else language.kinds:
            found = pattern.search(reading.text)
            if found and reading.free(*found.span()) and (there is None or meaning in there):
                label = _BAND[meaning] if what == "band" else _KIND[meaning]
                reading.take(*found.span(), what, label, (meaning,))
                return


def _names(reading: _Reading, names: Names) -> None:
    for what, words, meant in names.found(reading.rest()):
        if reading.free(words[0].start, words[-1].end):  # else a bound stands between its words
            leaf = meant[0].split(CATEGORY_SEPARATOR)[-1] if what == "category" else meant[0]
            reading.take(words[0].start, words[-1].end, what, leaf, meant)


def _narrowest(categories: Sequence[str]) -> list[str]:
    """Return categories without those that another one lies in."""
    return [path for path in categories
            if not any(other.startswith(path + CATEGORY_SEPARATOR) for other in categories)]  # fmt: skip


def _words(reading: _Reading) -> None:
    """Take every word that is left and says something, or all of them where none does."""
    left = reading.rest()
    telling = [token for token in left if token.word not in stop_words()]
    for run in _runs(telling if telling or reading.pieces else left):
        start, end = run[0].start, run[-1].end
        reading.take(start, end, "word", reading.text[start:end], (reading.text[start:end],))


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
