"""What was done: by a column of words, by a yes-or-no, or the same on every line because of what else there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.language import say
from core.records import ColumnGuess, WordGuess
from core.schema import Col, Event
from core.store import event_names
from core.store.clues import Clues, Guess
from core.store.connect import quote
from core.store.event_names import Word
from core.store.grammar import CONSTANT, SALE
from core.store.seen import Seen

#: Words in the name of a file that say what all its lines are.
_FILES: Mapping[str, str] = {
    Event.RETURN: "return|refund|退货|退款",
    Event.PURCHASE: "order|purchase|sale|transaction|invoice|buy|receipt|baskets?|订单|交易|销售|购买|成交",
    Event.CLICK: "click|点击", Event.VIEW: "(?<!re)view|visit|browse|browsing|traffic|pageview|浏览|访问",
    Event.CART: "cart|basket_add|加购|购物车", Event.FAVOURITE: "favou?rite|wishlist|likes|收藏",
    Event.SEARCH: "search|quer|搜索", Event.REVIEW: "review|comment|评论|评价",
    Event.RATING: "rating|评分", Event.IMPRESSION: "impression|exposure|曝光",
}  # fmt: skip
_ORDERS = re.compile(
    "order|invoice|receipt|transaction|txn|basket|ticket|bill|document|订单|单号|交易|小票|流水", re.IGNORECASE
)
#: What an order's line fills and a look does not.
_ORDERED = (Col.QUANTITY, Col.PRICE, "total", Col.SESSION)
Found = tuple[ColumnGuess | None, list[WordGuess], set[str]]


def kind(clues: Clues, found: Mapping[str, Guess], said: str | None = None) -> Found:
    """Return what was done, the words that say it, and which of ours are used up by it.

    Parameters
    ----------
    said
        The column that says it, where a person has chosen one.
    """
    if said in clues.columns:
        seen = clues.columns[said]
        used = {name for name, guess in found.items() if guess.seen.column == said}
        return _by_words(clues, found, seen, 1.0, "status" if seen.stated > seen.known else "words", used)
    column = found.get(Col.TYPE)
    if column is not None:
        return _by_words(clues, found, column.seen, column.confidence, "words", {str(Col.TYPE)})
    for name, no, yes in (("click", Event.IMPRESSION, Event.CLICK), ("bought", Event.VIEW, Event.PURCHASE)):
        if name in found:
            seen = found[name].seen
            counted = _words(clues, found, seen)
            words = _guessed(counted, event_names.flags(counted, no, yes))
            why = (say("It says whether what was shown was clicked.") if name == "click"
                   else say("It says whether what was looked at was bought."))  # fmt: skip
            return found[name].said(Col.TYPE, why=why), words, {name}
    if "status" in found and found["status"].confidence > 0.8:
        return _by_words(clues, found, found["status"].seen, 0.9, "status", {"status"})
    return _always(clues, found), [], set()


def _by_words(
    clues: Clues, found: Mapping[str, Guess], seen: Seen, confidence: float, part: str, used: set[str]
) -> Found:
    counted = _words(clues, found, seen)
    words = _guessed(counted, event_names.meanings(seen.column, counted, part))
    known = sum(word.lines for word in words if word.event) / max(1, sum(word.lines for word in words))
    if confidence < 1 and (not words or known == 0 and (part == "status" or seen.number < 0.9)):
        return _always(clues, found), [], set()
    said = ", ".join(word.word for word in words if word.event)
    why = say("Its words are known: {said}.", said=said) if len(said) < 80 else say("Its words are known.")
    sure = confidence if known > 0.3 or confidence == 1 else min(0.5, confidence)
    return ColumnGuess(Col.TYPE, seen.column, round(sure, 2), seen.samples, why), words, used


def _words(clues: Clues, found: Mapping[str, Guess], seen: Seen) -> list[Word]:
    """Count the different words of a column over the whole file."""
    beside = [found[name].seen.column for name in _ORDERED if name in found and found[name].seen.column != seen.column]
    filled = [f"(trim({quote(column)}) NOT IN ('', '0', '0.0', '0.00'))" for column in beside]
    ordered = f"avg(coalesce({' OR '.join(filled)}, false)::INT)" if filled else "NULL"
    word = f"trim({quote(seen.column)})"
    rows = clues.con.execute(
        f"SELECT {word}, count(*), {ordered} FROM raw WHERE {word} <> '' "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {event_names.MOST + 1}"
    ).fetchall()
    return [Word(*row) for row in rows] if len(rows) <= event_names.MOST else []


def _guessed(words: Sequence[Word], known: Mapping[str, tuple[str, float]]) -> list[WordGuess]:
    return [WordGuess(word.text, known[word.text][0], word.lines, round(known[word.text][1], 2)) for word in words]


def _always(clues: Clues, found: Mapping[str, Guess]) -> ColumnGuess | None:
    """Say what every line of a file is that has no column for it."""
    named = [event for event, words in _FILES.items() if re.search(words, clues.file, re.IGNORECASE)]
    pieces, session = found.get(Col.QUANTITY), found.get(Col.SESSION)
    money = found.get(Col.PRICE) or found.get("total")
    order = session is not None and bool(_ORDERS.search(session.seen.column))
    if Col.VALUE in found and found[Col.VALUE].name > 0.8 and not order:
        review = Col.TEXT in found
        why = (say("No column says what was done, but there is a rating and a text.") if review
               else say("No column says what was done, but there is a rating."))  # fmt: skip
        return _constant(Event.REVIEW if review else Event.RATING, 0.93, why)
    if Col.QUERY in found and Col.ITEM not in found:
        return _constant(Event.SEARCH, 0.9, say("No column says what was done, but there are search words."))
    if named and named[0] != Event.PURCHASE and Col.SESSION not in found:
        return _constant(named[0], 0.9, say("The file is called {file}.", file=clues.file))
    if pieces is not None and money is not None:
        why = say("No column says what was done, but there are pieces and prices: these are purchases.")
        signs = say(" Negative ones, or those on an invoice that begins with C, were sent back.")
        return _constant(SALE, 0.95 if order or Event.PURCHASE in named else 0.92, why + signs)
    if order or money is not None and (Event.PURCHASE in named or pieces is not None):
        return _constant(SALE, 0.9, say("No column says what was done, but there are orders: these are purchases."))
    if named:
        return _constant(named[0], 0.75, say("The file is called {file}.", file=clues.file))
    if pieces is not None or money is not None:
        return _constant(SALE, 0.75, say("No column says what was done; what was paid speaks for purchases."))
    return _constant(Event.VIEW, 0.4, say("No column says what was done; most lines of most logs are looks at items."))


def _constant(event: str, confidence: float, why: str) -> ColumnGuess:
    return ColumnGuess(Col.TYPE, f"{CONSTANT}{event}", confidence, (), why)
