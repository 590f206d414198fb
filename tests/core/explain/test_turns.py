from __future__ import annotations

import threading
from collections import Counter

import pytest

from core.explain.turns import Turns


def test_nobody_overtakes_and_one_at_a_time():
    turns, order, inside = Turns(), [], []
    held, asked = threading.Event(), []

    def ask(name):
        asked.append(name)
        with turns.turn():
            inside.append(name)
            assert len(inside) == 1
            order.append(name)
            inside.remove(name)

    with turns.turn():
        threads = []
        for name in range(10):
            threads.append(threading.Thread(target=ask, args=(name,)))
            threads[-1].start()
            while len(turns._waiting) < name + 2:
                held.wait(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_those_who_ask_again_and_again_take_turns():
    turns, seen = Turns(), []
    ready = threading.Barrier(3)

    def ask(name):
        ready.wait()
        for _ in range(30):
            with turns.turn():
                seen.append(name)
                threading.Event().wait(0.0005)

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = Counter(seen[:60])
    assert min(first.values()) >= 15  # fairly: 20 each


def test_a_turn_that_fails_is_given_back():
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns.turn():
        raise ValueError("no")
    with turns.turn():
        pass
