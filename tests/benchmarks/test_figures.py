import numpy as np
import pandas as pd
import pytest

from benchmarks.contest import catalogue
from benchmarks.contest.figures import Cases, balanced_accuracy, case_rows, class_rows, list_rows, ordered
from core.train.counted import Chosen

#: Two lists of ann and one of bob; the first item of each is the one that was bought.
PAIRS = pd.DataFrame({"ask_id": [4, 4, 5, 5, 9, 9], "user_id": ["ann"] * 4 + ["bob"] * 2, "label": [1, 0] * 3})
RIGHT, WRONG = np.array([0.9, 0.1] * 3), np.array([0.1, 0.9] * 3)


def test_lists_by_hand() -> None:
    half = np.concatenate([RIGHT[:4], WRONG[4:]])  # right for ann alone
    rows = list_rows(Cases.of(PAIRS), {"ours": [RIGHT], "other": [half]})
    assert rows["ours"]["gauc"] == [1, 1, 1]
    assert rows["other"]["gauc"] == [pytest.approx(2 / 3, abs=1e-5), 0, 1]
    assert rows["other"]["ahead"]["gauc"] == [pytest.approx(1 / 3, abs=1e-5), 0, 1]
    assert rows["other"]["ndcg@10"][0] == pytest.approx((2 + 1 / np.log2(3)) / 3, abs=1e-5)
    assert rows["ours"]["logloss"][0] == pytest.approx(-np.log(0.9), abs=1e-5)
    assert "ahead" not in rows["ours"]


def test_seeds_are_averaged_and_kept() -> None:
    rows = list_rows(Cases.of(PAIRS), {"ours": [RIGHT, WRONG], "other": [RIGHT]})
    assert rows["ours"]["gauc"][0] == 0.5
    assert [seed["gauc"] for seed in rows["ours"]["seeds"]] == [1, 0]
    assert rows["other"]["ahead"]["gauc"][0] == -0.5


def test_single_cases_by_hand() -> None:
    cases = Cases(np.array([1.0, 0, 0, 1]), np.arange(4), np.array(list("abcd")))
    rows = case_rows(cases, {"ours": [np.array([0.9, 0.8, 0.1, 0.2])]})
    assert rows["ours"]["auc"][0] == 0.75
    assert rows["ours"]["ap"][0] == pytest.approx((1 + 2 / 3) / 2, abs=1e-5)
    assert rows["ours"]["balanced"][0] == 0.5  # the two first are taken: one of two, and one of two is not
    assert rows["ours"]["ece"][0] == pytest.approx((0.1 + 0.8 + 0.1 + 0.8) / 4, abs=1e-5)


def test_shoppers_ranked_within_a_list_are_drawn_one_by_one() -> None:
    cases = Cases(np.array([1.0, 0, 1, 0]), np.array([0, 0, 1, 1]), np.array(list("abcd")))
    row = case_rows(cases, {"ours": [np.array([0.9, 0.1, 0.2, 0.8])]}, listed=True)["ours"]
    assert row["gauc"] == [0.5, 0, 1]
    assert row["ndcg@10"][0] == pytest.approx((1 + 1 / np.log2(3)) / 2, abs=1e-5)


def test_the_model_comes_first_and_chance_last() -> None:
    assert list(ordered({"random": {}, "ALS (implicit)": {}, "popularity": {}, "ours": {}})) == [
        "ours", "ALS (implicit)", "popularity", "random"]


def test_classes_by_hand() -> None:
    labels, owners = np.array([0, 0, 0, 1]), np.array(list("abcd"))
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    row = class_rows(labels, owners, ["young", "old"], {"ours": [chances]})["ours"]
    assert row["balanced"][0] == pytest.approx((2 / 3 + 1) / 2, abs=1e-5)
    young, old = row["classes"]
    assert (young["precision"], young["recall"], young["n"]) == (1, pytest.approx(2 / 3, abs=1e-5), 3)
    assert (old["precision"], old["recall"], old["f1"]) == (0.5, 1, pytest.approx(2 / 3, abs=1e-5))
    assert old["auc"] == pytest.approx(2 / 3, abs=1e-5)


def test_a_class_that_does_not_occur_does_not_count() -> None:
    assert balanced_accuracy(np.array([2, 2]), np.array([2, 0])) == 0.5


def test_a_basket_in_a_ranked_catalogue_by_hand() -> None:
    hit, gain = catalogue.figures_of_basket({"a", "b"}, ["x", "a", "y", "b"])
    assert hit == 1
    assert gain == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / (1 + 1 / np.log2(3)))
    assert catalogue.figures_of_basket({"a"}, [*"bcdefghijk", "a"]) == (0, 0)  # the eleventh
    assert catalogue.figures_of_basket({*"abcdefghijkl"}, [*"abcdefghij"])[1] == pytest.approx(1)


def _given() -> tuple[catalogue.Baskets, pd.DataFrame, Chosen]:
    times = pd.to_datetime(["2026-01-01", "2026-02-27", "2026-02-28", "2026-02-28"])
    bought = pd.DataFrame({"user_id": ["ann", "bob", "cy", "cy"], "item_id": ["old", "new", "new", "hat"], "ts": times})
    asks = pd.DataFrame({"ask_id": [0], "user_id": ["ann"], "as_of": pd.to_datetime(["2026-03-01"])})
    found = pd.DataFrame({"ask_id": 0, "user_id": "ann", "as_of": asks["as_of"][0], "item_id": ["hat", "old"],
                          "label": [1, 0]})
    return catalogue.Baskets(asks, [{"hat"}], found), bought, Chosen(bought)


def test_popular_is_what_was_bought_in_the_four_weeks_before() -> None:
    given, bought, chosen = _given()
    assert catalogue.by_popularity(given, bought, chosen, repeats=False)[0][:2] == ["new", "hat"]
    assert catalogue.by_popularity(given, bought, chosen, repeats=True)[0] == ["old", "new", "hat"]


def test_rankers_get_the_history_and_scores_rank_what_was_found() -> None:
    given, _, chosen = _given()
    def last(history: np.ndarray) -> np.ndarray:
        return -np.isin(np.arange(3), history).astype(float)

    assert catalogue.by_ranker(given, chosen, last)[0][-1] == "old"
    assert catalogue.by_scores(given, np.array([0.2, 0.7])) == [["old", "hat"]]
    table = catalogue.rows(given, {"ours": [[["hat"]]], "other": [[["old"]], [["hat"]]]})
    assert table["other"]["hr@10"] == [0.5, 0.5, 0.5]
    assert table["other"]["ahead"]["ndcg@10"][0] == 0.5
    assert catalogue.reachable(given)[0] == 1
