"""Allocations small enough to be worked out by hand."""

import numpy as np
import pytest

from core.allocate import Bound, Limits, allocate
from core.errors import InputError

FREE = float("nan")


def limits(supply, once, most=None, least=None, cost=None, budget=None):
    once = np.array(once, float)
    free = [FREE] * once.shape[1]
    return Limits(np.array(supply, float), once, np.array(most or free, float), np.array(least or free, float),
                  np.array(cost if cost is not None else np.zeros_like(once), float), np.array(budget or free, float))


WIDE = [[1000, 1000], [1000, 1000]]


def said(found):
    return [(one.what, one.segment, one.ad, round(one.gain, 6)) for one in found.bounds]


def test_every_segment_gets_what_it_clicks_most():
    found = allocate(np.array([[0.2, 0.1], [0.1, 0.3]]), limits([100, 50], WIDE))
    assert found.shown == pytest.approx(np.array([[100, 0], [0, 50]]))
    assert found.worth == pytest.approx(100 * 0.2 + 50 * 0.3)
    # one more impression in the second segment would be worth 0.3, in the first 0.2
    assert said(found) == [("supply", 1, None, 0.3), ("supply", 0, None, 0.2)]


def test_an_ad_that_may_be_shown_60_times_goes_where_it_gains_most():
    # the first is ahead by 0.1 in segment one and by 0.3 in segment two: all 60 go there
    found = allocate(np.array([[0.2, 0.1], [0.5, 0.2]]), limits([100, 100], WIDE, most=[60, FREE]))
    assert found.shown == pytest.approx(np.array([[0, 100], [60, 40]]))
    assert found.worth == pytest.approx(100 * 0.1 + 60 * 0.5 + 40 * 0.2)
    # one more of the first ad would take the place of the second in segment two: 0.5 - 0.2
    assert said(found)[0] == ("most", None, 0, 0.3)
    assert sum(one.what == "supply" for one in found.bounds) == 2


def test_an_ad_can_be_repeated_only_so_often():
    found = allocate(np.array([[0.4, 0.1]]), limits([100], [[30, 1000]]))
    assert found.shown == pytest.approx(np.array([[30, 70]]))
    assert ("once", 0, 0, 0.3) in said(found)


def test_what_must_be_shown_is_shown_where_it_costs_least():
    # the second is behind by 0.3 in segment one and by 0.1 in segment two
    found = allocate(np.array([[0.4, 0.1], [0.2, 0.1]]), limits([100, 100], WIDE, least=[FREE, 20]))
    assert found.shown == pytest.approx(np.array([[100, 0], [80, 20]]))
    assert ("least", None, 1, 0.1) in said(found)


def test_a_budget_of_money_ends_an_ad():
    # 0.5 for each showing and 10 to spend: 20 showings
    found = allocate(np.array([[0.4, 0.1]]), limits([100], [[1000, 1000]], cost=[[0.5, 0]], budget=[10, FREE]))
    assert found.shown == pytest.approx(np.array([[20, 80]]))
    assert ("budget", None, 0, 0.6) in said(found)  # one more unit buys two showings, 0.3 ahead each


def test_places_that_nothing_may_fill_stay_empty():
    found = allocate(np.array([[0.4]]), limits([100], [[30]], most=[10]))
    assert found.shown == pytest.approx(np.array([[10]]))
    assert said(found) == [("most", None, 0, 0.4)]  # neither supply nor repetition holds it back


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"least": [50, FREE], "most": [40, FREE]}, "Ad number 1 must be shown 50 times and may be 40"),
        ({"least": [FREE, 90]}, "Ad number 2 must be shown 90 times, but .* allow 60"),
        ({"least": [55, 55]}, r"\(110 times in all\) does not fit into the 100 impressions"),
    ],
)
def test_what_cannot_be_kept_to_is_refused(wish, message):
    with pytest.raises(InputError, match=message):
        allocate(np.array([[0.4, 0.1]]), limits([100], [[60, 60]], **wish))


def test_a_bound_knows_what_it_is_of():
    assert Bound("most", None, 3, 0.25).ad == 3
