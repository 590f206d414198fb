"""Walks: sums are exact, additive games too; where parts interact, the mean over walks is the Owen value."""

import numpy as np
import pytest

from core.explain.walks import nested_walk_values, walk_values

EVENTS = [[[0], [1, 2]], [[3]]]


def weights(masks):
    return (masks @ np.array([1.0, 2.0, 4.0, -3.0]))[:, None]


def test_an_additive_game_is_answered_exactly_by_any_walk():
    for seed in range(5):
        assert walk_values(weights, EVENTS, 4, seed)[:, 0] == pytest.approx([1, 6, -3])


def test_sums_are_exact_for_every_output():
    random = np.random.default_rng(0)
    table = random.normal(size=(16, 3))

    def game(masks):
        return table[masks @ (1 << np.arange(4))]

    found = walk_values(game, EVENTS, 4, seed=3)
    assert found.shape == (3, 3)
    assert found.sum(axis=0) == pytest.approx(table[15] - table[0])


def both(masks):
    """1 when the first part of the first event meets the second event."""
    return (masks[:, 0] & masks[:, 3]).astype(float)[:, None]


def test_a_pair_of_walks_shares_what_two_parts_do_together():
    assert walk_values(both, EVENTS, 4, seed=1, walks=2)[:, 0] == pytest.approx([0.5, 0, 0.5])


def test_one_walk_gives_it_to_who_came_last_and_is_right_in_the_mean():
    found = [walk_values(both, EVENTS, 4, seed)[:, 0] for seed in range(400)]
    assert {tuple(row) for row in found} == {(1, 0, 0), (0, 0, 1)}
    assert np.mean(found, axis=0) == pytest.approx([0.5, 0, 0.5], abs=0.08)


def test_parts_of_an_event_join_side_by_side():
    seen = []

    def game(masks):
        seen.append(masks.copy())
        return masks[:, :1].astype(float)

    events = [[[0], [1], [2]], [[3], [4], [5]]]
    for seed in range(20):
        walk_values(game, events, 6, seed)
    for masks in seen:
        half = masks[3]  # after three steps one event is there whole, the other not at all
        assert sorted([half[:3].sum(), half[3:].sum()]) == [0, 3]


def test_the_same_seed_gives_the_same_walk():
    def game(masks):
        return (masks.sum(axis=1) ** 2 * (1 + masks[:, 0]))[:, None].astype(float)

    assert (walk_values(game, EVENTS, 4, 5) == walk_values(game, EVENTS, 4, 5)).all()
    assert any((walk_values(game, EVENTS, 4, 5) != walk_values(game, EVENTS, 4, seed)).any() for seed in range(6, 12))


def test_nothing_to_leave_out_gives_nothing():
    assert walk_values(lambda masks: np.ones((len(masks), 2)), [], 0).shape == (0, 2)


def test_players_of_a_group_join_side_by_side_at_every_level():
    """A pair that counts only when a stranger is there: the stranger comes between its halves in no order."""
    nested = [[[0, 1], [2]], [[3, 4]]]
    met = []

    def game(masks):
        met.extend(masks.astype(int).tolist())
        return masks.sum(axis=1, keepdims=True).astype(float)

    assert nested_walk_values(game, nested, 5, walks=20)[:, 0] == pytest.approx([1] * 5)
    met = np.array(met)
    assert not ((met[:, 0] != met[:, 1]) & (met[:, 3] != met[:, 4])).any()
    halves = met[met[:, 0] != met[:, 1]]
    assert {tuple(row) for row in halves[:, 3:]} == {(0, 0), (1, 1)}
    assert set(halves[:, 2]) == {0, 1}


def test_a_phrase_that_counts_when_it_is_whole_is_shared_evenly():
    def game(masks):
        return masks[:, :3].all(axis=1, keepdims=True) * 3.0

    found = nested_walk_values(game, [[[0, 1, 2], [3]], [[4]]], 5, walks=2_000)
    assert found[:, 0] == pytest.approx([1, 1, 1, 0, 0], abs=0.1)
