from __future__ import annotations

import numpy as np

from core.explain.masker import BATCH, Game, coarse, keep_masker
from core.explain.partition import pieces, tree
from tests.core.explain.fake import small_words


def make(calls):
    words = small_words(3, 2)
    weights = np.array([100.0, 1, 2, 3, 4, 5, 6, 200])

    def model(keeps):
        calls.append(keeps[0].copy())
        return (keeps[0] @ weights)[:, None]

    tokens = pieces([words], lambda ids: [str(i) for i in ids])
    return Game(model, [len(words.ids)], tokens)


def test_first_and_last_are_always_kept():
    calls = []
    game = make(calls)
    masks = np.array([[False] * 6, [True] * 6, [True] + [False] * 5])
    assert game(masks)[:, 0].tolist() == [300, 321, 301]
    assert all(keep[:, [0, -1]].all() for keep in calls)


def test_equal_masks_are_evaluated_once_and_counted_once():
    calls = []
    game = make(calls)
    mask = np.array([[True, False] * 3] * 5)
    assert game(mask).shape == (5, 1)
    game(mask)
    assert sum(map(len, calls)) == game.evaluations == 1
    assert game.fresh(mask[:1]).shape == (1, 1)
    assert sum(map(len, calls)) == 2
    assert game.evaluations == 1


def test_masks_of_one_length_go_together_and_answers_come_in_order():
    calls = []
    game = make(calls)
    masks = np.array([[bool(n >> bit & 1) for bit in range(6)] for n in range(64)])
    values = game(masks)[:, 0]
    assert values.tolist() == (300 + masks @ np.arange(1, 7)).tolist()
    sizes = np.concatenate([keep.sum(axis=1) for keep in calls])
    assert (np.diff(sizes) >= 0).all()
    assert max(map(len, calls)) <= BATCH


def test_groups_are_present_together():
    game = make([])
    by_event = coarse(game, np.array([0, 0, 1, 1, 2, 2]))
    assert by_event(np.array([[True, False, True]])).tolist() == [[300 + 1 + 2 + 5 + 6]]


def test_the_masker_hands_over_the_mask_itself():
    masker = keep_masker(tree([0, 1, 2]))
    assert masker(np.array([True, False, True]), np.zeros(3))[0].tolist() == [[True, False, True]]
    assert masker.shape == (1, 3)
    assert masker.mask_shapes() == [(3,)]
