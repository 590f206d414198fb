"""The list of pages, and links between them."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parent.parent

#: file name → (short name in the navigation, icon)
PAGES: dict[str, tuple[str, str]] = {
    "overview": ("Overview", ":material/monitoring:"),
    "segments": ("Segments", ":material/groups:"),
    "shopper": ("Shopper", ":material/person_search:"),
    "recommend": ("Recommend", ":material/recommend:"),
    "why": ("Why", ":material/psychology_alt:"),
    "score": ("Score a list", ":material/upload_file:"),
    "model": ("Model", ":material/verified:"),
}
_ROUTED = "_routed"


def path(name: str) -> Path:
    """File of the page called ``name``."""
    return FOLDER / f"{name}.py"


def pages() -> list[st.Page]:
    """Every page, in the order of the navigation; the first is the default."""
    st.session_state[_ROUTED] = True
    return [
        st.Page(path(name), title=title, icon=icon, url_path=name, default=name == "overview")
        for name, (title, icon) in PAGES.items()
    ]


def ensure_routed() -> None:
    """Declare the navigation when a cold deep link ran a page without ``app.py``."""
    if _ROUTED not in st.session_state:
        st.navigation(pages())


def link(name: str, label: str, icon: str, params: Mapping[str, str] | None = None) -> None:
    """Draw a link to another page that carries ``params`` in its address."""
    st.page_link(path(name), label=label, icon=icon, query_params=dict(params or {}) or None)
