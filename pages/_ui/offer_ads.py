"""Which ad to show to whom at a place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.advice import Advice, Ask
from core.language import Sayings, say
from pages._ui import ad_answer, address, frame, resources, states, waiting, words

if TYPE_CHECKING:
    from core.service import Shop

#: Parting shoppers by nothing, and by the saved segments.
TOGETHER, SAVED = "together", "saved"
GOALS = Sayings({"clicks": "Most clicks", "value": "Most value"})
JUDGES = Sayings({"model": "The model", "counted": "What was counted"})
LIMITS = Sayings({"most": "Shown at most", "least": "Shown at least", "cost": "Cost of a click", "budget": "Budget"})
_ASKED = "_ads_asked"


def show(shop: Shop) -> None:
    """Let the person choose a place and what it must keep to, and draw which ad it should show to whom."""
    places = shop.placing.places()
    if places.empty:
        states.empty(say("The log names no place where something was shown"),
                     say("Import events of type impression with a slot, and the clicks on them."), ":material/ad_off:")
        return
    if not (places["kind"] == "ad").any():
        st.info(say("No ads are in the log. Places that show other items can be planned in the same way."),
                icon=":material/ad_off:")
    ask = chosen(shop, places)
    counted = shop.placing.advise(replace(ask, judge="counted"))
    answer = st.container()
    asked = form(shop, ask, counted)
    with answer, frame.errors():
        ad_answer.draw(judged(shop, asked), shop.model_name is not None)


def chosen(shop: Shop, places: pd.DataFrame) -> Ask:
    """Draw which place it is about and how shoppers are parted; both are in the address."""
    keys = {f"{row.slot}|{row.kind}": _place(row) for row in places.itertuples()}
    parted = _parted(shop)
    place = address.one_of("place", keys, next(iter(keys)))
    live = [one for one in shop.segments.all() if not one.archived]
    usual = SAVED if live else "top_category" if "top_category" in parted else TOGETHER
    way = address.one_of("by", parted, usual)
    left, right = st.columns(2)
    at = left.selectbox(say("Place"), list(keys), list(keys).index(place), format_func=keys.__getitem__,
                        key=f"at-{place}")  # fmt: skip
    by = right.selectbox(say("Shoppers are parted by"), list(parted), list(parted).index(way),
                         format_func=parted.__getitem__, key=f"by-{way}")  # fmt: skip
    if (at, by) != (place, way):
        address.keep({"place": at, "by": by})
        st.rerun()
    slot, _, kind = place.rpartition("|")
    ids = tuple(one.id for one in live)[:8] if way == SAVED else ()
    return Ask(slot, kind, ids, "" if way in (TOGETHER, SAVED) else way)


def form(shop: Shop, ask: Ask, counted: Advice) -> Ask:
    """Draw goal, judge and limits, and return what was asked last; what was counted judges until somebody asks."""
    key = f"{_ASKED}:{ask.slot}:{ask.kind}:{ask.segments}:{ask.by}"
    before: Ask = st.session_state.get(key, replace(ask, judge="counted"))
    folded = st.expander(say("Goal, limits and who judges"), icon=":material/tune:")
    with folded, st.form(f"form{key}", border=False):
        left, right = st.columns(2)
        goal = left.segmented_control(say("What is to be most"), list(GOALS), default=before.goal, required=True,
                                      format_func=GOALS.__getitem__)  # fmt: skip
        judges = list(JUDGES) if shop.model_name else ["counted"]
        judge = right.segmented_control(say("How likely a click is, says"), judges, default=judges[0], required=True,
                                        format_func=JUDGES.__getitem__)  # fmt: skip
        days = left.number_input(say("Days of the log that are looked at"), 1, None, _whole(before.days),
                                 placeholder=say("all"))  # fmt: skip
        repeat = right.number_input(say("Times that an ad is shown to a shopper, at most"), 1, None,
                                    _whole(before.repeat), placeholder=say("no limit"))  # fmt: skip
        worth = left.number_input(say("Worth of a click"), 0.0, None, before.worth,
                                  placeholder=say("what was bought after it"),
                                  help=say("Without a number: what clickers bought of the ad's category and brand "
                                           "within seven days, on average. Not all of that is because of the "
                                           "ad."))  # fmt: skip
        st.caption(say("Limits of single ads, where there are any:"))
        limits = st.data_editor(
            _limits(counted, before), hide_index=True, disabled=[say("Ad")], key=f"{key}-limits", height=220,
            column_config={"item_id": None},
        )
        if st.form_submit_button(say("Suggest"), type="primary", icon=":material/calculate:"):
            said = {name: _said(limits, label) for name, label in LIMITS.items()}
            before = replace(ask, goal=str(goal), judge=str(judge), days=days, repeat=repeat, worth=worth, **said)
            st.session_state[key] = before
    return before


def judged(shop: Shop, ask: Ask) -> Advice:
    """Return the advice; the model reads shoppers while a bar tells how far it is."""
    with waiting.bar(say("The model reads shoppers of each segment")) as progress:
        return shop.placing.advise(ask, progress)


def _parted(shop: Shop) -> dict[str, str]:
    columns = resources.columns(shop)
    facts = columns[(columns["type"] == "text") & (columns["key"] != "set_aside")]
    live = any(not one.archived for one in shop.segments.all())
    saved = {SAVED: say("my saved segments")} if live else {}
    named = dict(zip(facts["key"], facts["label"], strict=True))
    return {TOGETHER: say("nothing: everyone together"), **saved, **named}


def _place(row: Any) -> str:
    return say("{place} ({kinds}; shown {shown} times)", place=row.slot, kinds=words.KINDS.get(row.kind, row.kind),
               shown=words.count(row.shown))  # fmt: skip


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _limits(counted: Advice, before: Ask) -> pd.DataFrame:
    ads = counted.ads
    given = {label: [getattr(before, name).get(item) for item in ads["item_id"]] for name, label in LIMITS.items()}
    table = pd.DataFrame({"item_id": ads["item_id"], say("Ad"): ads["title"], **given})
    return table.astype(dict.fromkeys(given, float))


def _said(limits: pd.DataFrame, label: str) -> dict[str, float]:
    kept = limits.dropna(subset=label)
    return {str(item): float(value) for item, value in zip(kept["item_id"], kept[label], strict=True)}

