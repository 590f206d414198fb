"""Which shoppers are alike, and how do they differ?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import Group, Node, leaves
from core.language import say, to_say
from core.records import Condition
from pages._ui import (
    builder,
    differences,
    frame,
    keeping,
    look,
    members,
    phrases,
    presets,
    resources,
    segment_report,
    sharing,
    states,
    tables,
    words,
    work,
)

if TYPE_CHECKING:
    from core.service import Shop


def quick(shop: Shop, columns: pd.DataFrame) -> None:
    """Draw the buttons that ask what is asked first."""
    for preset, condition in presets.available(columns, resources.about_tags(shop, "threshold")):
        tree = Group("all", (condition,))
        st.button(say(preset.label), icon=preset.icon, key=f"preset-{preset.label}", on_click=builder.replace,
                  args=(tree,))  # fmt: skip


def how_many(shop: Shop, tree: Node, columns: pd.DataFrame, ready: float) -> int:
    """Say how many shoppers meet the conditions, and what these are."""
    with st.spinner(say("Counting shoppers …")):
        many, all_ = resources.count(shop, tree, ready)
    share = words.percent(many / all_ if all_ else 0)
    st.markdown(say("## {many} of {all} shoppers :gray[({share})]",
                    many=words.count(many), all=words.count(all_), share=share))
    names = {one.id: one.name for one in shop.segments.all()}
    st.markdown(phrases.sentence(tree, columns, names) or say("Everyone: no condition is set."))
    return many


with frame.page(to_say("Segments"), to_say("Which shoppers are alike, and how do they differ?"), stamped=False) as shop:
    shop, seen = sharing.opened(shop)
    if seen is not None:
        sharing.banner(seen)
    answer = st.container(gap="xsmall")
    ready = work.profiles(shop)
    columns = resources.columns(shop)
    keeping.refused()
    now = keeping.current(shop)
    with frame.errors():
        builder.load(shop, columns, keeping.conditions(now))
    if now is not None:
        with frame.errors():
            keeping.about(shop, now, columns)
    with st.container(horizontal=True, gap="xsmall"):
        quick(shop, columns)
    tree = builder.edit(shop, columns, keeping.conditions(now))
    tools = st.container(horizontal=True, gap="xsmall")
    with answer, frame.errors(stop=True):
        many = how_many(shop, tree, columns, ready)
    st.subheader(say("How they differ"), anchor=False)
    other, name = sharing.against(shop, seen, now)
    differences.draw(shop, tree, other, name, columns, ready)
    asked = [leaf.column for leaf in leaves(tree) if isinstance(leaf, Condition)]
    if many == 0:
        states.empty(say("Nobody meets all of this"), say("Loosen or remove a condition above."),
                     ":material/group_off:")
    st.subheader(say("Who they are"), anchor=False)
    show = tables.choose_columns(columns, asked, given=() if seen is None else seen.show)
    with tools, frame.errors():
        keeping.shelf(shop)
        keeping.save(shop, tree, now)
        sharing.share(shop, tree, other, name, show)
        if many:
            segment_report.offer(shop, tree, other, name, columns, ready, now.name if now else say("Segment"))
    if many:
        with frame.errors():
            members.draw(shop, tree, show, columns, ready, many, now.name if now else say("Segment"))
    look.draw(shop, tree, other, name, many, ready)
