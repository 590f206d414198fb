"""Figures of labelled lists, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from core.lists import figures


def test_lift_by_parts_of_equal_size():
    chance = np.arange(10, 0, -1) / 10
    label = np.array([1.0, 1, 0, 1, 0, 0, 0, 0, 0, 0])  # three of ten
    found = figures.lift(label, chance, parts=5)
    assert found["part"].tolist() == [1, 2, 3, 4, 5]
    assert found["n"].tolist() == [2, 2, 2, 2, 2]
    assert found["predicted"].tolist() == pytest.approx([0.95, 0.75, 0.55, 0.35, 0.15])
    assert found["observed"].tolist() == [1.0, 0.5, 0.0, 0.0, 0.0]
    assert found["lift"].tolist() == pytest.approx([10 / 3, 5 / 3, 0, 0, 0])
    assert found["reached"].tolist() == pytest.approx([2 / 3, 1, 1, 1, 1])


def test_rows_of_one_chance_are_in_no_order():
    label = np.array([1.0, 1, 1, 0, 0, 0])
    found = figures.lift(label, np.full(6, 0.3), parts=3)
    assert found["lift"].tolist() == pytest.approx([1, 1, 1])  # by their order in the list it would be 2, 1 and 0
    assert found["reached"].tolist() == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_list_shorter_than_ten_rows_has_fewer_parts():
    assert figures.lift(np.array([1.0, 0.0]), np.array([0.9, 0.1]))["n"].tolist() == [1, 1]


def test_order_and_calibration():
    # 0.2 and 0.6 for a no and a yes: in order, and 0.2 and 0.4 off.
    found = figures.judged(np.array([0.0, 1.0, np.nan]), np.array([0.2, 0.6, 0.9]))
    assert (found["n"], found["positives"], found["auc"]) == (2, 1, 1.0)
    assert found["ece"] == pytest.approx(0.3)
    assert (found["base"], found["predicted"]) == (0.5, pytest.approx(0.4))
    assert [(row["predicted"], row["observed"]) for row in found["reliability"]] == [(0.2, 0.0), (0.6, 1.0)]


def test_the_interval_of_an_auc_of_few_rows_is_wide():
    # Hanley and McNeil: q1 = 0.6, q2 = 0.642857, variance = (0.1875 + 0.0375 + 0.080357) / 4.
    low, high = figures.auc_interval(0.75, 2, 2)
    assert (low, high) == (pytest.approx(0.75 - 1.96 * 0.2762957, abs=1e-5), 1.0)


@pytest.mark.parametrize(
    ("label", "warned"),
    [
        ([1.0] * 50 + [0.0] * 60, None),
        ([1.0] * 49 + [0.0] * 60, "Only 49 of 109 labels say yes"),
        ([1.0] * 60 + [0.0] * 3, "Only 3 of 63 labels say no"),
        ([0.0] * 4, "Every label says no"),
        ([1.0] * 4, "Every label says yes"),
        ([np.nan], "No row has both a label and a chance"),
    ],
)
def test_few_labels_are_warned_of(label, warned):
    found = figures.judged(np.array(label), np.linspace(0.9, 0.1, len(label)))
    assert [w[: len(warned or "")] for w in found["warnings"]] == ([warned] if warned else [])
    assert ("auc" in found) == (len(set(label)) == 2)


def test_labels_as_shops_write_them():
    words = ["1", "0", "1.0", "TRUE", " no ", "Y", "f", "", None, "maybe", "-1"]
    found = figures.labels(pd.Series(words, dtype=object))
    assert np.array_equal(found, [1, 0, 1, 1, 0, 1, 0, np.nan, np.nan, np.nan, 0], equal_nan=True)
