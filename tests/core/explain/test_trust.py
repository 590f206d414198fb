from __future__ import annotations

import pytest

from core.explain.trust import checks
from core.records import EventValue, Explanation, TokenValue

WORD = (TokenValue("tent", 1.0, 0, "title"),)


def explained(error=0.0002, faithful=3.4, unsettled=0.0, words=WORD):
    events = [EventValue(0, "viewed tent, today", "view", "t1", None, 1.0)]
    return Explanation("u", "t1", "Tent", -2.0, -1.0, 0.12, 0.27, error, events, words, words, "", 8, 0.1, faithful,
                       unsettled)


def test_a_sound_explanation_passes_and_says_its_figures():
    found = checks(explained())
    assert [(check.name, check.passed) for check in found] == [("Adds up", True), ("Matters", True), ("Stable", True)]
    assert found[0].said == "the parts add up to the prediction within 0.0002 log-odds"
    assert "3.4 times as much as words at random" in found[1].said


@pytest.mark.parametrize(("broken", "name", "said"), [
    ({"error": 0.01}, "Adds up", "within 0.0100 log-odds"),
    ({"error": float("inf")}, "Adds up", "within inf log-odds"),
    ({"faithful": 1.1}, "Matters", "1.1 times as much"),
    ({"unsettled": 0.2}, "Stable", "by about 0.40 log-odds"),
])
def test_each_fault_fails_its_check_and_no_other(broken, name, said):
    found = checks(explained(**broken))
    failed = [check for check in found if check.passed is False]
    assert [check.name for check in failed] == [name]
    assert said in failed[0].said


def test_what_was_not_measured_is_neither_passed_nor_failed():
    found = checks(explained(faithful=None, unsettled=None))
    assert [check.passed for check in found] == [True, None, None]
    assert "measured only when words" in checks(explained(faithful=None, words=()))[1].said


def test_an_error_that_is_small_beside_the_strongest_event_is_stable():
    assert checks(explained(unsettled=0.09))[2].passed
    assert not checks(explained(unsettled=0.11))[2].passed
