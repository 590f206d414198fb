"""A tag of a sentence and a few marks, and what to expect of it: worked out by hand where a hand can do it."""

import numpy as np
import pytest

from core.describing import few
from core.describing.few import Judge, Space

#: Four shoppers around 0, and what is asked for: along the first axis they differ twice as much.
SHOPPERS = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
SENTENCE = np.array([0.0, 1.0])
NOBODY, NOTHING = np.empty((0, 2)), np.empty(0, dtype=bool)


@pytest.fixture
def space():
    return Space.of(SHOPPERS)


def test_a_space_knows_centre_axes_and_spread(space):
    assert space.centre.tolist() == [0, 0]
    assert space.spread == pytest.approx([2**0.5, 0.5**0.5])
    assert np.abs(space.axes) == pytest.approx(np.eye(2))


def test_without_marks_a_standard_deviation_nearer_adds_the_prior_slope(space):
    found = few.learn(space, SENTENCE, NOBODY, NOTHING).log_odds(SHOPPERS)
    base = np.log(few.BASE / (1 - few.BASE))
    assert found[:2] == pytest.approx([base, base])  # these are neither nearer nor farther
    assert found[2] - base == pytest.approx(few.SLOPE * 2**0.5)  # one is √2 standard deviations away
    assert found[3] - base == pytest.approx(-few.SLOPE * 2**0.5)


def test_marks_turn_the_direction(space):
    marked, fits = np.array([[2.0, 0.0], [1.5, 0.0], [-2.0, 0.0], [-1.5, 0.0]]), np.array([True, True, False, False])
    first, second, third, fourth = few.learn(space, SENTENCE, marked, fits).log_odds(SHOPPERS)
    assert first > third > fourth > second  # the marked axis leads; the sentence still orders the others


def test_a_sentence_that_marks_contradict_is_turned_round(space):
    marked, fits = np.tile(SHOPPERS[2:], (10, 1)), np.tile([False, True], 10)
    found = few.learn(space, SENTENCE, marked, fits).log_odds(SHOPPERS)
    assert found[3] > found[2]


def test_the_weights_are_those_of_greatest_posterior(space):
    """At the top, the slope of the log posterior is 0: here checked for the offset, which has no direction."""
    marked, fits = SHOPPERS[[0, 2, 3]], np.array([True, False, False])
    judge = few.learn(space, SENTENCE, marked, fits)
    pull = (fits - few.chance(judge.log_odds(marked))).sum()
    back = (judge.offset - np.log(few.BASE / (1 - few.BASE))) / few.BASE_SPREAD**2
    assert pull == pytest.approx(back, abs=1e-5)


def test_where_shoppers_do_not_differ_the_sentence_says_nothing():
    space = Space.of(np.ones((3, 2)))
    found = few.learn(space, SENTENCE, NOBODY, NOTHING).log_odds(np.ones((3, 2)))
    assert few.chance(found) == pytest.approx([few.BASE] * 3)


def test_what_things_push_adds_up():
    judge = Judge(-1.0, np.array([2.0, 0.0]), np.array([0.5, 0.0]))
    things, shares = np.array([[1.5, 0.0], [0.0, 7.0]]), np.array([0.5, 0.25])
    assert judge.pushes(things, shares).tolist() == [1.0, -0.25]
    shopper = judge.centre + shares @ (things - judge.centre)  # the rest of her weight is in the centre
    assert judge.log_odds(shopper[None]) == pytest.approx([-1.0 + 1.0 - 0.25])


def test_a_held_out_judge_has_not_seen_the_mark(space):
    marked, fits = SHOPPERS[[0, 1, 2]], np.array([True, False, False])
    found = few.held_out(space, SENTENCE, marked, fits)
    for i in range(3):
        others = np.arange(3) != i
        alone = few.learn(space, SENTENCE, marked[others], fits[others]).log_odds(marked[[i]])
        assert found[i] == pytest.approx(alone[0])
    flipped = few.held_out(space, SENTENCE, marked, np.array([False, False, False]))
    assert flipped[0] == pytest.approx(found[0])  # her own mark changes nothing of what is said of her
    assert flipped[1] != pytest.approx(found[1])


def test_a_threshold_weighs_being_right_more_than_reaching_many():
    assert few.proposed(np.array([0.9, 0.8, 0.1, 0.1])) == 0.8
    # one: 1.25 * 0.9 / (1 + 0.25 * 2.0) = 0.75; two: 1.25 * 1.3 / (2 + 0.5) = 0.65; four: 1.25 * 2 / 4.5 = 0.56
    assert few.proposed(np.array([0.9, 0.4, 0.4, 0.3])) == 0.9
    assert few.proposed(np.empty(0)) == 0.5


def test_with_too_few_marks_above_it_is_a_guess():
    everyone = np.linspace(0, 1, 101)
    found = few.expected(0.5, everyone, np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([True] * 5))
    assert (found.guess, found.precision, found.marked, found.shoppers, found.known) == (True, None, 4, 51, 101)


def test_marks_stand_for_their_band():
    """Of 30 given, ten lie in each band: eight marks in the top one, all right; one in each other, one right."""
    everyone = np.concatenate([np.full(10, 0.9), np.full(10, 0.7), np.full(10, 0.5), np.full(70, 0.1)])
    marked = np.array([0.9] * 8 + [0.7, 0.5])
    fits = np.array([True] * 8 + [True, False])
    found = few.expected(0.4, everyone, marked, fits)
    assert found.precision == pytest.approx(2 / 3)  # 9 of 10 are right, but those marked are not those who get it
    # weights 10/8 eight times and 10 twice: (30)² / (8 * 1.5625 + 200) = 4.235 marks' worth
    low, high = few.wilson(2 / 3 * 900 / 212.5, 900 / 212.5)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.low < 0.3 < 0.9 < found.high


def test_of_a_random_sample_it_is_the_plain_share():
    everyone = np.linspace(0.5, 1, 300)
    marked, fits = np.array([0.55, 0.6, 0.7, 0.75, 0.9, 0.95]), np.array([False, True, False, True, True, True])
    found = few.expected(0.5, everyone, marked, fits)
    assert found.precision == pytest.approx(4 / 6)
    assert (found.low, found.high) == pytest.approx(few.wilson(4, 6))


def test_whom_to_mark_are_likely_doubtful_and_random_ones_once_each():
    chances = np.array([0.9, 0.8, 0.55, 0.45, 0.2, 0.1, np.nan, 0.95])
    seen = np.array([False] * 7 + [True])
    found = few.to_mark(chances, 0.7, seen, 2, seed=1)
    whys = {why: {row for row, said in found if said == why} for why in ("likely", "doubtful", "random")}
    assert whys["likely"] == {0, 1}  # the one who was marked, and the unknown, are left out
    assert whys["doubtful"] == {2, 3}
    assert whys["random"] == {4, 5}
    assert found == few.to_mark(chances, 0.7, seen, 2, seed=1)
    assert few.to_mark(chances, 0.7, np.ones(8, dtype=bool), 2, seed=1) == []


def test_those_up_to_a_chance_are_judged_by_the_marks_among_them():
    everyone = np.linspace(0.01, 0.99, 99)
    marked, fits = np.array([0.05, 0.15, 0.25, 0.28, 0.3, 0.9]), np.array([False, False, False, True, False, True])
    found = few.expected(0.0, everyone, marked, fits, 0.3)
    assert (found.shoppers, found.known, found.marked) == (30, 99, 5)
    # three bands of ten: one mark, one mark, three marks, of which one is true: 10 / 3 of the 30
    assert found.precision == pytest.approx(10 / 3 / 30)
