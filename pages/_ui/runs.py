"""Trainings as they run: what they learn from, how far they are, their curves; and those that were interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.language import say
from core.records import Run
from pages._ui import charts, recipe, words, work

if TYPE_CHECKING:
    from core.service import Shop

_EVERY = "2s"


@st.fragment(run_every=_EVERY)
def watch(shop: Shop, name: str | None, job_id: str | None) -> None:
    """Follow a training, by its job or, when it was started on the command line, by its name."""
    found = next((run for run in shop.runs() if (run.job == job_id if job_id else run.name == name)), None)
    job = shop.job(job_id) if job_id else None
    if (job is not None and not work.active(job)) or (job is None and (found is None or not found.running)):
        st.rerun(scope="app")
    with st.container(border=True):
        called = say("Training “{name}”", name=words.plain(found.name)) if found else say("Training")
        if job is not None:
            said = say("waits for its turn") if job.status == "queued" else words.plain(job.message or say("has begun"))
            st.progress(min(1.0, max(0.0, job.progress)), text=f"**{called}** – {said}")
        elif found is not None:
            share = found.step / found.steps if found.steps else 0.0
            st.progress(min(1.0, share), text=say("**{called}** – started on the command line", called=called))
        if found is not None:
            progress(found)
        if job is not None:
            st.button(
                say("Cancel"), icon=":material/cancel:", key=f"cancel-{job.id}", on_click=shop.cancel, args=(job.id,)
            )


def progress(run: Run) -> None:
    """Say what a training learns from and how far it is, and draw its curves."""
    if not run.learns:
        return
    splits = run.learns.get("splits", {})
    lists, shoppers = (int(run.learns.get(name, 0)) for name in ("train_lists", "train_shoppers"))
    row = st.container(horizontal=True)
    row.metric(say("Lists or baskets"), words.count(lists))
    row.metric(say("Shoppers at a moment"), words.count(shoppers))
    if run.steps:
        row.metric(say("Step"), say("{step} of {steps}", step=words.count(run.step), steps=words.count(run.steps)))
    if run.left:
        row.metric(say("Time left"), run.left.removeprefix("about "))
    if len(run.curve) > 1:
        charts.draw(charts.curves(run.curve), f"curves-{run.name}", 260, say("Losses by step: the lower the better"))
        st.caption(
            say("The lower, the better. What counts is the line of days that it does not learn from: when that rises "
                "while the other falls, it learns your logs by heart, and the training stops.")
        )
    last = str(splits.get("train_end", ""))[:10]
    st.caption(say("{method} · learns from the days before {last}",
                   method=recipe.said("method", run.settings.get("method")), last=last))


def others(shop: Shop, busy: bool) -> None:
    """Show trainings that somebody started elsewhere, and offer to go on with those that were interrupted."""
    for run in shop.runs():
        if run.job is not None:
            continue
        if run.running:
            watch(shop, run.name, None)
        else:
            interrupted(shop, run, busy)


def interrupted(shop: Shop, run: Run, busy: bool) -> None:
    """Offer to go on with a training, or to let go of it."""
    with st.container(border=True):
        name, step, steps = words.plain(run.name), words.count(run.step), words.count(run.steps)
        far = say("The training “{name}” was interrupted at step {step} of {steps}.", name=name, step=step, steps=steps)
        st.markdown(":material/pause_circle: **{}**".format(
            far if run.steps else say("The training “{name}” was interrupted.", name=name)
        ))  # fmt: skip
        kept = say("Steps up to {kept} are kept.", kept=words.count(run.kept))
        kept = kept if run.kept else say("No step is kept yet: it begins anew.")
        st.caption(say("{ended} Begun on {began} (UTC). {kept}",
                       ended=words.plain(run.ended), began=words.moment(run.began), kept=kept))
        row = st.container(horizontal=True)
        row.button(
            say("Go on"), type="primary", icon=":material/play_arrow:", key=f"resume-{run.name}", on_click=_resume,
            args=(shop, run.name), disabled=busy,
        )  # fmt: skip
        row.button(
            say("Let go of it"), icon=":material/delete:", key=f"discard-{run.name}", on_click=shop.discard_run,
            args=(run.name,),
        )  # fmt: skip


def _resume(shop: Shop, name: str) -> None:
    shop.submit("train", {"name": name, "resume": True})
