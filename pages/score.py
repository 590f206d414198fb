"""What will happen with the list that I upload?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.records import Understood
from pages._ui import frame, results, states, uploads, words, work

if TYPE_CHECKING:
    from core.service import Shop

SMALL = 2_000
NAMES = {
    "user_id": "Shopper", "item_id": "Item", "event_type": "What was done", "ts": "When", "value": "Value",
    "price": "Price", "quantity": "Quantity", "query": "Search words", "slot": "Place", "title": "Title",
}


def understanding(seen: Understood) -> None:
    """Show what was understood before anything is scored."""
    st.subheader("What was understood", anchor=False)
    what = "pairs of a shopper and an item" if seen.kind == "pairs" else "events of shoppers' logs"
    st.markdown(f"**{words.count(seen.rows)} {what}**")
    row = st.container(horizontal=True)
    row.metric("Shoppers", words.count(seen.users), border=True)
    row.metric("of them new", words.count(seen.unknown_users), border=True)
    row.metric("Items", words.count(seen.items), border=True)
    row.metric("of them unknown", words.count(seen.unknown_items), border=True)
    for note in seen.notes:
        st.caption(f":material/info: {words.plain(note)}")
    read = [f"{NAMES.get(k, k)} from “{words.plain(v)}”" for k, v in seen.mapping.items()]
    with st.expander("The first rows", icon=":material/table:"):
        st.caption("Read as: " + ", ".join(read))
        st.dataframe(seen.preview, hide_index=True)


def score(shop: Shop, file: Path, out: Path, seen: Understood, reasons: bool) -> None:
    """Score a small list at once with a bar, a long one as a job beside the work."""
    if seen.rows < SMALL:
        bar = st.progress(0.0, text="Scoring …")
        shop.score_file(file, out, reasons, lambda done, text: bar.progress(min(1.0, done), text=words.plain(text)))
        bar.empty()
    else:
        args = {"file": str(file), "out": str(out), "reasons": reasons}
        st.session_state["_score_job"] = shop.submit("score", args).id


def follow(shop: Shop, out: Path) -> None:
    """Show the job of a long list, or its result, or why there is none."""
    job_id = st.session_state.get("_score_job")
    job = shop.job(job_id) if job_id else None
    if job is not None and work.active(job):
        work.watch(shop, job.id, "score")
    elif job is not None and job.status == "failed":
        st.error(words.plain(job.error or "The scoring failed."), icon=":material/error:")
    elif out.exists():
        results.scored(out, shop.columns())


with frame.page("Score a list", "What will happen with the list that I upload?") as shop:
    upload = st.file_uploader(
        "A CSV file (plain or gzip) or Parquet: pairs of shopper and item, or the log of new shoppers",
        type=["csv", "gz", "parquet"],
    )
    if shop.model_name is None:
        states.no_model()
    elif upload is None:
        states.empty(
            "Upload a list",
            "Either two columns – shopper and item – to learn how likely each click is; "
            "or events of new shoppers (shopper, what was done, when, item) to learn who they are and what they will click.",
            ":material/upload_file:",
        )
        st.download_button(
            "Download an example", results.example(shop), "example.csv", "text/csv", icon=":material/download:"
        )
    else:
        file = uploads.keep(Path(shop.workspace.path), upload.name, upload.getvalue())
        seen = shop.understand(file)
        understanding(seen)
        reasons = st.checkbox("Give a reason for every row (slower)")
        out = uploads.scored(file, reasons, shop.version, shop.model_name)
        if st.button("Score", type="primary", icon=":material/play_arrow:"):
            score(shop, file, out, seen, reasons)
        follow(shop, out)
