from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import TextSettings, TrainSettings
from core.model import checkpoint
from core.model.checkpoint import ModelInfo, NextBasket, Scale
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


def test_the_odds_are_of_words_of_how_popular_each_is_and_of_how_often_it_was_bought(
    shop: Workspace, tiny_base: Path
) -> None:
    reader, network = shop.reader(), build(str(tiny_base), 1, TrainSettings()).eval()
    writer = words_writer(reader, str(tiny_base), TextSettings())
    found = next_basket.cases(reader, writer, pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-11"), 0, 50)
    popularity, bought, age = (found.features[f"fit {name}"].to_numpy(float)
                               for name in ("popularity", "bought", "bought_age"))
    assert popularity.min() >= 0 and popularity.max() > 5 and bought.max() > 1
    faded = np.where(bought > 0, bought * 0.5 ** (age / 86_400 / 120), 0.0)
    basket, words = NextBasket(2.0, 0.5, 0.25, -1.0), np.arange(len(popularity)) / 100
    expected = 2 * words + np.log(1 + popularity) / 2 + np.log(1 + 50 * faded) / 4 - 1
    np.testing.assert_allclose(next_basket.odds(basket, words, found.features), expected, atol=1e-9)
    click = np.concatenate(logits(network, [example.pack for example in found.examples], 0)[0])
    fitted = next_basket.fitted(network, Scale(2.0, -1.0), found, 0)
    assert fitted == next_basket.fit(2 * click - 1, found)
    reader.close()


def counted(n: int, seed: int, most: int = 20) -> tuple[np.ndarray, ClickSet]:
    """Log-odds of words, and items of which some were bought before, so many for each basket; none is bought yet."""
    random = np.random.default_rng(seed)
    bought = np.where(random.random(n) < 0.5, random.integers(1, 5, n), 0)
    features = pd.DataFrame({"fit popularity": random.exponential(20.0, n).round(), "fit bought": bought,
                             "fit bought_age": np.where(bought, random.uniform(0, 200 * 86_400, n), np.nan)})
    return random.normal(size=n), ClickSet([], pd.DataFrame({"ask_id": np.arange(n) // most, "label": 0}), features)


def labelled(found: ClickSet, labels: np.ndarray) -> ClickSet:
    return replace(found, pairs=found.pairs.assign(label=labels))


def test_slopes_are_found_again_and_words_get_half_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    words, found = counted(60_000, 1)
    odds = next_basket.odds(NextBasket(0.8, 0.6, 0.5, -5.0), words, found.features)
    odds += np.repeat(np.random.default_rng(3).normal(0, 2, 3_000), 20)  # what tells baskets apart tells of no item
    first = (odds + np.random.default_rng(2).gumbel(size=len(odds))).reshape(-1, 20)
    cases = labelled(found, (first == first.max(axis=1, keepdims=True)).astype(int).ravel())
    half = next_basket.fit(words, cases)
    monkeypatch.setattr(next_basket, "STEEP", 1.0)
    full = next_basket.fit(words, cases)
    slopes = np.array([full.words, full.popular, full.again])
    np.testing.assert_allclose(slopes / slopes[0], [1, 0.75, 0.625], atol=0.05)
    assert 0.5 < half.words / half.popular / (full.words / full.popular) < 0.6  # the counts make up for a little
    for fitted in (half, full):  # and as chances they are right on the whole
        shown = 1 / (1 + np.exp(-next_basket.odds(fitted, words, found.features)))
        assert shown.mean() == pytest.approx(0.05, abs=0.001)


def test_slopes_are_those_of_a_hand_worked_case() -> None:
    # two items for each basket, one of which she bought 49 times this minute, which is log(1 + 50 * 49); of forty
    # baskets, thirty hold that one. Nothing tells of words and popularity, whose slopes stay where they begin.
    pairs = pd.DataFrame({"ask_id": np.repeat(np.arange(40), 2), "label": [1, 0] * 30 + [0, 1] * 10})
    counts = pd.DataFrame({"fit popularity": np.zeros(80), "fit bought": [49, 0] * 40,
                           "fit bought_age": [0.0, np.nan] * 40})
    found = next_basket.fit(np.zeros(80), ClickSet([], pairs, counts))
    # each purchase among two is likeliest at log(30 / 10) between them; 30 and 10 of 40 are twice as far apart
    assert found.again * np.log(2451) == pytest.approx(2 * np.log(3), abs=1e-3)
    assert found.shift == pytest.approx(-np.log(3), abs=1e-3)
    assert (found.words, found.popular) == (pytest.approx(1.0, abs=1e-3), pytest.approx(2.0, abs=1e-3))


def test_no_slope_is_negative_and_few_cases_give_counts_none_of_their_own() -> None:
    words, found = counted(4_000, 3)
    against = (found.features["fit bought"] == 0).astype(int).to_numpy()  # what was bought is never bought again
    fitted = next_basket.fit(words, labelled(found, against))
    assert fitted.again == 0.0 and fitted.words > 0
    few = next_basket.fit(words[:60], ClickSet([], found.pairs[:60].assign(label=np.r_[np.ones(5), np.zeros(55)]),
                                               found.features[:60]))
    assert (few.again, few.popular) == (0.0, few.words)


def test_models_from_before_had_one_scale() -> None:
    assert NextBasket.from_plain({"scale": 2.0, "shift": -1.0}) == NextBasket(2.0, 2.0, 0.0, -1.0)
    assert NextBasket.from_plain({"words": 1.0, "popular": 0.5, "again": 0.2, "shift": 3.0}).again == 0.2


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
    assert info.basket_calibration is not None and info.basket_calibration.words > 0
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
    again = basket.again * np.array([word.again for word in words])
    popular = basket.popular * np.log1p([word.popularity for word in words])
    expected = basket.words * odds + popular + again + basket.shift
    np.testing.assert_allclose(1 / (1 + np.exp(-expected)), chances, atol=1e-2)
    slopes, bare = (one.click_gradients(history, words[0]) for one in (scorer, among))
    assert slopes.sum() == pytest.approx(basket.words * bare.sum() + again[0], abs=1e-5)
    reader.close()


def test_how_often_an_item_was_bought_stands_behind_the_words_that_say_so(shop: Workspace, info: ModelInfo) -> None:
    reader, when = shop.reader(), pd.Timestamp("2026-06-20")
    basket = NextBasket(1.0, 1.0, 2.0, 0.0)
    scorer = Scorer.open(reader, shop.models / "baskets", "cpu")
    scorer = Scorer(reader, replace(scorer.model, info=replace(info, basket_calibration=basket)))
    without = Scorer(reader, replace(scorer.model, info=replace(info, basket_calibration=replace(basket, again=0.0))))
    history, words = scorer.words("u1", ["P1", "P3"], when)
    bought, never = (words[0], words[1]) if words[0].again else (words[1], words[0])
    times, age = reader.rows("SELECT count(*), date_diff('second', max(ts), TIMESTAMP '2026-06-20') FROM events WHERE "
                             "event_type = 'purchase' AND user_id = 'u1' AND item_id = $item AND ts < '2026-06-20'",
                             {"item": "P1" if bought is words[0] else "P3"})[0]
    assert times > 0 and bought.again == pytest.approx(np.log(1 + 50 * times * 0.5 ** (age / 86_400 / 120)))
    assert (never.again, never.repeat) == (0.0, None)
    span, worth = bought.repeat, 2 * bought.again
    assert span is not None
    keep = np.ones((3, len(bought.ids)), dtype=bool)
    keep[1, span.start] = False  # one of its tokens is left out, then all
    keep[2, span.start : span.stop] = False
    masks = np.ones((3, len(history.ids)), dtype=bool), [keep]
    more = scorer.masked_clicks(history, [bought], *masks) - without.masked_clicks(history, [bought], *masks)
    share = (span.stop - span.start - 1) / (span.stop - span.start)
    np.testing.assert_allclose(more[:, 0], [worth, share * worth, 0.0], atol=1e-5)
    terms, plain = (one.click_terms(history, [bought]) for one in (scorer, without))
    assert terms is not None and plain is not None
    keeps = [masks[0], keep]
    np.testing.assert_allclose((terms(keeps) - plain(keeps))[:, 0], [worth, share * worth, 0.0], atol=1e-5)
    pushes = scorer.click_gradients(history, bought) - without.click_gradients(history, bought)
    assert pushes.sum() == pytest.approx(worth, abs=1e-4)
    assert pushes[len(history.ids) + span.start : len(history.ids) + span.stop].sum() == pytest.approx(worth, abs=1e-4)
    reader.close()


def test_a_shop_with_lists_is_told_of_clicks(small_model: Path) -> None:
    info = checkpoint.read_info(small_model)
    assert info.basket_calibration is None and "next_basket" not in info.data
    assert not Shop(small_model.parent.parent, "cpu").baskets
