"""The invoice file, from import to reasons, by the commands that a person types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.config import PROJECT

FILE = Path(os.environ.get("REAL_DATA", "")) / "online_retail" / "online_retail.csv.gz"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("REAL_DATA"), reason="REAL_DATA names no folder of real logs"),
]


def run(shop: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "core", *arguments, "--workspace", str(shop), "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import the file and train for a few steps: enough to see that all of it works on real logs."""
    path = tmp_path_factory.mktemp("retail") / "shop"
    imported = run(path, "import", str(FILE), "--preset", "online-retail")
    assert imported["lines_read"] == 541_909
    assert imported["events"] + imported["rejected"] + imported["duplicates"] == 541_909
    trained = run(path, "train", "--max-examples", "160", "--max-steps", "10", "--val-examples", "100",
                  "--test-examples", "200")
    assert trained["after"]["n"] == trained["baselines"]["lightgbm"]["n"] > 1_000
    return path


def test_an_evaluation_has_every_figure_and_rival(shop: Path) -> None:
    found = run(shop, "evaluate", "--baselines")
    assert set(found["baselines"]) == {"before", "popularity", "lightgbm"}
    assert all(0 <= row["auc"] <= 1 for row in (found["click"], *found["baselines"].values()))
    # The cut-off splits the year: the last weeks hold thousands of baskets' items.
    assert found["baselines"]["lightgbm"]["auc"] > 0.6
    assert "intent:buy" in found["tags"] and "intent:abandon" not in found["tags"]  # the file knows no carts


def test_a_shopper_of_the_wholesaler(shop: Path) -> None:
    found = run(shop, "profile", "--user", "14911")
    (one,) = found["shoppers"]
    facts = {fact["label"]: fact["value"] for fact in one["facts"]}
    assert any("EIRE" in value for value in facts.values())
    assert {tag["key"] for tag in one["tags"]} >= {"intent:buy", "lifecycle:quiet"}


def test_recommendations_with_reasons_and_one_of_them_explained(shop: Path) -> None:
    found = run(shop, "recommend", "--user", "14911", "--explain", "-k", "3")
    assert len(found["items"]) == 3
    assert all(item["title"] and item["reason"] for item in found["items"])
    explained = run(shop, "explain", "--user", "14911", "--item", found["items"][0]["item_id"])
    assert explained["additivity_error"] <= 1e-3
    total = explained["base_value"] + sum(token["value"] for token in explained["tokens"])
    assert total == pytest.approx(explained["prediction"], abs=1e-3)
