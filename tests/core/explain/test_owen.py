from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from core.explain.owen import owen_values
from core.explain.partition import exact_evaluations, tree

NESTED = {
    2: [0, 1], 3: [[0, 1], 2], 4: [[0], [1, 2], [3]], 5: [0, 1, 2, 3, 4], 6: [[[0, 1], [2]], [[3], [4, 5]]],
    7: [[0], [[1, 2], [3]], [4, [5, 6]]],
}


def brute_force(game, linkage, players):
    """Mean marginal contribution over every order that keeps each branch of the tree together."""
    def orders(node):
        if node < players:
            return [[node]]
        left, right = (orders(int(child)) for child in linkage[node - players, :2])
        return [[*a, *b] for one, two in ((left, right), (right, left)) for a, b in product(one, two)]

    values, every = np.zeros((players, game(np.zeros((1, players), bool)).shape[1])), orders(players + len(linkage) - 1)
    for order in every:
        masks = np.zeros((players + 1, players), dtype=bool)
        for step, player in enumerate(order, 1):
            masks[step:, player] = True
        values[order] += np.diff(game(masks), axis=0)
    return values / len(every)


def rough(players, outputs=2, seed=0):
    """A game with every interaction: a random number for each coalition."""
    table = np.random.default_rng(seed).normal(size=(2**players, outputs))
    return lambda masks: table[masks @ (1 << np.arange(players))]


@pytest.mark.parametrize("players", NESTED)
def test_values_are_those_of_brute_force(players):
    linkage, game = tree(NESTED[players]), rough(players)
    values = owen_values(game, linkage, players, exact_evaluations(linkage))
    np.testing.assert_allclose(values, brute_force(game, linkage, players), atol=1e-9)


def test_grouping_matters():
    game = rough(4)
    one, other = ([[0, 1], [2, 3]], [[0, 2], [1, 3]])
    values = [owen_values(game, tree(nested), 4, 100) for nested in (one, other)]
    assert np.abs(values[0] - values[1]).max() > 0.01


def test_an_exact_run_asks_for_as_many_masks_as_foretold():
    asked = []
    game, linkage = rough(7), tree(list(range(7)))

    def counting(masks):
        asked.append(len(masks))
        return game(masks)

    owen_values(counting, linkage, 7, 1000)
    assert sum(asked) == exact_evaluations(linkage)


@pytest.mark.parametrize("budget", [2, 3, 7, 20, 60, 200])
def test_sums_are_exact_and_the_budget_is_kept_whatever_it_is(budget):
    asked = []
    players, game = 16, rough(16)

    def counting(masks):
        asked.append(len(masks))
        return game(masks)

    values = owen_values(counting, tree(list(range(players))), players, budget)
    ends = game(np.array([[False] * players, [True] * players]))
    np.testing.assert_allclose(values.sum(axis=0), ends[1] - ends[0], atol=1e-9)
    assert sum(asked) <= budget + 4  # the ends are asked for in both contexts


def test_pairs_are_shared_exactly_at_four_masks_a_player():
    players, random = 16, np.random.default_rng(0)
    weights, pairs = random.normal(size=players), random.normal(size=(players, players))

    def game(masks):
        kept = masks.astype(float)
        return (kept @ weights + np.einsum("ni,ij,nj->n", kept, pairs, kept))[:, None]

    linkage = tree(list(range(players)))
    assert exact_evaluations(linkage) > 4 * players
    values = owen_values(game, linkage, players, 4 * players)
    shapley = weights + np.diag(pairs) + (pairs + pairs.T - 2 * np.diag(np.diag(pairs))).sum(axis=1) / 2
    np.testing.assert_allclose(values[:, 0], shapley, atol=1e-9)


@pytest.mark.parametrize("budget", [12, 40, 1000])
def test_additive_games_are_answered_with_their_weights(budget):
    weights = np.arange(8.0)
    values = owen_values(lambda masks: (masks @ weights)[:, None], tree(list(range(8))), 8, budget)
    if budget > 12:
        np.testing.assert_allclose(values[:, 0], weights, atol=1e-9)
    assert values.sum() == pytest.approx(28)


@pytest.mark.parametrize("players", [0, 1])
def test_hardly_any_players(players):
    game = rough(players, outputs=3)
    values = owen_values(game, tree(list(range(players))), players, 10)
    assert values.shape == (players, 3)
    if players:
        np.testing.assert_allclose(values[0], game(np.array([[True]]))[0] - game(np.array([[False]]))[0])


def test_the_same_seed_gives_the_same_bytes_and_leaves_numpy_alone():
    game, linkage = rough(16), tree(list(range(16)))
    np.random.seed(5)
    first = owen_values(game, linkage, 16, 40, seed=3)
    after = np.random.random()
    np.random.seed(5)
    assert np.random.random() == after
    assert owen_values(game, linkage, 16, 40, seed=3).tobytes() == first.tobytes()
