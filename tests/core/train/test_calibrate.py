import numpy as np
import pytest

from core.train.calibrate import fit_scale


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def test_scale_and_shift_are_found_again() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(0, 2, 40_000)
    labels = (rng.random(len(x)) < sigmoid(0.5 * x - 1)).astype(float)
    found = fit_scale(x, labels)
    assert (found.scale, found.shift) == (pytest.approx(0.5, abs=0.03), pytest.approx(-1, abs=0.05))


def test_unknown_labels_are_left_out() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=2_000)
    labels = (rng.random(len(x)) < sigmoid(x)).astype(float)
    with_gaps = np.concatenate([labels, np.full(500, np.nan)])
    assert fit_scale(np.concatenate([x, np.full(500, 9.0)]), with_gaps) == fit_scale(x, labels)


def test_order_is_never_turned_around() -> None:
    x = np.linspace(-2, 2, 400)
    labels = (x < 0).astype(float)  # the model has it backwards
    found = fit_scale(x, labels)
    assert found.scale == 1.0
    assert sigmoid(x + found.shift).mean() == pytest.approx(0.5, abs=0.01)


def test_few_positives_move_the_mean_alone() -> None:
    x = np.zeros(200)
    labels = np.r_[np.ones(3), np.zeros(197)]
    found = fit_scale(x, labels)
    assert found.scale == 1.0
    assert sigmoid(np.array([found.shift]))[0] == pytest.approx(3.5 / 201)


def test_nothing_known_changes_nothing() -> None:
    assert fit_scale(np.array([1.0]), np.array([np.nan])).shift == 0.0
