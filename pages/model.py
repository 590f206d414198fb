"""Can I trust the model, and how do I retrain it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.records import Job, ModelReport
from pages._ui import figures, frame, resources, states, words, work

if TYPE_CHECKING:
    from core.service import Shop


def choose(shop: Shop) -> str:
    """Let the person choose which model to look at, and to work with it."""
    names = list(shop.models()) or [str(shop.model_name)]
    asked = st.query_params.get("model", shop.model_name)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    start = names.index(asked) if asked in names else 0
    name = str(row.selectbox("Model", names, index=start, width=280)) if len(names) > 1 else names[0]
    st.query_params["model"] = name
    if name != shop.model_name:
        use(name, "Use it in the dashboard", row)
    elif len(names) > 1:
        row.badge("In use", icon=":material/check:", color="green")
    return name


def use(name: str, label: str, place: st.delta_generator.DeltaGenerator) -> None:
    """Draw the button that lets the dashboard work with a model."""
    place.button(label, icon=":material/swap_horiz:", on_click=resources.use_model, args=(name,), key=f"use-{name}")


def trust(report: ModelReport) -> None:
    """Say in one sentence how good the model is, then every figure next to its rivals'."""
    said, level = figures.headline(report)
    (st.success if level == "good" else st.warning)(said, icon=":material/verified:")
    st.caption(figures.provenance(report))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Does it rank better than what you would use instead?", anchor=False)
        figures.rivals(report)
    with right:
        st.subheader("Can its percentages be taken at their word?", anchor=False)
        figures.reliability(report)
    with st.expander("All figures", icon=":material/table:", expanded=True):
        table, config = figures.comparison(report.metrics)
        st.dataframe(table, hide_index=True, placeholder="–", column_config=config)
        st.caption("All measured on the last days of the logs, which the model never saw while it learned.")
    st.subheader("How good are the tags?", anchor=False)
    table, config = figures.tags(report.tags)
    st.dataframe(table, hide_index=True, placeholder="–", column_config=config)
    with st.expander("Model card", icon=":material/description:"):
        st.markdown(report.card)


def retrain(shop: Shop, jobs: list[Job]) -> None:
    """Draw the form that starts a training, the work that runs, and what to do with its result."""
    st.subheader("Retrain it on the newest data" if shop.model_name else "Train one on your data", anchor=False)
    with st.form("train"):
        left, right = st.columns(2)
        name = left.text_input("Name of the new model", value="latest", max_chars=40, validate=r"^[\w-]+$")
        method = right.selectbox("How", list(figures.METHODS), format_func=figures.METHODS.__getitem__)
        examples = left.number_input("Examples to learn from", 100, 200_000, 4_000, step=500)
        epochs = right.slider("Times to go through them", 0.5, 5.0, 2.0, step=0.5, format="%.1f")
        st.caption(
            "About 4,000 examples take some 15 minutes on two processor cores; a GPU needs a small part of that."
        )
        if st.form_submit_button("Start training", type="primary", icon=":material/model_training:"):
            settings = {"method": method, "max_examples": int(examples), "epochs": float(epochs)}
            shop.submit("train", {"name": name or "latest", "settings": settings})
            st.rerun()
    for job in filter(work.active, jobs):
        work.watch(shop, job.id, job.id)
    done = next(
        (str((j.result or {}).get("model", "latest")) for j in jobs if j.kind == "train" and j.status == "done"), None
    )
    if done is not None and done != shop.model_name:
        use(done, f"Use the newly trained model “{words.plain(done)}”", st)
    if jobs:
        with st.expander("Work that was done", icon=":material/history:"):
            work.table(jobs)


with frame.page("Model", "Can I trust the model, and how do I retrain it?") as shop:
    if shop.model_name is None and not shop.models():
        states.empty(
            "No model is trained yet", "Start a training below; it runs beside your work.", ":material/neurology:"
        )
    else:
        with frame.errors():
            trust(resources.model_report(shop, choose(shop)))
    retrain(shop, shop.jobs())
