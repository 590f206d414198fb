"""Reciprocal ranks, worked by hand."""

from core.search.fusion import fused


def test_two_lists_by_hand():
    # a: 1/61 = .01639; b: 1/62 + 1/61 = .03252; c: 1/63 + 1/62 = .03200; d: 1/63 = .01587
    assert fused([["a", "b", "c"], ["b", "c", "d"]]) == ["b", "c", "a", "d"]


def test_being_in_both_lists_is_worth_more_than_a_first_place():
    # z: 1/61 = .01639; y: 1/70 + 1/70 = .02857
    first, second = ["z", *"abcdefgh", "y"], [*"ijklmnopq", "y"]
    assert fused([first, second])[0] == "y"
    # with a small k a first place is worth more: z: 1/1 = 1; y: 2/10
    assert fused([first, second], k=0)[0] in "zi"


def test_of_equals_the_first_list_comes_first():
    assert fused([["a"], ["b"]]) == ["a", "b"]
    assert fused([["b"], ["a"]]) == ["b", "a"]


def test_empty_lists_change_nothing():
    assert fused([[], ["a", "b"], []]) == ["a", "b"]
    assert fused([]) == []
