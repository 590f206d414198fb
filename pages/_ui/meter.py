"""A predicted chance as a bar: hatched violet, which nothing that was counted ever is."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.language import say
from pages._ui import words

PREDICTED = "#9268d1"
_SCALES = (0.05, 0.1, 0.2, 0.5, 1.0)


def scale(highest: float) -> float:
    """Return the chance at which a full bar ends: the next round one above the highest that is shown."""
    return next((top for top in _SCALES if highest <= top), 1.0)


def html(chance: float, label: str, end: float = 1.0, threshold: float | None = None) -> str:
    """HTML of a bar that is full at ``end``; a line marks the threshold, where there is one."""
    said = escape(say("{label}: predicted {chance}", label=label, chance=words.percent(chance)), quote=True)
    width = 100 * min(1.0, max(0.0, chance / end))
    mark = "" if threshold is None else f'<b style="left:{100 * min(1.0, threshold / end):.1f}%"></b>'
    return (
        f'<div class="sl-meter" role="meter" aria-label="{said}" title="{said}" aria-valuemin="0" '
        f'aria-valuemax="{100 * end:g}" aria-valuenow="{100 * chance:.1f}">'
        f'<i style="width:{width:.1f}%"></i>{mark}</div>'
    )


def draw(chance: float, label: str, end: float = 1.0, threshold: float | None = None) -> None:
    """Draw a bar that is full at ``end``."""
    st.html(html(chance, label, end, threshold))
