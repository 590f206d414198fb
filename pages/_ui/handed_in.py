"""Lists that were handed in: one as it is being scored or when it is done, and all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.language import say
from core.lists.records import CAMPAIGN, LOG, PAIRS, SHOPPERS, ScoredList
from pages._ui import nav, resources, results, stamp, words, work
from pages._ui.handing_in import JOB

if TYPE_CHECKING:
    from core.service import Shop

KINDS = {
    PAIRS: lambda n: words.several(n, "pair", "pairs"),
    CAMPAIGN: lambda n: words.several(n, "combination", "combinations"),
    SHOPPERS: lambda n: words.several(n, "shopper", "shoppers"),
    LOG: lambda n: words.several(n, "shopper of a log", "shoppers of a log"),
}
_SHOWN = 8  # lists of the history, before all are asked for
_EVERY = "1s"


def one(shop: Shop, id: str) -> None:
    """Show one list: how far it is, why it stopped, or its result."""
    found = shop.lists.get(id)
    st.subheader(words.plain(found.name), anchor=False)
    st.caption(_about(found))
    if found.active:
        _watch(shop, id)
    elif found.result is None:
        _interrupted(shop, found)
    else:
        then = resources.at(shop, found.version, found.model)
        with stamp.of(found.version, found.model):
            results.scored(found, resources.about_tags(then, "label"))
    st.button(say("Score another list"), icon=":material/add:", on_click=_leave)


@st.fragment(run_every=_EVERY)
def _watch(shop: Shop, id: str) -> None:
    """Follow a list: a bar, how far it is and how long it takes, and a way to stop it; reload the page at its end."""
    found = shop.lists.get(id)
    if not found.active:
        st.rerun(scope="app")
    job = shop.job(id)
    with st.container(border=True):
        if found.status == "queued":
            said = say("waits for its turn{ahead}", ahead=_ahead(shop, id))
        else:
            said = words.plain(found.message or say("has begun"))
        st.progress(min(1.0, max(0.0, job.progress)), text=say("**Scoring** – {said}", said=said))
        st.caption(
            say("It goes on when this page is closed; its address leads back here. What is scored is kept, even if "
                "the machine is switched off.")
        )
        st.button(say("Cancel"), icon=":material/cancel:", key=f"cancel-{id}", on_click=shop.lists.cancel, args=(id,))


def _ahead(shop: Shop, id: str) -> str:
    """Say what is done first."""
    before = [job for job in shop.jobs() if work.active(job) and job.id != id and job.created <= shop.job(id).created]
    if not before:
        return ""
    names = say(", ").join(dict.fromkeys(work.NAMES.get(job.kind, job.kind).lower() for job in before))
    return say(" behind {before} ({names})", before=words.several(len(before), "other", "others"), names=names)


def _interrupted(shop: Shop, found: ScoredList) -> None:
    kept = say("Nothing was scored yet.")
    if found.reached:
        kept = say("{reached} of {rows} rows are scored and kept.",
                   reached=words.count(found.reached), rows=words.count(found.rows))
    if found.status == "cancelled":
        st.info(say("It was cancelled. {kept}", kept=kept), icon=":material/pause_circle:")
    else:
        why = found.error or say("It was interrupted.")
        st.error(f"{words.plain(why)} {kept}", icon=":material/error:")
    st.button(say("Go on"), type="primary", icon=":material/play_arrow:", on_click=shop.lists.resume, args=(found.id,))


def history(shop: Shop) -> None:
    """List what was handed in before, newest first."""
    found = shop.lists.all()
    here = st.query_params.get(JOB)
    if not found or (len(found) == 1 and found[0].id == here):
        return
    st.subheader(say("Lists that were scored"), anchor=False)
    shown = found if len(found) <= _SHOWN or st.toggle(say("Show all {count}", count=len(found))) else found[:_SHOWN]
    for one in shown:
        with st.container(border=True):
            _row(shop, one, one.id == here)


def _row(shop: Shop, one: ScoredList, here: bool) -> None:
    name, colour, icon = work.STATUS[one.status]
    row = st.container(horizontal=True, vertical_alignment="center")
    with row.container(width="stretch"):
        above = f" :gray-badge[{say('Shown above')}]" if here else ""
        st.markdown(f"**{words.plain(one.name)}** :{colour}-badge[:material/{icon}: {say(name)}]{above}")
        st.caption(_about(one))
    if not here:
        with row:
            nav.link("score", say("Open"), ":material/open_in_new:", {JOB: one.id})
    if one.result is not None:
        results.download(row, one, key=f"history-{one.id}")
    if not one.active:
        with row.popover(say("Delete"), icon=":material/delete:"):
            st.markdown(say("The list and its result are deleted for good."))
            st.button(say("Delete for good"), key=f"delete-{one.id}", on_click=_delete, args=(shop, one.id))


def _about(one: ScoredList) -> str:
    """When a list was handed in, how long it is, and what judged it."""
    rows = KINDS[one.kind](one.rows)
    judge = say("Model {model}, version {version} of the data", model=words.plain(one.model), version=one.version)
    return f"{words.moment(one.created)} (UTC) · {rows} · {judge}"


def _delete(shop: Shop, id: str) -> None:
    shop.lists.delete(id)
    if st.query_params.get(JOB) == id:
        _leave()


def _leave() -> None:
    st.query_params.pop(JOB, None)

