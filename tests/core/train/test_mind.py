from math import log2

import numpy as np
import pytest

from core.errors import InputError
from core.train.mind import figures_of_list, run_lines, score_run, truth_lines


def test_a_list_by_hand() -> None:
    # Ranked: miss, hit, miss, hit, miss, miss.
    auc, mrr, five, ten = figures_of_list([0, 1, 0, 1, 0, 0], [6, 5, 4, 3, 2, 1])
    assert auc == pytest.approx((3 + 2) / 8)  # the hits are above 3 and 2 of the 4 misses
    assert mrr == pytest.approx((1 / 2 + 1 / 4) / 2)
    best = 1 + 1 / log2(3)
    assert five == ten == pytest.approx((1 / log2(3) + 1 / log2(5)) / best)


def test_what_stands_below_the_fifth_place_counts_for_ten_only() -> None:
    _, mrr, five, ten = figures_of_list([0, 0, 0, 0, 0, 1], [6, 5, 4, 3, 2, 1])
    assert (five, mrr) == (0.0, pytest.approx(1 / 6))
    assert ten == pytest.approx(1 / log2(7))


def test_more_hits_than_places_are_no_fault() -> None:
    _, mrr, five, _ = figures_of_list([1] * 6 + [0], [7, 6, 5, 4, 3, 2, 1])
    assert five == 1.0
    assert mrr == pytest.approx(sum(1 / k for k in range(1, 7)) / 6)


def test_equal_scores_stand_in_reverse_as_the_scorer_reads_them() -> None:
    # argsort of equal scores is 0, 1, 2; backwards, the last item comes first.
    assert figures_of_list([0, 0, 1], [1, 1, 1])[1] == 1.0
    assert figures_of_list([1, 0, 0], [1, 1, 1])[1] == pytest.approx(1 / 3)
    assert figures_of_list([1, 0, 0], [1, 1, 1])[0] == 0.5


def test_a_run_is_the_mean_over_its_lists() -> None:
    found = score_run(["1 [0,1]", "2 [1,0,0]"], ["1 [1,2]", "2 [1,2,3]"])
    assert (found.auc, found.mrr, found.lists) == (0.5, pytest.approx((1 / 2 + 1) / 2), 2)
    assert found.ndcg5 == pytest.approx((1 / log2(3) + 1) / 2)


def test_masked_lists_are_left_out_and_a_short_run_ranks_the_rest_alike() -> None:
    found = score_run(["1 []", "2 [0,1]", "3 [0,1]"], ["1 []", "2 [2,1]"])
    assert (found.lists, found.auc) == (2, pytest.approx((1 + 0.5) / 2))


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (["2 [1,2]"], "list 2"), (["1 [1]"], "1 items"), (["1 1,2"], "not of the form"), (["1 [0,1]"], "below 1"),
        (["1 [a]"], "not of the form"), (["1 [null, 2]"], "not of the form"),
    ],
)
def test_a_run_that_is_not_of_the_truth_is_refused(run: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        score_run(["1 [0,1]"], run)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(InputError, match="no list"):
        score_run(["1 []"], ["1 []"])


def test_a_run_that_is_written_ranks_the_greatest_first_and_scores_as_its_scores_do() -> None:
    scores, labels = [0.1, 0.7, 0.7, 0.3], [0, 0, 1, 1]
    (line,) = run_lines(["9"], [scores])
    assert line == "9 [4,1,2,3]"
    found = score_run(["9 [0,0,1,1]"], [line])
    assert found.mrr == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert found.auc == figures_of_list(labels, np.array([1, 4, 3, 2]))[0]


def test_the_truth_of_a_published_line() -> None:
    lines = ["1\tU13740\t11/11/2019 9:05:58 AM\tN55189 N42782\tN55689-1 N35729-0\n", "2\tU9\t11/12/2019\t\tN2-0 N3-1\n"]
    assert list(truth_lines(lines)) == ["1 [1,0]", "2 [0,1]"]
