"""Long work as a person sees it: start it, watch it, cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.language import Sayings, say, to_say
from core.records import Job
from pages._ui import take_table, words

if TYPE_CHECKING:
    from core.service import Shop

NAMES = Sayings({
    "import": "Import", "try": "Trying an import", "train": "Training", "profile": "Profiles of all shoppers",
    "vectors": "Vectors of all items",
    "score": "Scoring a list", "drift": "Checking whether the model still holds",
    "audit": "Measuring whether the model is right for everyone", "export": "Writing a list",
    "feature": "What to feature for a segment",
    "drivers": "What drives a segment", "described": "Reading all shoppers for your tags",
    "map": "The map of all shoppers",
})  # fmt: skip
STATUS = {
    "queued": (to_say("Waiting"), "gray", "schedule"),
    "running": (to_say("Running"), "blue", "progress_activity"),
    "done": (to_say("Done"), "green", "check_circle"),
    "failed": (to_say("Failed"), "red", "error"),
    "cancelled": (to_say("Cancelled"), "orange", "cancel"),
}
_EVERY = "2s"


def active(job: Job) -> bool:
    """Whether the job still waits or runs."""
    return job.status in ("queued", "running")


def latest(shop: Shop, kind: str) -> Job | None:
    """Return the newest job of one kind, if there was one."""
    found = [job for job in shop.jobs() if job.kind == kind]
    return max(found, key=lambda job: job.created, default=None)


def fault(job: Job | None) -> None:
    """Say why work did not get done, if it did not."""
    if job is not None and job.status == "failed":
        st.error(words.plain(job.error or say("It ended.")), icon=":material/error:", title=say("This did not work"))


def start_profiles(shop: Shop) -> None:
    """Start computing the tags of all shoppers, once a session, where they are missing and nobody stopped it."""
    mark = f"_profiles:{shop.version}:{shop.model_name}"
    if shop.version is None or shop.model_name is None or mark in st.session_state:
        return
    st.session_state[mark] = True
    if shop.profiles_ready() >= 1:
        return
    job = latest(shop, "profile")
    if job is None or job.status == "done":
        shop.submit("profile", {})


def start_vectors(shop: Shop) -> None:
    """Start making the vectors of the items, once a session, where they are missing and nobody stopped it."""
    mark = f"_vectors:{shop.version}:{shop.model_name}"
    if shop.version is None or shop.model_name is None or mark in st.session_state:
        return
    st.session_state[mark] = True
    if shop.vectors_ready():
        return
    job = latest(shop, "vectors")
    if job is None or job.status == "done":
        shop.submit("vectors", {"version": shop.version, "model": shop.model_name})


def start_described(shop: Shop) -> None:
    """Start judging all shoppers by the described tags, once a session, where new data or another model needs it."""
    mark = f"_described:{shop.version}:{shop.model_name}"
    if shop.version is None or mark in st.session_state or not shop.describing.tags():
        return
    st.session_state[mark] = True
    if shop.describing.kept() is None:
        job = latest(shop, "described")
        if job is None or job.status == "done":
            shop.describing.start()


def running(shop: Shop) -> None:
    """Say in the sidebar what runs right now."""
    for job in shop.jobs():
        if active(job):
            st.caption(say(":material/progress_activity: {work}: {share}", work=NAMES.get(job.kind, job.kind),
                           share=words.percent(job.progress)))


@st.fragment(run_every=_EVERY)
def watch(shop: Shop, job_id: str, key: str) -> None:
    """Follow one job: a bar, its message and a way to cancel; reload the page when it ends."""
    job = shop.job(job_id)
    if not active(job):
        st.rerun(scope="app")
    with st.container(border=True):
        name = NAMES.get(job.kind, job.kind)
        state = say("waits for its turn") if job.status == "queued" else words.plain(job.message or say("has begun"))
        st.progress(min(1.0, max(0.0, job.progress)), text=f"**{name}** – {state}")
        st.button(say("Cancel"), icon=":material/cancel:", key=f"cancel-{key}", on_click=shop.cancel, args=(job.id,))


def profiles(shop: Shop) -> float:
    """Show how far the profiles are, or offer to compute them; return the share that is ready."""
    ready = shop.profiles_ready()
    if ready >= 1 or shop.model_name is None:
        return ready
    start_profiles(shop)
    job = latest(shop, "profile")
    if job is not None and active(job):
        st.caption(say("Predicted tags appear when every shopper has been read once. What is counted works already."))
        watch(shop, job.id, "profiles")
    else:
        offer_profiles(shop, job)
    return ready


def offer_profiles(shop: Shop, last: Job | None) -> None:
    """Offer to compute the profiles, and say why the last try ended."""
    said = [
        say("The predicted tags of all shoppers are not computed yet. It takes some minutes and runs beside your work.")
    ]
    if last is not None and last.status == "cancelled":
        said.append(say("The last run was cancelled."))
    elif last is not None and last.status == "failed":
        said.append(say("The last run failed: {why}.", why=words.plain(last.error)) if last.error
                    else say("The last run failed."))  # fmt: skip
    st.info(" ".join(said), icon=":material/hourglass_empty:")
    st.button(say("Compute the profiles"), icon=":material/play_arrow:", on_click=shop.submit, args=("profile", {}))


def table(jobs: list[Job]) -> None:
    """List jobs, newest first."""
    rows = [
        {
            say("What"): NAMES.get(job.kind, job.kind),
            say("How it stands"): say(STATUS[job.status][0]) if job.status in STATUS else job.status,
            say("Progress"): job.progress,
            say("Begun"): job.started,
            say("Ended"): job.finished,
            say("Note"): job.error or job.message,
        }
        for job in sorted(jobs, key=lambda job: job.created, reverse=True)
    ]
    when = st.column_config.DatetimeColumn(format=say("D MMMM YYYY, HH:mm"))
    take_table.draw(pd.DataFrame(rows), say("Jobs"), {
        say("Progress"): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
        say("Begun"): when, say("Ended"): when,
    })  # fmt: skip
