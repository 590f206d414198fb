"""Visits as the log names them or cut at pauses, dwell time as logged or estimated and marked."""

from core.store import visits
from tests.core.logged import logged


def built(rows):
    con = logged(rows)
    visits.build(con)
    return con


def of(con):
    sql = "SELECT user_id, session_id, cut, strftime(began, '%H:%M'), events, looks, searches FROM visits"
    return con.execute(sql).fetchall()


def dwell(con):
    return con.execute("SELECT source_row, seconds, estimated FROM event_dwell ORDER BY source_row").fetchall()


def test_a_pause_of_more_than_half_an_hour_ends_a_visit():
    con = built([
        ("ann", "view", "2026-06-01 10:00:00", {}), ("ann", "search", "2026-06-01 10:30:00", {}),
        ("ann", "view", "2026-06-01 11:00:01", {}), ("ann", "view", "2026-06-01 11:00:01", {}),
        ("bob", "cart", "2026-06-01 11:00:00", {}), ("ann", "impression", "2026-06-01 11:20:00", {}),
        ("ann", "view", "2026-06-01 11:40:00", {}),  # what was shown at 11:20 does not keep the visit open
    ])  # fmt: skip
    assert of(con) == [
        ("ann", None, True, "10:00", 2, 1, 1), ("ann", None, True, "11:00", 2, 2, 0),
        ("ann", None, True, "11:40", 1, 1, 0), ("bob", None, True, "11:00", 1, 0, 0),
    ]  # fmt: skip


def test_a_visit_that_the_log_names_is_left_whole():
    con = built([
        ("ann", "view", "2026-06-01 10:00", {"session_id": "s1"}), ("ann", "view", "2026-06-01 10:05", {}),
        ("ann", "view", "2026-06-01 15:00", {"session_id": "s1"}), ("bob", "view", "2026-06-01 10:00",
                                                                    {"session_id": "s1"}),
    ])  # fmt: skip
    assert of(con) == [
        ("ann", "s1", False, "10:00", 2, 2, 0), ("ann", None, True, "10:05", 1, 1, 0),
        ("bob", "s1", False, "10:00", 1, 1, 0),
    ]  # fmt: skip


def test_dwell_is_the_time_until_the_next_event_of_the_visit_up_to_a_cap_and_says_that_it_is_estimated():
    con = built([
        ("ann", "view", "2026-06-01 10:00:00", {}),  # until the search: 40 seconds
        ("ann", "search", "2026-06-01 10:00:40", {}),  # no look
        ("ann", "view", "2026-06-01 10:01:00", {}),  # nine minutes: cut off at five
        ("ann", "view", "2026-06-01 10:10:00", {}),  # the last of the visit
        ("ann", "view", "2026-06-01 10:50:00", {}),  # the last at all
        ("bob", "view", "2026-06-01 10:00:05", {}),
    ])
    assert dwell(con) == [(1, 40.0, True), (3, 300.0, True)]


def test_where_dwell_is_logged_its_absence_is_not_filled():
    con = built([
        ("ann", "view", "2026-06-01 10:00", {"dwell_seconds": 7.0}), ("ann", "view", "2026-06-01 10:01", {}),
        ("ann", "view", "2026-06-01 10:02", {"dwell_seconds": 0.0}), ("ann", "view", "2026-06-01 10:03", {}),
    ])  # fmt: skip
    assert dwell(con) == [(1, 7.0, False)]


def test_an_import_without_dwell_is_estimated_beside_one_that_has_it():
    con = built([
        ("ann", "view", "2026-06-01 10:00", {"dwell_seconds": 7.0}),
        ("ann", "view", "2026-06-02 10:00", {"import_id": 2}), ("ann", "cart", "2026-06-02 10:01", {"import_id": 2}),
    ])  # fmt: skip
    assert dwell(con) == [(1, 7.0, False), (2, 60.0, True)]


def test_clicks_are_the_looks_of_a_log_without_views():
    con = built([("ann", "click", "2026-06-01 10:00", {}), ("ann", "click", "2026-06-01 10:02", {})])
    assert of(con) == [("ann", None, True, "10:00", 2, 2, 0)]
    assert dwell(con) == [(1, 120.0, True)]
