"""How far reasons can be relied on, as badges that explain themselves."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.records import Check
from pages._ui import words

_LOOK = {
    True: ("green", ":material/check_circle:", ""),
    False: ("orange", ":material/warning:", ": no"),
    None: ("gray", ":material/help:", ": not measured"),
}


def draw(checks: Sequence[Check]) -> None:
    """Draw a badge for each check, explained on hover, and a warning where reasons should not be relied on."""
    failed = [check.said for check in checks if check.passed is False]
    if failed:
        st.warning(f"Do not rely on these reasons: {words.plain('; '.join(failed))}.", icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        for check in checks:
            colour, icon, more = _LOOK[check.passed]
            said = f"{check.said[0].upper()}{check.said[1:]}. {check.help}"
            st.badge(f"{check.name}{more}", icon=icon, color=colour, help=words.plain(said))
