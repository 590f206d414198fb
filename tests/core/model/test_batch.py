from __future__ import annotations

import numpy as np

from core.model.batch import pad

A, B = np.array([2, 7, 8, 3]), np.array([2, 9, 3])


def test_pads_to_the_longest_and_says_what_is_real():
    batch = pad([A, B], [[B], [A, B]], 0)
    assert batch.history.tolist() == [[2, 7, 8, 3], [2, 9, 3, 0]]
    assert batch.history_keep.tolist() == [[True] * 4, [True, True, True, False]]
    assert batch.candidates.tolist() == [[[2, 9, 3, 0], [0] * 4], [[2, 7, 8, 3], [2, 9, 3, 0]]]
    assert batch.candidates_keep.sum(dim=2).tolist() == [[3, 0], [4, 3]]
    assert batch.flat()[2].tolist() == [[0, 1, 2, 3] * 3] * 2


def test_no_candidates_leave_an_empty_side():
    batch = pad([A, B], [[], []], 0)
    assert batch.candidates.shape == (2, 0, 0)
    assert batch.flat()[2].tolist() == [[0, 1, 2, 3]] * 2


def test_what_is_left_out_is_taken_out_and_the_rest_keeps_its_place():
    keep = np.array([True, False, True, True])
    batch = pad([A, B], [[A], [B]], 0, history_keep=[keep, np.ones(3, bool)],
                candidates_keep=[[~keep], [np.array([True, False, True])]])
    assert batch.history.tolist() == [[2, 8, 3], [2, 9, 3]]
    assert batch.history_places.tolist() == [[0, 2, 3], [0, 1, 2]]
    assert batch.candidates.tolist() == [[[2, 7]], [[2, 3]]]
    assert batch.candidates_places.tolist() == [[[0, 1]], [[0, 2]]]
    assert batch.candidates_keep.tolist() == [[[False, True]], [[True, True]]]  # the first stays, unseen


def test_masks_for_one_side_only():
    batch = pad([A], [[B]], 0, history_keep=[np.array([True, False, False, True])])
    assert batch.history.tolist() == [[2, 3]]
    assert batch.candidates_places.tolist() == [[[0, 1, 2]]]
