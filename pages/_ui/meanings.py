"""What the columns and words of a file mean: as it was understood, to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.language import Sayings, say, to_say
from core.records import ColumnGuess, FilePreview, Suggestion
from core.schema import Col, Event
from pages._ui import results, words

#: What the columns of a file can become, those that are needed first; the rest is folded away unless it was found.
OURS = {
    "events": (
        Col.USER, Col.ITEM, Col.TYPE, Col.TS, Col.QUANTITY, Col.PRICE, Col.SESSION, Col.TITLE, Col.CATEGORY, Col.BRAND,
        Col.DWELL, Col.VALUE, Col.QUERY, Col.SLOT, Col.POSITION, Col.IMPRESSION, Col.TEXT, Col.DESCRIPTION, Col.IMAGE,
        Col.KIND,
    ),
    "items": (Col.ITEM, Col.TITLE, Col.CATEGORY, Col.BRAND, Col.PRICE, Col.DESCRIPTION, Col.IMAGE, Col.KIND),
    "users": (Col.USER,),
}  # fmt: skip
NEEDED = {"events": 4, "items": 1, "users": 1}
_ABOUT: Mapping[str, str] = Sayings({
    Col.USER: "who it was", Col.ITEM: "which item it was about", Col.TYPE: "viewed, bought, sent back …",
    Col.TS: "the day, better with the time", Col.PRICE: "of one piece", Col.SESSION: "the order, receipt or session",
    Col.TITLE: "what the item is called",
})  # fmt: skip
SALE, BOTH, LEFT_OUT, NOTHING = "purchase/return", "purchase+return", "-", "="
_DEEDS = Sayings({
    "": "Not known: turned away", SALE: "bought, or sent back if negative", BOTH: "bought, and sent back later",
    LEFT_OUT: "none of these: leave out",
})  # fmt: skip
_SURE, _LIKELY = 0.85, 0.6


def edit(path: str, preview: FilePreview, ours: Sequence[str] = ()) -> dict[str, str]:
    """Draw what each column becomes, to be corrected; return what an import takes as its mapping.

    Parameters
    ----------
    ours
        What columns can become, those that are needed first; all that a file of its kind may tell unless it is said.
    """
    found = preview.suggestion
    guesses = {guess.name: guess for guess in found.columns}
    prefix = "" if found.role == "events" else f"{found.role}."
    names = [f"{prefix}{name}" for name in ours or OURS[found.role]]
    needed, others = names[: NEEDED[found.role]], names[NEEDED[found.role] :]
    mapping = {name: _column(path, preview, name, guesses.get(name)) for name in needed}
    known = [name for name in others if name in guesses]
    mapping |= {name: _column(path, preview, name, guesses[name]) for name in known}
    rest = [name for name in others if name not in guesses]
    if rest:
        with st.expander(say("More that a file may tell"), icon=":material/add:"):
            mapping |= {name: _column(path, preview, name, None) for name in rest}
    told = {name: guess.source for name, guess in guesses.items() if name.startswith("users.") and name not in mapping}
    called_so = {column.lower() for column in preview.columns} if found.role == "events" else set()
    nothing = {name: NOTHING for name, source in mapping.items() if not source and name in called_so}
    return {name: source for name, source in {**mapping, **told, **nothing}.items() if source}


def asked(found: Suggestion, mapping: Mapping[str, str], dates: bool) -> None:
    """Say what only a person can tell of a file, or that all that is needed was understood."""
    there = {name.split(".")[-1] for name in mapping}
    unknown = [word for word in found.words if f"{Col.TYPE}:{word.word}" not in mapping]
    open_questions = [
        said for about, said in found.questions.items()
        if (about == "words" and unknown) or (about == "dates" and dates) or (about in OURS[found.role]
                                                                            and about not in there)
    ]  # fmt: skip
    if open_questions:
        st.info(words.plain("  ".join(open_questions)), icon=":material/help:", title=say("Only you can tell"))
    elif found.role == "events":
        st.caption(say(_TO_CHECK if _unsure(found, mapping) else _UNDERSTOOD))


_UNDERSTOOD = to_say(":material/check: All that is needed was understood. Look it over, and then try it.")
_TO_CHECK = to_say(":material/help: Not all of this is sure. Please check what is likely or a guess, and then try it.")


def _unsure(found: Suggestion, mapping: Mapping[str, str]) -> bool:
    """Whether anything that is needed is as it was suggested, and that was not sure."""
    needed = OURS[found.role][: NEEDED[found.role]]
    columns = [guess for guess in found.columns if guess.name in needed and mapping.get(guess.name) == guess.source]
    words = [word for word in found.words if mapping.get(f"{Col.TYPE}:{word.word}") == word.event]
    return any(guess.confidence < _SURE for guess in (*columns, *words))


def _column(path: str, preview: FilePreview, name: str, guess: ColumnGuess | None) -> str:
    """Draw one of ours: from which column it is read, how sure that is, and what its values look like."""
    ours = name.split(".")[-1]
    suggested = guess.source if guess else ""
    choices = list(dict.fromkeys(["", *([suggested] if guess else []), *preview.columns, *_constants(ours)]))
    left, right = st.columns([2, 3], vertical_alignment="center")
    chosen = left.selectbox(
        results.name(ours),
        choices,
        index=choices.index(suggested),
        format_func=source_said,
        key=f"import-map-{path}-{preview.suggestion.role}-{name}-{suggested}",
        help=_ABOUT.get(ours),
    )
    samples = guess.samples if guess and chosen == suggested else preview.samples.get(chosen, ())
    right.caption(_said(chosen, guess if guess and chosen == suggested else None, samples, ours))
    return str(chosen)


def _constants(ours: str) -> list[str]:
    return [f"={SALE}", *(f"={event}" for event in Event)] if ours == Col.TYPE else []


def source_said(source: str) -> str:
    """What one of ours is read from, in words: ``"=view"`` → ``"Always: viewed"``."""
    if not source:
        return say("Not in this file")
    if source == f"={SALE}":
        return say("Always: bought, or sent back")
    if source.startswith("="):
        return say("Always: {deed}", deed=words.verb(source[1:]))
    return source


def _said(chosen: str, guess: ColumnGuess | None, samples: Sequence[str], ours: str) -> str:
    """Say how sure a suggestion is, why, and what the values look like."""
    shown = say(", ").join(words.plain(sample[:40]) for sample in samples[:3])
    values = say("For example {shown}", shown=shown) if shown else ""
    if guess is not None:
        level = confidence(guess.confidence)
        return "  \n".join(filter(None, [f"{level} {words.plain(guess.why)}", values]))
    if not chosen:
        return say(":orange[:material/help: Needed]") if ours in (Col.USER, Col.TS) else ""
    return "  \n".join(filter(None, [say("Chosen by you."), values]))


def confidence(sure: float) -> str:
    """How sure a suggestion is, in words."""
    if sure >= _SURE:
        return say(":green[:material/check_circle: Sure.]")
    if sure >= _LIKELY:
        return say(":blue[:material/thumb_up: Likely.]")
    return say(":orange[:material/help: A guess, please check.]")


def deeds(path: str, found: Suggestion, column: str) -> dict[str, str]:
    """Draw what each word of the column of events means, to be corrected; return it as a part of a mapping."""
    if not found.words:
        return {}
    st.markdown(say("**What the words of “{column}” mean**", column=words.plain(column)))
    choices = ["", *Event, SALE, BOTH, LEFT_OUT]
    mapping = {}
    for start in range(0, len(found.words), 2):
        for place, word in zip(st.columns(2), found.words[start : start + 2], strict=False):
            chosen = place.selectbox(
                f"“{words.plain(word.word)}” – {words.several(word.lines, 'line', 'lines')}",
                choices,
                index=choices.index(word.event),
                format_func=deed_said,
                key=f"import-word-{path}-{column}-{word.word}-{word.event}",
                help=None if word.confidence >= _SURE else say("This is a guess, please check."),
            )
            mapping[f"event_type:{word.word}"] = str(chosen)
            if word.confidence < _SURE and chosen == word.event:
                unknown = say(":orange[:material/help: Nobody knows.]")
                place.caption(confidence(word.confidence) if word.event else unknown)
    return {name: event for name, event in mapping.items() if event}


def deed_said(event: str) -> str:
    """What an event is called in a list of choices."""
    return _DEEDS.get(event) or words.verb(event)


def becomes(preview: FilePreview, mapping: Mapping[str, str]) -> pd.DataFrame:
    """Return what each column of the file becomes: ``Column, Becomes, For example``."""
    used: dict[str, list[str]] = {}
    for name, source in mapping.items():
        for column in preview.columns:
            if source == column or column in (part for mark in (" + ", " / ") for part in source.split(mark)):
                used.setdefault(column, []).append(results.name(name.split(".")[-1]))
    left = {"events": say("Left out"), "items": say("Kept as something about the item"),
            "users": say("Kept as something about the shopper")}[preview.suggestion.role]  # fmt: skip
    rows = [
        (column, say(", ").join(used.get(column, [left])), ", ".join(preview.samples.get(column, ())[:3]))
        for column in preview.columns
    ]
    return pd.DataFrame(rows, columns=[say("Column"), say("Becomes"), say("For example")])
