"""The conditions of a segment: rows of widgets, kept as compact JSON in the address."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import InputError
from core.records import Condition
from pages._ui import words

PARAM = "where"
_ROWS = "_conditions"
_WRITTEN = "_conditions_written"
_NEXT = "_conditions_next"
OPERATORS = {
    "number": {">=": "at least", "<=": "at most", "==": "exactly", "between": "between"},
    "probability": {">=": "at least", "<=": "at most", "between": "between"},
    "text": {"in": "is one of"},
}


def pack(conditions: Sequence[Condition]) -> str:
    """Conditions as compact JSON for the address."""
    return json.dumps([[c.column, c.op, c.value] for c in conditions], separators=(",", ":"), ensure_ascii=False)


def unpack(text: str, columns: pd.DataFrame) -> list[Condition]:
    """Conditions from the address.

    Raises
    ------
    core.errors.InputError
        When the text is not a list of conditions on columns that exist.
    """
    try:
        found = [Condition(column, op, value) for column, op, value in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise InputError("The link does not hold a segment that can be read. Build it again below.") from error
    types = dict(zip(columns["key"], columns["type"], strict=True))
    for condition in found:
        if condition.op not in OPERATORS.get(types.get(condition.column, ""), {}) or not _sound(condition):
            raise InputError(
                f"The link asks for {condition.column!r}, which this shop does not have in this form. "
                "A predicted tag is there once the profiles are computed; else build the segment again below."
            )
    return found


def _sound(condition: Condition) -> bool:
    value = condition.value
    if condition.op == "in":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if condition.op == "between":
        return isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def load(columns: pd.DataFrame) -> None:
    """Take the rows from the address when it changed outside of the widgets."""
    text = st.query_params.get(PARAM, "")
    if text != st.session_state.get(_WRITTEN, ""):
        st.session_state.pop(_WRITTEN, None)  # a link that cannot be read yet stays, and is tried again
        replace([])
        replace(unpack(text, columns) if text else [])
        st.session_state[_WRITTEN] = text


def replace(conditions: Sequence[Condition]) -> None:
    """Put these conditions in place of those on the page."""
    st.session_state[_ROWS] = {}
    for condition in conditions:
        add(condition)


def add(condition: Condition) -> None:
    """Add one row."""
    number = st.session_state.get(_NEXT, 0)
    st.session_state[_NEXT] = number + 1
    st.session_state.setdefault(_ROWS, {})[number] = condition


def remove(number: int) -> None:
    """Take one row away."""
    st.session_state[_ROWS].pop(number, None)


def edit(columns: pd.DataFrame, choices: Callable[[str], list[str]]) -> list[Condition]:
    """Draw the rows and return the conditions that are complete; ``choices`` gives the values of a text column."""
    by_key = columns.set_index("key")
    rows: dict[int, Condition] = st.session_state.setdefault(_ROWS, {})
    for number in list(rows):
        rows[number] = _row(number, rows[number], by_key, choices)
    text = pack(list(rows.values())) if rows else ""
    if text != st.session_state.get(_WRITTEN, ""):
        st.session_state[_WRITTEN] = text
        if text:
            st.query_params[PARAM] = text
        else:
            st.query_params.pop(PARAM, None)
    return [c for c in rows.values() if c.op != "in" or c.value]  # without a value it is not said yet


def default(column: str, kind: str) -> Condition:
    """Return the condition that a new row begins with."""
    return {
        "number": Condition(column, ">=", 1),
        "probability": Condition(column, ">=", 0.5),
    }.get(kind, Condition(column, "in", []))


def _row(number: int, condition: Condition, by_key: pd.DataFrame, choices: Callable[[str], list[str]]) -> Condition:
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall")
    keys = list(by_key.index)
    key = row.selectbox(
        "Shoppers whose",
        keys,
        index=keys.index(condition.column),
        format_func=lambda k: f"{by_key.at[k, 'group']}: {by_key.at[k, 'label']}",
        key=f"column-{number}",
    )
    kind = by_key.at[key, "type"]
    if key != condition.column:
        condition = default(key, kind)
    operators = OPERATORS[kind]
    chosen = row.selectbox(
        "is",
        list(operators),
        index=list(operators).index(condition.op),
        format_func=operators.__getitem__,
        key=f"op-{number}-{key}",
        width=130,
    )
    with row.container():
        result = _value(f"value-{number}-{key}-{chosen}", key, kind, chosen, condition, by_key, choices)
    row.button("", icon=":material/delete:", key=f"remove-{number}", help="Remove", on_click=remove, args=(number,))
    return Condition(key, chosen, result)


def _value(
    widget: str, key: str, kind: str, op: str, now: Condition, by_key: pd.DataFrame, choices: Callable[[str], list[str]]
) -> Any:
    label = by_key.at[key, "unit"] or {"probability": "probability", "text": "values"}.get(kind, "value")
    if kind == "text":
        options = list(dict.fromkeys([*choices(key), *now.value]))
        return st.multiselect(label, options, default=now.value, key=widget, placeholder="Choose one or more")
    start = now.value if isinstance(now.value, list) == (op == "between") else _reshape(now.value, kind, op)
    if kind == "probability":
        return _percent_slider(label, start, widget)
    if op == "between":
        low, high = st.columns(2)
        return [
            low.number_input("from", value=float(start[0]), step=1.0, format="%g", key=f"{widget}-low"),
            high.number_input("to", value=float(start[1]), step=1.0, format="%g", key=f"{widget}-high"),
        ]
    return st.number_input(label, value=float(start), step=1.0, format="%g", key=widget)


def _percent_slider(label: str, start: Any, widget: str) -> Any:
    shown = tuple(round(100 * v) for v in start) if isinstance(start, list) else round(100 * start)
    moved = st.slider(label, 0, 100, shown, format="%d %%", key=widget)
    return [v / 100 for v in moved] if isinstance(moved, tuple) else moved / 100


def _reshape(value: Any, kind: str, op: str) -> Any:
    if op == "between":
        return [value, 1.0 if kind == "probability" else value + 10]
    return value[0]


def sentence(conditions: Sequence[Condition], columns: pd.DataFrame) -> str:
    """Conditions as one readable line of markdown."""
    by_key = columns.set_index("key")
    parts = []
    for c in conditions:
        kind, unit = by_key.at[c.column, "type"], by_key.at[c.column, "unit"]
        if c.op == "in":
            value = " or ".join(map(str, c.value))
        elif c.op == "between":
            value = " and ".join(words.amount(v, kind, unit) for v in c.value)
        else:
            value = words.amount(c.value, kind, unit)
        name = words.plain(by_key.at[c.column, "label"])
        parts.append(f"**{name}** {OPERATORS[kind][c.op]} {words.plain(value)}")
    return " and ".join(parts)
