"""Where the log holds no lists, percentages are those of the next basket that pages show; order is among others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.keeping import parts, seen
from core.keeping.audit import audit
from core.keeping.drift import drift, happened
from core.keeping.records import UNKNOWN
from core.score import Scorer
from core.store.workspace import Workspace
from core.train.run import train
from core.train.splits import Splits
from tests.core import little_baskets
from tests.core.little_shop import write_version


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Workspace:
    """The shop with a model of its first sixty days, and fifteen days that came after."""
    workspace = little_baskets.shop(tmp_path_factory.mktemp("baskets"))
    train(workspace, "old", little_baskets.settings(tiny_base), device="cpu")
    write_version(workspace, 2, little_baskets.events(75))
    return workspace


@pytest.fixture(scope="module")
def scorer(shop: Workspace) -> Scorer:
    return Scorer.open(shop.reader(), shop.models / "old", "cpu")


def as_shown(scorer: Scorer, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Chances of the same shoppers and items as every page asks for them."""
    return scorer.clicks(rows.drop_duplicates("ask_id")[["ask_id", "user_id", "as_of"]], rows[["ask_id", "item_id"]])


def test_percentages_are_those_that_pages_show_and_order_is_among_others(scorer: Scorer) -> None:
    found = seen.look(scorer.reader, scorer.model, pd.Timestamp("2026-07-01"), pd.Timestamp("2026-07-11"), 300)
    np.testing.assert_allclose(found.shown["chance"], as_shown(scorer, found.shown), atol=1e-2)
    assert found.shown["ask_id"].nunique() == 30 and found.pairs["ask_id"].nunique() == found.lists > 60
    share = found.shown["label"].mean() / found.shown["chance"].mean()
    assert happened(found).value == pytest.approx(share)
    among = replace(scorer.model, info=replace(scorer.model.info, basket_calibration=None))
    pairs = seen.look(scorer.reader, among, pd.Timestamp("2026-07-01"), pd.Timestamp("2026-07-11"), 300)
    assert pairs.shown is pairs.pairs and pairs.pairs.equals(found.pairs)


def test_a_check_says_what_came_for_what_was_shown(scorer: Scorer) -> None:
    found = drift(scorer.reader, scorer.model)
    ratio, order = found.signs[:2]
    assert (ratio.key, order.key) == ("ratio", "order") and UNKNOWN not in (ratio.level, order.level)
    splits = Splits.from_plain(scorer.model.info.data["splits"])
    then = seen.look(scorer.reader, scorer.model, splits.val_end, splits.end, 600)
    assert ratio.before == pytest.approx(happened(then).value)
    assert found.moved[0].before == pytest.approx(then.shown["chance"].mean())
    assert "For every 100 purchases that it predicted" in ratio.said


def test_an_audit_is_of_the_percentages_that_pages_show(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_SHOPPERS", 20)
    everyone = audit(scorer, {}).parts[0]
    figures = scorer.model.info.data["next_basket"]
    assert everyone.happened == pytest.approx(figures["bought"], abs=0.05)  # of what is found for them
    assert everyone.cases > figures["items"] and everyone.shoppers > 20


def test_the_gate_compares_the_percentages_that_pages_show(shop: Workspace, tiny_base: Path, scorer: Scorer) -> None:
    settings = replace(little_baskets.settings(tiny_base), start_from="old")
    found = train(shop, "new", settings, device="cpu")["again"]
    row = next(row for row in found["rows"] if (row["window"], row["figure"]) == ("old", "logloss"))
    splits = Splits.from_plain(scorer.model.info.data["splits"])
    shown = seen.look(scorer.reader, scorer.model, splits.val_end, splits.end, settings.test_examples).shown
    label, chance = shown["label"].to_numpy(float), shown["chance"].to_numpy(float)
    assert row["before"] == pytest.approx(-np.mean(np.log(np.where(label == 1, chance, 1 - chance))), abs=1e-4)
