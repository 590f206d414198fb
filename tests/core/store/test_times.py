"""Times as shops write them become UTC; what may be read in two ways is asked."""

from datetime import datetime

import duckdb
import pytest

from core.errors import AmbiguousDates, InputError
from core.store.times import Clock, counted_days, decided, macros, orders

NOON = datetime(2026, 1, 5, 12)


@pytest.fixture
def con():
    with duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False}) as connection:
        yield connection


@pytest.fixture
def read(con):
    """Return a function that reads a column of times."""

    def run(*texts, clock=Clock()):  # noqa: B008 - frozen
        con.execute("CREATE OR REPLACE TEMP TABLE raw (n INTEGER, t VARCHAR)")
        con.executemany("INSERT INTO raw VALUES (?, ?)", list(enumerate(texts)))
        for macro in macros(decided(con, "raw.t", clock, "the column “t”")):
            con.execute(macro)
        return [row[0] for row in con.execute("SELECT as_moment(t) FROM raw ORDER BY n").fetchall()]

    return run


@pytest.mark.parametrize("text", [
    "2026-01-05 12:00", "2026-1-5 12:00:00", "2026-01-05T12:00:00Z", "2026-01-05t12:00:00z", "2026-01-05 12:00:00 UTC",
    "2026-01-05T14:00:00+02:00", "2026-01-05 14:00:00 +0200", "2026-01-05 13:00:00 Europe/Berlin", "2026/01/05 12:00",
    "2026.01.05 12:00", "2026年1月5日 12:00", "2026-01-05 12:00:00,000", "20260105120000", "202601051200",
    "1767614400", "1767614400000", "1767614400000000", "1767614400000000000", "2026-01-05 12:00 PM",
    "2026-01-05 12:00:00 p.m.", "5 Jan 2026 12:00", "05-JAN-26 12:00 PM", "Jan 5, 2026, 12:00:00 PM",
    "January 5th, 2026 12:00", "Mon, 05 Jan 2026 12:00:00 GMT", "05/Jan/2026:13:00:00 +0100",
    "20260105T120000Z", "20260105T1200Z", "20260105t120000", "20260105T120000.000Z", "20260105T14:00:00+02:00",
    "20260105T140000+0200", "20260105 130000 UTC+01",
    "2026年1月5日 下午 12:00", "2026年1月5日下午12:00:00", "2026/1/5 下午12:00", "2026-01-05 12:00 下午",
    "2026年1月5日12时00分", "2026年1月5日 12时00分00秒", "下午 12:00 2026-01-05", "12:00 2026年1月5日",
    "12:00 2026-01-05", "12:00:00 2026/01/05", "12:00:00.000, 2026.01.05", "12:00 PM 2026-01-05", "12:00, 5 Jan 2026",
    "12:00 Mon, 05 Jan 2026",
])  # fmt: skip
def test_the_same_moment_in_many_hands(read, text):
    assert read(text) == [NOON]


@pytest.mark.parametrize("text", [
    "soon", "2026-13-01", "2026-02-30", "31/02/2026", "2026-01-05 25:00", "2026-01-05 13:00 PM", "12:30", "7",
    "2026-01-05 12:00 Nowhere/Land", "5 Foo 2026", "2026-01-05 noon", "",
    "20260105T250000Z", "20261305T120000Z", "2026015T120000Z", "20260105T12Z", "20260105T120061Z", "20260105X120000",
    "20260105T1200000", "2026年1月5日 下午 15:04", "2026年1月5日 下午", "2026-01-05 夜里 3:04", "下午 3:04", "3時",
    "25:00 2026-01-05", "12:00 2026-13-01", "12:00 7", "13:00 PM 2026-01-05", "12:00 2026-01-05 12:00", "46027.5",
])  # fmt: skip
def test_what_is_no_time_is_none(read, text):
    assert read(text, clock=Clock("dmy")) == [None]


def test_one_day_over_twelve_decides_the_column(read):
    assert read("05/01/2026", "13/01/2026 12:30") == [datetime(2026, 1, 5), datetime(2026, 1, 13, 12, 30)]
    assert read("01/05/2026", "1/13/2026 2:30 PM") == [datetime(2026, 1, 5), datetime(2026, 1, 13, 14, 30)]
    assert read("05.01.26", "13.01.26") == [datetime(2026, 1, 5), datetime(2026, 1, 13)]


def test_dates_that_may_be_both_are_asked_and_the_answer_is_taken(read):
    with pytest.raises(AmbiguousDates, match=r"“t” may be day-first or month-first, for example “02/01/2026”.*dmy"):
        read("05/01/2026", "02/01/2026", None)
    assert read("05/01/2026", clock=Clock("dmy")) == [datetime(2026, 1, 5)]
    assert read("05/01/2026", clock=Clock("mdy")) == [datetime(2026, 5, 1)]
    assert read("26-01-05", clock=Clock("ymd")) == [datetime(2026, 1, 5)]
    assert read("05/05/2026") == [datetime(2026, 5, 5)]


def test_dates_of_both_orders_are_asked_and_a_slip_among_many_is_none(read):
    with pytest.raises(AmbiguousDates, match=r"only be day-first \(2\) and some only month-first \(1\)"):
        read("13/01/2026", "14/01/2026", "01/13/2026")
    assert read("13/01/2026", "01/13/2026", clock=Clock("mdy")) == [None, datetime(2026, 1, 13)]
    found = read(*["13/01/2026"] * 200, "01/13/2026")
    assert found == [datetime(2026, 1, 13)] * 200 + [None]


def test_what_may_be_what_is_counted(con):
    dates = ["13/1/2026", "1/13/2026", "2/1/2026", "3/3/2026", "2026-01-05"]
    con.execute("CREATE TEMP TABLE raw AS SELECT unnest($dates) AS t", {"dates": dates})
    assert orders(con, "raw.t") == (1, 1, 1, "2/1/2026")


def test_times_without_a_zone_are_the_stores(read):
    berlin = Clock(zone="Europe/Berlin")
    assert read("2026-01-05 13:00", "2026-07-05 14:00", "2026-01-05T12:00Z", "1767614400", clock=berlin) == [
        NOON, datetime(2026, 7, 5, 12), NOON, NOON,
    ]


def test_skipped_and_doubled_hours_are_read_as_is_written(read):
    berlin = Clock(zone="Europe/Berlin")
    assert read("2024-03-31 02:30", "2024-10-27 02:30", clock=berlin) == [
        datetime(2024, 3, 31, 1, 30), datetime(2024, 10, 27, 1, 30),
    ]


def test_before_and_after_noon_may_be_said_in_chinese(read):
    given = ["2026年3月1日 下午 3:04", "2026年3月1日 上午 9:30", "2026-03-01 上午12:05", "2026/3/1 下午11:59:59"]
    assert read(*given) == [
        datetime(2026, 3, 1, 15, 4), datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 1, 0, 5),
        datetime(2026, 3, 1, 23, 59, 59),
    ]  # fmt: skip


def test_the_clock_may_come_before_the_date_and_the_column_decides_the_order(read):
    assert read("14:05 01.03.2026", "9:30:15 13.03.2026") == [
        datetime(2026, 3, 1, 14, 5), datetime(2026, 3, 13, 9, 30, 15),
    ]  # fmt: skip
    assert read("2:05 PM 03/01/2026", "9:30 AM 3/13/26") == [datetime(2026, 3, 1, 14, 5), datetime(2026, 3, 13, 9, 30)]
    with pytest.raises(AmbiguousDates, match="for example “01.03.2026”"):
        read("14:05 01.03.2026", "14:05 02.03.2026")
    with pytest.raises(AmbiguousDates, match=r"only be day-first \(1\) and some only month-first \(1\)"):
        read("14:05 13.03.2026", "03/13/2026")
    berlin = Clock(zone="Europe/Berlin")
    assert read("14:05 2026-03-01", "20260301T140500", "20260301T140500Z", clock=berlin) == [
        datetime(2026, 3, 1, 13, 5), datetime(2026, 3, 1, 13, 5), datetime(2026, 3, 1, 14, 5),
    ]  # fmt: skip


def test_days_as_spreadsheets_count_them_are_read_where_they_are_said_to_be_that(read):
    excel = Clock("excel")
    # 1 January 2026 is day 46023; 0.25 of a day is 6 hours, and 0.427083333333 is 10 hours and a quarter
    assert read("46082", "46082.25", "46082,427083333333", " 46082.9999999999 ", "46082. ", clock=excel) == [
        datetime(2026, 3, 1), datetime(2026, 3, 1, 6), datetime(2026, 3, 1, 10, 15), datetime(2026, 3, 2),
        datetime(2026, 3, 1),
    ]  # fmt: skip
    assert read("46082 10:15", "46082 10:15:30", clock=excel) == [
        datetime(2026, 3, 1, 10, 15), datetime(2026, 3, 1, 10, 15, 30),
    ]  # fmt: skip
    assert read("46082.5", clock=Clock("excel", "Europe/Berlin")) == [datetime(2026, 3, 1, 11)]
    assert read("2026-03-01 10:15", "1 Mar 2026", "1767614400", clock=excel) == [
        datetime(2026, 3, 1, 10, 15), datetime(2026, 3, 1), NOON,
    ]  # fmt: skip
    wrong = ["46,082.5", "-46082", "46082.5x", "4.6e4", "46082 25:00", "01.03.2026", "14:05 01.03.2026", "1/3/26", "0"]
    assert read(*wrong, clock=excel) == [None] * len(wrong)


def test_numbers_that_may_be_days_are_asked_and_not_taken_for_that(con, read):
    with pytest.raises(AmbiguousDates, match="“t” are numbers, for example “46082.4271”, as spreadsheets count.*excel"):
        read("46082.4271", None, " ", "46083")
    assert read("46082", "60000") == [None, None]  # one of them is beyond what such dates are
    assert read("19999.5", "46082") == [None, None]
    assert read("46082", "2026-03-01") == [None, datetime(2026, 3, 1)]
    con.execute("CREATE OR REPLACE TEMP TABLE raw AS SELECT unnest([' 59999,9', '', NULL, '20000']) AS t")
    assert counted_days(con, "raw.t") == "20000"


def test_orders_and_zones_that_there_are_not_are_refused(read):
    with pytest.raises(InputError, match="“dym” is no order"):
        read("2026-01-05", clock=Clock("dym"))
    with pytest.raises(InputError, match="no time zone “Europe/Berlim”. Perhaps: Europe/Berlin"):
        read("2026-01-05", clock=Clock(zone="Europe/Berlim"))
