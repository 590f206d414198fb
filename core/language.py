"""The language that sentences are said in: English as they stand in the code, others from a catalogue each.

``say`` marks a sentence where it is said, ``say_many`` one that depends on a number; ``to_say`` and ``Sayings`` mark
those that are only written down in a place, and said later. What stands in braces is filled in afterwards, so that a
sentence stays whole: ``say("{shown} of {all} shoppers", shown=12, all=80)``. See docs/decisions/0024-languages.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

K = TypeVar("K")

FOLDER = Path(__file__).with_name("locale")
ENGLISH = "en"


@dataclass(frozen=True)
class Language:
    """A language: what it calls itself, and the locale whose dates it writes."""

    name: str
    locale: str


#: Every language by its code; all but English have a catalogue, ``locale/CODE.po``.
LANGUAGES: Mapping[str, Language] = {ENGLISH: Language("English", "en_GB"), "zh": Language("简体中文", "zh_Hans_CN")}

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
_asked: list[Callable[[], str]] = []


def follow(ask: Callable[[], str]) -> None:
    """Ask for the language each time that something is said: one process serves people of several languages."""
    _asked[:] = [ask]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything within the block in one language, whatever is asked for; an unknown one is English."""
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def settle(language: str) -> None:
    """Speak a language from here on in this thread, or in this context of it, until another is settled."""
    _spoken.set(language if language in LANGUAGES else ENGLISH)


def spoken() -> str:
    """Return the code of the language that is spoken here and now; English where nobody chose."""
    return _spoken.get() or (_asked[0]() if _asked else ENGLISH)


def nearest(locale: str | None) -> str:
    """Return the language for what a browser asks for: ``"zh-CN"`` → ``"zh"``; English where there is none."""
    code = (locale or "").replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else ENGLISH


def say(message: str, **values: Any) -> str:
    """Return a sentence in the language that is spoken.

    Parameters
    ----------
    message
        The English sentence, as a literal, or something that ``to_say`` marked.
    values
        What stands in its braces. Without values, braces are left alone.

    Examples
    --------
    >>> say("{shown} of {all} shoppers", shown=12, all=80)
    '12 of 80 shoppers'
    """
    said = _catalogue(spoken()).gettext(message) if message else ""
    return said.format(**values) if values else said


def say_many(number: float, one: str, more: str, **values: Any) -> str:
    """Return a sentence that depends on a number, which stands in it as ``{number}``.

    Examples
    --------
    >>> say_many(1200, "{number} shopper is in both.", "{number} shoppers are in both.")
    '1,200 shoppers are in both.'
    """
    said = _catalogue(spoken()).ngettext(one, more, 1 if number == 1 else 2)
    return said.format(number=f"{number:,.0f}", **values)


def to_say(message: str) -> str:
    """Mark a sentence that ``say`` says later, and return it as it is."""
    return message


class Sayings(Mapping[K, str]):
    """Sentences by a key, written down in English and each said when it is asked for.

    Examples
    --------
    >>> Sayings({"all": "all of these", "any": "any of these"})["any"]
    'any of these'
    """

    def __init__(self, written: Mapping[K, str]) -> None:
        self._written = written

    def __getitem__(self, key: K) -> str:
        return say(self._written[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def listed(parts: Sequence[str]) -> str:
    """``["a", "b", "c"]`` → ``"a, b and c"``."""
    if len(parts) < 2:
        return "".join(parts)
    return say("{first} and {last}", first=say(", ").join(parts[:-1]), last=parts[-1])


def day(moment: date) -> str:
    """Return a day as the language writes it: ``"12 June 2026"``."""
    return _date(moment, "long")


def span(first: date, last: date) -> str:
    """Return two days: ``"3 April – 2 June 2026"``, the year said once when it is one."""
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    return say("{from_day} – {day} {year}", from_day=_date(first, say("d MMMM")), day=_date(last, say("d MMMM")),
               year=last.year)


def _date(moment: date, form: str) -> str:
    from babel.dates import format_date

    return format_date(moment, form, locale=LANGUAGES[spoken()].locale)


@cache
def _catalogue(language: str) -> NullTranslations:
    """Sentences of a language, compiled once in this process: what lies in the repository is read by people too."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
