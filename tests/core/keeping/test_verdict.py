import pytest

from core.keeping import verdict
from core.keeping.records import BAD, EARLY, FINE, GOOD, RETRAIN, UNKNOWN, WATCH, Sign


def signs(**levels: str) -> list[Sign]:
    return [Sign(key, 0.0, 0.0, level, f"{key} is {level}.") for key, level in levels.items()]


def test_one_bad_sign_is_enough_and_is_the_reason() -> None:
    assert verdict.verdict(signs(ratio=GOOD, order=GOOD, tags=BAD), 500) == (RETRAIN, "tags is bad.")


def test_fine_needs_fresh_labels() -> None:
    assert verdict.verdict(signs(ratio=GOOD, order=GOOD, tags=GOOD), 500)[0] == FINE
    said, reason = verdict.verdict(signs(ratio=UNKNOWN, order=UNKNOWN, tags=GOOD), 12)
    assert said == EARLY and "12 new lists" in reason
    assert verdict.verdict(signs(tags=GOOD), 500)[0] == EARLY


def test_what_is_watched_is_said_and_stays_fine() -> None:
    assert verdict.verdict(signs(ratio=GOOD, order=GOOD, words=WATCH), 500) == (
        FINE, "ratio is good. order is good. words is watch."
    )


@pytest.mark.parametrize(
    ("psi", "by_chance", "level"), [(0.09, 0.0, GOOD), (0.1, 0.05, WATCH), (0.25, 0.05, BAD), (0.4, 0.45, GOOD)]
)
def test_an_index_counts_from_the_usual_bounds_on_and_above_chance(psi: float, by_chance: float, level: str) -> None:
    assert verdict.of_index(psi, by_chance) == level


def test_percentages_are_bad_only_when_they_are_surely_far_off() -> None:
    assert verdict.of_ratio(0.9, 3.0) == GOOD
    assert verdict.of_ratio(1.21, 3.0) == BAD
    assert verdict.of_ratio(0.0, 0.0) == BAD  # nothing came of what was predicted
    assert verdict.of_ratio(0.5, 1 / 1.15) == WATCH


def test_the_order_is_bad_when_it_surely_fell_by_two_pairs_of_a_hundred() -> None:
    assert verdict.of_order(-0.05, 0.01) == GOOD
    assert verdict.of_order(-0.01, -0.001) == WATCH
    assert verdict.of_order(-0.05, -0.01) == BAD


def test_new_things_count_by_how_much_more_there_is_of_them() -> None:
    assert verdict.of_new("words", 0.3, 0.32) == GOOD  # a shop whose words always change
    assert verdict.of_new("words", 0.0, 0.12) == BAD
    assert verdict.of_new("items", 0.1, 0.4) == WATCH
    assert verdict.of_new("brands", 0.1, None) == UNKNOWN


def test_tags_are_bad_when_a_third_of_them_moved() -> None:
    assert [verdict.of_tags(bad, 9) for bad in (0, 2, 3)] == [GOOD, WATCH, BAD]
    assert verdict.of_tags(0, 0) == GOOD
