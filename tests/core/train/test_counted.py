from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from core.train.counted import Chosen, ItemNeighbours, asked, at_random, pair_scores, repeats

DAYS = [datetime(2026, 1, day) for day in range(1, 8)]
#: ann bought a, b, then c; bob a and b; cy c; dot d.
CHOICES = pd.DataFrame(
    [("ann", "a", DAYS[0]), ("bob", "a", DAYS[0]), ("ann", "b", DAYS[1]), ("bob", "b", DAYS[2]), ("cy", "c", DAYS[3]),
     ("ann", "c", DAYS[4]), ("dot", "d", DAYS[5])],
    columns=["user_id", "item_id", "ts"],
)


def test_a_history_holds_what_was_before_and_not_what_is_now() -> None:
    chosen = Chosen(CHOICES)
    names = [chosen.items[i] for i in chosen.before("ann", DAYS[4])]
    assert names == ["a", "b"]
    assert [chosen.items[i] for i in chosen.before("ann", DAYS[5])] == ["a", "b", "c"]
    assert len(chosen.before("nobody", DAYS[6])) == 0


def test_the_matrix_ends_with_the_training_days() -> None:
    found = Chosen(CHOICES).matrix(DAYS[3])
    np.testing.assert_array_equal(found.toarray(), [[1, 1, 0, 0], [1, 1, 0, 0]])  # ann and bob; cy came later


def test_likeness_by_hand() -> None:
    chosen = Chosen(CHOICES)
    model = ItemNeighbours(chosen.matrix(DAYS[6]), shrinkage=0.0)
    a, b, c, d = (chosen.number[name] for name in "abcd")
    found = model.scores(np.array([a]))
    assert found[b] == pytest.approx(2 / 2)  # both of a's buyers bought b, and nobody else did
    assert found[c] == pytest.approx(1 / 2)  # ann, of two buyers each
    assert (found[a], found[d]) == (0, 0)  # an item says nothing of itself
    # What is bought twice counts once, and likenesses add up.
    np.testing.assert_allclose(model.scores(np.array([a, b, a])), found + model.scores(np.array([b])))
    # Shrinkage: 2 / (2 + 2) and 1 / (2 + 2).
    shrunk = ItemNeighbours(chosen.matrix(DAYS[6]), shrinkage=2.0).scores(np.array([a]))
    np.testing.assert_allclose(shrunk[[b, c]], [0.5, 0.25])


def test_only_the_nearest_are_kept() -> None:
    chosen = Chosen(CHOICES)
    found = ItemNeighbours(chosen.matrix(DAYS[6]), neighbours=1, shrinkage=0.0).scores(np.array([chosen.number["a"]]))
    assert found[chosen.number["b"]] == 1 and found[chosen.number["c"]] == 0


def test_pairs_are_scored_from_the_history_at_their_moment() -> None:
    chosen = Chosen(CHOICES)
    pairs = pd.DataFrame({
        "ask_id": [7, 7, 8, 8], "user_id": ["ann", "ann", "bob", "bob"], "as_of": [DAYS[1]] * 2 + [DAYS[6]] * 2,
        "item_id": ["b", "never sold", "a", "c"],
    })
    assert [(list(rows), len(history)) for rows, history in asked(pairs, chosen)] == [([0, 1], 1), ([2, 3], 2)]
    found = pair_scores(pairs, chosen, lambda history: np.arange(4.0) + 10 * len(history))
    # a=0, b=1, c=2; the unknown item gets the least of all.
    np.testing.assert_array_equal(found, [11, 11, 20, 22])
    np.testing.assert_array_equal(pair_scores(pairs, chosen, lambda history: np.full(4, np.nan)), [0, 0, 0, 0])


def test_repeats_come_first_and_then_what_is_popular() -> None:
    features = pd.DataFrame({"fit bought": [0, 2, 1, 0], "fit popularity": [9, np.nan, 3, -1]})
    np.testing.assert_allclose(repeats(features), [0.9, 2, 1.3, 0])


def test_chance_is_the_same_for_a_seed_and_knows_nothing() -> None:
    np.testing.assert_array_equal(at_random(5, 1), at_random(5, 1))
    assert abs(at_random(10_000, 2).mean() - 0.5) < 0.01
