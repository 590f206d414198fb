"""The benchmark of few labels: its figures, and what it draws."""

import numpy as np

from benchmarks import few_labels


def test_auc_is_the_share_of_pairs_in_order():
    truth, rows = np.array([1.0, 0.0, 1.0, 0.0]), np.arange(4)
    assert few_labels._auc(truth, [np.array([4.0, 3.0, 2.0, 1.0])], rows) == 0.75
    assert few_labels._auc(truth, [np.array([1.0, 1.0, 1.0, 1.0])], rows) == 0.5
    assert np.isnan(few_labels._auc(np.ones(4), [np.arange(4.0)], rows))


def test_marks_are_of_both_kinds_and_of_the_pool_alone():
    truth = np.zeros(1000)
    truth[[7, 500]] = 1
    for seed in range(5):
        found = few_labels._marked(truth, 8, seed)
        assert (len(found), truth[found].sum()) == (8, 1)
        assert found.max() < few_labels.POOL
