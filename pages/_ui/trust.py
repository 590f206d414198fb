"""How far reasons can be relied on, as badges that explain themselves."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.language import say, to_say
from core.records import Check
from pages._ui import words

_LOOK = {
    True: ("green", ":material/check_circle:", "{name}"),
    False: ("orange", ":material/warning:", to_say("{name}: no")),
    None: ("gray", ":material/help:", to_say("{name}: not measured")),
}


def draw(checks: Sequence[Check]) -> None:
    """Draw a badge for each check, explained on hover, and a warning where reasons should not be relied on."""
    failed = [check.said for check in checks if check.passed is False]
    if failed:
        st.warning(say("Do not rely on these reasons: {failed}.", failed=words.plain(say("; ").join(failed))),
                   icon=":material/warning:")  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for check in checks:
            colour, icon, name = _LOOK[check.passed]
            said = say("{said}. {help}", said=f"{check.said[0].upper()}{check.said[1:]}", help=check.help)
            st.badge(say(name, name=check.name), icon=icon, color=colour, help=words.plain(said))
