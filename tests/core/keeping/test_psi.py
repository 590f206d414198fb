import numpy as np
import pytest

from core.keeping import psi


def test_the_index_is_worked_out_by_hand() -> None:
    # (0.75 - 0.5) ln(0.75 / 0.5) + (0.25 - 0.5) ln(0.25 / 0.5) = 0.1014 + 0.1733
    assert psi.index(np.array([50.0, 50.0]), np.array([75.0, 25.0])) == pytest.approx(0.27465, abs=1e-5)
    assert psi.index(np.array([5.0, 15.0]), np.array([100.0, 300.0])) == 0  # the same shares of more cases


def test_an_empty_bin_counts_as_half_a_case_of_the_smaller_side() -> None:
    # e = (1, 0.5 / 100), a = (0.5, 0.5): (0.5 - 1) ln 0.5 + (0.5 - 0.005) ln 100 = 0.34657 + 2.27956
    assert psi.index(np.array([100.0, 0.0]), np.array([500.0, 500.0])) == pytest.approx(2.62613, abs=1e-5)
    # Empty on both sides: nothing, however different the sides are in size.
    assert psi.index(np.array([100.0, 0.0, 100.0]), np.array([5.0, 0.0, 5.0])) == 0


def test_bins_hold_like_shares_of_the_reference() -> None:
    inner = psi.edges(np.arange(1000.0))
    assert np.bincount(np.digitize(np.arange(1000.0), inner)).tolist() == [100] * 10


def test_constant_chances_are_told_from_others_on_both_sides() -> None:
    same, owners = np.full(200, 0.3), np.arange(200)
    assert psi.stability(same, same, (owners, owners)) == (0.0, 0.0)
    for other in (0.2, 0.4):
        index, by_chance = psi.stability(same, np.full(200, other), (owners, owners))
        assert index > 5 > by_chance


def test_chance_alone_is_told_from_a_change() -> None:
    rng = np.random.default_rng(4)
    before, same, shifted = rng.normal(0, 1, 400), rng.normal(0, 1, 400), rng.normal(0.8, 1, 400)
    owners = np.arange(400), np.arange(400)
    index, by_chance = psi.stability(before, same, owners)
    assert index < by_chance < psi.stability(before, shifted, owners)[0]


def test_few_shoppers_reach_much_by_chance() -> None:
    # Two shoppers a side with fifty like cases each: the index is large, and says nothing.
    before, now = np.repeat([0.1, 0.4], 50), np.repeat([0.1, 0.9], 50)
    whose = np.repeat([0, 1], 50)
    index, by_chance = psi.stability(before, now, (whose, whose))
    singly = psi.stability(before, now, (np.arange(100), np.arange(100)))
    assert singly[0] == index > singly[1]
    assert index <= by_chance
