"""The figures of a model under names that a merchandiser knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.language import Sayings, say, to_say
from core.records import ModelReport
from pages._ui import charts, recipe, tables, terms, words

ROWS = Sayings({
    "after": "This model",
    "before": "Before fine-tuning",
    "popularity": "Showing what is popular",
    "lightgbm": "LightGBM on counted features",
    "glossary": "Its glossary alone, without BERT",
    "oracle": "Best possible (demo only)",
})
#: figure → (name, help, format); a name with % is shown in percent
FIGURES: dict[str, tuple[str, str, str]] = {
    "auc": (to_say("Right order"),
            to_say("Of 100 pairs of a clicked and a skipped item, how many are ranked the right way round. 50 is "
                   "guessing. (ROC AUC)"), "%.1f %%"),
    "gauc": (to_say("… in one list"),
             to_say("The same within what one shopper saw at one time. (AUC by group)"), "%.1f %%"),
    "mrr": (to_say("First hit"), to_say("1 if the clicked item always comes first, 1/2 if second. (MRR)"), "%.2f"),
    "ndcg5": (to_say("Top 5"), to_say("Quality of the order of the top 5; 1 is perfect. (nDCG@5)"), "%.2f"),
    "ndcg10": (to_say("Top 10"), to_say("Quality of the order of the top 10; 1 is perfect. (nDCG@10)"), "%.2f"),
    "logloss": (to_say("Surprise"),
                to_say("How surprised it was by what happened; less is better. (log loss)"), "%.3f"),
    "ece": (to_say("Off by"),
            to_say("By how many points a predicted percentage is off, on average. (expected calibration error)"),
            "%.1f %%"),
    "n": (to_say("Cases"), to_say("How many shown items this was measured on."), "%,d"),
}  # fmt: skip
ALIASES = {"ndcg@5": "ndcg5", "ndcg@10": "ndcg10"}


def headline(report: ModelReport) -> tuple[str, str]:
    """Say how good the model is in one sentence, and whether that is good or needs attention (warn)."""
    mine = report.metrics.get("after", {})
    auc, ece = mine.get("auc"), (report.data.get("next_basket") or mine).get("ece")
    if auc is None or math.isnan(auc):
        return say("This model is not evaluated yet: run “python -m core evaluate”."), "warn"
    oracle = report.metrics.get("oracle", {}).get("auc")
    if oracle:
        said = [say("Ranks a clicked item above a skipped one {times:.0f} times of 100; guessing is right 50 times, "
                    "and {most:.0f} is the most that is possible here.", times=100 * auc, most=100 * oracle)]
    else:
        said = [say("Ranks a clicked item above a skipped one {times:.0f} times of 100; guessing is right 50 times.",
                    times=100 * auc)]
    if ece is not None:
        said.append(say("Its percentages are off by {points:.1f} points on average.", points=100 * ece))
    ahead = [
        ROWS[row] for row in ("before", "popularity", "lightgbm") if report.metrics.get(row, {}).get("auc", 0) > auc
    ]
    if ahead:
        said.append(say("It ranks worse than: {ahead}. More examples may help.", ahead=say(", ").join(ahead)))
    return " ".join(said), "warn" if ahead else "good"


def people(report: ModelReport) -> None:
    """Warn where tags of what people are were judged on shoppers whose own label was learned from."""
    if "attribute" in set(report.tags["family"]) and not report.data.get("people_apart"):
        st.caption(
            say(":material/warning: Age bands, genders and the like were judged on shoppers whose own answer was "
                "learned from, by this model and by LightGBM: of shoppers who never said, expect less. Retrain it to "
                "measure them on shoppers kept apart."),
            help=terms.told("lightgbm"),
        )


def provenance(report: ModelReport) -> str:
    """Say where the model comes from, in one line of markdown."""
    how = recipe.method(str(report.settings.get("method", "")))
    parts = [say("Based on {base}", base=words.plain(report.base)), words.plain(how),
             say("trained on {day}", day=words.date(report.created))]
    return " · ".join(part for part in parts if part)


def rivals(report: ModelReport) -> None:
    """Draw how well the model ranks next to what a person would use instead."""
    known = {name: report.metrics[row]["auc"] for row, name in ROWS.items() if "auc" in report.metrics.get(row, {})}
    if known:
        charts.draw(charts.rivals(known, ROWS["after"]), "rivals", 80 + 46 * len(known), say("Right order, by model"))
    else:
        st.caption(say("Not measured yet."))


def reliability(report: ModelReport) -> None:
    """Draw what was predicted against what happened."""
    if report.reliability.empty:
        st.caption(say("Not measured yet."))
    else:
        charts.draw(charts.reliability(report.reliability), "reliability", 320,
                    say("Predicted chance and what happened"))


def comparison(metrics: Mapping[str, Mapping[str, float]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of this model and its rivals, and how to show its columns."""
    order = [*(row for row in ROWS if row in metrics), *(row for row in metrics if row not in ROWS)]
    frame = pd.DataFrame(
        [{say("Model"): ROWS.get(row, row.replace("_", " ").capitalize()), **_named(metrics[row])} for row in order]
    )
    shown = [say("Model"), *(name for name in FIGURES if name in frame)]
    config: dict[str, Any] = {say("Model"): st.column_config.TextColumn("", pinned=False, width=205)}
    for name in shown[1:]:
        label, about, form = FIGURES[name]
        if "%%" in form:
            frame[name] = 100 * frame[name]
        config[name] = st.column_config.NumberColumn(say(label), help=say(about), format=form)
    return frame[shown], config


def said(value: float | None, form: str) -> str:
    """Return a figure as its format has it; a format in percent takes a share."""
    if value is None or math.isnan(value):
        return "–"
    return form.replace(",", "") % (100 * value if "%%" in form else value)


def _named(figures: Mapping[str, float]) -> dict[str, float]:
    return {ALIASES.get(name, name): value for name, value in figures.items()}


def tags(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of tags, and how to show its columns."""
    shares = {
        "base_rate": (say("How common"), say("Share of shoppers it is true of: what guessing reaches.")),
        "ap_lightgbm": ("LightGBM", say("Quality that LightGBM on counted features reaches.")),
        "precision": (say("Right when given"), say("Share of shoppers with the tag of whom it came true.")),
        "threshold": (say("Given from"), say("Predicted chance from which the tag is given.")),
    }
    shown = [c for c in ("label", "ap", *shares, "n") if c in frame]
    table = frame.sort_values("ap", ascending=False)[shown]
    table[[c for c in ("ap", *shares) if c in frame]] *= 100
    config: dict[str, Any] = {
        "label": st.column_config.TextColumn(say("Tag"), pinned=True),
        "ap": tables.chance(say("Quality"),
                            say("Average precision: 100 % is perfect, how common the tag is, is guessing.")),
        "n": st.column_config.NumberColumn(say("Shoppers measured"), format="%,d"),
    }
    for name, (label, about) in shares.items():
        config[name] = st.column_config.NumberColumn(label, help=about, format="%.0f %%")
    return table, config
