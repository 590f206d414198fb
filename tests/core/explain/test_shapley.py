from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from core.explain.shapley import _exact, shapley_values


def rough(players, outputs=2, seed=0):
    """A game with every interaction: a random number for each coalition."""
    table = np.random.default_rng(seed).normal(size=(2**players, outputs))
    return lambda masks: table[masks @ (1 << np.arange(players))]


def brute_force(game, players):
    values, orders = 0, list(permutations(range(players)))
    for order in orders:
        masks = np.zeros((players + 1, players), dtype=bool)
        for step, player in enumerate(order, 1):
            masks[step:, player] = True
        added = np.diff(game(masks), axis=0)
        values = values + added[np.argsort(order)]
    return values / len(orders)


def counted(game, asked):
    def play(masks):
        asked.append(len(np.unique(masks, axis=0)))
        return game(masks)

    return play


@pytest.mark.parametrize("players", [2, 3, 4, 5, 6])
def test_few_players_are_answered_exactly(players):
    game = rough(players)
    found = shapley_values(game, players, 64)
    np.testing.assert_allclose(found.values, brute_force(game, players), atol=1e-12)
    assert found.error == 0.0


def test_a_worked_example():
    """Gloves: a left hand and two right hands; a pair is worth 1. The left one is worth 2/3, each right one 1/6."""
    found = shapley_values(lambda masks: (masks[:, :1] & masks[:, 1:].any(axis=1, keepdims=True)).astype(float), 3, 8)
    np.testing.assert_allclose(found.values[:, 0], [2 / 3, 1 / 6, 1 / 6])


def test_first_and_last_are_exact_where_players_interact_in_pairs_whatever_the_budget():
    players, random = 16, np.random.default_rng(0)
    weights, pairs = random.normal(size=players), random.normal(size=(players, players))

    def game(masks):
        kept = masks.astype(float)
        return (kept @ weights + np.einsum("ni,ij,nj->n", kept, pairs, kept))[:, None]

    asked = []
    found = shapley_values(counted(game, asked), players, 2 * players)
    expected = weights + np.diag(pairs) + (pairs + pairs.T - 2 * np.diag(np.diag(pairs))).sum(axis=1) / 2
    np.testing.assert_allclose(found.values[:, 0], expected, atol=1e-9)
    assert asked == [2 * players + 2]
    assert found.error > 0.1


@pytest.mark.parametrize("budget", [2, 40, 200])
def test_sums_are_exact_and_the_budget_is_kept_from_first_and_last_on(budget):
    players, asked = 10, []
    game = rough(players)
    values = shapley_values(counted(game, asked), players, budget, settled=0.0).values
    ends = game(np.array([[False] * players, [True] * players]))
    np.testing.assert_allclose(values.sum(axis=0), ends[1] - ends[0], atol=1e-9)
    assert sum(asked) <= max(budget, 2 * players + 2) + 2 * len(asked)  # the ends are asked for with every pair


def test_more_orders_come_nearer_and_the_error_tells_how_near():
    players, game = 8, rough(8, outputs=1)
    true = _exact(game, players)
    off = {}
    for budget in (30, 120):
        runs = [shapley_values(game, players, budget, seed=seed, settled=0.0) for seed in range(6)]
        off[budget] = np.mean([np.abs(run.values - true).max() for run in runs])
        assert off[budget] < 2 * np.mean([run.error for run in runs])
    assert off[120] < 0.8 * off[30]


def test_settled_values_end_the_search():
    asked = []
    shapley_values(counted(rough(9), asked), 9, 10_000, settled=1.0)
    few = len(asked)
    shapley_values(counted(rough(9), asked), 9, 10_000, settled=0.0)
    assert few < len(asked) - few


def test_everybody_comes_first_and_last_when_all_turns_of_an_order_are_walked():
    """Whoever joins first gets all: an eighth each."""
    found = shapley_values(lambda masks: masks.any(axis=1, keepdims=True).astype(float), 8, 10_000, settled=0.0)
    np.testing.assert_allclose(found.values[:, 0], 1 / 8)


def test_the_same_seed_gives_the_same_bytes():
    one, again, other = (shapley_values(rough(9), 9, 60, seed=seed).values.tobytes() for seed in (3, 3, 4))
    assert one == again != other


@pytest.mark.parametrize("players", [0, 1])
def test_hardly_any_players(players):
    game = rough(players, outputs=3)
    found = shapley_values(game, players, 10)
    assert found.values.shape == (players, 3)
    assert found.error == 0.0
    if players:
        np.testing.assert_allclose(found.values[0], game(np.array([[True]]))[0] - game(np.array([[False]]))[0])


def test_players_who_add_first_what_they_add_last_need_no_orders():
    """That somebody is there at all is worth 7, whoever it is: all share it."""
    weights, asked = np.arange(9.0), []

    def game(masks):
        return masks @ weights[:, None] + 7.0 * masks.any(axis=1, keepdims=True)

    found = shapley_values(counted(game, asked), 9, 20)
    assert asked == [20]
    assert found.error == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(found.values[:, 0], weights + 7 / 9, atol=1e-9)


def test_players_who_add_something_else_last_are_put_in_orders():
    weights, asked = np.arange(9.0), []

    def game(masks):
        return masks @ weights[:, None] + 0.5 * masks[:, :3].all(axis=1, keepdims=True)

    found = shapley_values(counted(game, asked), 9, 1_000)
    assert len(asked) > 2
    assert 0 < found.error <= 0.02
    np.testing.assert_allclose(found.values[:, 0], weights + np.array([0.5 / 3] * 3 + [0] * 6), atol=0.05)


def test_masks_that_cost_nothing_are_all_asked_for():
    game = rough(9)
    found = shapley_values(game, 9, 512, cheap=True)
    np.testing.assert_allclose(found.values, _exact(game, 9), atol=1e-12)
    assert found.error == 0.0
    assert shapley_values(game, 9, 511, cheap=True).error > 0


def test_after_all_turns_of_an_order_another_one_comes():
    players, game = 8, rough(8, outputs=1)
    true, off = _exact(game, players), {}
    for rounds in (1, 8):
        masks = 2 + rounds * players * 2 * (players - 1)
        runs = [shapley_values(game, players, masks, seed=seed, settled=0.0) for seed in range(4)]
        off[rounds] = np.mean([np.abs(run.values - true).max() for run in runs])
    assert off[8] < 0.7 * off[1]
