"""The shipped model: what ships, and that the oracle is judged on the very pairs of the model."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.config import EMBEDDED_BASE, PROJECT, SHIPPED_MODEL
from core.model.checkpoint import load, read_info
from core.store.workspace import Workspace
from data.demo import train
from data.demo.generate import generate


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    files = generate(tmp_path_factory.mktemp("truth"), seed=3, shoppers=220, days=24)  # as the small shop
    return pd.read_parquet(files.truth_impressions)


def test_the_oracle_is_judged_on_the_pairs_of_the_model(
    small_shop: Workspace, small_model: Path, trained: dict[str, Any], truth: pd.DataFrame
) -> None:
    found = train.oracle(small_shop, small_model, truth)
    assert found.n == trained["after"]["n"]
    assert found.auc > trained["baselines"]["popularity"]["auc"] + 0.1
    wrong = train.oracle(small_shop, small_model, truth.assign(p_click=0.5))
    assert wrong.auc == pytest.approx(0.5)


def test_what_ships_loads_on_the_embedded_base_and_is_small() -> None:
    model = load(SHIPPED_MODEL, "cpu")
    assert model.info.base == EMBEDDED_BASE
    assert model.info.data["generated"] is True
    config = json.loads((SHIPPED_MODEL / "adapter" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == EMBEDDED_BASE  # no path of the machine that trained it
    assert sum(file.stat().st_size for file in SHIPPED_MODEL.rglob("*")) <= train.MOST * 1e6


def test_what_ships_carries_its_measured_figures_next_to_every_rival() -> None:
    info = read_info(SHIPPED_MODEL)
    assert set(info.metrics) == {"after", "before", "popularity", "lightgbm", "glossary", "oracle"}
    assert len({row["n"] for row in info.metrics.values()}) == 1
    assert len(info.tag_table) == len(info.tags) > 20
    card = (SHIPPED_MODEL / "README.md").read_text()
    for row in info.metrics.values():
        assert f"{row['auc']:.3f}" in card


def test_the_readme_quotes_what_was_measured() -> None:
    readme = (PROJECT / "README.md").read_text()
    rows = {"after": "the model that ships", "before": "its base before fine-tuning", "popularity": "popularity",
            "lightgbm": "LightGBM on counted features", "glossary": "its glossary alone, without the encoder",
            "oracle": "the best possible (the demo's hidden truth)"}
    for name, figures in read_info(SHIPPED_MODEL).metrics.items():
        quoted = " | ".join(f"{figures[figure]:.3f}" for figure in ("auc", "gauc", "ndcg@10", "logloss", "ece"))
        assert f"| {rows[name]} | {quoted} |" in readme
    assert f"{read_info(SHIPPED_MODEL).metrics['after']['n']:,} items" in readme


def test_the_shipped_model_does_not_fall_behind_what_it_once_reached() -> None:
    """Floors below the measured figures: a model that ships is not worse than the one before it."""
    rows = read_info(SHIPPED_MODEL).metrics
    ours = rows["after"]
    assert (ours["auc"] - 0.5) / (rows["oracle"]["auc"] - 0.5) >= 0.89
    assert ours["gauc"] > rows["lightgbm"]["gauc"]
    assert ours["ece"] <= 0.02
    for rival in ("before", "popularity", "lightgbm"):
        assert ours["auc"] > rows[rival]["auc"]
        assert ours["ndcg@10"] > rows[rival]["ndcg@10"]
        assert ours["logloss"] < rows[rival]["logloss"]


def test_the_shipped_tags_do_not_fall_behind_what_they_once_reached() -> None:
    """Floors, as above: mean average precision next to LightGBM's, and every tag better than its base rate."""
    table = read_info(SHIPPED_MODEL).tag_table
    ours, theirs = (sum(row[name] for row in table) / len(table) for name in ("ap", "ap_lightgbm"))
    assert ours > theirs
    assert all(row["ap"] > row["base_rate"] for row in table)
    assert all(sum(one["n"] for one in row["reliability"]) == row["n"] for row in table)
