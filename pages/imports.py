"""What is in my files, and what becomes of it?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

from core.language import say, to_say
from core.records import FilePreview, ImportPlan
from pages._ui import bring, frame, imported, resources, states, trying, understanding

if TYPE_CHECKING:
    from core.service import Shop


def offer(shop: Shop, plan: ImportPlan, seen: Sequence[FilePreview], uploads: Sequence[Path]) -> None:
    """Offer a dry run, then the import that it was for."""
    key = json.dumps(vars(plan))
    kind: Literal["primary", "secondary"] = "secondary" if trying.was_tried(key) else "primary"
    if st.button(say("Try it without importing"), icon=":material/preview:", type=kind, key="import-try"):
        trying.start(shop, plan, key)
    report = trying.result(shop, key)
    if report is None:
        return
    st.subheader(say("What the import would do"), anchor=False)
    imported.report(report, dry=True)
    if st.button(say("Import"), icon=":material/database_upload:", type="primary"):
        job = shop.start_import(plan, seen, uploads)
        st.session_state[bring.BACK] = list(map(str, uploads))
        resources.forget_looks()
        st.query_params[imported.JOB] = job.id
        st.rerun()


with frame.page(to_say("Import"), to_say("What is in my files, and what becomes of it?"), needs_data=False) as shop:
    job_id = st.query_params.get(imported.JOB)
    if job_id:
        imported.follow(shop, shop.job(job_id))
    else:
        uploads, places = bring.uploads(shop)
        files = bring.understood(shop, places)
        if not places:
            states.files()
        elif files:
            plan = understanding.plan(shop, files)
            if plan is not None:
                parts = (plan.events, plan.items, plan.users, *plan.files.values())
                read = {place for places in parts for place in places}
                offer(shop, plan, [file.preview for file in files if read & set(file.group.places)], uploads)
