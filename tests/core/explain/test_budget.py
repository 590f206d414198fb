from __future__ import annotations

import numpy as np
import pytest

from core.explain.budget import shares


def test_with_masks_to_spare_every_event_is_divided_in_all_contexts():
    assert shares([3, 2], np.array([0.0, 1.0]), 100) == [2 * (2 + 9), 2 * (2 + 4)]


def test_small_pushes_wait_until_the_others_have_all_they_can_use():
    assert shares([10, 10, 10], np.array([1.0, 0.001, -1.0]), 60) == [30, 0, 30]
    enough = shares([10, 10, 10], np.array([1.0, 0.001, -1.0]), 44 * 3)
    assert enough == [44, 44, 44]


@pytest.mark.parametrize("masks", [0, 3, 10, 100, 1000])
def test_no_more_is_given_than_there_is(masks):
    given = shares([5, 40, 12, 1], np.array([0.4, -0.3, 0.02, 0.5]), masks)
    assert sum(given) <= masks
    assert all(budget == 0 or budget >= 4 for budget in given)


def test_nothing_pushes():
    assert shares([50, 50], np.zeros(2), 20) == [0, 0]
    assert shares([], np.zeros(0), 20) == []
