from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import TextSettings, TrainSettings
from core.model import checkpoint
from core.model.checkpoint import ModelInfo, Scale
from core.model.predict import logits
from core.score import Scorer
from core.service import Shop
from core.store.workspace import Workspace
from core.train import next_basket
from core.train.card import card
from core.train.examples import ClickSet
from core.train.network import build
from core.train.run import train, words_writer
from tests.core import little_baskets


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return little_baskets.shop(tmp_path_factory.mktemp("baskets"))


@pytest.fixture(scope="module")
def settings(tiny_base: Path) -> TrainSettings:
    return little_baskets.settings(tiny_base)


@pytest.fixture(scope="module")
def info(shop: Workspace, settings: TrainSettings) -> ModelInfo:
    train(shop, "baskets", settings, device="cpu")
    return checkpoint.read_info(shop.models / "baskets")


def test_cases_are_baskets_with_what_is_found_for_them(shop: Workspace, tiny_base: Path) -> None:
    reader = shop.reader()
    writer = words_writer(reader, str(tiny_base), TextSettings())
    start, stop = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-11")
    found = next_basket.cases(reader, writer, start, stop, 0, 50)
    assert found.pairs["ask_id"].nunique() == 5 == len(found.examples)  # one for each ten
    assert found.pairs["as_of"].between(start, stop).all()
    bought = reader.frame("SELECT user_id, item_id, ts FROM events")
    for (user, as_of), part in found.pairs.groupby(["user_id", "as_of"]):
        day = bought[(bought["user_id"] == user) & (bought["ts"].dt.date == as_of.date())]
        assert set(part.loc[part["label"] == 1, "item_id"]) == set(day["item_id"])
        assert (part["label"] == 0).any()
    assert next_basket.cases(reader, writer, stop, start, 0, 50).pairs.empty
    reader.close()


def test_the_odds_are_those_among_popular_things_times_how_popular_each_is(shop: Workspace, tiny_base: Path) -> None:
    reader, network = shop.reader(), build(str(tiny_base), 1, TrainSettings()).eval()
    writer = words_writer(reader, str(tiny_base), TextSettings())
    found = next_basket.cases(reader, writer, pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-11"), 0, 50)
    click = np.concatenate(logits(network, [example.pack for example in found.examples], 0)[0])
    popularity = found.features["fit popularity"].to_numpy(float)
    assert popularity.min() >= 0 and popularity.max() > 5
    expected = 2 * click - 1 + np.log(1 + popularity)
    np.testing.assert_allclose(next_basket.odds(network, Scale(2.0, -1.0), found, 0), expected, atol=1e-6)
    reader.close()


def test_where_nothing_shows_it_there_is_no_chance_of_a_basket(shop: Workspace, tiny_base: Path) -> None:
    reader, network = shop.reader(), build(str(tiny_base), 1, TrainSettings()).eval()
    writer = words_writer(reader, str(tiny_base), TextSettings())
    nobody = next_basket.cases(reader, writer, pd.Timestamp("2030-01-01"), pd.Timestamp("2030-02-01"), 0, 50)
    assert next_basket.fitted(network, Scale(), nobody, 0) is None
    assert next_basket.judged(nobody, np.empty(0)) == {}
    some = next_basket.cases(reader, writer, pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-11"), 0, 50)
    none = ClickSet(some.examples, some.pairs.assign(label=0), some.features)
    assert next_basket.fitted(network, Scale(), none, 0) is None
    reader.close()


def test_a_shop_without_lists_is_told_of_the_next_basket(shop: Workspace, info: ModelInfo) -> None:
    found = info.data["next_basket"]
    assert info.basket_calibration is not None and info.basket_calibration.scale > 0
    assert Shop(shop.path, "cpu").baskets
    assert found["baskets"] == 10 and found["items"] > 20 and 0 < found["bought"] < 1
    assert 0 <= found["ece"] < 0.5
    text = card(info)
    assert "## The next basket, out of the whole catalogue" in text and "of being in the shopper's next basket" in text
    assert f"| what she bought most | {found['gauc_repeats']:.3f} | {found['ndcg@10_repeats']:.3f} | – |" in text
    shown = sum(row["n"] * row["predicted"] for row in info.reliability) / found["items"]
    assert sum(row["n"] for row in info.reliability) == found["items"]  # of the chance that is shown
    assert shown == pytest.approx(found["bought"], abs=0.2)
    again = Shop(shop.path, "cpu")
    again.evaluate()
    assert again.model_report().reliability.to_dict("records") == [pytest.approx(row) for row in info.reliability]
    assert "next basket" not in card(replace(info, data={**info.data, "next_basket": None}))


def test_chances_are_those_of_the_next_basket_with_and_without_masks(shop: Workspace, info: ModelInfo) -> None:
    reader = shop.reader()
    scorer = Scorer.open(reader, shop.models / "baskets", "cpu")
    asks = pd.DataFrame({"ask_id": [0], "user_id": ["u1"], "as_of": [pd.Timestamp("2026-06-20")]})
    items = ["P1", "P2", "P3"]
    chances = scorer.clicks(asks, pd.DataFrame({"ask_id": 0, "item_id": items}))
    plain = scorer.clicks(asks, pd.DataFrame({"ask_id": 0, "item_id": ["P2", "P1", "P3"]}))
    np.testing.assert_allclose(chances[[1, 0, 2]], plain, atol=1e-2)
    history, words = scorer.words("u1", items, pd.Timestamp("2026-06-20"))
    popularity = reader.rows("SELECT item_id, 3 * count(*) FROM events WHERE ts < '2026-06-20' "
                             "AND ts >= TIMESTAMP '2026-06-20' - INTERVAL 28 DAY GROUP BY item_id")
    assert {item: word.popularity for item, word in zip(items, words, strict=True)} == {
        item: score for item, score in popularity if item in items}
    whole = scorer.masked_clicks(history, words, np.ones((1, len(history.ids)), dtype=bool),
                                 [np.ones((1, len(word.ids)), dtype=bool) for word in words])[0]
    np.testing.assert_allclose(1 / (1 + np.exp(-whole)), chances, atol=1e-2)
    among = Scorer(reader, replace(scorer.model, info=replace(info, basket_calibration=None)))
    odds = np.log(1 / (1 / among.clicks(asks, pd.DataFrame({"ask_id": 0, "item_id": items})) - 1))
    basket = info.basket_calibration
    assert basket is not None
    expected = basket.scale * (odds + np.log1p([word.popularity for word in words])) + basket.shift
    np.testing.assert_allclose(1 / (1 + np.exp(-expected)), chances, atol=1e-2)
    slopes, bare = (one.click_gradients(history, words[0]) for one in (scorer, among))
    np.testing.assert_allclose(slopes, basket.scale * bare, atol=1e-6)
    reader.close()


def test_a_shop_with_lists_is_told_of_clicks(small_model: Path) -> None:
    info = checkpoint.read_info(small_model)
    assert info.basket_calibration is None and "next_basket" not in info.data
    assert not Shop(small_model.parent.parent, "cpu").baskets
