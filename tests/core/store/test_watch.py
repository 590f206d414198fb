"""Long work is watched from the thread that asked for it, and ends when a person cancels."""

import threading
import time

import duckdb
import pytest

from core.errors import Cancelled
from core.store import watch

#: A query that takes minutes unless it is stopped.
ENDLESS = "SELECT count(*) FROM range(1000000) AS a(x), range(1000000) AS b(y) WHERE hash(x * y) % 1000000007 = 3"


@pytest.fixture
def con():
    con = duckdb.connect(config={"threads": 1})
    yield con
    con.close()


def test_the_answer_comes_back_and_progress_stays_within_its_share(con):
    seen = []
    answer = watch.watched(
        con, lambda share, message: seen.append((share, message, threading.current_thread())), (0.2, 0.6), "Counting",
        lambda: (time.sleep(0.7), con.execute("SELECT 42").fetchone())[1],
    )
    assert answer == (42,)
    assert seen[0][:2] == (0.2, "Counting")
    assert len(seen) > 1
    assert all(0.2 <= share <= 0.6 and thread is threading.main_thread() for share, _, thread in seen)


def test_what_goes_wrong_comes_back_too(con):
    with pytest.raises(duckdb.CatalogException):
        watch.watched(con, lambda share, message: None, (0, 1), "", lambda: con.execute("SELECT * FROM nothing"))
    with pytest.raises(TimeoutError, match="of the work"):
        watch.watched(con, lambda share, message: None, (0, 1), "", lambda: _raise(TimeoutError("of the work")))


def _raise(error):
    raise error


def test_cancelling_stops_a_query_within_seconds(con):
    began, looks = time.monotonic(), []

    def progress(share, message):
        looks.append(share)
        if len(looks) > 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        watch.watched(con, progress, (0, 1), "Counting", lambda: con.execute(ENDLESS).fetchone())
    assert time.monotonic() - began < 30
    assert con.execute("SELECT 1").fetchone() == (1,)


class Halfway:
    """A database that is always half done."""

    def query_progress(self):
        return 50.0

    def execute(self, sql):
        assert "progress" in sql


def told(monkeypatch, work, looks=4):
    """What is said of work while the clock jumps by ten seconds at each look at it; it is done after some looks."""
    now = iter(range(0, 10_000, 10))
    monkeypatch.setattr(watch.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(watch, "_LOOK", 0.05)
    said, gate = [], threading.Event()

    def progress(share, message):
        said.append((round(share, 3), message))
        if len(said) == looks:
            gate.set()

    watch.watched(Halfway(), progress, (0.0, 0.5), "Reading a.csv", lambda: work(gate))
    return said[:looks]


def test_nothing_is_said_of_the_time_that_steps_of_unknown_number_take(monkeypatch):
    assert told(monkeypatch, lambda gate: gate.wait()) == [(0.0, "Reading a.csv"), *[(0.25, "Reading a.csv")] * 3]


def test_how_fast_one_query_is_and_what_is_left_of_it_is_said_once_it_can_be_known(monkeypatch):
    def work(gate):
        with watch.querying(4_000, "Keeping events"):
            gate.wait()

    first, *_, last = told(monkeypatch, work)
    assert first == (0.0, "Reading a.csv")
    assert last == (0.125, "Keeping events, 67 lines a second, 30 seconds left of this step")  # 2,000 in 30 seconds


def test_a_query_of_lines_that_nobody_counted_yet_says_what_is_left_alone(monkeypatch):
    def work(gate):
        with watch.querying():
            gate.wait()

    assert told(monkeypatch, work)[-1][1] == "Reading a.csv, 30 seconds left of this step"


def test_a_loop_of_ours_tells_how_far_it_is_and_steps_follow_each_other(monkeypatch):
    def work(gate):
        with watch.looping("Unpacking a.gz", 1000) as far:
            far(1000)
        with watch.looping("Turning a into UTF-8", 1000) as far:
            far(500)
            gate.wait()

    assert told(monkeypatch, work)[-1] == (0.312, "Turning a into UTF-8, 30 seconds left of this step")


def test_cancelling_stops_a_loop_of_ours(con):
    rounds = []

    def work():
        with watch.looping("Unpacking", 10) as far:
            while True:
                rounds.append(far(1))
                time.sleep(0.01)

    def progress(share, message):
        if rounds:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        watch.watched(con, progress, (0, 1), "", work)


def test_steps_that_nobody_watches_are_just_done():
    with watch.looping("Unpacking", 10) as far, watch.querying():
        far(3)


@pytest.mark.parametrize(("seconds", "said"), [
    (0.2, "1 second"), (7, "7 seconds"), (83, "85 seconds"), (95, "2 minutes"), (5399, "90 minutes"), (7300, "2 hours"),
])
def test_times_are_said_as_a_person_would(seconds, said):
    assert watch.duration(seconds) == said


def test_how_fast_lines_are_read():
    assert watch.rate(3_000_000, 2.0) == "1,500,000 lines a second"
    assert watch.rate(5, 0.0) == "5,000 lines a second"
