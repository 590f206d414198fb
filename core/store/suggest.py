"""Suggests how a staged file can be read: which of its columns are ours, what its words for events mean.

Names and values decide together (``naming``); each suggestion says how sure it is and why. What only a person can
answer becomes a question. An import goes by a suggestion alone only when ``sure`` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.language import Sayings, say, to_say
from core.records import ColumnGuess, Suggestion, WordGuess
from core.schema import EXCEL, ITEM_COLUMNS, Col, Event
from core.store import deeds, event_names, naming
from core.store.clues import Clues, Guess
from core.store.grammar import ITEMS, TOGETHER, USERS, named_in
from core.store.preset import fitting, named_so
from core.store.seen import Seen, look

if TYPE_CHECKING:
    import duckdb

    from core.store.reading import Source

EVENTS_ROLE, ITEMS_ROLE, USERS_ROLE = ROLES = ("events", "items", "users")
#: From here on a column is sure enough to be read without asking; below the other, nothing is suggested.
SURE, LEAST = 0.85, 0.3
#: Letters, on average, up to which a description may be a title; and how sure that is.
_SHORT, _AS_TITLE = 60, 0.86
#: Share of whole numbers from which an amount may count pieces.
_WHOLE = 0.99
_NEEDED: Mapping[str, Sequence[str]] = {
    EVENTS_ROLE: (Col.USER, Col.ITEM, Col.TYPE, Col.TS), ITEMS_ROLE: (Col.ITEM,), USERS_ROLE: (Col.USER,),
}  # fmt: skip
_ITEM_ONLY = frozenset({str(name) for name in ITEM_COLUMNS} - {Col.ITEM, Col.PRICE})
_ABSENT: Mapping[str, str] = Sayings({
    Col.USER: "Which column says who the shopper is?", Col.ITEM: "Which column says which item it was?",
    Col.TS: "Which column says when it was?", Col.TYPE: "Which column says what was done, or was it always the same?",
})  # fmt: skip


def suggest(
    con: duckdb.DuckDBPyConnection, source: Source, role: str | None = None, deed: str | None = None
) -> Suggestion:
    """Suggest how the file that is staged in ``raw`` can be read.

    Parameters
    ----------
    role
        Whether it holds ``events``, ``items`` or ``users``; it is guessed when it is not known.
    deed
        The column that says what was done, where a person has chosen one.
    """
    clues = Clues(con, source.file, look(con, source.columns, event_names.known(), event_names.known("status")))
    role = role or role_of(clues)
    if role == EVENTS_ROLE:
        columns, words = _events(clues, deed)
        order, unsure = clues.order(next((guess.source for guess in columns if guess.name == Col.TS), ""))
    else:
        columns, words, order, unsure = _beside(clues, role), [], None, False
    presets = [name for name, _ in fitting(source.columns)] if role == EVENTS_ROLE else []
    if role == EVENTS_ROLE and all(map(naming.nameless, source.columns)):
        presets = named_so(source.file, len(source.columns))
    zoned = not any(_names_no_zone(seen) for seen in clues.behind(columns, Col.TS))
    return Suggestion(
        role, columns, words, presets[0] if presets else None, order, zoned,
        {**_questions(role, columns, words, order, unsure),
         **(_misfits(clues, columns) if role == EVENTS_ROLE else {})},
    )  # fmt: skip


def _names_no_zone(seen: Seen) -> bool:
    """Whether some of a column's times, or times of day, are the clock's of somewhere."""
    return seen.timed > seen.zoned or seen.clock > 0.5 or (seen.counted == 1 and seen.whole < 1)


def sure(suggestion: Suggestion) -> bool:
    """Whether an import may go by a suggestion alone.

    It may when every column that is needed (shopper, item, what was done, time) is at least ``SURE``, every word for
    an event is known, and no question is open.
    """
    own = "" if suggestion.role == EVENTS_ROLE else f"{suggestion.role}."
    good = {guess.name.removeprefix(own) for guess in suggestion.columns if guess.confidence >= SURE}
    return not suggestion.questions and all(name in good for name in _NEEDED[suggestion.role])


def role_of(clues: Clues) -> str:
    """Say whether a file holds events, items or shoppers."""
    best = clues.assigned(naming.ours())
    user, item, when = (best.get(name) for name in (Col.USER, Col.ITEM, Col.TS))
    about = [best[name] for name in _ITEM_ONLY if name in best and best[name].confidence > 0.6]
    doings = (Col.TYPE, Col.QUANTITY, "total", Col.VALUE, Col.QUERY)
    done = any(name in best and best[name].confidence > 0.6 for name in doings)
    reviewed = Col.VALUE in best and Col.TEXT in best
    if item and about and not user and not reviewed and not (when and done) and item.seen.unique > 0.9:
        return ITEMS_ROLE
    if user and user.confidence > 0.6 and user.seen.unique > 0.98 and not item and not (when and done):
        return USERS_ROLE
    return EVENTS_ROLE


def _events(clues: Clues, deed: str | None) -> tuple[list[ColumnGuess], list[WordGuess]]:
    found = _titled(clues.assigned(naming.ours()))
    made = _times(found) | _money(found) | _stand_ins(clues, found)
    kind, words, used = deeds.kind(clues, found, deed)
    if kind is not None and kind.source in _ABOUT_THEMSELVES:
        used |= {name for name in (Col.TITLE, Col.DESCRIPTION) if name in found and _of_review(found[name])}
    columns = [guess.said(name) for name, guess in found.items() if name not in {*made, *used, *_HELP, Col.TYPE}]
    columns += [*made.values(), *([kind] if kind else [])]
    columns += _searched(clues, columns, words)
    taken = {guess.source for guess in columns} | {found[name].seen.column for name in used if name in found}
    columns += _attributes(clues, taken)
    return sorted((guess for guess in columns if guess.confidence >= LEAST), key=_place), words


#: Lines of these have titles of their own, which are not their items'.
_ABOUT_THEMSELVES = ("=review", "=rating")


def _of_review(guess: Guess) -> bool:
    return naming.compact(guess.seen.column) in ("title", "summary", "headline", "description", "标题")


def _titled(found: dict[str, Guess]) -> dict[str, Guess]:
    """Take short descriptions for titles where there are no others."""
    about = found.get(Col.DESCRIPTION)
    if about is None or Col.TITLE in found or about.seen.length > _SHORT:
        return found
    title = replace(about, name=_AS_TITLE)
    return {name: guess for name, guess in {**found, str(Col.TITLE): title}.items() if name != Col.DESCRIPTION}


_HELP = ("clock", "total", "click", "bought", "status")


def _times(found: Mapping[str, Guess]) -> dict[str, ColumnGuess]:
    """Put a date and a time of day together."""
    day, clock = found.get(Col.TS), found.get("clock")
    if day is None or clock is None or day.seen.timed > 0 or day.seen.epoch > 0.5:
        return {}
    both = f"{day.seen.column}{TOGETHER[Col.TS]}{clock.seen.column}"
    samples = [f"{a} {b}" for a, b in zip(day.seen.samples, clock.seen.samples, strict=False)]
    sure = min(day.confidence, clock.confidence)
    return {Col.TS: ColumnGuess(Col.TS, both, sure, samples, say("A date, and a time of day beside it."))}


def _money(found: Mapping[str, Guess]) -> dict[str, ColumnGuess]:
    """Find the price of a piece in what a line cost, when it has no other."""
    price, total, pieces = (found.get(name) for name in (Col.PRICE, "total", Col.QUANTITY))
    if total is not None and pieces is None and price is not None and _counts_pieces(total):
        why = say("Whole numbers beside a price: it may count pieces.")
        return {Col.QUANTITY: total.said(Col.QUANTITY, 0.6, why)}
    if total is None or price is not None and price.confidence >= total.confidence - 0.3:
        return {}
    if pieces is None:
        return {Col.PRICE: total.said(Col.PRICE, why=say("What was paid; the file does not say for how many pieces."))}
    over = f"{total.seen.column}{TOGETHER[Col.PRICE]}{pieces.seen.column}"
    samples = [f"{a} / {b}" for a, b in zip(total.seen.samples, pieces.seen.samples, strict=False)]
    sure = min(total.confidence, pieces.confidence)
    return {Col.PRICE: ColumnGuess(Col.PRICE, over, sure, samples, say("What a line cost, over its number of pieces."))}


def _counts_pieces(total: Guess) -> bool:
    return naming.compact(total.seen.column) == "amount" and total.seen.whole > _WHOLE


def _stand_ins(clues: Clues, found: Mapping[str, Guess]) -> dict[str, ColumnGuess]:
    """Let another column stand for a shopper or an item that has no id."""
    made = {}
    visit, title = found.get(Col.SESSION), found.get(Col.TITLE)
    if Col.USER not in found and visit is not None:
        why = say("No column says who the shopper is, so each visit is taken for one.")
        made[Col.USER] = visit.said(Col.USER, 0.55, why)
    if Col.ITEM not in found and title is not None:
        made[Col.ITEM] = title.said(Col.ITEM, 0.65, say("The items have no number, so their names stand for them."))
    ids = clues.nameless_ids([guess.seen.column for guess in found.values()])
    missing = [name for name in (Col.USER, Col.ITEM) if name not in found and name not in made]
    for name, seen in zip(missing, ids, strict=False):
        why = say("The columns have no names; shoppers mostly come first and items next. It has {different:,} values.",
                  different=seen.different)
        made[name] = ColumnGuess(name, seen.column, 0.45, seen.samples, why)
    return {str(name): guess for name, guess in made.items()}


#: What the words of a search may be called that mean other things elsewhere; and how sure that is beside searches.
_SEARCHED, _BESIDE_SEARCHES = ("word", "words", "term", "terms", "phrase", "词", "词语"), 0.86


def _searched(
    clues: Clues, columns: Sequence[ColumnGuess], words: Sequence[WordGuess]
) -> list[ColumnGuess]:
    """Find the words of searches by a name that says so beside searches alone."""
    if all(word.event != Event.SEARCH for word in words) or any(guess.name == Col.QUERY for guess in columns):
        return []
    used = {column for guess in columns for column in named_in(guess.source)}
    called = [seen for seen in clues.seen if naming.compact(seen.column) in _SEARCHED and seen.column not in used]
    why = say("Its name suggests it, and there are searches.")
    return [ColumnGuess(Col.QUERY, seen.column, _BESIDE_SEARCHES, seen.samples, why) for seen in called if seen.n][:1]


def _attributes(clues: Clues, used: set[str]) -> list[ColumnGuess]:
    """Attributes of shoppers that lines of events tell."""
    found: dict[str, ColumnGuess] = {}
    for seen in clues.seen:
        attribute = naming.attributes().get(naming.compact(seen.column.rsplit(".", 1)[-1]))
        if attribute and seen.n and seen.column not in used:
            why = say("It says something about the shopper.")
            found.setdefault(attribute, ColumnGuess(f"{USERS}{attribute}", seen.column, 0.9, seen.samples, why))
    return list(found.values())


def _beside(clues: Clues, role: str) -> list[ColumnGuess]:
    """Columns of a file of items or of shoppers; the id is said for this file alone."""
    if role == USERS_ROLE:
        found = clues.assigned([Col.USER])
        key = [guess.said(f"{USERS}{Col.USER}") for guess in found.values()]
        return [*key, *_attributes(clues, {guess.source for guess in key})]
    found = _titled(clues.assigned([name for name in naming.ours() if name in ITEM_COLUMNS]))
    return sorted((guess.said(f"{ITEMS}{name}") for name, guess in found.items()), key=_place)


def _questions(
    role: str, columns: Sequence[ColumnGuess], words: Sequence[WordGuess], order: str | None, unsure: bool
) -> dict[str, str]:
    there = {guess.name.split(".")[-1] for guess in columns}
    asked = {str(name): _ABSENT[name] for name in _NEEDED[role] if name not in there}
    if order == EXCEL:
        asked["dates"] = say("Are the times days as spreadsheets count them? All of them are numbers such as those.")
    elif unsure:
        asked["dates"] = say("Do the dates begin with the day or with the month? All of them could be read either way.")
    if any(word.confidence < SURE for word in words):
        asked["words"] = say("What do the words for what was done mean?")
    return asked


def _misfits(clues: Clues, columns: Sequence[ColumnGuess]) -> dict[str, str]:
    """Ask about columns that are called like money or pieces and hold something else, where no other says it."""
    there, asked = {guess.name for guess in columns}, {}
    used = {column for guess in columns for column in named_in(guess.source)}
    for name, called, question in (
        (Col.PRICE, (Col.PRICE, "total"), to_say("Is “{column}” what was paid? Not all of it are numbers: {values}.")),
        (Col.QUANTITY, (Col.QUANTITY,), to_say("Does “{column}” count pieces? Not all of it are numbers: {values}.")),
    ):
        misfit = [
            seen for seen in clues.seen
            if seen.n and seen.number < naming.NUMBERS and seen.column not in used
            and max(naming.named(one, seen.column) for one in called) >= SURE
        ]
        if misfit and name not in there:
            asked[str(name)] = say(question, column=misfit[0].column, values=say(", ").join(misfit[0].samples))
    return asked


def _place(guess: ColumnGuess) -> tuple[int, str]:
    name = guess.name.split(".")[-1]
    order = naming.ours()
    return (order.index(name) if name in order else len(order), guess.name)
