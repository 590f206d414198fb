"""The benchmark of the map lays made-up shoppers out as the map does."""

from __future__ import annotations

import numpy as np

from benchmarks import map as benched
from core.map import door


def test_states_are_the_same_for_the_same_shoppers_and_crowds_differ():
    read, numbers = benched.MadeUp(200), np.arange(50, 150)
    states = read(numbers)
    assert states.shape == (100, 384) and np.array_equal(states, benched.MadeUp(200)(numbers))
    crowd = read.crowd[numbers]
    largest = np.bincount(crowd).argmax()
    inside = np.linalg.norm(states[crowd == largest] - read.middles[largest], axis=1).mean()
    assert inside < np.linalg.norm(states[crowd != largest] - read.middles[largest], axis=1).mean()


def test_learning_and_placing_are_told_apart(monkeypatch):
    monkeypatch.setattr(door, "SAMPLE", 40)
    found = benched.measure(60)
    assert (found["shoppers"], found["learned"]) == (60, 40)
    assert found["learn_s"] > 0 and found["place_s"] > 0 and found["peak_gib"] > 0
