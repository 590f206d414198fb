"""How fast this machine is, and what is said of the time that is left."""

import pandas as pd

from core.lists import pace
from core.lists.records import ListAsk
from core.store.state import State


def table(rows, users=1, can=True):
    return pd.DataFrame({"__user": [f"u{n % users}" for n in range(rows)], "__can": can})


def test_a_history_costs_more_than_an_item():
    assert pace.units("pairs", 100, 20) == 100 + 5 * 20
    assert pace.units("log", 100, 100) == 100


def test_parts_begin_small_and_then_take_as_long_as_a_kill_may_cost():
    found = pace.Pace("pairs")
    assert (found.size(1), found.size(50), found.size(2_000)) == (64, 50, 2_000)
    found.note(table(64), 30.0)  # the first part also loads and warms up
    assert found.size(1) == 64
    found.note(table(64), 2.0)
    assert found.a_second() == 32.0
    assert (found.size(1), found.size(50)) == (15 * 32, 500)


def test_what_is_said_while_it_runs():
    found = pace.Pace("pairs")
    assert found.said(0, 1_060) == "0 of 1,060 rows"
    found.note(table(64), 30.0)
    found.note(table(64), 2.0)
    assert found.said(100, 1_060) == "100 of 1,060 rows, 32 rows a second, 30 seconds left"
    slow = pace.Pace("log", pace.Rate(0.25, 0.25))
    assert slow.said(10, 40) == "10 of 40 rows, 15.0 rows a minute, 2 minutes left"
    assert slow.said(40, 40) == "40 of 40 rows"


def test_a_rate_counts_what_was_scored_and_not_the_warming_up():
    found = pace.Pace("pairs")
    found.note(table(64), 30.0)
    found.note(table(100, users=20), 4.0)
    assert found.rate() == pace.Rate((100 + 5 * 20) / 4, 25.0)
    short = pace.Pace("pairs")
    short.note(table(10), 0.5)
    assert short.rate() is None  # of half a second, which nobody should go by


def test_rates_are_kept_by_model_device_and_what_is_asked(tmp_path):
    state = State(tmp_path / "state.sqlite")
    keys = {pace.key("demo", device, kind, ask) for device in ("cpu", "cuda") for kind in ("pairs", "log")
            for ask in (ListAsk(), ListAsk(reasons=True), ListAsk(tags=True))}
    assert len(keys) == 12
    assert pace.key("demo", "cpu", "campaign", ListAsk()) in keys  # it costs what pairs cost
    assert pace.known(state, "score_rate:x") is None
    pace.keep(state, "score_rate:x", pace.Rate(80.0, 40.0))
    assert pace.known(state, "score_rate:x") == pace.Rate(80.0, 40.0)


def test_of_rows_that_cannot_be_scored_no_rate_is_known():
    found = pace.Pace("pairs")
    found.note(table(64, can=False), 1.0)
    assert found.rate(worth=0.0) is None
