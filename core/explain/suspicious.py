"""Titles with words that look as if they were written for the ranking: stuffed, repeated, disguised, commanding."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from core.language import say
from core.records import Suspect
from core.text import phrases

#: A word that stands this often in a title is there for the ranking.
REPEATED = 3
#: Brands and categories of other shelves in one title from which on it is stuffed.
FOREIGN = 3
#: Characters that show nothing: joiners, marks of direction, soft hyphens, tag characters.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
                     "\u2066-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]+")
#: A joiner between pictures makes one picture of them, and in some scripts it shapes letters: nothing to mind.
_JOINER = "\u200c\u200d"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_COMMANDS = re.compile(
    r"\b(?:"
    r"(?:ignore|disregard|forget|override)\b.{0,30}"
    r"\b(?:instructions?|rules?|prompts?|above|before|previous|else|others?)"
    r"|(?:rank|place|list|put|show|recommend|suggest|rate|score|prefer|choose|pick|click)\s+(?:this|it|me|us)\b"
    r"|(?:rank|place|list|put|recommend|rate|score)\s+(?:\w+\s+){0,2}"
    r"(?:first|highest|number one|(?:at|on) (?:the )?top|to every(?:one|body))\b"
    r"|always (?:rank|show|recommend|click|choose|pick)\w*"
    r"|(?:you are|act as|pretend to be)\b.{0,20}\b(?:assistant|model|system|ai|recommender|ranker)"
    r"|(?:system|assistant|user|developer|prompt|instructions?)\s*:"
    r"|(?:the )?(?:model|recommender|ranker|algorithm|ai)\b.{0,20}\b(?:must|should|will|has to)"
    r"|(?:click|buy) (?:here|now|this)"
    r"|(?:probability|score|chance|relevance|rank)\s*(?:=|:|is|of)\s*(?:1(?:[.,]0+)?\b|100\b|high\w*|max\w*|top)"
    r")", re.IGNORECASE)
_MARKUP = re.compile(r"\[/?(?:inst|cls|sep|mask|system|pad)\]|<\|[^|>]{1,20}\|>|</?(?:s|system|user)>", re.IGNORECASE)
#: Words that the template says of an item, never a title: a bestseller is called so by its sales.
_OURS = re.compile(r"\b(?:" + "|".join([
    r"(?:clicked very often|often clicked|sometimes clicked)", "bestseller", "matches search", "bought before",
    r"(?:very often|nearly always) (?:bought with|follows)", r"(?:category|brand|style) mostly", "usual price",
    r"in cart (?:" + "|".join(["just now", "today", "yesterday"]) + ")",
]) + r")\b", re.IGNORECASE)

#: Letters of other alphabets that look like Latin ones.
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХҮаеорсухіјѕԁһӏԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονα", "ABESIJKMHOPCTXYaeopcyxijsdhlqwABEZHIKMNOPTYXova"
)


class Finding(NamedTuple):
    """A suspicious part of a title."""

    start: int
    stop: int
    reason: str


def suspect(
    item_id: str, title: str, own: Collection[str] = (), others: Collection[str] = ()
) -> Suspect | None:
    """Find what is suspicious about a title; None when nothing is.

    Parameters
    ----------
    own
        Category and brand of the item itself: to name these is no stuffing.
    others
        Brands and narrowest categories of the shop, in lower case.

    Examples
    --------
    >>> suspect("p1", "Running shoes shoes shoes shoes").without
    'Running shoes'
    >>> suspect("p1", "Norvale running shoes, blue, size 42") is None
    True
    """
    found = _merged([*_hidden(title), *_disguised(title), *_commanding(title), *_repeated(title),
                     *_stuffed(title, own, others)])
    if not found:
        return None
    return Suspect(item_id, title, [_shown(title[f.start : f.stop]) for f in found], [f.reason for f in found],
                   _without(title, found))


def foreign_names(categories: Sequence[str], brands: Sequence[str]) -> frozenset[str]:
    """Brands and narrowest categories of a shop, in lower case, that are long enough to be told from other words."""
    names = [phrases.leaf(category) for category in categories] + list(brands)
    return frozenset(name.lower().strip() for name in names if len(name.strip()) >= 4)


def _hidden(title: str) -> Iterator[Finding]:
    for match in _UNSEEN.finditer(title):
        before, after = title[: match.start()][-1:], title[match.end() :][:1]
        joins = set(match.group()) <= set(_JOINER) and not (_plain(before) and _plain(after))
        if not joins:
            yield Finding(match.start(), match.end(), say("characters that cannot be seen"))


def _plain(char: str) -> bool:
    """Whether a joiner beside this character does nothing that could be seen."""
    return char != "" and (char.isspace() or char.isdigit() or _script(char) in ("LATIN", "CYRILLIC", "GREEK"))


def _disguised(title: str) -> Iterator[Finding]:
    for match in _WORD.finditer(title):
        word = match.group()
        latin = any(_script(char) == "LATIN" for char in word)
        if latin and any(ord(char) in _ALIKE for char in word):
            yield Finding(match.start(), match.end(), say("letters of another alphabet that look alike"))
        elif any(_styled(char) for char in word):
            yield Finding(match.start(), match.end(), say("letters drawn with symbols"))


def _script(char: str) -> str:
    return unicodedata.name(char, "").split(" ")[0] if char else ""


def _styled(char: str) -> bool:
    return char.isalpha() and unicodedata.name(char, "").startswith(
        ("MATHEMATICAL", "FULLWIDTH LATIN", "CIRCLED LATIN", "SQUARED LATIN", "NEGATIVE CIRCLED", "PARENTHESIZED"))


def _commanding(title: str) -> Iterator[Finding]:
    for match in _COMMANDS.finditer(title):
        stop = re.search(r"[,.;|–—]|$", title[match.end() :])
        yield Finding(match.start(), match.end() + (stop.start() if stop else 0), say("words that command the ranking"))
    for match in _MARKUP.finditer(title):
        yield Finding(match.start(), match.end(), say("signs that steer a language model"))
    for match in _OURS.finditer(title):
        yield Finding(match.start(), match.end(), say("what only the shop's own counts can say of an item"))


def _repeated(title: str) -> Iterator[Finding]:
    words = list(_WORD.finditer(title))
    counts = Counter(match.group().lower() for match in words)
    seen: set[str] = set()
    for match in words:
        word = match.group().lower()
        if len(word) > 2 and not word.isdigit() and counts[word] >= REPEATED:
            if word in seen:
                yield Finding(match.start(), match.end(), say("the same word again and again"))
            seen.add(word)


def _stuffed(title: str, own: Collection[str], others: Collection[str]) -> Iterator[Finding]:
    mine = " ".join(own).lower()
    named = []
    for match in _named(title, others):
        if match.group().lower() not in mine:
            named.append(match)
    if len({match.group().lower() for match in named}) >= FOREIGN:
        for match in named:
            yield Finding(match.start(), match.end(), say("names of other brands and categories"))


def _named(title: str, names: Collection[str]) -> Iterator[re.Match[str]]:
    lower = title.lower()
    there = sorted((name for name in names if name in lower), key=len, reverse=True)
    if there:
        yield from re.finditer(r"\b(?:" + "|".join(map(re.escape, there)) + r")\b", title, re.IGNORECASE)


def _merged(found: Sequence[Finding]) -> list[Finding]:
    """In the order of the title, without overlaps: what begins first, or is longer, stands."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda one: (one.start, -one.stop)):
        if not kept or finding.start >= kept[-1].stop:
            kept.append(finding)
    return kept


def _without(title: str, found: Sequence[Finding]) -> str:
    parts, at = [], 0
    for finding in found:
        parts.append(title[at : finding.start])
        if finding.reason.startswith("letters"):
            parts.append(_undisguised(title[finding.start : finding.stop]))
        at = finding.stop
    text = "".join([*parts, title[at:]])
    text = re.sub(r"\s+", " ", re.sub(r"(?:\s*[,;|–—-]\s*){2,}", ", ", text))
    return text.strip(" ,;|–—-") or title


def _undisguised(word: str) -> str:
    return unicodedata.normalize("NFKC", word).translate(_ALIKE)


def _shown(part: str) -> str:
    """Return a part of a title so that it can be seen: what is invisible goes by its code."""
    return _UNSEEN.sub(lambda match: "".join(f"U+{ord(char):04X} " for char in match.group()).strip(), part)
