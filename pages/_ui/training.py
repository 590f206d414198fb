"""Training a new model: what it would learn from, how, and the trainings that run or were interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.language import say, say_many
from core.records import Job, Outlook
from pages._ui import again, frame, recipe, resources, runs, terms, words, work

if TYPE_CHECKING:
    from core.service import Shop

_WATCHED = "_trainings"  # ids of trainings that this session saw running


def draw(shop: Shop, jobs: list[Job]) -> None:
    """Draw the work that runs, what was interrupted, what to do with a result, and the form that starts a training."""
    retrain, first = say("Retrain it on the newest data"), say("Train one on your data")
    st.subheader(retrain if shop.model_name else first, anchor=False)
    active = list(filter(work.active, jobs))
    known = {run.job: run.name for run in shop.runs() if run.job}
    for job in active:
        st.session_state.setdefault(_WATCHED, set()).add(job.id)
        if job.kind == "train":
            runs.watch(shop, known.get(job.id), job.id)
        else:
            work.watch(shop, job.id, job.id)
    runs.others(shop, any(job.kind == "train" for job in active))
    _offer(shop, jobs)
    form(shop)
    if jobs:
        with st.expander(say("Work that was done"), icon=":material/history:"):
            work.table(jobs)


@st.fragment
def form(shop: Shop) -> None:
    """Draw the form. What it would learn from is counted anew when something changes."""
    with st.container(border=True):
        left, right = st.columns(2)
        earlier = again.choose(shop, left)
        usual = "latest" if earlier is None else shop.name_after(earlier)
        name = left.text_input(say("Name of the new model"), value=usual, max_chars=40, validate=r"^[\w-]+$") or usual
        settings = _recipe(right) if earlier is None else again.settings(earlier, right)
        examples = left.number_input(say("Examples to learn from"), 100, 200_000, 4_000, step=500)
        epochs = right.slider(say("Times to go through them"), 0.5, 5.0, 2.0, step=0.5, format="%.1f")
        settings |= {"max_examples": int(examples), "epochs": float(epochs)}
        if earlier is None and not _without(shop, left):
            settings["everyone"] = True
        if earlier is None:
            with st.expander(say("Settings"), icon=":material/tune:"):
                settings |= recipe.settings(settings["method"])
        use = earlier is not None and again.use_it(shop, earlier)
        ready = expected(shop, name, settings)
        if st.button(say("Start training"), type="primary", icon=":material/model_training:", disabled=not ready):
            shop.submit("train", {"name": name, "settings": settings, "use": use})
            st.rerun(scope="app")


def _recipe(place: Any) -> dict[str, Any]:
    return {"method": str(place.selectbox(say("How"), list(recipe.METHODS), format_func=recipe.METHODS.__getitem__,
                                           help=terms.told("adapter")))}


def _without(shop: Shop, place: Any) -> bool:
    """Ask whether robots and test accounts are left out, where there are any."""
    number = shop.set_aside()
    return not number or bool(place.checkbox(
        say_many(number, "Leave out {number} robot or test account", "Leave out {number} robots or test accounts"),
        value=True,
        help=say("These are shoppers who look like robots or test accounts, by what they did. If they are not left "
                 "out, it learns from them too, and is judged on them. Who is a shopper all the same, such as a "
                 "wholesaler, can be called one on the page Shopper."),
    ))  # fmt: skip


def expected(shop: Shop, name: str, settings: dict[str, Any]) -> bool:
    """Say what a training would learn from and how long that took before; return whether it can start."""
    with frame.errors():
        found = resources.outlook(shop, settings)
        st.markdown(learns(found))
        st.caption(
            say("Its percentages are then set right on the days up to {day}, and it is judged on {judged} of the days "
                "after, which it never saw. {took}", day=words.date(found.val_end), judged=_lists(found, found.judged),
                took=_took(shop, found.lists))
        )
        if not found.shows_forgetting:
            st.caption(say(":material/history_toggle_off: Too little of the days that “{model}” was judged on is left "
                           "in the logs to tell what it forgets: it will be kept, and not used unasked.",
                           model=words.plain(settings["start_from"])))  # fmt: skip
        if name in shop.models():
            st.caption(say(":material/inventory_2: The model “{name}” stays, under a name with a number.",
                           name=words.plain(name)))
        return True
    return False


def learns(found: Outlook) -> str:
    """Say what would be learned from, in markdown."""
    drawn = say(", drawn from {there}", there=words.count(found.lists_there))
    old = say(", and **{replayed}** of earlier days in between", replayed=words.count(found.replayed))
    return say(
        ":material/school: It will learn from **{lists}**{drawn} of {people}, and from **{shoppers} at a moment**, in "
        "the days **{days}**{old}.",
        lists=_lists(found, found.lists), drawn=drawn if found.lists_there > found.lists else "",
        people=words.several(found.people, "shopper", "shoppers"),
        shoppers=words.several(found.shoppers, "shopper", "shoppers"), days=words.span(found.first, found.train_end),
        old=old if found.replayed else "",
    )  # fmt: skip


def _lists(found: Outlook, number: int) -> str:
    if found.shown:
        return words.several(number, "list that was shown", "lists that were shown")
    return words.several(number, "basket", "baskets")


def _took(shop: Shop, lists: int) -> str:
    """Say how long the newest model took; the time of this one is measured once it runs."""
    soon = say("How long it takes is measured on its first steps.")
    made = next((report for report in shop.model_reports() if report.seconds and report.data.get("train_lists")), None)
    if made is None:
        return soon
    minutes = max(1, round(made.seconds / 60))
    learned = words.several(int(made.data["train_lists"]), "list or basket", "lists or baskets")
    return say("{soon} “{name}” took {minutes} for {learned}.",
               soon=soon, name=words.plain(made.name), minutes=words.several(minutes, "minute", "minutes"),
               learned=learned)


def _offer(shop: Shop, jobs: list[Job]) -> None:
    """Offer the newest trained model, unless it is in use; one of the same name is another after a training."""
    done = next((job for job in jobs if job.kind == "train" and job.status == "done"), None)
    if done is None:
        return
    name, watched = str((done.result or {}).get("model", "latest")), st.session_state.get(_WATCHED, set())
    if name not in shop.models() or (name == shop.model_name and done.id not in watched):
        return
    gate, unused = ((done.result or {}).get(part) for part in ("again", "unused"))
    if gate and not gate["passed"]:
        st.warning(say("“{name}” was not put to use. {reason} It is kept beside the model in use.",
                       name=words.plain(name), reason=words.plain(gate["reason"])),
                   icon=":material/block:")  # fmt: skip
    elif unused:
        st.warning(say("“{name}” is good enough to be used. {reason}",
                       name=words.plain(name), reason=words.plain(unused)),
                   icon=":material/compare_arrows:")  # fmt: skip
    if use(shop, name, say("Use the newly trained model “{name}”", name=words.plain(name)), st):
        watched.discard(done.id)
        st.rerun()


def use(shop: Shop, name: str, label: str, place: Any) -> bool:
    """Draw the button that lets the dashboard work with a model; return whether it was pressed."""
    return bool(
        place.button(label, icon=":material/swap_horiz:", on_click=resources.use_model, args=(shop, name))
    )
