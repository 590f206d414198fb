"""What a predicted chance is of: of a click; for a log without lists that were shown, of the next basket."""

from __future__ import annotations

import streamlit as st

from core.language import say, to_say
from pages._ui import meter, resources, words

CLICK, BASKET = to_say("a click"), to_say("the next basket")


def name() -> str:
    """Say what the chance is of, as a heading."""
    return say("Chance of the next basket") if resources.shop().baskets else say("Chance of a click")


def what() -> str:
    """Return what it is of, for ``say`` to say."""
    return BASKET if resources.shop().baskets else CLICK


def of() -> str:
    """Say what it is of, after "chance of"."""
    return say(what())


def draw(value: float, end: float) -> None:
    """Draw a predicted chance: in words, and as a bar.

    Parameters
    ----------
    value
        From 0 to 1.
    end
        Where the bar ends.
    """
    with st.container(gap=None):
        st.markdown(say(":violet[Predicted] chance of {what}: **{chance}**", what=of(), chance=words.percent(value)))
        meter.draw(value, name(), end)
