"""The frame of every page: its title, the sidebar, and errors that a person can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import ShopperLensError
from core.language import say
from core.records import ShopInfo
from pages._ui import nav, resources, speech, stamp, states, tour, words, work

if TYPE_CHECKING:
    from core.service import Shop

STYLE = Path(__file__).with_name("style.css")


@contextmanager
def errors(stop: bool = False) -> Iterator[None]:
    """Show an error that a person can mend in a box, and end the page there if asked; let every other one through."""
    try:
        yield
    except ShopperLensError as error:
        st.error(words.plain(error), icon=":material/error:", title=say("This did not work"))
        if stop:
            st.stop()


@contextmanager
def page(name: str, question: str, needs_data: bool = True, stamped: bool = True) -> Iterator[Shop]:
    """Open a page and yield the shop; every page starts with this.

    Parameters
    ----------
    name
        Short name for the browser tab, in English.
    question
        The one question that the page answers; it is the title. In English, too: both are said here.
    needs_data
        Whether the page has nothing to show before logs are imported.
    stamped
        Whether it is of this shop's data and model; else the page says itself of which it is.
    """
    nav.ensure_routed()
    st.set_page_config(page_title=f"{say(name)} · ShopperLens")
    st.html(STYLE)
    st.logo(str(nav.LOGO), size="large", icon_image=str(nav.MARK))
    heading = st.container(gap="xsmall")
    heading.title(say(question), anchor=False)
    with errors(stop=True):
        shop = resources.shop()
        info = shop.info()
        with st.sidebar:
            sidebar(shop, info, nav.file_of(name))
            speech.draw()
    if info.generated:
        heading.badge(say("Demo shop – generated data"), icon=":material/science:", color="orange")
    if stamped:
        with heading:
            stamp.draw(shop)
    if needs_data and info.version is None:
        states.nothing_imported()
        st.stop()
    with errors():
        if info.version is not None:
            tour.draw(shop, nav.file_of(name))
        yield shop
        work.start_profiles(shop)  # after the page, which it would slow down
        work.start_described(shop)


def sidebar(shop: Shop, info: ShopInfo, page: str) -> None:
    """Say which shop, which data, which model, and offer newer data."""
    name = Path(shop.workspace.path).name.replace("-", " ").replace("_", " ")
    st.markdown(say("**{name} shop**", name=words.plain(name.capitalize())))
    st.caption(f":material/date_range: {words.span(info.first_ts, info.last_ts)}")
    model = shop.model_name or say("none yet")
    st.caption(say(":material/neurology: Model: {model}", model=words.plain(model)))
    if shop.model_name:
        st.caption(say(":material/memory: Runs on {device}", device=words.device(shop.device())))
    offer_newer(shop)
    if info.version is not None:
        tour.again(shop, page)
    work.running(shop)


def offer_newer(shop: Shop) -> None:
    """Offer the newer version of the data, when an import has made one."""
    newer = shop.newer_version()
    if newer is not None:
        st.info(say("New data was imported."), icon=":material/new_releases:")
        st.button(
            say("Load the new data"),
            icon=":material/refresh:",
            on_click=resources.use_version,
            args=(newer,),
            type="primary",
            width="stretch",
        )
