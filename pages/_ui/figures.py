"""The figures of a model under names that a merchandiser knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.records import ModelReport
from pages._ui import charts, recipe, tables, words

ROWS = {
    "after": "This model",
    "before": "Before fine-tuning",
    "popularity": "Showing what is popular",
    "lightgbm": "LightGBM on counted features",
    "glossary": "Its glossary alone, without BERT",
    "oracle": "Best possible (demo only)",
}
#: figure → (name, help, format); a name with % is shown in percent
FIGURES: dict[str, tuple[str, str, str]] = {
    "auc": ("Right order", "Of 100 pairs of a clicked and a skipped item, how many are ranked the right way round. "
            "50 is guessing. (ROC AUC)", "%.1f %%"),
    "gauc": ("… in one list", "The same within what one shopper saw at one time. (AUC by group)", "%.1f %%"),
    "mrr": ("First hit", "1 if the clicked item always comes first, 1/2 if second. (MRR)", "%.2f"),
    "ndcg5": ("Top 5", "Quality of the order of the top 5; 1 is perfect. (nDCG@5)", "%.2f"),
    "ndcg10": ("Top 10", "Quality of the order of the top 10; 1 is perfect. (nDCG@10)", "%.2f"),
    "logloss": ("Surprise", "How surprised it was by what happened; less is better. (log loss)", "%.3f"),
    "ece": ("Off by", "By how many points a predicted percentage is off, on average. "
            "(expected calibration error)", "%.1f %%"),
    "n": ("Cases", "How many shown items this was measured on.", "%,d"),
}  # fmt: skip
ALIASES = {"ndcg@5": "ndcg5", "ndcg@10": "ndcg10"}


def headline(report: ModelReport) -> tuple[str, str]:
    """Say how good the model is in one sentence, and whether that is good or needs attention (warn)."""
    mine = report.metrics.get("after", {})
    auc, ece = mine.get("auc"), mine.get("ece")
    if auc is None or math.isnan(auc):
        return "This model is not evaluated yet: run “python -m core evaluate”.", "warn"
    text = f"Ranks a clicked item above a skipped one {100 * auc:.0f} times of 100; guessing is right 50 times"
    oracle = report.metrics.get("oracle", {}).get("auc")
    if oracle:
        text += f", and {100 * oracle:.0f} is the most that is possible here"
    if ece is not None:
        text += f". Its percentages are off by {100 * ece:.1f} points on average"
    ahead = [
        ROWS[row] for row in ("before", "popularity", "lightgbm") if report.metrics.get(row, {}).get("auc", 0) > auc
    ]
    if ahead:
        text += f". It ranks worse than: {', '.join(ahead)}. More examples may help"
    return f"{text}.", "warn" if ahead else "good"


def people(report: ModelReport) -> None:
    """Warn where tags of what people are were judged on shoppers whose own label was learned from."""
    if "attribute" in set(report.tags["family"]) and not report.data.get("people_apart"):
        st.caption(
            ":material/warning: Age bands, genders and the like were judged on shoppers whose own answer was learned "
            "from, by this model and by LightGBM: of shoppers who never said, expect less. Retrain it to measure them "
            "on shoppers kept apart."
        )


def provenance(report: ModelReport) -> str:
    """Say where the model comes from, in one line of markdown."""
    how = recipe.METHODS.get(str(report.settings.get("method", "")), "").split(":")[0]
    parts = [f"Based on {words.plain(report.base)}", words.plain(how), f"trained on {words.date(report.created)}"]
    return " · ".join(part for part in parts if part)


def rivals(report: ModelReport) -> None:
    """Draw how well the model ranks next to what a person would use instead."""
    known = {name: report.metrics[row]["auc"] for row, name in ROWS.items() if "auc" in report.metrics.get(row, {})}
    if known:
        charts.draw(charts.rivals(known, ROWS["after"]), "rivals", 80 + 46 * len(known), "Right order, by model")
    else:
        st.caption("Not measured yet.")


def reliability(report: ModelReport) -> None:
    """Draw what was predicted against what happened."""
    if report.reliability.empty:
        st.caption("Not measured yet.")
    else:
        charts.draw(charts.reliability(report.reliability), "reliability", 320, "Predicted chance and what happened")


def comparison(metrics: Mapping[str, Mapping[str, float]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of this model and its rivals, and how to show its columns."""
    order = [*(row for row in ROWS if row in metrics), *(row for row in metrics if row not in ROWS)]
    frame = pd.DataFrame(
        [{"Model": ROWS.get(row, row.replace("_", " ").capitalize()), **_named(metrics[row])} for row in order]
    )
    shown = ["Model", *(name for name in FIGURES if name in frame)]
    config: dict[str, Any] = {"Model": st.column_config.TextColumn("", pinned=False, width=205)}
    for name in shown[1:]:
        label, about, form = FIGURES[name]
        if "%%" in form:
            frame[name] = 100 * frame[name]
        config[name] = st.column_config.NumberColumn(label, help=about, format=form)
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
        "base_rate": ("How common", "Share of shoppers it is true of: what guessing reaches."),
        "ap_lightgbm": ("LightGBM", "Quality that LightGBM on counted features reaches."),
        "precision": ("Right when given", "Share of shoppers with the tag of whom it came true."),
        "threshold": ("Given from", "Predicted chance from which the tag is given."),
    }
    shown = [c for c in ("label", "ap", *shares, "n") if c in frame]
    table = frame.sort_values("ap", ascending=False)[shown]
    table[[c for c in ("ap", *shares) if c in frame]] *= 100
    config: dict[str, Any] = {
        "label": st.column_config.TextColumn("Tag", pinned=True),
        "ap": tables.chance("Quality", "Average precision: 100 % is perfect, how common the tag is, is guessing."),
        "n": st.column_config.NumberColumn("Shoppers measured", format="%,d"),
    }
    for name, (label, about) in shares.items():
        config[name] = st.column_config.NumberColumn(label, help=about, format="%.0f %%")
    return table, config
