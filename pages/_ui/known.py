"""What is known of a shopper beside facts and tags: how the tags came, her segments, who is like her, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.errors import InputError
from core.language import Sayings, say, spoken
from core.records import Course
from pages._ui import frame, keeping, nav, pick, resources, take_table, terms, words
from pages._ui.meter import PREDICTED

if TYPE_CHECKING:
    from core.service import Shop

#: What shoppers are alike by, as ``core.knowing`` calls it.
_FACTS, _TAGS = "facts", "tags"
BY = Sayings({_FACTS: "By what they did", _TAGS: "By what is predicted"})


@st.cache_data(max_entries=300, ttl="1h", show_spinner=False)
def _kept(
    about: tuple[Any, ...], ready: float, question: str, args: tuple[Any, ...], _shop: Shop
) -> Any:
    return getattr(_shop.knowing, question)(*args)


def asked(shop: Shop, question: str, *args: Any) -> Any:
    """Return an answer of ``Shop.knowing``; asked again once the profiles are there."""
    ready = shop.profiles_ready()
    about = (str(shop.workspace.path), shop.version, shop.model_name, spoken())
    return _kept(about, ready, question, args, shop)


def draw(shop: Shop, user: str, model: str | None) -> None:
    """Draw all of it; what takes long is computed once it is opened."""
    if model is not None:
        before(shop, user, model)
    left, right = st.columns(2, gap="large")
    with left:
        belongs(shop, user)
        st.subheader(say("Notes"), anchor=False)
        with frame.errors():
            notes(shop, user)
    with right:
        alike(shop, user)


def before(shop: Shop, user: str, model: str) -> None:
    """Draw what the model would have said of a shopper on earlier days, once it is opened."""
    folded = st.expander(say("What would we have thought earlier?"), icon=":material/history:", key=f"course-{user}",
                         on_change="rerun")  # fmt: skip
    with folded:
        if not folded.open:
            return
        with frame.errors(), st.spinner(say("Reading the history as it was …")):
            _course(shop, user, asked(shop, "course", user), model)


def _course(shop: Shop, user: str, found: Course, model: str) -> None:
    if len(found.moments) < 2:
        st.caption(say("There is no earlier day to compare with: the first thing they did is less than a week old."))
        return
    dates = [words.date(when) for when in found.moments]
    rows = []
    for spec in found.tags:
        chances = [100 * float(chance) for chance in found.chances[spec.key]]
        rows.append([spec.label, chances, *chances, chances[-1] - chances[0]])
    table = pd.DataFrame(rows, columns=[say("Tag"), say("Course"), *dates, say("Change")])
    order = table[say("Change")].abs().sort_values(ascending=False).index
    percent = {day: st.column_config.NumberColumn(format="%.0f %%") for day in dates}
    st.markdown(say(":violet[:material/neurology:] **Predicted** by the model, of what they had done before each day"))
    take_table.draw(
        table.loc[order], say("Tags of {user} over time", user=user), {
            say("Tag"): st.column_config.TextColumn(pinned=True), **percent,
            say("Course"): st.column_config.LineChartColumn(
                say("Course – predicted"), y_min=0, y_max=100, color=PREDICTED),
            say("Change"): st.column_config.NumberColumn(say("Change, in points"), format="%+.0f",
                                                        help=terms.told("points")),
        }, height=38 * min(9, len(table) + 1),
    )  # fmt: skip
    done = say(", ").join(say("{events} before {day}", events=words.count(n), day=day)
                          for day, n in zip(dates, found.events, strict=True))  # fmt: skip
    st.caption(say(":blue[:material/fact_check:] **Counted:** things done, {done}.", done=done))
    learned = (resources.model_report(shop, model).data.get("splits") or {}).get("train_end")
    said = say("Model {model}, the one in use now, reads only what was in the logs by each day.",
               model=words.plain(model))  # fmt: skip
    if learned:
        said += say(" It learned from the days up to {day}.", day=words.date(pd.Timestamp(learned)))
    st.caption(said)


def belongs(shop: Shop, user: str) -> None:
    """Draw the saved segments that a shopper is in, each with its link."""
    st.subheader(say("Segments they are in"), anchor=False)
    with frame.errors():
        with st.spinner(say("Asking each saved segment …")):
            inside, unclear = shop.knowing.belongs(user)
        for one in inside:
            icon = ":material/ac_unit:" if one.frozen else ":material/filter_alt:"
            nav.link("segments", words.plain(one.name), icon, keeping.address(shop, one))
        if not inside:
            st.caption(say("They are in none of the saved segments.") if keeping.live(shop)
                       else say("No segment is saved yet."))  # fmt: skip
        if unclear:
            names = say(", ").join(words.plain(one.name) for one in unclear)
            st.caption(say("It cannot be said whether they are in {names}: a tag in its conditions is not predicted "
                           "yet.", names=names))


def alike(shop: Shop, user: str) -> None:
    """Draw who is most like a shopper, by facts or by predictions, never by both."""
    st.subheader(say("Shoppers like them"), anchor=False)
    with frame.errors():
        by = how_alike(shop, "alike-by")
        with st.spinner(say("Looking for shoppers like them …")):
            found = asked(shop, "alike", user, by)
        st.markdown(say(":blue[:material/fact_check:] **Counted**, the nearest first") if by == _FACTS
                    else say(":violet[:material/neurology:] **Predicted**, the nearest first"))  # fmt: skip
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                # a link to the page that is open would leave its address as it was
                st.button(words.plain(one.user_id), icon=":material/person:", key=f"alike-{one.user_id}",
                          type="tertiary", help=say("Open this shopper"), on_click=pick.choose,
                          args=("user", one.user_id))  # fmt: skip
                same = say(", ").join(f"{label.lower()}: {value}" for label, value in one.same)
                if same:
                    st.caption(say("same {same}", same=words.plain(same)), width="content")
        if not found:
            st.caption(say("Nobody else is here yet."))


def how_alike(shop: Shop, key: str) -> str:
    """Let the person choose what shoppers are alike by: facts, or predictions where there are any."""
    ways = list(BY) if shop.model_name is not None and shop.profiles_ready() >= 1 else [_FACTS]
    return st.segmented_control(say("How alike"), ways, default=_FACTS, format_func=BY.__getitem__, key=key,
                                label_visibility="collapsed", required=True)  # fmt: skip


def notes(shop: Shop, user: str) -> None:
    """Draw what people noted about a shopper, and a form for more."""
    keeping.refused()
    for note in shop.knowing.notes(user):
        with st.container(border=True, gap="xsmall"):
            st.markdown("  \n".join(words.plain(line) for line in note.text.splitlines()))
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                by = f" · {words.plain(note.who)}" if note.who else ""
                st.caption(f"{words.moment(note.at)} (UTC){by}", width="content")
                st.button(say("Delete"), icon=":material/delete:", type="tertiary", key=f"note-{note.id}",
                          on_click=shop.knowing.forget_note, args=(note.id,))  # fmt: skip
    with st.form(f"note-{user}", clear_on_submit=True):
        st.text_area(say("A note about this shopper"), key=f"note-text-{user}", height=80, max_chars=2_000)
        st.form_submit_button(say("Keep the note"), icon=":material/add_notes:", on_click=_note, args=(shop, user))


def _note(shop: Shop, user: str) -> None:
    try:
        shop.knowing.note(user, st.session_state[f"note-text-{user}"], keeping.who(shop))
    except InputError as error:
        keeping.refuse(error)
