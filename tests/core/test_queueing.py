"""Who waits in a line: in order, so many at once, told how many are before them; ten at once are all answered."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from core import explain, service
from core.errors import UnknownUser
from core.queueing import Line, told
from core.service import Shop


def test_nobody_overtakes_and_one_at_a_time():
    turns, order, inside = Line(1), [], []
    held, asked = threading.Event(), []

    def ask(name):
        asked.append(name)
        with turns.place():
            inside.append(name)
            assert len(inside) == 1
            order.append(name)
            inside.remove(name)

    with turns.place():
        threads = []
        for name in range(10):
            threads.append(threading.Thread(target=ask, args=(name,)))
            threads[-1].start()
            while len(turns._waiting) < name + 1:
                held.wait(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_those_who_ask_again_and_again_take_turns():
    turns, seen = Line(1), []
    ready = threading.Barrier(3)

    def ask(name):
        ready.wait()
        for _ in range(30):
            with turns.place():
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
    turns = Line(1)
    with pytest.raises(ValueError, match="no"), turns.place():
        raise ValueError("no")
    with turns.place():
        pass


def test_so_many_at_once_and_no_more():
    line, inside, most = Line(3), [], []
    gate = threading.Barrier(3)

    def ask():
        with line.place():
            inside.append(1)
            most.append(len(inside))
            gate.wait(10)  # passes only when three are inside
            inside.pop()

    everybody([ask] * 9)
    assert max(most) == 3


def everybody(asks):
    threads = [threading.Thread(target=ask) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_who_waits_is_told_how_many_are_before_them_and_that_their_turn_has_come():
    line, heard, waits = Line(1), {}, threading.Event()

    def ask(name):
        heard[name] = []
        with told(heard[name].append), line.place():
            pass

    with line.place():
        threads = []
        for name in range(3):
            threads.append(threading.Thread(target=ask, args=(name,)))
            threads[-1].start()
            while not heard.get(name):
                waits.wait(0.001)
        assert [said[0] for said in heard.values()] == [1, 2, 3]
    for thread in threads:
        thread.join()
    assert [said[-1] for said in heard.values()] == [0, 0, 0]
    assert all(said == sorted(said, reverse=True) for said in heard.values())


def test_who_need_not_wait_is_told_nothing():
    said = []
    with told(said.append), Line(1).place():
        assert said == []
    assert said == []


def test_in_a_turn_other_lines_are_waited_in_without_a_word():
    outer, inner, said, within = Line(1), Line(1), [], threading.Event()

    def ask():
        with told(said.append), outer.place():
            within.set()
            with inner.place():
                pass

    with inner.place():
        thread = threading.Thread(target=ask)
        thread.start()
        within.wait(10)
        while not inner._waiting:
            threading.Event().wait(0.001)
    thread.join()
    assert said == []


def test_who_leaves_while_waiting_frees_their_place_in_the_line(monkeypatch):
    monkeypatch.setattr("core.queueing._EVERY", 0.01)
    line, done = Line(1), []

    def leaves(before):
        raise KeyboardInterrupt

    def left():
        with pytest.raises(KeyboardInterrupt), told(leaves), line.place():
            raise AssertionError("it was never their turn")
        done.append("left")

    def stays():
        with line.place():
            done.append("served")

    with line.place():
        threads = [threading.Thread(target=left), threading.Thread(target=stays)]
        for thread in threads:
            thread.start()
        threads[0].join()
        assert done == ["left"]
    threads[1].join()
    assert done == ["left", "served"] and not line._waiting and line._inside == 0


def test_who_leaves_as_their_turn_comes_gives_it_back():
    line = Line(1)

    def gone(before):
        if before == 0:
            raise KeyboardInterrupt

    def ask():
        with pytest.raises(KeyboardInterrupt), told(gone), line.place():
            raise AssertionError("they were gone")

    with line.place():
        thread = threading.Thread(target=ask)
        thread.start()
        while not line._waiting:
            threading.Event().wait(0.001)
    thread.join()
    assert line._inside == 0


def test_ten_who_ask_for_reasons_at_once_all_get_the_right_ones(small_shop, small_model, monkeypatch):
    """Two are answered at a time, in the order in which they asked; one whose question fails holds nobody up."""
    shop = Shop(small_shop.path, device="cpu", model=small_model.name)
    users = list(shop.find_shoppers("", 9)["user_id"])
    item = shop.find_items("", 1)["item_id"].iloc[0]
    alone = {user: explain.why(shop.scorer(), user, item, shop.as_of, 12) for user in users}
    inside, most, begun, failed, answers = [], [], [], [], {}
    plain = explain.why

    def counted(scorer, user, item, as_of, title):
        inside.append(user)
        most.append(len(inside))
        begun.append(user)
        try:
            if user == users[4]:
                raise MemoryError("no room for this one")
            return plain(scorer, user, item, as_of, 12)
        finally:
            inside.remove(user)

    monkeypatch.setattr(explain, "why", counted)

    def ask(user):
        try:
            answers[user] = shop.why(user, item)
        except (MemoryError, UnknownUser) as error:
            failed.append((user, type(error)))

    asked = [*users[:6], "nobody", *users[6:]]
    line = service._REASONS
    with line.place(), line.place():  # until all ten have asked
        threads = [threading.Thread(target=ask, args=(user,)) for user in asked]
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(line._waiting) < number:
                threading.Event().wait(0.001)
    for thread in threads:
        thread.join(120)
    assert sorted(failed) == sorted([(users[4], MemoryError), ("nobody", UnknownUser)])
    assert max(most) <= 2 and not line._waiting and line._inside == 0
    for place, user in enumerate(begun):
        assert abs(place - users.index(user)) <= 1  # two at a time may pass each other
    for user, found in answers.items():
        assert [event.value for event in found.events] == [event.value for event in alone[user].events]
        assert found.prediction == alone[user].prediction and found.user_id == user
    assert set(answers) == set(users) - {users[4]}
