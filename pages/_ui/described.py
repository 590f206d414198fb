"""One description: who fits it and why, whom to mark, what to expect of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.conditions import Group
from core.describing.few import Expected
from core.describing.records import DOUBTFUL, LIKELY, RANDOM, Answer, Fit, Push, Step
from core.errors import ShopperLensError
from core.language import say, say_many, to_say
from core.records import Condition
from pages._ui import builder, charts, describing, keeping, meter, nav, stamp, words
from pages._ui.meter import PREDICTED

if TYPE_CHECKING:
    from core.service import Shop

#: Shoppers that are listed, and how many of each kind are offered to be marked.
LISTED, EACH = 5, 3
WHY = {
    LIKELY: (to_say("likely"), "violet",
             to_say("Drawn among those who would get the tag: they tell how often it is right")),
    DOUBTFUL: (to_say("in doubt"), "orange", to_say("Nearest to where the tag begins: a mark decides most here")),
    RANDOM: (to_say("by chance"), "gray", to_say("Drawn among all others: they show whom the description misses")),
}  # fmt: skip


def show(shop: Shop, said: str) -> None:
    """Draw everything about one description."""
    with st.spinner(say("Holding the description against every shopper …")):
        answer = shop.describing.answer(said)
    place = st.container(gap="xsmall")
    answer = _moved(shop, answer)
    with place:
        headline(answer)
    tools(shop, answer)
    to_mark(shop, answer)
    left, right = st.columns(2, gap="large")
    with left:
        listed(say("Who fits most"), shop, answer, shop.describing.likeliest(answer, LISTED))
    with right:
        listed(say("Who fits least"), shop, answer, shop.describing.likeliest(answer, LISTED, least=True))
    if answer.unknown:
        unknown = words.several(answer.unknown, "shopper", "shoppers")
        st.caption(say("Of {unknown} it cannot be told: nothing that they did has words.", unknown=unknown))


def headline(answer: Answer) -> None:
    """Say how many get the tag, and how far to trust it."""
    found = answer.expected
    share = words.percent(found.shoppers / found.known if found.known else 0.0)
    st.markdown(say("## {shoppers} of {known} shoppers :gray[({share})]",
                    shoppers=words.count(found.shoppers), known=words.count(found.known), share=share))
    if found.guess:
        st.warning(guess(answer), icon=":material/help:", title=say("This is a guess"))
    else:
        st.markdown(say(":violet[:material/verified: Predicted] to fit them, and **{trust}**.", trust=trust(found)))


def guess(answer: Answer) -> str:
    """Say why it is a guess, and what to do."""
    if not answer.marks:
        return say("Shoppers are ordered by how near what they did is in meaning to your words. Nobody was marked "
                   "yet, so it is taken to be true of one shopper in ten. Mark a handful below.")
    seen = words.several(answer.expected.marked, "shopper", "shoppers")
    return say_many(
        len(answer.marks),
        "{number} shopper is marked, but only {seen} of those who would get the tag: too few to say how often it is "
        "right. Mark some more likely ones.",
        "{number} shoppers are marked, but only {seen} of those who would get the tag: too few to say how often it is "
        "right. Mark some more likely ones.", seen=seen,
    )  # fmt: skip


def trust(found: Expected) -> str:
    """Say how often a tag is right, by marks."""
    return words.right(found.precision, found.low, found.high, found.marked)


def _moved(shop: Shop, answer: Answer) -> Answer:
    """Let the person move the chance from which the tag is given; of a tag that is kept, this is kept too."""
    widget = f"from-{answer.tag.id if answer.tag else answer.sentence}-{len(answer.marks)}"
    left, right = st.columns([2, 3], gap="large")
    with left:
        start = min(99, max(1, round(100 * answer.threshold)))
        moved = st.slider(say("Give the tag from a chance of"), 1, 99, start, format="%d %%", key=widget) / 100
        st.caption(say("Proposed: {proposed}, where being right weighs more than reaching many.",
                       proposed=words.percent(answer.proposed)))
    if moved != start / 100:
        if answer.tag:
            shop.describing.give_from(answer.tag.id, moved)
        answer = shop.describing.answer(answer.tag.id if answer.tag else answer.sentence, moved)
    with right:
        _course(shop, answer)
    return answer


def _course(shop: Shop, answer: Answer) -> None:
    if len(answer.marks) < 2 or answer.tag is None:
        return
    steps = [step for step in shop.describing.course(answer.tag.id) if not step.expected.guess]
    if len(steps) > 1:
        charts.draw(course(steps), "course", 190, say("How often it is right, as far as marks tell"))


def course(steps: Sequence[Step]) -> go.Figure:
    """Return how the precision to expect moved with the marks, with its interval."""
    x = [step.marks for step in steps]
    value, low, high = ([100 * (getattr(step.expected, part) or 0.0) for step in steps]
                        for part in ("precision", "low", "high"))  # fmt: skip
    figure = go.Figure(go.Scatter(
        x=x, y=value, mode="lines+markers", line={"color": PREDICTED}, marker={"symbol": "diamond-open", "size": 9},
        error_y={"type": "data", "symmetric": False, "array": [h - v for h, v in zip(high, value, strict=True)],
                 "arrayminus": [v - lo for v, lo in zip(value, low, strict=True)], "color": PREDICTED},
        hovertemplate=say("%{x} marks: right %{y:.0f} times of 100<extra></extra>"),
    ))  # fmt: skip
    figure.update_xaxes(title=say("shoppers marked"), rangemode="tozero")
    figure.update_yaxes(title=say("right, of 100"), range=[0, 102])
    return figure


def tools(shop: Shop, answer: Answer) -> None:
    """Draw what can be done with the tag: keep it, use it, take marks along, bring some, undo, delete."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if answer.tag is None:
            st.button(say("Keep this tag"), icon=":material/bookmark_add:", type="primary", on_click=_keep,
                      args=(shop, answer.sentence))  # fmt: skip
            st.caption(say("Kept, it is a condition in Segments and a column of lists."), width="content")
            return
        nav.link("segments", say("See them in Segments"), ":material/groups:", _where(shop, answer))
        if answer.marks:
            st.button(say("Undo the last mark"), icon=":material/undo:", on_click=_undo, args=(shop, answer.tag.id))
        with st.popover(say("Marks ({count})", count=len(answer.marks)), icon=":material/checklist:"):
            _marks(shop, answer)
        with st.popover(say("Delete"), icon=":material/delete:"):
            st.caption(say("The tag and its marks are gone for good."))
            st.button(say("Delete it"), type="primary", on_click=_delete, args=(shop, answer.tag.id))


def _where(shop: Shop, answer: Answer) -> dict[str, str]:
    assert answer.tag is not None
    tree = Group("all", (Condition(answer.tag.key, ">=", round(answer.threshold, 2)),))
    return {builder.PARAM: shop.segments.written(tree)}


def _marks(shop: Shop, answer: Answer) -> None:
    assert answer.tag is not None
    if answer.marks:
        fits = {True: say("fits"), False: say("does not")}
        rows = [(mark.user_id, fits[mark.fits], mark.at, mark.who) for mark in answer.marks[::-1]]
        columns = [say("Shopper"), say("It"), say("When (UTC)"), say("Who")]
        st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, height=220)
        named = stamp.file(say("Marks of {tag}", tag=answer.tag.sentence), "csv")
        st.download_button(say("Download the marks"), shop.describing.taken_along(answer.tag.id), named, "text/csv",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
    file = st.file_uploader(say("Bring marks: a CSV with user_id and fits (yes or no)"), type=["csv", "txt"],
                            key=f"bring-{answer.tag.id}-{len(answer.marks)}")  # fmt: skip
    if file is not None:
        try:
            brought = shop.describing.bring(answer.tag.id, file.getvalue(), keeping.who(shop))
        except ShopperLensError as error:
            st.error(words.plain(error))
            return
        marked = words.several(brought.marked, "shopper", "shoppers")
        gone = say("; {count} are not of this shop", count=len(brought.unknown)) if brought.unknown else ""
        st.toast(say("{marked} marked{gone}", marked=marked, gone=gone), icon=":material/checklist:")
        st.rerun()


def to_mark(shop: Shop, answer: Answer) -> None:
    """Draw a handful of well-chosen shoppers to be marked; they stay until they are marked, or others are asked for."""
    st.subheader(say("Mark a handful"), anchor=False)
    st.caption(say("Does the description fit them, as far as you can tell? Some are likely, some in doubt, some "
                   "drawn by chance: together they teach most, and say how often the tag is right."))  # fmt: skip
    done = {mark.user_id for mark in answer.marks}
    fits = [fit for fit in _handful(shop, answer) if fit.user_id not in done]
    if not fits:
        _others(answer)
        fits = _handful(shop, answer)
    for start in range(0, len(fits), EACH):
        for column, fit in zip(st.columns(EACH), fits[start : start + EACH], strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                _card(shop, answer, fit)
    st.button(say("Show me others"), icon=":material/refresh:", type="tertiary", on_click=_others, args=(answer,))


def _handful(shop: Shop, answer: Answer) -> list[Fit]:
    """Return those that are on the page, judged as they are now."""
    place, lot = _named(answer), st.session_state.get(f"{_named(answer)}-lot", 0)
    if place not in st.session_state:
        st.session_state[place] = {fit.user_id: fit.why for fit in shop.describing.to_mark(answer, EACH, lot)}
    drawn: dict[str, str] = st.session_state[place]
    return [replace(fit, why=drawn[fit.user_id]) for fit in shop.describing.of(answer, list(drawn))]


def _named(answer: Answer) -> str:
    return f"_handful:{answer.sentence}"


def _others(answer: Answer) -> None:
    place = _named(answer)
    st.session_state.pop(place, None)
    st.session_state[f"{place}-lot"] = st.session_state.get(f"{place}-lot", 0) + 1


def _card(shop: Shop, answer: Answer, fit: Fit) -> None:
    name, colour, about = WHY[fit.why]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        nav.link("shopper", words.plain(fit.user_id), ":material/person:", {"user": fit.user_id})
        st.badge(say(name), color=colour, help=say(about))
    _chance(fit, answer)
    reasons(fit.pushes)
    with st.container(horizontal=True, gap="xsmall"):
        for label, icon, yes in ((say("Fits"), ":material/thumb_up:", True),
                                 (say("Does not"), ":material/thumb_down:", False)):  # fmt: skip
            st.button(label, icon=icon, key=f"mark-{fit.user_id}-{yes}", on_click=_mark,
                      args=(shop, answer, fit.user_id, yes))  # fmt: skip


def listed(title: str, shop: Shop, answer: Answer, fits: Sequence[Fit]) -> None:
    """Draw shoppers in a list, each with what speaks for them or against."""
    st.subheader(title, anchor=False)
    for fit in fits:
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                nav.link("shopper", words.plain(fit.user_id), ":material/person:", {"user": fit.user_id})
                if fit.marked is not None:
                    st.badge(say("marked: fits") if fit.marked else say("marked: does not"), color="blue")
            _chance(fit, answer)
            reasons(fit.pushes)


def _chance(fit: Fit, answer: Answer) -> None:
    if fit.chance is None:
        st.caption(say("Nothing that they did has words."))
        return
    said = say("a guess") if answer.expected.guess else say("predicted")
    with st.container(gap=None):
        st.markdown(say(":violet[{said}] **{chance}** :gray[· place {place}]",
                        said=said, chance=words.percent(fit.chance), place=words.count(fit.place)))
        meter.draw(fit.chance, answer.sentence, threshold=answer.threshold)


def reasons(pushes: Sequence[Push]) -> None:
    """Draw what pushes most."""
    lines = []
    for push in pushes:
        what = words.plain(push.title[:90] + ("…" if len(push.title) > 90 else ""))
        lines.append(f":material/{'add' if push.value > 0 else 'remove'}: {words.verb(push.deed)} {what}")
    st.caption("  \n".join(lines) or say("Nothing in particular."))


def of_shopper(shop: Shop, user: str) -> None:
    """Draw how every kept tag fits one shopper, with a way to say whether it does."""
    tags = shop.describing.tags()
    if not tags or not shop.describing.ready():
        return
    with st.container(border=True):
        st.markdown(say(":violet[:material/edit_note:] **Described** by you"))
        for tag in tags:
            answer = shop.describing.answer(tag.id)
            fit = shop.describing.of(answer, [user])[0]
            icon = ":violet[:material/check_circle:]" if fit.given else ":gray[:material/radio_button_unchecked:]"
            st.markdown(f"{icon} **{words.plain(tag.sentence)}**")
            _chance(fit, answer)
            reasons(fit.pushes)
            told = answer.expected
            st.caption(say("How often it is right is not known yet: it is a guess.") if told.guess
                       else say("Given from {threshold}, and then {trust}.",
                                threshold=words.percent(told.threshold), trust=trust(told)))  # fmt: skip
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
                for label, yes in ((say("Fits"), True), (say("Does not"), False)):
                    st.button(label, key=f"here-{tag.id}-{yes}", type="primary" if fit.marked is yes else "secondary",
                              on_click=_mark, args=(shop, answer, user, yes))  # fmt: skip
                nav.link("tags", say("About this tag"), ":material/edit_note:", {describing.TAG: tag.id})


# ---- what a press of a button does --------------------------------------------------


def _keep(shop: Shop, sentence: str) -> None:
    try:
        describing.open_(shop.describing.keep(sentence, keeping.who(shop)))
        st.toast(say("Kept"), icon=":material/bookmark_added:")
    except ShopperLensError as error:
        keeping.refuse(error)


def _mark(shop: Shop, answer: Answer, user: str, yes: bool) -> None:
    try:
        tag = answer.tag or shop.describing.keep(answer.sentence, keeping.who(shop))
        shop.describing.mark(tag.id, {user: yes}, keeping.who(shop))
        if answer.tag is None:
            describing.open_(tag)
    except ShopperLensError as error:
        keeping.refuse(error)


def _undo(shop: Shop, id: str) -> None:
    about = shop.describing.undo(id)
    st.toast(say("Taken back: {marks}", marks=words.several(len(about), "mark", "marks")), icon=":material/undo:")


def _delete(shop: Shop, id: str) -> None:
    try:
        shop.forget_description(id)
        st.query_params.pop(describing.TAG, None)
    except ShopperLensError as error:
        keeping.refuse(error)
