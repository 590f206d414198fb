"""Who lies in what was drawn, and which places make groups."""

from __future__ import annotations

import numpy as np
import pytest

from core.map import shapes
from core.map.records import BETWEEN, Area, View

SQUARE = {"x": [0.0, 2.0], "y": [0.0, 2.0]}
#: An arrow head that is open at its right: (1, 1) is in the notch, outside.
NOTCHED = {"x": [0.0, 2.0, 0.5, 2.0, 0.0], "y": [0.0, 0.0, 1.0, 2.0, 2.0]}


def within(area, *places):
    x, y = (np.array(side, dtype=float) for side in zip(*places, strict=True))
    return shapes.inside(area, x, y).tolist()


def test_a_box_holds_what_is_in_it_wherever_it_was_begun():
    places = [(1, 1), (0.1, 1.9), (2.1, 1), (1, -0.1), (-1, 1), (1, 3)]
    expected = [True, True, False, False, False, False]
    assert within(Area.drawn([SQUARE], []), *places) == expected
    assert within(Area.drawn([{"x": [2.0, 0.0], "y": [2.0, 0.0]}], []), *places) == expected


def test_a_lasso_may_have_a_notch():
    area = Area.drawn([], [NOTCHED])
    assert within(area, (0.25, 1), (1, 1), (1, 0.2), (1, 1.8), (1.9, 1)) == [True, False, True, True, False]


def test_a_line_that_crosses_itself_holds_both_halves():
    bow = {"x": [0.0, 2.0, 2.0, 0.0], "y": [0.0, 2.0, 0.0, 2.0]}
    assert within(Area.drawn([], [bow]), (0.2, 1), (1.8, 1), (1, 0.2), (1, 1.8)) == [True, True, False, False]


def test_several_lines_are_taken_together_and_do_not_cancel_out():
    area = Area.drawn([SQUARE], [{"x": [1.0, 5.0, 5.0, 1.0], "y": [1.0, 1.0, 5.0, 5.0]}])
    assert within(area, (0.5, 0.5), (1.5, 1.5), (4, 4), (6, 6)) == [True, True, True, False]
    assert area.around == View(0.0, 5.0, 0.0, 5.0)


def test_what_is_no_area_is_none():
    assert Area.drawn([], []) is None
    assert Area.drawn([], [{"x": [0.0, 1.0], "y": [0.0, 1.0]}]) is None


def test_it_agrees_with_a_walk_around_each_place():
    draw = np.random.default_rng(3)
    line = {"x": list(draw.random(25)), "y": list(draw.random(25))}
    x, y = draw.random(500), draw.random(500)
    found = shapes.inside(Area.drawn([], [line]), x, y)

    def twin(px, py):
        odd, corners = False, list(zip(line["x"], line["y"], strict=True))
        for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
            if (y1 > py) != (y2 > py) and px < x1 + (py - y1) * (x2 - x1) / (y2 - y1):
                odd = not odd
        return odd

    assert found.tolist() == [twin(px, py) for px, py in zip(x, y, strict=True)]
    assert 0 < found.sum() < 500


def test_of_a_million_places_a_circle_holds_its_share():
    draw = np.random.default_rng(0)
    x, y = draw.random(1_000_000), draw.random(1_000_000)
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = {"x": list(0.5 + 0.4 * np.cos(turn)), "y": list(0.5 + 0.4 * np.sin(turn))}
    found = shapes.inside(Area.drawn([], [circle]), x, y)
    assert found.mean() == pytest.approx(np.pi * 0.16, abs=0.01)


def test_groups_are_numbered_by_size_and_what_is_between_is_in_none():
    draw = np.random.default_rng(5)
    few, many = draw.normal(0, 0.1, (30, 2)), draw.normal(8, 0.1, (90, 2))
    places = np.concatenate([few, many, [[99.0, 99.0]]]).astype(np.float32)
    numbers = shapes.groups(places)
    assert set(numbers[30:120]) <= {0, BETWEEN} and (numbers[30:120] == 0).sum() > 80
    assert set(numbers[:30]) <= {1, BETWEEN} and (numbers[:30] == 1).sum() > 25
    assert numbers[-1] == BETWEEN


def test_others_get_the_group_of_whom_they_lie_beside():
    places = np.array([[0, 0], [10, 10]], dtype=np.float32)
    others = np.array([[1, 1], [9, 12]], dtype=np.float32)
    assert shapes.nearest(places, np.array([4, BETWEEN]), others).tolist() == [4, BETWEEN]
    assert shapes.nearest(places, np.array([4, BETWEEN]), others[:0]).tolist() == []
