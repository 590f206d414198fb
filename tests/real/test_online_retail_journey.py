"""The invoice file, from import to reasons, by the commands that a person types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.real.published import MARKS

pytestmark = MARKS
Command = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def shop(retail: tuple[Path, dict[str, Any]], command: Command) -> Path:
    """Train for two steps on as little of what was imported as can be judged: enough to see that all of it works."""
    path, imported = retail
    assert imported["lines_read"] == 541_909
    assert imported["events"] + imported["rejected"] + imported["duplicates"] == 541_909
    trained = command(path, "train", "--max-examples", "100", "--max-steps", "2", "--eval-steps", "2",
                      "--val-examples", "32", "--test-examples", "32")
    assert trained["after"]["n"] == trained["baselines"]["lightgbm"]["n"] > 500  # of 32 baskets
    return path


def test_an_evaluation_has_every_figure_and_rival(shop: Path, command: Command) -> None:
    found = command(shop, "evaluate", "--baselines")
    assert set(found["baselines"]) == {"before", "popularity", "lightgbm", "glossary", "random", "repeat", "item_knn"}
    assert abs(found["baselines"]["random"]["auc"] - 0.5) < 0.05
    assert all(0 <= row["auc"] <= 1 for row in (found["click"], *found["baselines"].values()))
    # The cut-off splits the year: the last weeks hold thousands of baskets' items.
    assert found["baselines"]["lightgbm"]["auc"] > 0.6
    assert "intent:buy" in found["tags"] and "intent:abandon" not in found["tags"]  # the file knows no carts


def test_a_shopper_of_the_wholesaler(shop: Path, command: Command) -> None:
    found = command(shop, "profile", "--user", "14911")
    (one,) = found["shoppers"]
    facts = {fact["label"]: fact["value"] for fact in one["facts"]}
    assert any("EIRE" in value for value in facts.values())
    assert {tag["key"] for tag in one["tags"]} >= {"intent:buy", "lifecycle:quiet"}


def test_recommendations_with_reasons_and_one_of_them_explained(shop: Path, command: Command) -> None:
    found = command(shop, "recommend", "--user", "14911", "--explain", "-k", "3")
    assert len(found["items"]) == 3
    assert all(item["title"] and item["reason"] for item in found["items"])
    explained = command(shop, "explain", "--user", "14911", "--item", found["items"][0]["item_id"])
    assert explained["additivity_error"] <= 1e-3
    total = explained["base_value"] + sum(token["value"] for token in explained["tokens"])
    assert total == pytest.approx(explained["prediction"], abs=1e-3)
