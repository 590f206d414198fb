import numpy as np
import pytest

from core.train.metrics import (
    best_threshold,
    click_metrics,
    expected_calibration_error,
    group_figures,
    ndcg,
    reciprocal_rank,
    reliability,
    tag_reliability,
)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_reciprocal_rank_is_the_mean_over_the_clicked_items() -> None:
    # Ranked: miss, hit, miss, hit -> (1/2 + 1/4) / 2.
    assert reciprocal_rank(floats(0, 1, 0, 1), floats(0.9, 0.8, 0.7, 0.6)) == pytest.approx(0.375)


def test_ndcg_by_hand() -> None:
    labels, scores = floats(0, 1, 0, 1), floats(0.9, 0.8, 0.7, 0.6)
    gained = 1 / np.log2(3) + 1 / np.log2(5)
    assert ndcg(labels, scores, 5) == pytest.approx(gained / (1 + 1 / np.log2(3)))
    assert ndcg(labels, scores, 1) == 0.0
    assert ndcg(labels, -scores, 5) == pytest.approx((1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3)))


def test_groups_without_a_hit_or_a_miss_do_not_count() -> None:
    labels, groups = floats(1, 0, 0, 0, 1, 1), np.array([0, 0, 1, 1, 2, 2])
    found = click_metrics(labels, floats(0.9, 0.1, 0.9, 0.1, 0.5, 0.6), groups)
    assert (found.groups, found.gauc, found.mrr, found.ndcg10, found.n) == (1, 1.0, 1.0, 1.0, 6)


def test_each_group_has_its_own_figures() -> None:
    labels, groups = floats(0, 1, 1, 1, 0), np.array([8, 8, 5, 2, 2])
    found = group_figures(labels, floats(0.9, 0.8, 0.5, 0.7, 0.1), groups)
    assert list(found.index) == [2, 8]  # 5 holds a click alone
    assert list(found["gauc"]) == [1.0, 0.0]
    assert list(found["mrr"]) == [1.0, 0.5]
    assert found.loc[8, "ndcg@5"] == pytest.approx(1 / np.log2(3))
    assert group_figures(floats(), floats(), np.array([], dtype=int)).empty


def test_gauc_ignores_order_between_groups_and_auc_does_not() -> None:
    labels, groups = floats(1, 0, 1, 0), np.array([7, 7, 3, 3])
    found = click_metrics(labels, floats(0.9, 0.8, 0.2, 0.1), groups)
    assert found.gauc == 1.0
    assert found.auc == pytest.approx(0.75)


def test_log_loss_by_hand() -> None:
    found = click_metrics(floats(1, 0), floats(0.8, 0.4), np.array([0, 0]))
    assert found.logloss == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)


def test_one_kind_of_label_gives_no_auc_rather_than_a_wrong_one() -> None:
    found = click_metrics(floats(0, 0), floats(0.8, 0.4), np.array([0, 0]))
    assert np.isnan(found.auc) and np.isnan(found.gauc)


def test_calibration_error_is_the_gap_in_bins_of_equal_count() -> None:
    labels = np.repeat([0.0, 1.0], 50)
    assert expected_calibration_error(labels, np.repeat([0.1, 0.8], 50), bins=2) == pytest.approx(0.15)
    assert expected_calibration_error(labels, labels, bins=2) == 0.0


def test_reliability_tells_predicted_and_observed_share_of_each_bin() -> None:
    labels = np.array([0.0, 0, 0, 1, 1, 1, 1, 0])
    low, high = reliability(labels, np.array([0.1] * 4 + [0.7] * 4), bins=2)
    assert low == {"bin_low": 0.1, "bin_high": 0.1, "predicted": pytest.approx(0.1), "observed": 0.25, "n": 4}
    assert (high["predicted"], high["observed"], high["n"]) == (pytest.approx(0.7), 0.75, 4)


def test_the_bins_of_a_tag_are_narrow_where_chances_are_high_and_never_small() -> None:
    rows = tag_reliability(np.zeros(1_500), np.linspace(0, 1, 1_500))
    assert [row["n"] for row in rows] == [750, 375, 225, 75, 45, 30]
    # Of a hundred the upper half is not parted again: a quarter, and a tenth, would be fewer than thirty.
    low, high = tag_reliability(np.repeat([0.0, 1.0], [60, 40]), np.repeat([0.1, 0.8], [50, 50]))
    assert (low["n"], low["observed"], high["n"], high["observed"]) == (50, 0, 50, 0.8)
    assert [row["n"] for row in tag_reliability(np.ones(20), np.ones(20))] == [20]
    assert tag_reliability(np.ones(0), np.ones(0)) == []


def test_the_best_threshold_parts_what_can_be_parted() -> None:
    assert best_threshold(floats(0, 0, 1, 1), floats(0.1, 0.2, 0.6, 0.9)) == 0.6
    assert best_threshold(floats(0, 0), floats(0.1, 0.2)) == 0.5


def test_the_best_threshold_would_rather_be_right_than_reach_everyone() -> None:
    labels, scores = floats(1, 1, 0, 0, 1, 1), floats(0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
    assert best_threshold(labels, scores) == 0.8  # precision 1, recall 1/2
    assert best_threshold(labels, scores, beta=2) == 0.4  # precision 2/3, recall 1
