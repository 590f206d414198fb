"""What will happen with the list that I upload?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.records import Understood
from pages._ui import frame, resources, results, states, uploads, words, work

if TYPE_CHECKING:
    from core.service import Shop

SMALL = 2_000  # rows that are scored while the person waits


def score(shop: Shop, file: Path, out: Path, seen: Understood, reasons: bool) -> None:
    """Score a small list at once with a bar, a long one as a job beside the work."""
    if seen.rows >= SMALL:
        job = shop.submit("score", {"file": str(file), "out": str(out), "reasons": reasons})
        st.session_state[f"_score:{out.name}"] = job.id
        return
    bar = st.progress(0.0, text="Scoring …")
    try:
        shop.score_file(file, out, reasons, lambda done, text: bar.progress(min(1.0, done), text=words.plain(text)))
    finally:
        bar.empty()


def follow(shop: Shop, out: Path) -> None:
    """Show the job of a long list, or its result, or why there is none."""
    job_id = st.session_state.get(f"_score:{out.name}")
    job = shop.job(job_id) if job_id else None
    if job is not None and work.active(job):
        work.watch(shop, job.id, "score")
    elif out.exists():
        results.scored(out, resources.about_tags(shop, "label"))
    elif job is not None:
        st.error(words.plain(job.error or "The scoring was cancelled; nothing was kept."), icon=":material/error:")


with frame.page("Score a list", "What will happen with the list that I upload?") as shop:
    upload = None
    if shop.model_name is None:
        states.no_model()
    else:
        upload = st.file_uploader(
            "A CSV file (plain or gzip) or Parquet: pairs of shopper and item, or the log of new shoppers",
            type=["csv", "gz", "parquet"],
        )
        if upload is None:
            states.lists()
            example = results.example(shop)
            st.download_button("Download an example", example, "example.csv", "text/csv", icon=":material/download:")
    if upload is not None:
        file = uploads.keep(Path(shop.workspace.path).resolve(), upload.name, upload.getvalue())
        seen = shop.understand(file)
        results.understood(seen)
        with st.container(horizontal=True, vertical_alignment="center"):
            asked = st.button("Score", type="primary", icon=":material/play_arrow:")
            reasons = st.checkbox("Give a reason for every row (slower)")
        out = uploads.scored(file, reasons, shop.version, shop.model_name)
        if asked:
            score(shop, file, out, seen, reasons)
        follow(shop, out)
