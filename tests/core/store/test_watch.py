"""Long work is watched from the thread that asked for it, and ends when a person cancels."""

import threading
import time

import duckdb
import pytest

from core.errors import Cancelled
from core.records import no_progress
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
        con, watch.Course(lambda share, message: seen.append((share, message, threading.current_thread()))), (0.2, 0.6),
        "Counting",
        lambda: (time.sleep(0.7), con.execute("SELECT 42").fetchone())[1],
    )
    assert answer == (42,)
    assert seen[0][:2] == (0.2, "Counting")
    assert len(seen) > 1
    assert all(0.2 <= share <= 0.6 and thread is threading.main_thread() for share, _, thread in seen)


def test_what_goes_wrong_comes_back_too(con):
    with pytest.raises(duckdb.CatalogException):
        watch.watched(con, watch.Course(no_progress), (0, 1), "", lambda: con.execute("SELECT * FROM nothing"))
    with pytest.raises(TimeoutError, match="of the work"):
        watch.watched(con, watch.Course(no_progress), (0, 1), "", lambda: _raise(TimeoutError("of the work")))


def _raise(error):
    raise error


def test_cancelling_stops_a_query_within_seconds(con):
    began, looks = time.monotonic(), []

    def progress(share, message):
        looks.append(share)
        if len(looks) > 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        watch.watched(con, watch.Course(progress), (0, 1), "Counting", lambda: con.execute(ENDLESS).fetchone())
    assert time.monotonic() - began < 30
    assert con.execute("SELECT 1").fetchone() == (1,)


class Halfway:
    """A database that is always half done."""

    def query_progress(self):
        return 50.0

    def execute(self, sql):
        assert "progress" in sql


def told(monkeypatch, work, looks=4, lines=0):
    """What is said of work while the clock jumps by ten seconds at each look at it; it is done after some looks."""
    now = iter(range(0, 10_000, 10))
    monkeypatch.setattr(watch.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(watch, "_LOOK", 0.05)
    said, gate = [], threading.Event()

    def progress(share, message):
        said.append((round(share, 3), message))
        if len(said) == looks:
            gate.set()

    course = watch.Course(progress)
    course.lines = lines
    watch.watched(Halfway(), course, (0.0, 0.5), "Reading a.csv", lambda: work(gate))
    return said[:looks]


def test_what_is_left_of_the_whole_is_told_by_what_was_done_of_it(monkeypatch):
    said = told(monkeypatch, lambda gate: gate.wait())
    assert said == [
        (0.0, "Reading a.csv"), (0.25, "Reading a.csv, 60 seconds left"), (0.25, "Reading a.csv, 2 minutes left"),
        (0.25, "Reading a.csv, 2 minutes left"),
    ]


def test_how_fast_the_whole_is_is_told_by_the_lines_that_were_read(monkeypatch):
    last = told(monkeypatch, lambda gate: gate.wait(), lines=8_000)[-1]
    assert last == (0.25, "Reading a.csv, 200 lines a second, 2 minutes left")  # in forty seconds


def test_a_query_of_so_many_lines_says_how_fast_it_is_itself(monkeypatch):
    def work(gate):
        with watch.querying(4_000, "Keeping events"):
            gate.wait()

    last = told(monkeypatch, work, lines=8_000)[-1]
    assert last == (0.125, "Keeping events, 40 lines a second, 9 minutes left")  # 2,000 in 50 seconds; an eighth in 80


def test_a_query_of_lines_that_nobody_counted_yet_says_what_is_left_alone(monkeypatch):
    def work(gate):
        with watch.querying():
            gate.wait()

    assert told(monkeypatch, work)[-1][1] == "Reading a.csv, 6 minutes left"


def test_a_loop_of_ours_tells_how_far_it_is_and_steps_follow_each_other(monkeypatch):
    def work(gate):
        with watch.looping("Unpacking a.gz", 1000) as far:
            far(1000)
        with watch.looping("Turning a into UTF-8", 1000, takes=0.4) as far:
            far(500)
            gate.wait()

    # Half, and half of two fifths of the other half; the work takes half of the whole.
    assert told(monkeypatch, work)[-1] == (0.3, "Turning a into UTF-8, 2 minutes left")


def test_several_queries_are_steps_by_how_long_they_take(con, monkeypatch):
    pulse = watch._Pulse()
    watch._PULSE.set(pulse)
    seen = []
    con.create_function("place", lambda: seen.append((pulse.before, pulse.step.takes)) or 1, [], int, side_effects=True)
    watch.queries(con, [(1, "SELECT place()", {}), (2, "SELECT place() + $n", {"n": 1})], after=1)
    assert seen == [(0.0, 0.25), (0.25, pytest.approx(2 / 3))]
    assert pulse.place() == pytest.approx(0.75)


def test_progress_never_falls_back():
    seen = []
    course = watch.Course(lambda share, message: seen.append(share))
    for share in (0.1, 0.4, 0.2):
        course.tell(share, "")
    assert seen == [0.1, 0.4, 0.4]


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
        watch.watched(con, watch.Course(progress), (0, 1), "", work)


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
    assert watch.rate(307_472, 1.0) == "310,000 lines a second"
    assert watch.rate(5, 0.0) == "5,000 lines a second"
