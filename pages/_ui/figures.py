"""The figures of a model under names that a merchandiser knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.records import ModelReport

ROWS = {
    "after": "This model",
    "before": "The same model before fine-tuning",
    "popularity": "Showing what is popular",
    "lightgbm": "LightGBM on counted features",
    "oracle": "The best that is possible (known for the demo only)",
}
#: figure → (name, help, format)
FIGURES: dict[str, tuple[str, str, str]] = {
    "auc": ("Right order, any two items", "Of 100 pairs of a clicked and a skipped item, how many are ranked "
            "the right way round. 50 is guessing. (ROC AUC)", "percent"),
    "gauc": ("Right order, one shopper's list", "The same within what one shopper saw at one time. "
             "(AUC by group)", "percent"),
    "mrr": ("First hit near the top", "1 if the clicked item always comes first, 1/2 if second. (MRR)", "%.2f"),
    "ndcg5": ("Quality of the top 5", "1 is a perfect order. (nDCG@5)", "%.2f"),
    "ndcg10": ("Quality of the top 10", "1 is a perfect order. (nDCG@10)", "%.2f"),
    "logloss": ("Surprise (less is better)", "How surprised it was by what happened. (log loss)", "%.3f"),
    "ece": ("Error of its percentages", "By how much a predicted percentage is off, on average. "
            "(expected calibration error)", "percent"),
    "n": ("Cases", "How many shown items this was measured on.", "localized"),
}
_ALIASES = {"ndcg@5": "ndcg5", "ndcg@10": "ndcg10"}
METHODS = {
    "lora": "Adapter (LoRA): fast, small, usually best",
    "full": "All weights: slow, for large shops with a GPU",
    "head": "Only the last layer: fastest, weakest",
}


def headline(report: ModelReport) -> str:
    """Say how good the model is in one sentence, against guessing and the best rival that was measured."""
    auc = report.metrics.get("after", {}).get("auc")
    if auc is None or math.isnan(auc):
        return "This model is not evaluated yet: run “python -m core evaluate”."
    text = f"Ranks a clicked item above a skipped one {round(100 * auc)} times of 100; guessing is right 50 times"
    oracle = report.metrics.get("oracle", {}).get("auc")
    if oracle:
        text += f", and {round(100 * oracle)} is the most that is possible here"
    ece = report.metrics["after"].get("ece")
    if ece is not None:
        text += f". Its percentages are off by {100 * ece:.1f} points on average"
    return text + "."


def comparison(metrics: Mapping[str, Mapping[str, float]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of this model and its rivals, and how to show its columns."""
    known = [row for row in ROWS if row in metrics]
    order = [*known, *(row for row in metrics if row not in ROWS)]
    frame = pd.DataFrame(
        [{"Model": ROWS.get(row, row.replace("_", " ").capitalize()), **_named(metrics[row])} for row in order]
    )
    shown = ["Model", *(name for name in FIGURES if name in frame)]
    config: dict[str, Any] = {"Model": st.column_config.TextColumn("", pinned=True)}
    for name in shown[1:]:
        label, about, form = FIGURES[name]
        config[name] = st.column_config.NumberColumn(label, help=about, format=form)
    return frame[shown], config


def _named(figures: Mapping[str, float]) -> dict[str, float]:
    return {_ALIASES.get(name, name): value for name, value in figures.items()}


def tags(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of tags, and how to show its columns."""
    shown = [c for c in ("label", "ap", "base_rate", "ap_lightgbm", "precision", "threshold", "n") if c in frame]
    percent = st.column_config.NumberColumn
    config: dict[str, Any] = {
        "label": st.column_config.TextColumn("Tag", pinned=True),
        "ap": st.column_config.ProgressColumn(
            "Quality", help="Average precision: 100 % is perfect, the share in the next column is guessing.",
            format="percent", min_value=0, max_value=1,
        ),
        "base_rate": percent("How common", help="Share of shoppers it is true of: what guessing reaches.",
                             format="percent"),
        "ap_lightgbm": percent("Quality of LightGBM", help="The same figure for LightGBM on counted features.",
                               format="percent"),
        "precision": percent("Right when given", help="Share of shoppers with the tag of whom it came true.",
                             format="percent"),
        "threshold": percent("Given from", help="Predicted chance from which the tag is given.", format="percent"),
        "n": percent("Shoppers measured", format="localized"),
    }
    return frame.sort_values("ap", ascending=False)[shown], config
