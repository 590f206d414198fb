"""The list of pages, and links between them."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.language import say, to_say
from pages._ui import speech, words

FOLDER = Path(__file__).resolve().parent.parent
LOGO = Path(__file__).with_name("logo.svg")
MARK = Path(__file__).with_name("mark.svg")

#: file name → (short name in the navigation, icon)
PAGES: dict[str, tuple[str, str]] = {
    "overview": (to_say("Overview"), ":material/monitoring:"),
    "segments": (to_say("Segments"), ":material/groups:"),
    "tags": (to_say("Tags"), ":material/edit_note:"),
    "shopper": (to_say("Shopper"), ":material/person_search:"),
    "recommend": (to_say("Recommend"), ":material/recommend:"),
    "why": (to_say("Why"), ":material/psychology_alt:"),
    "score": (to_say("Score a list"), ":material/upload_file:"),
    "model": (to_say("Model"), ":material/verified:"),
    "imports": (to_say("Import"), ":material/database_upload:"),
}
_ROUTED = "_routed"


def path(name: str) -> Path:
    """File of the page called ``name``."""
    return FOLDER / f"{name}.py"


def file_of(title: str) -> str:
    """Return the file name of the page with this short name."""
    return next(file for file, (name, _) in PAGES.items() if name == title)


def declare() -> st.Page:
    """Declare every page, in the order of the navigation, and return the one that was asked for.

    The icon of the browser tab is set first: the icon of a page would be fetched from the internet.
    """
    st.session_state[_ROUTED] = True
    speech.settle()
    st.set_page_config(page_icon=str(MARK), layout="wide")
    return st.navigation(
        [
            st.Page(path(name), title=say(title), icon=icon, url_path=name, default=name == "overview")
            for name, (title, icon) in PAGES.items()
        ]
    )


def ensure_routed() -> None:
    """Start again through ``app.py`` when a page ran without it.

    The first deep link that a server gets runs the page itself, as streamlit does not know of the router yet.
    Widgets that are drawn so have other identities than in the next run, and the first click would be lost.
    """
    if not st.session_state.pop(_ROUTED, False):
        declare()
        del st.session_state[_ROUTED]
        st.rerun()


def link(
    name: str, label: str, icon: str, params: Mapping[str, str] | None = None, help: str | None = None
) -> None:
    """Draw a link to another page that carries ``params`` in its address."""
    st.page_link(path(name), label=label, icon=icon, query_params=dict(params or {}) or None, help=help)


def shopper(user: str) -> None:
    """Draw a link to a shopper's page."""
    link("shopper", say("Open shopper {user}", user=words.plain(user)), ":material/person_search:", {"user": user})


def item(item_id: str, label: str, icon: str) -> None:
    """Draw a link to the page of an item."""
    link("recommend", label, icon, {"for": "item", "item": item_id})
