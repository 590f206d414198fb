"""Effect sizes against figures worked out by hand."""

import pytest

from core.effects import Effect, of_means, of_shares, wilson


def test_a_difference_of_means_in_standard_deviations():
    # d = (12 - 10) / sqrt((4 + 16) / 2) = 2 / 3.1623 = 0.63246
    # variance = 150 / (50 * 100) + 0.4 / 300 = 0.03 + 0.0013333; its root 0.17701; 1.959964 of it 0.34694
    effect = of_means(50, 12.0, 4.0, 100, 10.0, 16.0)
    assert (effect.size, effect.low, effect.high) == pytest.approx((0.63246, 0.28552, 0.97939), abs=5e-5)
    assert effect.sure == effect.low


def test_a_difference_of_shares_is_on_the_same_scale():
    # with a half added: ln(30.5 * 80.5 / (70.5 * 20.5)) = ln(1.69881) = 0.52993; * sqrt(3) / pi = 0.29217
    # error = sqrt(1/30.5 + 1/70.5 + 1/20.5 + 1/80.5) = 0.328898; * 0.551329 = 0.181331; 1.959964 of it 0.355402
    effect = of_shares(30, 100, 20, 100)
    assert (effect.size, effect.low, effect.high) == pytest.approx((0.29217, -0.06323, 0.64758), abs=2e-5)
    assert effect.sure == 0


def test_fewer_people_make_a_wider_interval():
    many, few = of_shares(300, 1000, 200, 1000), of_shares(3, 10, 2, 10)
    assert many.sure > 0
    assert few.sure == 0


def test_the_other_way_round_is_the_same_with_another_sign():
    there, back = of_shares(5, 10, 1, 30), of_shares(1, 30, 5, 10)
    assert (there.size, there.low, there.high) == pytest.approx((-back.size, -back.high, -back.low))
    assert Effect(-1.0, -1.5, -0.5).sure == -0.5


@pytest.mark.parametrize(
    "effect",
    [of_means(1, 1.0, 0.0, 9, 2.0, 1.0), of_means(9, 1.0, 0.0, 9, 2.0, 0.0), of_shares(0, 0, 3, 9)],
    ids=["one member", "nothing varies", "an empty group"],
)
def test_what_cannot_be_said_is_not_said(effect):
    assert effect is None


def test_shares_of_nobody_and_everybody_have_an_end():
    effect = of_shares(10, 10, 0, 10)
    assert 0 < effect.low < effect.size < effect.high < 10


def test_a_share_has_an_interval_that_stays_between_0_and_1():
    # 1 of 10: (1 + 1.92073) / (10 + 3.84146) = 0.21101; half 1.959964 / 13.84146 * sqrt(1 * 9 / 10 + 0.96037) = 0.19313
    assert wilson(1, 10) == pytest.approx((0.01788, 0.40415), abs=5e-5)
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1
    assert wilson(0, 0) == (0, 1)
