"""What drives a tag, a category or an item in a segment: asked for, read beside the page, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core import marks
from core.conditions import ANYTHING, Deed, Node
from core.drivers import KIND, About, Drivers, Read
from core.language import Sayings, say, spoken
from core.schema import CATEGORY_SEPARATOR, Event
from pages._ui import driver_bars, export, look_marks, phrases, resources, states, take_table, terms, words, work
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

#: What is asked about, in the address: "tags intent:buy".
PARAM = "of"
_WHAT = Sayings({"tags": "A tag", "category": "A category", "item": "An item"})
_SAMPLES = (25, 50, 100, 200)
#: The charts, and which answer they show.
_KINDS, _WORDS, _SHOWN = "drivers-kinds", "drivers-words", "_drivers_shown"


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Let the person choose what to ask about; draw the answer, how far it is, or the way to it."""
    st.markdown(say("**What drives a prediction here, against everyone else**"))
    if shop.model_name is None:
        states.no_model()
        return
    asked = _ask(shop)
    if asked is None:
        return
    about, tag = asked
    read = shop.driving.kept(tree, about)
    if read is not None:
        with st.spinner(say("Adding up …")):
            found = _found(_key(shop, tree), about, tag, read.made, shop, read)
        _follow(f"{about} {tag} {read.made}")
        show(shop, tree, found, ready)
    job = shop.driving.job(tree, about)
    if job is not None and work.active(job):
        st.caption(say("You may leave: it goes on beside your work, and the answer is kept."))
        work.watch(shop, job.id, "drivers")
        return
    if read is None and job is not None and job.status == "failed":
        st.error(words.plain(job.error or ""), icon=":material/error:", title=say("The last try did not work"))
    _offer(shop, tree, about, read)


def _follow(answer: str) -> None:
    """Choose no mark any more once another answer is shown: its rows are others, under the same numbers."""
    if st.session_state.get(_SHOWN, answer) != answer:
        for key in (_KINDS, _WORDS):
            look_marks.forget(only=key)
    st.session_state[_SHOWN] = answer


def show(shop: Shop, tree: Node, found: Drivers, ready: float) -> None:
    """Draw what drives a prediction: a sentence, the chances, kinds of events, words, and all of it as a table."""
    compared = found.chance_others is not None
    st.info(words.plain(found.sentence), icon=":material/lightbulb:")
    row = st.container(horizontal=True)
    row.metric(say("Predicted chance in this segment"), words.percent(found.chance), border=True)
    if compared:
        row.metric(say("Of everyone else"), words.percent(found.chance_others), border=True)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(say("**Kinds of events**"))
        _picture(shop, tree, driver_bars.kinds(found), compared, _KINDS, 44, ready)
    with right:
        st.markdown(say("**Words that the model read**"))
        rows = driver_bars.said(found)
        if rows.empty:
            st.caption(say("No word is shared by five of those who were read."))
        else:
            _picture(shop, tree, rows, compared, _WORDS, 46, ready)
    against = (say("▲ pushes the odds up more, on average, than among everyone else; ▼ less.") if compared
               else say("▲ pushes the odds up more, on average, than if nothing were known; ▼ less."))  # fmt: skip
    st.caption(
        say("{read} {against} Lines are 95 % intervals, by drawing the shoppers anew; what is hollow may be chance, "
            "given the {tested} words that were judged. These are reasons of the model, not proof of a cause.",
            read=read_of(found), against=against, tested=words.count(found.tested)),
        help=terms.told("odds", "interval"),
    )
    with st.expander(say("The same values as a table"), icon=":material/table:"):
        share = st.column_config.NumberColumn(format="percent")
        take_table.draw(driver_bars.table(found), say("What drives {what}", what=found.title),
                        {say("Have it"): share, say("Others who have it"): share,
                         say("Odds"): st.column_config.TextColumn(help=terms.told("odds")),
                         **dict.fromkeys((say("95 % from"), say("95 % to")), st.column_config.TextColumn(
                             help=terms.told("interval")))}, export.drivers(found))  # fmt: skip


def read_of(found: Drivers) -> str:
    """Say how many were read, of how many."""
    read, shoppers = words.count(found.read), words.several(found.shoppers, "shopper", "shoppers")
    if found.chance_others is None:
        return say("Read: {read} of the {shoppers} here, drawn at random.", read=read, shoppers=shoppers)
    return say("Read: {read} of the {shoppers} here and {read_others} of {others} others, drawn at random.",
               read=read, shoppers=shoppers, read_others=words.count(found.read_others),
               others=words.count(found.others))  # fmt: skip


@st.cache_data(max_entries=100, ttl="1h", show_spinner=False)
def _found(key: tuple[Any, ...], about: About, tag: str | None, made: Any, _shop: Shop, _read: Read) -> Drivers:
    return _shop.driving.drivers(_read, tag)


def _key(shop: Shop, tree: Node) -> tuple[Any, ...]:
    return str(shop.workspace.path), shop.version, shop.model_name, shop.segments.key(tree), spoken()


def _picture(
    shop: Shop, tree: Node, rows: pd.DataFrame, compared: bool, key: str, height: int, ready: float
) -> None:
    alt = "; ".join(f"{driver_bars.name(row)}: {driver_bars.factor(row.gap)}" for row in rows.itertuples(index=False))
    found, numbers = list[Mark](), list[int | None]()
    for row in rows.itertuples(index=False):
        said, deed = _deed(shop, row)
        numbers.append(None if deed is None else len(found))
        if deed is not None:
            found.append(Mark(said, None, marks.joined(tree, marks.did(deed))))
    figure = driver_bars.figure(rows, compared, numbers)
    look_marks.draw(shop, figure, found, key, 60 + height * len(rows), alt, ready)


def _deed(shop: Shop, row: Any) -> tuple[str, Deed | None]:
    """Return what shoppers did of whom a row tells, in words too; None where it tells of no deed."""
    called, offered = str(row.name), resources.offers(shop)
    if row.level == KIND:
        return _did(called), Deed(called) if called in set(Event) else None
    if row.field == "title":
        return say("Did anything with an item called “{word}”", word=called), Deed(ANYTHING, words=called)
    if row.field == "words" and Event.SEARCH in offered.events:
        return say("Searched with “{word}”", word=called), Deed(Event.SEARCH, words=called)
    if row.field == "category":  # the model reads the narrowest part of its path
        paths = tuple(path for path in offered.categories if _same(path.split(CATEGORY_SEPARATOR)[-1], called))
        return say("Did anything in {category}", category=called), Deed(ANYTHING, categories=paths) if paths else None
    if row.field == "brand":
        names = tuple(brand for brand in offered.brands if _same(brand, called))
        return say("Did anything with {brand}", brand=called), Deed(ANYTHING, brands=names) if names else None
    return "", None


def _same(name: str, read: str) -> bool:
    return name.strip().lower() == read.lower()


def _did(kind: str) -> str:
    said = words.STEP.get(kind) or phrases.verb(kind)
    return said[:1].upper() + said[1:]


def _ask(shop: Shop) -> tuple[About, str | None] | None:
    """Return what is asked about, and of tags which one; None while it is not said."""
    what, _, key = st.query_params.get(PARAM, "").partition(" ")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(say("Ask about"), list(_WHAT), default=what if what in _WHAT else "tags",
                                      format_func=_WHAT.__getitem__, required=True, key="why-what")  # fmt: skip
        options = _options(shop, chosen)
        at = list(options).index(key) if key in options else None
        said = st.selectbox(_WHAT[chosen], list(options), index=at, format_func=options.__getitem__, width=420,
                            placeholder=say("Choose one"), key=f"why-{chosen}")  # fmt: skip
    if said is None:
        return None
    st.query_params[PARAM] = f"{chosen} {said}"
    return (About("tags"), said) if chosen == "tags" else (About(chosen, said), None)


def _options(shop: Shop, what: str) -> dict[str, str]:
    if what == "tags":
        return resources.about_tags(shop, "label")
    if what == "category":
        return {path: path for path in resources.offers(shop).categories}
    text = st.text_input(say("Find an item"), placeholder=say("words of its title, or its id"), key="why-find",
                         width=260)  # fmt: skip
    items = shop.find_items(text, 30)
    return dict(zip(items["item_id"], items["title"], strict=True))


def _offer(shop: Shop, tree: Node, about: About, read: Read | None) -> None:
    """Offer to read shoppers, or more of them than were read."""
    samples = [size for size in _SAMPLES if read is None or not read.reaches(size)]
    if not samples:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.selectbox(say("Shoppers to read of each side"), samples, index=1 if read is None else 0, width=220,
                            key="why-sample")  # fmt: skip
        st.button(say("Find out") if read is None else say("Read again, with more"), icon=":material/play_arrow:",
                  type="primary" if read is None else "secondary", on_click=shop.driving.start,
                  args=(tree, about, size), key="why-start")  # fmt: skip
    if read is None:
        more = say(" One reading answers for all tags.") if about.what == "tags" else ""
        st.caption(say("The model reads them word by word, some minutes long, beside your work; the answer is "
                       "kept.") + more)
