"""More shoppers like some that are chosen: how many, by what, and as a segment or a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.language import say
from pages._ui import frame, known, look_marks, words

if TYPE_CHECKING:
    from core.service import Shop

#: How many are looked for at first and at most, and how many of those chosen a list is named after.
_USUAL, _MOST, _NAMED = 50, 1_000, 3


def draw(shop: Shop, users: Sequence[str], ready: float) -> None:
    """Draw how many shoppers like these are wanted, and offer them as a segment or a list."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(say("**More like these {number}**", number=len(users)) if len(users) > 1
                    else say("**More like {user}**", user=words.plain(users[0])))  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            many = st.number_input(say("How many"), 1, _MOST, _USUAL, key="alike-many", width=120)
            by = known.how_alike(shop, "alike-segment-by")
        with frame.errors():
            found = [one.user_id for one in known.asked(shop, "alike_to", tuple(users), by, int(many))]
            if not found:
                st.caption(say("Nobody else is here yet."))
                return
            names = say(", ").join(users[:_NAMED]) + (" …" if len(users) > _NAMED else "")
            mark = look_marks.Mark(
                say("{number} like {users}", number=len(found), users=names), len(found), lambda: found,
                say("{how}, on version {version} of the data.", how=known.BY[by], version=shop.version),
            )  # fmt: skip
            look_marks.offer(shop, mark, f"alike-{by}-{many}-{'-'.join(users)}", ready, panel=False)
