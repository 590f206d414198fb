from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.contest.retail import drawn_back
from benchmarks.negatives import WIDE, widened
from core.train.examples import ClickSet

DAY = pd.Timestamp("2026-03-01")


def test_over_a_catalogue_odds_are_multiplied_by_how_often_an_item_is_drawn() -> None:
    rng = np.random.default_rng(0)
    told = rng.normal(size=4_000)
    labels = (rng.random(4_000) < 1 / (1 + np.exp(-(2 * told - 1)))).astype(int)  # whoever told it was too careful
    val = ClickSet([], pd.DataFrame({"label": labels}), pd.DataFrame())
    counts = pd.DataFrame({"fit popularity": [0.0, 9.0, None], "fit bought": 0, "fit bought_age": np.nan})
    found = ClickSet([], pd.DataFrame(), counts)
    before = ClickSet([], pd.DataFrame({"ask_id": 0, "label": [1, 0]}), counts[:2])  # too few for own slopes
    parts, nothing = [val, found, found, before], np.empty(0)
    odds = drawn_back([told, nothing, np.array([1.0, 1.0, 2.0]), np.array([1.0, 0.5])], parts)
    odds -= odds[0]  # a chance differs by what makes it one
    assert odds == pytest.approx([0, np.log(10), 2], abs=0.2)


def test_negatives_from_her_past_and_from_anywhere_take_the_place_of_some_and_are_never_what_she_bought_now() -> None:
    bought = pd.DataFrame({"ts": [DAY - pd.Timedelta(days=n) for n in range(30, 0, -1)],
                           "user_id": ["u"] * 5 + ["v"] * 25, "item_id": [f"i{n}" for n in range(30)]})
    items = ["i29", *(f"i{n}" for n in range(20, 28))]
    pairs = pd.DataFrame({"ask_id": 0, "user_id": "u", "as_of": DAY, "item_id": items, "label": [1, *[0] * 8]})
    found = widened(pairs, bought, seed=0)
    assert found["label"].tolist() == pairs["label"].tolist()
    count = round(WIDE * 8)
    assert found["item_id"].iloc[[0, *range(1 + 2 * count, 9)]].tolist() == [items[0], *items[1 + 2 * count :]]
    assert set(found["item_id"].iloc[1 : 1 + count]) <= {f"i{n}" for n in range(5)}
    assert found["item_id"].is_unique and not set(found["item_id"].iloc[1 : 1 + 2 * count]) & set(items)
    nobody = widened(pairs.assign(user_id="w"), bought, seed=0)
    assert nobody["item_id"].iloc[1 : 1 + count].tolist() == items[1 : 1 + count]  # nothing is known of her
