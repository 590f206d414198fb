"""The folder of a model without weights: what can be known of it without torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core.config import TextSettings
from core.model.checkpoint import ModelInfo, write_info
from core.schema import TEMPLATE_VERSION
from tests.core.fake_scorer import SPECS

INFO = ModelInfo(
    name="demo", base="all-MiniLM-L6-v2", base_sha256="0" * 64, template_version=TEMPLATE_VERSION,
    created="2026-06-04T02:00:00+02:00", seconds=12.0, tags=SPECS, settings={"method": "lora"}, text=TextSettings(),
    data={"version": 1}, thresholds={"intent:buy": 0.4}, precisions={"intent:buy": 0.7}, base_rates={"intent:buy": 0.2},
    metrics={"after": {"auc": 0.8, "ece": 0.01}, "before": {"auc": 0.5}},
    tag_table=({"key": "intent:buy", "label": "Likely to buy", "family": "intent", "base_rate": 0.2, "ap": 0.6},),
    reliability=({"bin_low": 0.0, "bin_high": 0.1, "predicted": 0.05, "observed": 0.06, "n": 100},),
)


def little_model(folder: Path, **changes: Any) -> Path:
    """Write a model folder that says of itself what ``INFO`` says, with some changes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_info(folder, replace(INFO, **{"name": folder.name, **changes}))
    (folder / "README.md").write_text("# Model card\n")
    return folder
