"""The builder of a segment: rows that read as sentences, in groups of which all, any or none must be met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import EVERYONE, Group, Leaf, Node, complete, everyone, leaves
from core.language import say
from core.records import Condition
from pages._ui import phrases, rows, tag_trust

if TYPE_CHECKING:
    from core.service import Shop

PARAM = "where"
_ROOT, _NEXT, _WRITTEN = "_builder", "_builder_next", "_builder_written"
_DEEPEST = 3


@dataclass
class _Row:
    number: int
    leaf: Leaf


@dataclass
class _Box:
    number: int
    how: str
    parts: list[_Row | _Box] = field(default_factory=list)


def load(shop: Shop, columns: pd.DataFrame, usual: Node = EVERYONE) -> None:
    """Take the conditions from the address when it changed outside of the widgets.

    Parameters
    ----------
    usual
        What is meant when the page is opened by an address without conditions.

    Raises
    ------
    core.errors.InputError
        When they cannot be read, or this shop does not have what they are about.
    """
    text = st.query_params.get(PARAM, "")
    if not text and _ROOT not in st.session_state:
        replace(usual)
        st.session_state[_WRITTEN] = text
    if text == st.session_state.get(_WRITTEN, ""):
        return
    st.session_state.pop(_WRITTEN, None)  # a link that cannot be read yet stays, and is tried again
    replace(EVERYONE)
    tree = shop.segments.read(text) if text else EVERYONE
    for leaf in leaves(tree):
        if isinstance(leaf, Condition):
            rows.check(leaf, columns)
    replace(tree)
    st.session_state[_WRITTEN] = text


def replace(tree: Node) -> None:
    """Put these conditions in place of those on the page."""
    box = _made(tree)
    st.session_state[_ROOT] = box if isinstance(box, _Box) else _Box(_number(), "all", [box])


def edit(shop: Shop, columns: pd.DataFrame, usual: Node = EVERYONE) -> Node:
    """Draw the builder and return the tree of what is said so far; the address follows it.

    Parameters
    ----------
    usual
        What an address without conditions means: other conditions are written into it, none at all too.
    """
    root = _root()
    if root.parts:
        _box(shop, columns, root, 0)
    tree = complete(_node(root))
    with st.container(horizontal=True):
        _adders(columns, root, 0)
        if root.parts:
            st.button(say("Clear all"), icon=":material/clear_all:", on_click=replace, args=(EVERYONE,),
                      type="tertiary")  # fmt: skip
    written = "" if everyone(tree) and everyone(usual) else shop.segments.written(tree)
    if written != st.session_state.get(_WRITTEN, ""):
        st.session_state[_WRITTEN] = written
        if written:
            st.query_params[PARAM] = written
        else:
            st.query_params.pop(PARAM, None)
    return tree


def _box(shop: Shop, columns: pd.DataFrame, box: _Box, depth: int) -> None:
    if depth or len(box.parts) > 1 or box.how != "all":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            box.how = st.selectbox(
                say("or who meet") if depth else say("Shoppers who meet"), list(phrases.WAYS),
                list(phrases.WAYS).index(box.how), format_func=phrases.WAYS.__getitem__, key=f"how-{box.number}",
                width=180, label_visibility="visible" if depth == 0 else "collapsed",
            )  # fmt: skip
            if depth:
                _remover(box.number, say("Remove this group"))
    for part in list(box.parts):
        if isinstance(part, _Box):
            with st.container(border=True):
                _box(shop, columns, part, depth + 1)
                with st.container(horizontal=True):
                    _adders(columns, part, depth + 1)
        else:
            with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
                part.leaf = rows.draw(shop, columns, part.number, part.leaf)
                _remover(part.number, say("Remove"))
            tag_trust.draw(shop, columns, part.leaf)


def _adders(columns: pd.DataFrame, box: _Box, depth: int) -> None:
    name = say("Add a condition") if depth == 0 else say("Add to this group")
    st.button(name, icon=":material/add:", key=f"add-{box.number}", on_click=_add, args=(box.number, columns))
    if depth < _DEEPEST:
        st.button(
            say("Add a group"), icon=":material/library_add:", key=f"group-{box.number}", on_click=_add_box,
            args=(box.number, columns), type="tertiary", help=say("Conditions of which all, any or none must be met"),
        )  # fmt: skip


def _remover(number: int, name: str) -> None:
    st.button("", icon=":material/delete:", key=f"remove-{number}", help=name, on_click=_remove, args=(number,))


def _root() -> _Box:
    if _ROOT not in st.session_state:
        replace(EVERYONE)
    root: _Box = st.session_state[_ROOT]
    return root


def _number() -> int:
    number: int = st.session_state.get(_NEXT, 0)
    st.session_state[_NEXT] = number + 1
    return number


def _made(node: Node) -> _Row | _Box:
    if not isinstance(node, Group):
        return _Row(_number(), node)
    return _Box(_number(), node.how, [_made(part) for part in node.parts])


def _node(part: _Row | _Box) -> Node:
    return Group(part.how, tuple(map(_node, part.parts))) if isinstance(part, _Box) else part.leaf


def _find(box: _Box, number: int) -> tuple[_Box, _Row | _Box] | None:
    for part in box.parts:
        if part.number == number:
            return box, part
        found = _find(part, number) if isinstance(part, _Box) else None
        if found:
            return found
    return None


def _held(number: int) -> _Box:
    root, found = _root(), _find(_root(), number)
    if number == root.number or found is None or not isinstance(found[1], _Box):
        return root
    return found[1]


def _add(number: int, columns: pd.DataFrame) -> None:
    _held(number).parts.append(_Row(_number(), rows.first(columns)))


def _add_box(number: int, columns: pd.DataFrame) -> None:
    _held(number).parts.append(_Box(_number(), "any", [_Row(_number(), rows.first(columns))]))


def _remove(number: int) -> None:
    found = _find(_root(), number)
    if found:
        found[0].parts.remove(found[1])
        if not found[0].parts and found[0] is not _root():
            _remove(found[0].number)


