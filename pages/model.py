"""Can I trust the model, and how do I retrain it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.language import say, to_say
from core.records import ModelReport
from pages._ui import (
    again,
    audit,
    drift,
    figures,
    frame,
    registry,
    resources,
    stamp,
    states,
    take_table,
    terms,
    training,
)

if TYPE_CHECKING:
    from core.service import Shop


def choose(shop: Shop) -> str:
    """Let the person choose which model to look at, and to work with it."""
    names = list(shop.models()) or [str(shop.model_name)]
    asked = st.query_params.get("model", shop.model_name)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    start = names.index(asked) if asked in names else 0
    name = str(row.selectbox(say("Model"), names, index=start, width=280)) if len(names) > 1 else names[0]
    st.query_params["model"] = name
    if name != shop.model_name:
        training.use(shop, name, say("Use it in the dashboard"), row)
        if name != shop.model_in_use():
            registry.delete(shop, name, row)
    elif len(names) > 1:
        row.badge(say("In use"), icon=":material/check:", color="green")
    return name


def trust(shop: Shop, report: ModelReport) -> None:
    """Say in one sentence how good the model is, then every figure next to its rivals'."""
    said, level = figures.headline(report)
    (st.success if level == "good" else st.warning)(said, icon=":material/verified:")
    adapter = "lora" in str(report.settings.get("method"))
    st.caption(figures.provenance(report), help=terms.told("adapter") if adapter else None)
    again.draw(report)
    drift.draw(shop, report.name)
    with stamp.of(report.data.get("version", shop.version), report.name):
        measured(report)
    audit.draw(shop, report.name)
    with st.expander(say("Model card"), icon=":material/description:"):
        st.markdown(report.card)


def measured(report: ModelReport) -> None:
    """Draw what was measured when it was trained, of the data of then."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(say("Does it rank better than what you would use instead?"), anchor=False,
                     help=terms.told("lightgbm", "bert"))
        figures.rivals(report)
    with right:
        st.subheader(say("Can its percentages be taken at their word?"), anchor=False,
                     help=terms.told("calibrated"))
        figures.reliability(report)
    if report.metrics:
        with st.expander(say("All figures"), icon=":material/table:", expanded=True):
            table, config = figures.comparison(report.metrics)
            take_table.draw(table, say("All figures"), config)
            st.caption(say("All measured on the last days of the logs, which the model never saw while it learned."))
    st.subheader(say("How good are the tags?"), anchor=False)
    table, config = figures.tags(report.tags)
    take_table.draw(table, say("Tags"), config)
    figures.people(report)


with frame.page(to_say("Model"), to_say("Can I trust the model, and how do I retrain it?")) as shop:
    if shop.model_name is None and not shop.models():
        states.empty(
            say("No model is trained yet"),
            say("Start a training below; it runs beside your work."), ":material/neurology:"
        )
    else:
        with frame.errors():
            name = choose(shop)
            with stamp.of(shop.version, name):
                trust(shop, resources.model_report(shop, name))
        registry.draw(shop)
    training.draw(shop, shop.jobs())
