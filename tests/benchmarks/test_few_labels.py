"""The benchmark of few labels: its figures, what it draws, and its page."""

import json

import numpy as np
import pytest

from benchmarks import few_labels

FOUND = {
    "seeds": "0,1", "minutes": 3.0, "date": "2026-06-01T10:00", "command": "python -m benchmarks.few_labels",
    "machine": {"cores": 2},
    "tasks": {"Baskets": {"children": {
        "n": 401, "share": 0.36, "sentence": "a family", "auc": {
            "ours": {"0": [0.6, 0.55, 0.65], "8": [0.61, 0.56, 0.66]}, "words counted": {"8": [0.5, 0.45, 0.55]}},
        "ahead": {"words counted": {"8": [0.11, 0.05, 0.17]}, "LightGBM on counted features": {}},
        "promised": {"8": {"told": 0, "of": 2, "said": None, "true": None, "inside": 0},
                     "32": {"told": 2, "of": 2, "said": 0.5, "true": 0.46, "inside": 2},
                     "128": {"told": 1, "of": 2, "said": 0.6, "true": 0.4, "inside": 0}}}}},
}  # fmt: skip


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


def test_tables_say_rows_leads_and_promises():
    said = few_labels.tables(FOUND)
    assert "**Baskets: children** (“a family”; true of 36% of 401 judged)" in said
    assert "| ours | 0.600 (0.550 – 0.650) | 0.610 (0.560 – 0.660) |  |  |" in said
    assert "| *ours ahead of words counted* |  | +0.110 (+0.050 – +0.170) |  |  |" in said
    assert "| a guess each time | 50% → 46%; 2 of 2 (0 guesses) | 60% → 40%; 0 of 1 (1 guesses) |" in said


def test_only_what_is_between_the_marks_is_written_anew():
    page = "before\n<!-- few labels -->\nold\n<!-- end -->\nafter"
    found = few_labels.filled(page, FOUND)
    assert found.startswith("before\n<!-- few labels -->\n")
    assert "old" not in found
    assert found.endswith("<!-- end -->\nafter")
    assert few_labels.filled(found, FOUND) == found


@pytest.mark.skipif(not few_labels.RESULTS.exists(), reason="nothing was measured yet")
def test_the_page_says_what_was_measured():
    page = few_labels.PAGE.read_text(encoding="utf-8")
    assert page == few_labels.filled(page, json.loads(few_labels.RESULTS.read_text(encoding="utf-8")))
