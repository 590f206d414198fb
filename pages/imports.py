"""What is in my files, and what becomes of it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import AmbiguousDates
from core.records import ImportPlan, ImportReport
from pages._ui import bring, frame, imported, resources, states, understanding, words
from pages._ui.bring import Brought

if TYPE_CHECKING:
    from core.service import Shop

_DRY = "_import_dry"


def dry_run(shop: Shop, plan: ImportPlan) -> ImportReport:
    """Say what the import would do, with a bar while it is found out."""
    bar = st.progress(0.0, text="Reading …")
    try:
        return shop.dry_run(plan, lambda share, text: bar.progress(min(1.0, share), text=words.plain(text)))
    except AmbiguousDates:
        st.session_state[understanding.ASK_DATES] = True
        st.rerun()
    finally:
        bar.empty()


def offer(shop: Shop, plan: ImportPlan, files: list[Brought]) -> None:
    """Offer a dry run, then the import that it was for."""
    key = json.dumps(vars(plan))
    with st.container(horizontal=True):
        asked = st.button("Try it without importing", icon=":material/preview:", type="secondary")
        tried = st.session_state.get(_DRY, ("", None))
        ready = tried[0] == key
        start = st.button("Import", icon=":material/database_upload:", type="primary", disabled=not ready)
    if asked:
        st.session_state[_DRY] = (key, dry_run(shop, plan))
        st.rerun()
    if start:
        uploads = [file.path for file in files if file.uploaded]
        job = shop.start_import(plan, [file.preview for file in files], uploads)
        resources.forget_looks()
        st.query_params[imported.JOB] = job.id
        st.rerun()
    if ready:
        st.subheader("What the import would do", anchor=False)
        imported.report(tried[1], dry=True)
    else:
        st.caption("Try it first: every line is read and counted, and nothing is written.")


with frame.page("Import", "What is in my files, and what becomes of it?", needs_data=False) as shop:
    job_id = st.query_params.get(imported.JOB)
    if job_id:
        imported.follow(shop, shop.job(job_id))
    else:
        brought = bring.files(shop)
        if not brought:
            states.files()
        elif not any(file.preview.suggestion.role == "events" for file in brought):
            st.info("A log of what shoppers did is needed too.", icon=":material/info:")
        else:
            offer(shop, understanding.plan(shop, brought), brought)
