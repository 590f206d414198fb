import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from core.explain import check_additive, explain_many, why
from core.model.batch import term_keys
from core.records import Checked
from core.score import Scorer
from core.score import _checked as checked
from core.store import examples
from core.store.workspace import Reader
from core.text.terms import terms


@pytest.fixture(scope="module")
def scorer(small_reader: Reader, small_model: Path) -> Scorer:
    return Scorer.open(small_reader, small_model, "cpu")


@pytest.fixture(scope="module")
def asks(small_reader: Reader) -> pd.DataFrame:
    return examples.shoppers(small_reader, examples.span(small_reader)[1], 12)


@pytest.fixture(scope="module")
def items(small_reader: Reader) -> list[str]:
    return [row[0] for row in small_reader.rows("SELECT item_id FROM items ORDER BY item_id LIMIT 6")]


def test_tags_are_probabilities_in_the_order_asked(scorer: Scorer, asks: pd.DataFrame) -> None:
    found = scorer.tags(asks)
    assert found.index.tolist() == asks["ask_id"].tolist()
    assert list(found) == [spec.key for spec in scorer.tag_specs]
    assert ((found > 0) & (found < 1)).all(axis=None)
    turned = scorer.tags(asks.iloc[::-1])
    pd.testing.assert_frame_equal(turned.sort_index(), found, atol=2e-2, rtol=0)


def test_tags_are_read_from_the_states_of_histories_and_from_single_words(scorer: Scorer, asks: pd.DataFrame) -> None:
    network = scorer.model.network
    words = [scorer.words(user, [], as_of)[0] for user, as_of in zip(asks["user_id"], asks["as_of"], strict=True)]
    past, _ = term_keys([[terms(history)] for history in words])
    states = scorer.states(asks)
    assert states.shape == (len(asks), network.encoder.config.hidden_size)
    assert network.tag_glossary is not None
    with torch.inference_mode():
        told, said = network.tag_head(torch.from_numpy(states)), network.tag_glossary.of_pasts(past)
        logits = ((told + said) / 2).double().numpy()
    np.testing.assert_allclose(scorer.calibrated_tags(logits), scorer.tags(asks).to_numpy(), atol=2e-2)
    np.testing.assert_allclose(scorer.states(asks.iloc[::-1])[::-1], states, atol=2e-2)
    assert scorer.states(asks.iloc[:0]).size == 0


def test_clicks_stand_beside_their_pairs_whatever_the_order(
    scorer: Scorer, asks: pd.DataFrame, items: list[str]
) -> None:
    pairs = asks[["ask_id"]].merge(pd.DataFrame({"item_id": items}), how="cross")
    found = scorer.clicks(asks, pairs)
    shuffled = pairs.sample(frac=1, random_state=1)
    again = pd.Series(scorer.clicks(asks, shuffled), index=shuffled.index).sort_index()
    np.testing.assert_allclose(again.to_numpy(), found, atol=1e-2)
    assert len(np.unique(found.round(6))) > len(items)


def test_an_ask_without_pairs_and_no_asks_at_all(scorer: Scorer, asks: pd.DataFrame, items: list[str]) -> None:
    pairs = pd.DataFrame({"ask_id": [asks["ask_id"].iloc[0]], "item_id": items[:1]})
    assert len(scorer.clicks(asks, pairs)) == 1
    assert scorer.tags(asks.iloc[:0]).empty


def test_the_whole_input_unmasked_is_the_score(scorer: Scorer, asks: pd.DataFrame, items: list[str]) -> None:
    user, as_of = asks["user_id"].iloc[0], asks["as_of"].iloc[0]
    history, candidates = scorer.words(user, items, as_of)
    keep = np.ones((2, len(history.ids)), dtype=bool)
    odds = scorer.masked_clicks(history, candidates, keep, [np.ones((2, len(c.ids)), dtype=bool) for c in candidates])
    one = asks.iloc[:1]
    scored = scorer.clicks(one, pd.DataFrame({"ask_id": one["ask_id"].iloc[0], "item_id": items}))
    np.testing.assert_allclose(1 / (1 + np.exp(-odds[0])), scored, atol=2e-2)
    np.testing.assert_allclose(odds[0], odds[1], atol=1e-6)
    tags = scorer.masked_tags(history, keep)
    np.testing.assert_allclose(1 / (1 + np.exp(-tags[0])), scorer.tags(one).iloc[0].to_numpy(), atol=2e-2)


def test_what_the_glossary_says_is_what_is_missing_without_it(
    scorer: Scorer, asks: pd.DataFrame, items: list[str]
) -> None:
    history, candidates = scorer.words(asks["user_id"].iloc[0], items, asks["as_of"].iloc[0])
    random = np.random.default_rng(0)
    keeps = [random.random((8, len(words.ids))) < 0.9 for words in (history, *candidates)]
    for keep in keeps:
        keep[:, [0, -1]] = True
    clicks, tags = scorer.click_terms(history, candidates), scorer.tag_terms(history)
    assert clicks is not None
    assert tags is not None
    said, told = clicks(keeps), tags(keeps[:1])
    assert said.std() > 0.01
    whole, whole_tags = scorer.masked_clicks(history, candidates, keeps[0], keeps[1:]), scorer.masked_tags(
        history, keeps[0])
    network = copy.deepcopy(scorer.model.network)
    assert network.tag_glossary is not None
    with torch.no_grad():
        for weights in network.tag_glossary.parameters():
            weights.zero_()
    network.glossary = None
    bare = Scorer(scorer.reader, replace(scorer.model, network=network))
    assert bare.click_terms(history, candidates) is None
    np.testing.assert_allclose(whole - said, bare.masked_clicks(history, candidates, keeps[0], keeps[1:]), atol=1e-4)
    np.testing.assert_allclose(whole_tags - told, bare.masked_tags(history, keeps[0]), atol=1e-4)


def test_an_explanation_of_the_real_model_adds_up(scorer: Scorer, asks: pd.DataFrame, items: list[str]) -> None:
    user, as_of = asks["user_id"].iloc[0], asks["as_of"].iloc[0]
    explained = why(scorer, user, items[0], as_of, max_evals=128)
    check_additive(explained)
    assert explained.additivity_error <= 1e-3
    for one in explain_many(scorer, user, items[:3], as_of, max_evals=64):
        check_additive(one)


def test_tag_records_carry_threshold_and_trust(scorer: Scorer, asks: pd.DataFrame) -> None:
    row = scorer.tags(asks.iloc[:1]).iloc[0]
    for tag in scorer.tag_records(row):
        assert tag.probability == row[tag.spec.key]
        assert tag.threshold == scorer.model.info.thresholds[tag.spec.key]
        assert tag.base_rate == scorer.model.info.base_rates[tag.spec.key]
        assert tag.checked is not None and tag.checked.low <= tag.checked.high


def test_what_came_of_a_chance_is_read_in_its_bin_or_the_nearest() -> None:
    bins = [{"bin_low": low, "bin_high": high, "predicted": low, "observed": seen, "n": n}
            for low, high, seen, n in ((0.01, 0.1, 0.02, 750), (0.1, 0.3, 0.25, 75), (0.4, 0.8, 0.6, 30))]
    assert checked(bins, 0.005) == Checked(0.01, 0.1, 0.02, 750)
    assert checked(bins, 0.2) == Checked(0.1, 0.3, 0.25, 75)
    assert checked(bins, 0.35) == checked(bins, 0.5) == checked(bins, 0.99) == Checked(0.4, 0.8, 0.6, 30)
    assert checked(None, 0.5) is None  # a model from before this was measured
