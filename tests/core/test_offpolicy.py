"""Estimators of what a policy would have brought, on logs worked out by hand."""

import math

import numpy as np
import pytest

from core.errors import InputError
from core.offpolicy import Log, effective, evaluate, rates, shares


def log(place, item, reward, chance):
    return Log(np.array(place), np.array(item), np.array(reward, float), np.array(chance, float))


EVEN = log([0] * 4, [0, 0, 1, 1], [1, 0, 0, 1], [0.5] * 4)
ONLY_FIRST = np.array([[1.0, 0.0]])


def test_what_the_policy_would_not_show_weighs_nothing():
    # weights 2 2 0 0; weight times reward 2 0 0 0: mean 0.5, deviation 1, so the error is 1 / sqrt(4)
    found = evaluate(EVEN, ONLY_FIRST)
    assert (found.ips.value, found.ips.low, found.ips.high) == pytest.approx((0.5, 0.5 - 0.979982, 0.5 + 0.979982))
    assert found.snips.value == 0.5  # (2 + 0) / (2 + 2)
    assert found.effective == 2.0  # 4 ** 2 / 8
    assert found.kept.value == 1.0
    assert (found.n, found.clipped, found.missing) == (4, 0.0, 0.0)
    assert found.logged.value == 0.5


def test_uneven_chances_are_made_up_for():
    # shown 3 : 1; the policy shows both alike: weights 2/3 2/3 2/3 2; rewards 1 0 0 1
    # IPS (2/3 + 2) / 4 = 0.6667; SNIPS (2/3 + 2) / (2 + 2) = 0.6667; effective 16 / (3 * 4/9 + 4) = 3
    found = evaluate(log([0] * 4, [0, 0, 0, 1], [1, 0, 0, 1], [0.75, 0.75, 0.75, 0.25]), np.array([[0.5, 0.5]]))
    assert (found.ips.value, found.snips.value, found.effective) == pytest.approx((2 / 3, 2 / 3, 3.0))
    assert found.logged.value == 0.5  # which is what it would be without weights


def test_the_self_normalised_estimate_shares_by_the_weights_that_came():
    # weights 4 0 0 0 2: the mean weight is 1.2. IPS (4 + 2) / 5 = 1.2, more than any choice brought; SNIPS 6 / 6
    found = evaluate(log([0] * 5, [0, 1, 1, 1, 0], [1, 0, 0, 0, 1], [0.25, 0.5, 0.5, 0.5, 0.5]), ONLY_FIRST)
    assert found.ips.value == pytest.approx(1.2)
    assert found.snips.value == 1.0
    assert found.kept.value == pytest.approx(1.2)


def test_a_clip_cuts_the_heaviest_and_says_so():
    # weights 10 and 2 at chances 0.1 and 0.5; cut at 4: 4 2; rewards 1 0 -> IPS 2 instead of 5
    some = log([0, 0], [0, 0], [1, 0], [0.1, 0.5])
    policy = np.array([[1.0]])
    assert evaluate(some, policy).ips.value == 5.0
    cut = evaluate(some, policy, clip=4)
    assert (cut.ips.value, cut.clipped, cut.clip, cut.kept.value) == (2.0, 0.5, 4, 3.0)


def test_where_the_model_is_right_the_doubly_robust_estimate_is_the_models():
    # every choice brings 3, so the model says 3 of everything and nothing is left to mend
    found = evaluate(log([0] * 6, [0, 1, 0, 1, 0, 1], [3] * 6, [0.5] * 6), np.array([[0.9, 0.1]]))
    assert found.direct.value == pytest.approx(3)
    assert math.isnan(found.direct.low)
    assert (found.doubly_robust.value, found.doubly_robust.low) == pytest.approx((3, 3))


def test_the_doubly_robust_estimate_is_the_model_and_the_weighted_rest(monkeypatch):
    # two folds, no drawing together: each row is judged by the other fold alone
    monkeypatch.setattr("core.offpolicy.FOLDS", 2)
    monkeypatch.setattr("core.offpolicy.rates", lambda place, item, reward, shape: np.array([[0.4, 0.2]]))
    # policy shows the first: the model says 0.4. Rests: 1 - 0.4 and 0 - 0.4 at weight 2: (1.2 - 0.8) / 4 = 0.1
    assert evaluate(EVEN, ONLY_FIRST).doubly_robust.value == pytest.approx(0.5)


def test_a_known_truth_is_found_where_the_plain_mean_is_far_off(monkeypatch):
    monkeypatch.setattr("core.offpolicy.DRAWS", 200)
    # the log shows the poor item nine times in ten; the policy always the good one, of which 30 % are clicked
    draw = np.random.default_rng(5)
    item = (draw.random(4_000) < 0.9).astype(int)
    reward = (draw.random(4_000) < np.where(item == 1, 0.05, 0.3)).astype(float)
    seen = log(np.zeros(4_000, int), item, reward, np.where(item == 1, 0.9, 0.1))
    found = evaluate(seen, ONLY_FIRST)
    for estimate in (found.ips, found.snips, found.doubly_robust):
        assert estimate.low < 0.3 < estimate.high
        assert estimate.high - estimate.low < 0.14
    assert found.logged.high < 0.1
    assert abs(found.direct.value - 0.3) < 0.08
    wrong = evaluate(log(seen.place, item, reward, np.full(4_000, 0.5)), ONLY_FIRST)  # chances that are not true
    assert wrong.ips.high < 0.3
    assert wrong.kept.high < 1  # and the weights say so


def test_rates_are_drawn_to_the_item_and_that_to_all():
    # overall 2/4 = 0.5; item 0: (2 + 2 * 0.5) / (3 + 2) = 0.6; item 1: (0 + 1) / (1 + 2) = 1/3
    # place 0 item 0: (2 + 2 * 0.6) / (2 + 2) = 0.8; place 1 item 0: (0 + 1.2) / (1 + 2) = 0.4
    # place 0 item 1: (0 + 2/3) / (1 + 2) = 2/9; place 1 item 1, never seen: 1/3
    found = rates(np.array([0, 0, 1, 0]), np.array([0, 0, 0, 1]), np.array([1.0, 1, 0, 0]), (2, 2), strength=2)
    assert found == pytest.approx(np.array([[0.8, 2 / 9], [0.4, 1 / 3]]))


def test_shares_are_what_was_shown():
    assert shares(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), (2, 2)) == pytest.approx(
        np.array([[2 / 3, 1 / 3], [0, 1]])
    )
    with pytest.raises(InputError, match="Nothing was shown at place 1"):
        shares(np.array([0]), np.array([0]), (2, 2))


def test_effective_choices():
    assert effective(np.array([1.0, 1, 1, 1])) == 4
    assert effective(np.array([3.0, 1, 0, 0])) == pytest.approx(1.6)  # 16 / 10


@pytest.mark.parametrize(
    ("seen", "policy", "options", "said"),
    [
        (log([0, 0], [0, 0], [1, 0], [0.5, 0]), ONLY_FIRST, {}, "1 of 2 logged chances .* is 0, in row 1"),
        (log([0, 0], [0, 0], [1, 0], [0.5, 1.5]), ONLY_FIRST, {}, "at most 1"),
        (log([0, 0], [0, 0], [1, 0], [0.5, np.nan]), ONLY_FIRST, {}, "1 of 2 logged chances"),
        (log([0, 0], [1, 1], [1, 0], [0.5, 0.5]), ONLY_FIRST, {}, r"100.0 % of what this policy .* item 0 at place 0"),
        (log([0, 0], [1, 1], [1, 0], [0.5, 0.5]), ONLY_FIRST, {"missing": 1.0}, "shows nothing that the log has"),
        (log([0, 1], [0, 1], [1, 0], [0.5, 0.5]), ONLY_FIRST, {}, "places that are not in the policy, which has 1"),
        (log([0, 0], [0, 2], [1, 0], [0.5, 0.5]), ONLY_FIRST, {}, "items that are not in the policy"),
        (EVEN, np.array([[0.5, 0.4]]), {}, "add up to 0.900"),
        (EVEN, np.array([[1.5, -0.5]]), {}, "must not be negative"),
        (EVEN, ONLY_FIRST, {"clip": 0}, "cannot be cut to 0"),
        (log([0], [0], [1], [0.5]), ONLY_FIRST, {}, "At least two choices"),
    ],
)
def test_what_cannot_be_told_is_refused(seen, policy, options, said):
    with pytest.raises(InputError, match=said):
        evaluate(seen, policy, **options)


def test_a_share_that_may_be_missing_is_said():
    # the policy shows item 2 once in ten; nobody ever saw it
    seen = log([0] * 4, [0, 0, 1, 1], [1, 0, 0, 1], [0.5] * 4)
    found = evaluate(seen, np.array([[0.45, 0.45, 0.1]]), missing=0.1)
    assert found.missing == pytest.approx(0.1)
    assert found.kept.value == pytest.approx(0.9)
