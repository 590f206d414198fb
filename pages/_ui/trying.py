"""A dry run: what an import would do, found out by a job that can be watched and cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.language import say
from core.records import ImportPlan
from pages._ui import understanding, words, work

if TYPE_CHECKING:
    from core.service import Shop

_DRY = "_import_dry"  # what was tried, and the job that does it


def start(shop: Shop, plan: ImportPlan, key: str) -> None:
    """Begin a dry run of a plan, which ``key`` stands for."""
    st.session_state[_DRY] = (key, shop.start_dry_run(plan).id)


def was_tried(key: str) -> bool:
    """Whether the plan that ``key`` stands for is being tried, or was."""
    return bool(st.session_state.get(_DRY, ("", ""))[0] == key)


def result(shop: Shop, key: str) -> Mapping[str, Any] | None:
    """Show how far the dry run of a plan is; return its report once it is done, None before and when it failed."""
    tried, id = st.session_state.get(_DRY, ("", ""))
    if tried != key:
        st.caption(say("Try it first: every line is read and counted, and nothing is written."))
        return None
    job = shop.job(id)
    if work.active(job):
        _watch(shop, id)
    elif job.status == "cancelled":
        st.info(say("It was stopped. Nothing was written."), icon=":material/cancel:")
    elif job.status == "failed":
        st.error(words.plain(job.error or ""), icon=":material/error:", title=say("This could not be imported"))
    elif (job.result or {}).get("asks") == "dates":
        st.session_state[understanding.ASK_DATES] = True
        del st.session_state[_DRY]
        st.rerun()
    else:
        return job.result
    return None


@st.fragment(run_every="0.5s")
def _watch(shop: Shop, id: str) -> None:
    """Follow a dry run: a bar, what is being done, and a way to stop it."""
    job = shop.job(id)
    if not work.active(job):
        st.rerun(scope="app")
    with st.container(border=True):
        state = say("waits for its turn") if job.status == "queued" else words.plain(job.message or say("has begun"))
        st.progress(min(1.0, max(0.0, job.progress)), text=say("**Trying it** – {state}", state=state))
        st.button(say("Stop"), icon=":material/cancel:", key="stop-dry-run", on_click=shop.cancel, args=(id,))
