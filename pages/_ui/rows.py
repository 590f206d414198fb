"""One row of the builder: a fact, a tag, a deed, a saved segment or a list, as widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core import written
from core.conditions import ANYTHING, Did, InSegment, Leaf, Listed, Since, Then
from core.errors import InputError
from core.language import Sayings, say
from core.records import Condition
from pages._ui import deeds, phrases, resources, words

if TYPE_CHECKING:
    from core.service import Shop

_WORDS, _DID, _THEN, _SEGMENT, _LIST = "words:", "did:", "then:", "segment:", "list:"
_VALUES = Sayings({"probability": "probability", "text": "values", "number": "value"})


def first(columns: pd.DataFrame) -> Condition:
    """Return the condition that a new row begins with."""
    return default(columns.iloc[0]["key"], columns.iloc[0]["type"])


def default(column: str, kind: str) -> Condition:
    """Return the condition that a row about a column begins with."""
    return {
        "number": Condition(column, ">=", 1),
        "probability": Condition(column, ">=", 0.5),
    }.get(kind, Condition(column, "in", []))


def check(leaf: Condition, columns: pd.DataFrame) -> None:
    """Refuse a condition that this shop cannot be asked.

    Raises
    ------
    InputError
        It says what to do.
    """
    kinds = dict(zip(columns["key"], columns["type"], strict=True))
    if leaf.op not in phrases.OPERATORS.get(kinds.get(leaf.column, ""), {}) or not _sound(leaf):
        raise InputError(
            say("The link asks for {column!r}, which this shop does not have in this form. A predicted tag is there "
                "once the profiles are computed; else build the segment again below.", column=leaf.column)
        )


def draw(shop: Shop, columns: pd.DataFrame, number: int, leaf: Leaf) -> Leaf:
    """Draw the widgets of a condition and return what they say."""
    by_key = columns.set_index("key")
    offered = resources.offers(shop)
    names = {one.id: one.name for one in shop.segments.all() if not one.archived}
    options = _options(by_key, offered.events, bool(names), leaf)
    now = _key(leaf)
    key = f"column-{number}"
    asked = st.session_state.get(key, now)
    chosen = st.selectbox(
        say("Shoppers whose"), list(options), list(options).index(now), format_func=options.__getitem__, key=key,
        help=by_key.at[asked, "help"] if asked in by_key.index else None,
    )  # fmt: skip
    if chosen != now:
        leaf = _begin(chosen, by_key)
    if isinstance(leaf, Did | Since):
        return deeds.counted(shop, number, leaf, chosen == _WORDS)
    if isinstance(leaf, Then):
        return deeds.sequence(shop, number, leaf)
    if isinstance(leaf, InSegment):
        return _segment(number, leaf, names)
    return _list(shop, number, leaf) if isinstance(leaf, Listed) else _fact(shop, number, leaf, by_key)


def _options(by_key: pd.DataFrame, events: tuple[str, ...], segments: bool, leaf: Leaf) -> dict[str, str]:
    options = {f"{_DID}{event}": say("What they did: {event}", event=phrases.verb(event)) for event in events}
    options[f"{_DID}{ANYTHING}"] = say("What they did: anything at all")
    if len(events) > 1:
        options[_THEN] = say("What they did: one thing, then another")
    facts = {str(key): f"{row['group']}: {row['label']}" for key, row in by_key.iterrows()}
    others = ({_SEGMENT: say("In a saved segment")} if segments else {}) | {_LIST: say("In a list (a CSV file)")}
    found = {_WORDS: say("What they did, by words"), **facts, **options, **others}
    return found if _key(leaf) in found else {**found, _key(leaf): _key(leaf).partition(":")[2] or "…"}


def _key(leaf: Leaf) -> str:
    if isinstance(leaf, Condition):
        return leaf.column
    if isinstance(leaf, Did | Since):
        return _WORDS if leaf.deed.event == ANYTHING and leaf.deed.words else f"{_DID}{leaf.deed.event}"
    return _THEN if isinstance(leaf, Then) else _SEGMENT if isinstance(leaf, InSegment) else _LIST


def _begin(chosen: str, by_key: pd.DataFrame) -> Leaf:
    if chosen in by_key.index:
        return default(chosen, by_key.at[chosen, "type"])
    if chosen == _WORDS:
        return deeds.first_words()
    if chosen.startswith(_DID):
        return deeds.first(chosen.removeprefix(_DID))
    return deeds.first_sequence() if chosen == _THEN else InSegment("") if chosen == _SEGMENT else Listed("")


def _sound(condition: Condition) -> bool:
    value = condition.value
    if condition.op == "in":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if condition.op == "between":
        return isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _segment(number: int, leaf: InSegment, names: dict[str, str]) -> InSegment:
    if leaf.of is not None:  # as it was when a link was made
        st.text_input(say("segment, as it was then"), leaf.name, disabled=True, key=f"segment-{number}")
        return leaf
    options = {"": say("Choose one"), **names}
    id = leaf.id if leaf.id in options else ""
    chosen = st.selectbox(
        say("segment"), list(options), list(options).index(id), format_func=options.__getitem__,
        key=f"segment-{number}",
    )  # fmt: skip
    return InSegment(chosen, names.get(chosen, ""))


def _list(shop: Shop, number: int, leaf: Listed) -> Listed:
    if leaf.key:
        st.text_input(say("list"), leaf.name, disabled=True, key=f"list-{number}")
        return leaf
    file = st.file_uploader(say("a CSV file with a column of ids"), type=["csv", "txt"], key=f"file-{number}")
    if file is None:
        return leaf
    try:
        listed, known = shop.segments.keep_list(file.name, file.getvalue())
    except InputError as error:
        st.error(words.plain(error))
        return leaf
    st.caption(say("{shoppers} of this shop are in {file}.",
                   shoppers=words.several(known, "shopper", "shoppers"), file=words.plain(file.name)))
    return listed


def _fact(shop: Shop, number: int, leaf: Condition, by_key: pd.DataFrame) -> Condition:
    kind = by_key.at[leaf.column, "type"]
    operators = phrases.OPERATORS[kind]
    op = st.selectbox(
        say("is"), list(operators), list(operators).index(leaf.op), format_func=operators.__getitem__,
        key=f"op-{number}-{leaf.column}", width=130,
    )  # fmt: skip
    with st.container():
        return Condition(leaf.column, op, _value(shop, f"value-{number}-{leaf.column}-{op}", kind, op, leaf, by_key))


def _value(shop: Shop, widget: str, kind: str, op: str, now: Condition, by_key: pd.DataFrame) -> Any:
    label = say(by_key.at[now.column, "unit"]) or _VALUES[kind]
    if kind == "text":
        options = list(dict.fromkeys([*resources.values(shop, now.column), *now.value]))
        return st.multiselect(label, options, default=now.value, key=widget, placeholder=say("Choose one or more"),
                              format_func=lambda option: written.value(now.column, option))  # fmt: skip
    start = now.value if isinstance(now.value, list) == (op == "between") else _reshape(now.value, kind, op)
    if kind == "probability":
        shown = tuple(round(100 * v) for v in start) if isinstance(start, list) else round(100 * start)
        moved = st.slider(label, 0, 100, shown, format="%d %%", key=widget)
        return [v / 100 for v in moved] if isinstance(moved, tuple) else moved / 100
    if op == "between":
        low, high = st.columns(2)
        return [
            low.number_input(say("from"), value=float(start[0]), step=1.0, format="%g", key=f"{widget}-low"),
            high.number_input(say("to"), value=float(start[1]), step=1.0, format="%g", key=f"{widget}-high"),
        ]
    return st.number_input(label, value=float(start), step=1.0, format="%g", key=widget)


def _reshape(value: Any, kind: str, op: str) -> Any:
    if op == "between":
        return [value, 1.0 if kind == "probability" else value + 10]
    return value[0]
