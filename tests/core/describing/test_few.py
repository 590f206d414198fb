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
    found = few.held_out(space, SENTENCE, marked, fits, NOBODY)
    for i in range(3):
        left = np.arange(3) != i
        alone = few.learn(space, SENTENCE, marked[left], fits[left]).log_odds(marked[[i]])
        assert found[i] == pytest.approx(alone[0])
    flipped = few.held_out(space, SENTENCE, marked, np.array([False, False, False]), NOBODY)
    assert flipped[0] == pytest.approx(found[0])  # her own mark changes nothing of what is said of her
    assert flipped[1] != pytest.approx(found[1])


def test_who_is_left_out_keeps_her_place_among_those_who_were_not_marked(space):
    """Half fit, whatever they did: a judge that misses one who fits holds everybody for less likely, her too."""
    marked, fits = np.zeros((8, 2)), np.tile([True, False], 4)
    others = np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    alone = few.held_out(space, SENTENCE, marked, fits, NOBODY)
    assert alone[fits].max() < alone[~fits].min()  # which a threshold between the two would take for wrong marks
    found = few.held_out(space, SENTENCE, marked, fits, others)
    middle = few.learn(space, SENTENCE, marked, fits).log_odds(others)[1]
    assert found.tolist() == [middle] * 8


def test_places_between_beyond_and_beside():
    others, scale = np.array([3.0, 1.0, 2.0, 2.0, 2.0]), np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    found = few._at_their_place(np.array([1.5, 2.0, 9.0, 0.0, 3.0]), others, scale)
    assert found.tolist() == [15.0, 30.0, 50.0, 10.0, 50.0]


def test_a_threshold_weighs_being_right_more_than_reaching_many():
    assert few.proposed(np.array([0.9, 0.8, 0.1, 0.1])) == 0.8
    # one: 1.25 * 0.9 / (1 + 0.25 * 2.0) = 0.75; two: 1.25 * 1.3 / (2 + 0.5) = 0.65; four: 1.25 * 2 / 4.5 = 0.56
    assert few.proposed(np.array([0.9, 0.4, 0.4, 0.3])) == 0.9
    assert few.proposed(np.empty(0)) == 0.5


def test_with_too_few_marks_above_it_is_a_guess():
    everyone = np.linspace(0, 1, 101)
    found = few.expected(0.5, everyone, everyone, np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([True] * 5))
    assert (found.guess, found.precision, found.marked, found.shoppers, found.known) == (True, None, 4, 51, 101)


def test_marks_stand_for_their_band():
    """Of 30 given, ten lie in each band: eight marks in the top one, all right; one in each other, one right."""
    everyone = np.concatenate([np.full(10, 0.9), np.full(10, 0.7), np.full(10, 0.5), np.full(70, 0.1)])
    marked = np.array([0.9] * 8 + [0.7, 0.5])
    fits = np.array([True] * 8 + [True, False])
    found = few.expected(0.4, everyone, everyone, marked, fits)
    assert found.precision == pytest.approx(2 / 3)  # 9 of 10 are right, but those marked are not those who get it
    # weights 10/8 eight times and 10 twice are 30² / (8 * 1.5625 + 200) marks' worth; 30 get it; one mark less
    worth = 1 / (212.5 / 900 + 1 / 30) - 1
    assert (found.low, found.high) == pytest.approx(few.wilson(2 / 3 * worth, worth))
    assert found.low < 0.3 < 0.9 < found.high


def test_of_a_random_sample_it_is_the_plain_share():
    everyone = np.linspace(0.5, 1, 300)
    marked, fits = np.array([0.55, 0.6, 0.7, 0.75, 0.9, 0.95]), np.array([False, True, False, True, True, True])
    found = few.expected(0.5, everyone, everyone, marked, fits)
    assert found.precision == pytest.approx(4 / 6)
    worth = 1 / (1 / 6 + 1 / 300) - 1  # six marks, of 300 who get it; one less
    assert (found.low, found.high) == pytest.approx(few.wilson(4 / 6 * worth, worth))


def test_a_band_that_no_mark_tells_of_makes_it_less_sure():
    """Twenty marks, all right, in two of three bands: of a third of those who get the tag nobody knows anything."""
    everyone = np.concatenate([np.full(10, 0.9), np.full(10, 0.7), np.full(10, 0.5), np.full(70, 0.1)])
    found = few.expected(0.4, everyone, everyone, np.repeat([0.9, 0.7], 10), np.ones(20, dtype=bool))
    assert found.precision == 1.0
    worth = 1 / (2 * (1 / 3) ** 2 / 10 + (1 / 3) ** 2 / few.UNTOLD + 1 / 30) - 1
    assert (found.low, found.high) == pytest.approx(few.wilson(worth, worth))
    assert found.low < 2 / 3  # as it would be, were none of that third right


def test_what_is_known_of_marked_shoppers_is_not_said_of_others():
    """Of the others who get the tag, half lie high and half low; those who were marked are many, and lie high."""
    others = np.concatenate([np.full(10, 0.9), np.full(10, 0.5)])
    everyone = np.concatenate([others, np.full(80, 0.95)])
    marked, fits = np.array([0.9] * 8 + [0.5] * 8), np.array([True] * 8 + [False] * 8)
    found = few.expected(0.4, everyone, others, marked, fits)
    assert (found.shoppers, found.precision) == (100, pytest.approx(0.5))


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
    found = few.expected(0.0, everyone, everyone, marked, fits, 0.3)
    assert (found.shoppers, found.known, found.marked) == (30, 99, 5)
    # three bands of ten: one mark, one mark, three marks, of which one is true: 10 / 3 of the 30
    assert found.precision == pytest.approx(10 / 3 / 30)


def shop_of(lot, shoppers=1_500, width=6):
    """Shoppers, a sentence that says it by half, and of whom it is true."""
    vectors = lot.normal(size=(shoppers, width))
    towards, astray = lot.normal(size=(2, width)) / np.sqrt(width)
    pull = 1.5 * vectors @ towards
    odds = pull - np.quantile(pull, 0.97)
    return vectors, towards + astray, lot.random(shoppers) < few.chance(odds)


def marked_by(lot, vectors, sentence, truth, count):
    """Whom a person has marked who takes every handful that is offered."""
    space, marked = Space.of(vectors), np.empty(0, dtype=int)
    while len(marked) < count:
        chances = few.chance(few.learn(space, sentence, vectors[marked], truth[marked]).log_odds(vectors))
        seen = np.isin(np.arange(len(vectors)), marked)
        offered = few.to_mark(chances, few.proposed(chances), seen, 3, int(lot.integers(1 << 30)))
        marked = np.append(marked, [row for row, _ in offered])
    return marked[:count]


def test_what_is_said_of_how_often_it_is_right_holds_in_95_of_100_shops():
    """Of shops made by hand, in which it is known of everybody whether it is true."""
    inside, off = [], []
    for number in range(180):
        lot = np.random.default_rng(number)
        vectors, sentence, truth = shop_of(lot)
        marked = marked_by(lot, vectors, sentence, truth, (18, 36, 90)[number % 3])
        others = np.delete(np.arange(len(vectors)), marked)
        space = Space.of(vectors)
        chances = few.chance(few.learn(space, sentence, vectors[marked], truth[marked]).log_odds(vectors))
        unseen = few.chance(few.held_out(space, sentence, vectors[marked], truth[marked], vectors[others]))
        told = few.expected(few.proposed(chances), chances, chances[others], unseen, truth[marked])
        if told.guess:
            continue
        true = truth[others][chances[others] >= told.threshold].mean()
        inside.append(told.low <= true <= told.high)
        off.append(told.precision - true)
    assert len(inside) > 150
    assert 0.93 <= np.mean(inside) <= 0.98
    assert abs(np.mean(off)) < 0.04
