"""Titles whose words look as if they were written for the ranking, as a list for the merchandiser."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.language import say
from core.records import Suspect
from pages._ui import states, take_table


def draw(found: Sequence[Suspect]) -> None:
    """Draw the list, with each title's chance with and without its suspicious words where that was measured."""
    if not found:
        states.empty(say("No suspicious titles"),
                     say("No title is stuffed, repeats itself, hides characters or gives orders."),
                     ":material/verified_user:")  # fmt: skip
        return
    table = pd.DataFrame(
        {
            say("Item"): [one.item_id for one in found],
            say("Title"): [one.title for one in found],
            say("Suspicious"): [" · ".join(one.words) for one in found],
            say("Because of"): [say("; ").join(dict.fromkeys(one.reasons)) for one in found],
            say("Chance with"): [one.p_with for one in found],
            say("Chance without"): [one.p_without for one in found],
            say("Title without"): [one.without for one in found],
        }
    )
    chance = st.column_config.NumberColumn(format="percent")
    take_table.draw(table, say("Suspicious titles"), {say("Chance with"): chance, say("Chance without"): chance})
    st.caption(say("Chances are means over some shoppers. Those whose words gain most come first."))
