"""Words of a text with their places; characters of Chinese and Japanese words stand for themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_HAN = "\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])[^\W_])+")


class Token(NamedTuple):
    """A word, in lower case and without accents, and where it stands in the text."""

    word: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text: letters and digits; the s of "chef's" is none, each Han character is one."""
    for found in _TOKEN.finditer(text):
        if found.group() not in ("s", "S") or text[max(0, found.start() - 1) : found.start()] not in ("'", "’"):
            yield Token(folded(found.group()), found.start(), found.end())


def folded(word: str) -> str:
    """Return a word in lower case and without accents: ``"Café"`` → ``"cafe"``."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))


def han(word: str) -> bool:
    """Whether a word is written in Chinese or Japanese characters."""
    return bool(re.match(rf"[{_HAN}]", word))


def singular(word: str) -> str:
    """Return a word without the ending of an English plural: what names are compared by."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def terms(text: str) -> list[str]:
    """Return the words of a text as an index holds them: pairs of neighbours where characters have no blanks between.

    >>> terms("Trail shoes"), terms("跑步鞋")
    (['trail', 'shoes'], ['跑步', '步鞋'])
    """
    found: list[str] = []
    run: list[Token] = []
    for token in [*tokens(text), Token("", -2, -2)]:
        if run and not (han(token.word) and token.start == run[-1].end):
            found += _pairs([one.word for one in run])
            run = []
        if han(token.word):
            run.append(token)
        elif token.word:
            found.append(token.word)
    return found


def _pairs(run: list[str]) -> list[str]:
    return [a + b for a, b in zip(run, run[1:], strict=False)] if len(run) > 1 else run
