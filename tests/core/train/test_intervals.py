import numpy as np
import pytest

from core.train.intervals import of_figure, of_mean


def test_two_shoppers_by_hand() -> None:
    # Draws of two shoppers: both ann 1/4 (mean 1), one of each 1/2 (mean 0.5), both bob 1/4 (mean 0).
    found = of_mean([1.0, 0.0], ["ann", "bob"], draws=4_000)
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_a_shopper_brings_all_of_her_lists() -> None:
    # Drawn shopper by shopper, all lists are bob's in one of four draws; drawn singly, in one of 256.
    found = of_mean([1.0, 1.0, 1.0, 0.0], ["ann", "ann", "ann", "bob"], draws=4_000)
    assert (found.value, found.low, found.high) == (0.75, 0.0, 1.0)


def test_the_interval_of_a_mean_is_that_of_the_normal_law() -> None:
    values = np.random.default_rng(0).normal(0.3, 1.0, 2_000)
    found = of_mean(values, np.arange(2_000), draws=4_000)
    error = values.std() / np.sqrt(2_000)
    assert found.value == pytest.approx(values.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.06)


def test_a_small_but_steady_difference_is_seen_when_it_is_paired() -> None:
    hard = np.random.default_rng(0).normal(0.6, 0.3, 200)
    other, owners = hard - 0.01, np.arange(200)
    assert of_mean(hard - other, owners).above_zero
    assert of_mean(hard, owners).low < of_mean(other, owners).value  # unpaired it would drown


def test_what_is_no_number_is_left_out() -> None:
    found = of_mean([1.0, np.nan, 1.0], ["a", "b", "c"])
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert np.isnan(of_mean([np.nan], ["a"]).low)
    assert np.isnan(of_mean([], []).value)


def test_any_figure_of_rows_gives_the_interval_of_its_mean() -> None:
    values, owners = np.arange(60, dtype=float), np.repeat(np.arange(20), 3)
    by_mean = of_mean(values, owners, draws=500)
    by_rows = of_figure(lambda rows: float(values[rows].mean()), owners, draws=500)
    assert (by_rows.value, by_rows.low, by_rows.high) == pytest.approx((by_mean.value, by_mean.low, by_mean.high))


def test_draws_without_a_figure_are_left_out() -> None:
    labels = np.array([1.0, 0.0])
    found = of_figure(lambda rows: 0.5 if 0 < labels[rows].sum() < 2 else float("nan"), ["a", "b"], draws=50)
    assert (found.low, found.high) == (0.5, 0.5)
    assert np.isnan(of_figure(lambda rows: float("nan"), ["a", "b"], draws=5).low)
