"""The models that there are: side by side, which was in use when, back to the one before, and away with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.language import Sayings, say, say_many, to_say
from core.records import Comparison, ModelReport
from pages._ui import figures, frame, recipe, resources, take_table, words

if TYPE_CHECKING:
    from core.service import Shop

_HOW = Sayings({"first": "was there first", "used": "was chosen", "back": "was gone back to"})


def draw(shop: Shop) -> None:
    """Draw the models, how two of them compare, and what was in use when."""
    reports = shop.model_reports()
    if not reports:
        return
    st.subheader(say("Which models are there?"), anchor=False)
    table, config = models(reports, shop.model_in_use())
    take_table.draw(table, say("Models"), config)
    back(shop)
    if len(reports) > 1:
        compare(shop, [report.name for report in reports])
    history(shop)


def models(reports: Sequence[ModelReport], in_use: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of models, and how to show its columns."""
    rows = [
        {
            "in_use": report.name == in_use,
            "name": report.name,
            "created": report.created,
            "how": recipe.said("method", report.settings.get("method")),
            "base": report.base,
            **{name: report.metrics.get("after", {}).get(name) for name in ("auc", "gauc", "ece")},
            "learned": _days(report),
            "fingerprint": report.data.get("fingerprint"),
            "minutes": report.seconds / 60 if report.seconds else None,
        }
        for report in reports
    ]
    frame = pd.DataFrame(rows)
    config: dict[str, Any] = {
        "in_use": st.column_config.CheckboxColumn(say("In use"), width="small"),
        "name": st.column_config.TextColumn(say("Model"), pinned=True),
        "created": st.column_config.DatetimeColumn(say("Made on"), format=say("D MMMM YYYY, HH:mm")),
        "how": st.column_config.TextColumn(say("How")),
        "base": st.column_config.TextColumn(say("Started from")),
        "learned": st.column_config.TextColumn(say("Learned from"),
                                               help=say("The days of the logs that it learned from.")),
        "fingerprint": st.column_config.TextColumn(
            say("Data"),
            help=say("The fingerprint of the logs: two models with the same one learned from the same logs."),
        ),
        "minutes": st.column_config.NumberColumn(say("Minutes"), help=say("That making it took."), format="%.0f"),
    }
    for name in ("auc", "gauc", "ece"):
        label, about, form = figures.FIGURES[name]
        frame[name] = 100 * frame[name].astype(float)
        config[name] = st.column_config.NumberColumn(say(label), help=say(about), format=form)
    return frame, config


def _days(report: ModelReport) -> str | None:
    splits = report.data.get("splits")
    if not splits:
        return None
    return say("{start} to {end}", start=splits["start"][:10], end=splits["train_end"][:10])


def back(shop: Shop) -> None:
    """Offer to go back to the model that was in use before."""
    before = shop.model_before()
    if before is not None:
        st.button(
            say("Go back to “{model}”", model=words.plain(before)), icon=":material/undo:", on_click=_back,
            args=(shop,),
            help=say("The model that was in use before this one is used again."),
        )  # fmt: skip


def _back(shop: Shop) -> None:
    shop.roll_back()
    resources.forget_model()


def compare(shop: Shop, names: Sequence[str]) -> None:
    """Let the person set two models side by side; it begins with the one in use and the newest other one."""
    in_use = shop.model_in_use()
    with st.expander(say("Compare two of them"), icon=":material/compare_arrows:", expanded=True):
        left, right = st.columns(2)
        first = str(left.selectbox(say("Compare"), names, index=names.index(in_use) if in_use in names else 0))
        rest = [name for name in names if name != first]
        second = str(right.selectbox(say("with"), rest))
        with frame.errors():
            found = shop.compare(first, second)
            for note in found.notes:
                st.warning(note, icon=":material/event_busy:")
            take_table.draw(side_by_side(found), say("{first} beside {second}", first=first, second=second))
            if found.differs.empty:
                st.caption(say("They were made in the same way from the same logs."))
            else:
                st.markdown(say("**What was done differently**"))
                take_table.draw(differences(found), say("What was done differently"))


def side_by_side(found: Comparison) -> pd.DataFrame:
    """Return the figures of two models in words, and which is better."""
    better = {"first": found.first, "second": found.second}
    rows = []
    for row in found.figures.itertuples():
        name = figures.ALIASES.get(str(row.figure), str(row.figure))
        label, _, form = figures.FIGURES.get(name, (to_say("Tags"), "", "%.1f %%"))
        first, second = (figures.said(value, form) for value in (row.first, row.second))
        rows.append({"": say(label), found.first: first, found.second: second,
                     say("Better"): better.get(str(row.better), "")})
    return pd.DataFrame(rows)


def differences(found: Comparison) -> pd.DataFrame:
    """Return in words what was done differently."""
    return pd.DataFrame(
        [
            {
                "": recipe.named(str(row.what)),
                found.first: recipe.said(str(row.what), _plain(row.first)),
                found.second: recipe.said(str(row.what), _plain(row.second)),
            }
            for row in found.differs.itertuples()
        ]
    )


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def history(shop: Shop) -> None:
    """List which model was in use from when on."""
    steps = shop.model_history()
    if not steps:
        return
    with st.expander(say("What was in use when"), icon=":material/history:"):
        take_table.draw(
            pd.DataFrame([{say("Since"): step.at, say("Model"): step.model, "": _HOW.get(step.how, step.how)}
                          for step in steps]),
            say("What was in use when"),
            {say("Since"): st.column_config.DatetimeColumn(format=say("D MMMM YYYY, HH:mm"))},
        )


def delete(shop: Shop, name: str, place: Any) -> None:
    """Offer to delete a model; it asks first."""
    with place.popover(say("Delete it"), icon=":material/delete:"):
        st.markdown(say("The model **{name}** and what was computed with it go for good.", name=words.plain(name)))
        links = shop.model_links(name)
        if links:
            st.warning(
                say_many(
                    links, "{number} link that was opened lately shows what it predicted, and can no longer be opened "
                    "then.", "{number} links that were opened lately show what it predicted, and can no longer be "
                    "opened then.",
                ), icon=":material/link_off:",
            )  # fmt: skip
        st.button(
            say("Delete it for good"), type="primary", icon=":material/delete_forever:", on_click=_delete,
            args=(shop, name),
        )  # fmt: skip


def _delete(shop: Shop, name: str) -> None:
    shop.delete_model(name, force=True)
    del st.query_params["model"]
