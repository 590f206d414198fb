"""A model that went on from another: what it goes on from in the form, and whether it is better and forgot nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.language import Sayings, say, to_say
from core.records import ModelReport
from pages._ui import take_table, terms, words

if TYPE_CHECKING:
    from core.service import Shop

ANEW = to_say("Anew, from the language model")
_DAYS = Sayings({"new": "New days", "old": "Earlier days (forgetting)"})
#: Name of a figure, and by how much it is multiplied and how it is said.
_FIGURES: dict[str, tuple[str, float, str]] = {
    "gauc": (to_say("pairs of 100 in the right order within a list"), 100.0, "{:.1f}"),
    "logloss": (to_say("surprise by clicks (less is better)"), 1.0, "{:.3f}"),
    "tags": (to_say("surprise by tags (less is better)"), 1.0, "{:.3f}"),
}


def choose(shop: Shop, place: Any) -> str | None:
    """Let the person choose a model to go on from; None is none."""
    names = list(shop.models())
    if not names:
        return None
    chosen = str(place.selectbox(
        say("Begin"), [ANEW, *names],
        format_func=lambda name: say(ANEW) if name == ANEW else say("From the model “{name}”", name=name),
        help=say("From a model, it learns what came after that model's days, quickly, with some of the earlier days "
                 "in between so that it does not forget them."),
    ))  # fmt: skip
    return None if chosen == ANEW else chosen


def settings(earlier: str, place: Any) -> dict[str, Any]:
    """Draw what can be chosen when a training goes on from a model, and return it."""
    share = place.slider(
        say("Earlier days in between"), 0, 90, 50, step=10, format="%d %%",
        help=say("Share of what it learns from that is drawn from the days of the earlier model. More of it forgets "
                 "less and learns what is new more slowly."),
    )  # fmt: skip
    return {"start_from": earlier, "replay": share / 100}


def use_it(shop: Shop, earlier: str) -> bool:
    """Ask whether the new model is used as soon as it passes the gate; not where another than the earlier is in use."""
    in_use = shop.model_in_use()
    if earlier != in_use:
        st.caption(say("It will be kept beside “{in_use}”, which is in use: it is compared with “{earlier}” alone.",
                       in_use=words.plain(in_use), earlier=words.plain(earlier)))  # fmt: skip
        return False
    return bool(st.toggle(
        say("Use it at once if it is better on the new days and forgets nothing"), value=True,
        help=say("Better: its order, its percentages or its tags, with the whole 95 % interval. Else it is kept "
                 "beside the model in use, which stays."),
    ))  # fmt: skip


def draw(report: ModelReport) -> None:
    """Say whether a model that went on from another passed the gate, and how the two compare; else nothing."""
    found = report.data.get("again")
    if not found:
        return
    passed = found["passed"]
    said = say("It passed the gate.") if passed else say("It did not pass the gate.")
    (st.success if passed else st.warning)(
        f"**{said}** {words.plain(found['reason'])}", icon=":material/done_all:" if passed else ":material/block:"
    )
    since = words.date(datetime.fromisoformat(found["since"]))
    st.caption(say("It goes on from “{model}”, with what came since {since}.",
                   model=words.plain(found["from"]), since=since), help=terms.told("gate"))
    with st.expander(say("What it gained, and what it forgot"), icon=":material/compare:"):
        take_table.draw(table(found), say("What it gained, and what it forgot"))
        st.caption(
            say("Both models judged the same lists and shoppers; neither had learned from them. The range holds 95 % "
                "of draws of shoppers: above 0 it is surely better, below 0 surely worse."),
            help=terms.told("interval", "surprise"),
        )


def table(found: Mapping[str, Any]) -> pd.DataFrame:
    """Return the figures of both models on the new and on the earlier days."""
    return pd.DataFrame([_row(row, str(found["from"])) for row in found["rows"]])


def _row(row: Mapping[str, Any], earlier: str) -> dict[str, str]:
    name, scale, form = _FIGURES[row["figure"]]
    before, after, gain, low, high = (_said(row[part], scale, form) for part in
                                      ("before", "after", "gain", "low", "high"))  # fmt: skip
    better = "–" if gain == "–" else say("{gain} ({low} to {high})", gain=gain, low=low, high=high)
    return {say("Days"): _DAYS[row["window"]], say("What"): say(name), earlier: before, say("This model"): after,
            say("Better by"): better, say("Verdict"): _verdict(row)}  # fmt: skip


def _verdict(row: Mapping[str, Any]) -> str:
    if row["low"] is None or row["high"] is None:
        return say("Not known")
    return say("Better") if row["low"] > 0 else say("Worse") if row["high"] < 0 else say("No clear difference")


def _said(value: float | None, scale: float, form: str) -> str:
    return "–" if value is None else form.format(scale * value)
