"""Training a new model: the form, the work that runs, and its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.records import Job
from pages._ui import figures, resources, words, work

if TYPE_CHECKING:
    from core.service import Shop

_WATCHED = "_trainings"  # ids of trainings that this session saw running


def draw(shop: Shop, jobs: list[Job]) -> None:
    """Draw the form that starts a training, the work that runs, and what to do with its result."""
    st.subheader("Retrain it on the newest data" if shop.model_name else "Train one on your data", anchor=False)
    with st.form("train"):
        left, right = st.columns(2)
        name = left.text_input("Name of the new model", value="latest", max_chars=40, validate=r"^[\w-]+$")
        method = right.selectbox("How", list(figures.METHODS), format_func=figures.METHODS.__getitem__)
        examples = left.number_input("Examples to learn from", 100, 200_000, 4_000, step=500)
        epochs = right.slider("Times to go through them", 0.5, 5.0, 2.0, step=0.5, format="%.1f")
        st.caption(
            "On two processor cores, allow half a minute for every 100 examples, each time they are gone through."
        )
        if st.form_submit_button("Start training", type="primary", icon=":material/model_training:"):
            settings = {"method": method, "max_examples": int(examples), "epochs": float(epochs)}
            shop.submit("train", {"name": name or "latest", "settings": settings})
            st.rerun()
    for job in filter(work.active, jobs):
        st.session_state.setdefault(_WATCHED, set()).add(job.id)
        work.watch(shop, job.id, job.id)
    _offer(shop, jobs)
    if jobs:
        with st.expander("Work that was done", icon=":material/history:"):
            work.table(jobs)


def _offer(shop: Shop, jobs: list[Job]) -> None:
    """Offer the newest trained model, unless it is in use; one of the same name is another after a training."""
    done = next((job for job in jobs if job.kind == "train" and job.status == "done"), None)
    if done is None:
        return
    name, watched = str((done.result or {}).get("model", "latest")), st.session_state.get(_WATCHED, set())
    if name == shop.model_name and done.id not in watched:
        return
    if use(name, f"Use the newly trained model “{words.plain(name)}”", st):
        watched.discard(done.id)
        st.rerun()


def use(name: str, label: str, place: Any) -> bool:
    """Draw the button that lets the dashboard work with a model; return whether it was pressed."""
    return bool(place.button(label, icon=":material/swap_horiz:", on_click=resources.use_model, args=(name,)))
