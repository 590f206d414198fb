"""What a difference between two groups opens as: the first one's side of it, in numbers that are easy to read."""

import pytest

from core import marks
from core.records import Condition


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (6.0, 1.0, (">=", 4.0)),  # the middle is 3.5
        (241.9, 512.3, ("<=", 377.0)),  # 377.1
        (0.31, 0.12, (">=", 0.2)),  # 0.215
        (10.2, 10.4, ("<=", 10.3)),  # 10 would be below both
        (-0.5, 0.5, ("<=", 0.0)),
    ],
)
def test_a_number_is_beyond_a_round_one_between_both_means(first, second, expected):
    assert marks.differing("spend", first, second) == Condition("spend", *expected)


def test_a_text_is_its_value_and_a_tag_its_threshold():
    assert marks.differing("age_band", 0.1, 0.4, "25-34") == Condition("age_band", "in", ["25-34"])
    assert marks.differing("intent:buy", 0.2, 0.6, at=0.45) == Condition("intent:buy", "<=", 0.45)
