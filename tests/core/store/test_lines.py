"""Lines of text become events, or say what is wrong with them."""

from datetime import datetime

import pytest

from core.errors import AmbiguousDates
from core.store.lines import EVENT_WORDS, TOO_LARGE, type_lines
from core.store.preset import Rule
from core.store.times import Clock
from core.store.workspace import connect

GOOD = {"user_id": "u", "item_id": "i", "event_type": "view", "ts": "2026-01-05 12:00"}


@pytest.fixture
def typed(tmp_path):
    """Return a function that types lines given as dicts of text."""
    with connect(tmp_path / "x.duckdb") as con:

        def run(*lines, rules=(), clock=Clock()):  # noqa: B008 - frozen
            names = list(dict.fromkeys(name for line in lines for name in line))
            con.execute(f"CREATE OR REPLACE TEMP TABLE raw (__row BIGINT, {', '.join(f'{n} VARCHAR' for n in names)})")
            for number, line in enumerate(lines, 1):
                marks = ", ".join("?" * (len(names) + 1))
                con.execute(f"INSERT INTO raw VALUES ({marks})", [number, *(line.get(name) for name in names)])
            type_lines(con, {name: f"raw.{name}" for name in names}, {}, {}, rules, clock)
            return con.execute(
                "SELECT lines.*, column_name, reason FROM lines LEFT JOIN faults USING (fault) ORDER BY __row"
            ).df()

        yield run


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-01-05", datetime(2026, 1, 5)),
        ("2026-01-05 12:34:56.5", datetime(2026, 1, 5, 12, 34, 56, 500_000)),
        ("2026-01-05T12:34:56Z", datetime(2026, 1, 5, 12, 34, 56)),
        ("2026-01-05T12:34:56+02:00", datetime(2026, 1, 5, 10, 34, 56)),
        ("2026-01-05 00:30:00+0100", datetime(2026, 1, 4, 23, 30)),
        (" 2026-01-05 12:00 ", datetime(2026, 1, 5, 12)),
        ("20260105", datetime(2026, 1, 5)),
        ("1767614400", datetime(2026, 1, 5, 12)),
        ("1767614400.25", datetime(2026, 1, 5, 12, 0, 0, 250_000)),
        ("1767614400250", datetime(2026, 1, 5, 12, 0, 0, 250_000)),
        ("1767614400250000", datetime(2026, 1, 5, 12, 0, 0, 250_000)),
        ("1767614400250000000", datetime(2026, 1, 5, 12, 0, 0, 250_000)),
    ],
)
def test_times_become_utc(typed, given, moment):
    assert typed({**GOOD, "ts": given})["ts"][0] == moment


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        ({"user_id": None}, "user_id", "no user_id"),
        ({"user_id": "  "}, "user_id", "no user_id"),
        ({"event_type": None}, "event_type", "no event_type"),
        ({"event_type": "teleport"}, "event_type", "unknown event type"),
        ({"ts": None}, "ts", "no time"),
        ({"ts": "soon"}, "ts", "not a time"),
        ({"ts": "infinity"}, "ts", "a time that cannot be"),
        ({"ts": "0001-01-01"}, "ts", "a time that cannot be"),
        ({"item_id": None}, "item_id", "no item_id"),
        ({"event_type": "search", "item_id": None}, "query", "a search without words"),
        ({"price": "cheap"}, "price", "not a number"),
        ({"price": "inf"}, "price", TOO_LARGE),
        ({"price": "-Infinity"}, "price", TOO_LARGE),
        ({"quantity": "1e400"}, "quantity", TOO_LARGE),
        ({"value": "-1e16"}, "value", TOO_LARGE),
        ({"price": "-nan"}, "price", "not a number"),
        ({"price": "-1"}, "price", "a negative number"),
        ({"quantity": "-2"}, "quantity", "a negative number"),
        ({"position": "first"}, "position", "not a number"),
    ],
)
def test_a_wrong_line_says_what_is_wrong_and_the_next_is_none_the_worse(typed, wrong, column, reason):
    found = typed({**GOOD, **wrong}, GOOD)
    assert (found["column_name"][0], found["reason"][0]) == (column, reason)
    assert found["reason"].isna()[1]


def test_the_clock_says_what_the_file_does_not(typed):
    berlin = Clock("mdy", "Europe/Berlin")
    assert typed({**GOOD, "ts": "01/05/2026 1:00 PM"}, clock=berlin)["ts"][0] == datetime(2026, 1, 5, 12)
    with pytest.raises(AmbiguousDates, match="the column “ts” may be day-first or month-first"):
        typed({**GOOD, "ts": "01/05/2026"})
    assert typed({**GOOD, "ts": "13/05/2026"}, {**GOOD, "ts": "01/05/2026"})["ts"][1] == datetime(2026, 5, 1)


def test_decimal_commas_are_known_by_their_column(typed):
    found = typed({**GOOD, "price": "1,50", "quantity": "1,000"}, {**GOOD, "price": "1.234,50", "quantity": "2"})
    assert list(found["price"]) == [1.5, 1234.5]
    assert list(found["quantity"]) == [1, 2]


def test_years_of_five_digits_and_zero_reject_their_line_alone(typed):
    found = typed({**GOOD, "ts": "20190-01-01"}, {**GOOD, "ts": "0000-00-00 00:00:00"}, GOOD)
    assert list(found["reason"][:2]) == ["a time that cannot be", "not a time"]
    assert found["reason"].isna()[2]


def test_ids_stay_as_they_are_given_but_for_blanks_and_floats(typed):
    found = typed({**GOOD, "user_id": "007", "item_id": " A-1.0"}, {**GOOD, "user_id": "8.0", "item_id": "1.0"})
    assert (found["user_id"].to_list(), found["item_id"].to_list()) == (["007", "8"], ["A-1.0", "1.0"])


def test_numbers_may_be_missing_or_written_as_floats(typed):
    found = typed({**GOOD, "price": "", "quantity": "6.0", "position": "2.0", "value": "NaN"})
    assert found["reason"].isna()[0]
    assert found["price"].isna()[0]
    assert found["value"].isna()[0]
    assert (found["quantity"][0], found["position"][0]) == (6.0, 2)


@pytest.mark.parametrize(
    ("word", "event"), [("PV", "view"), ("Add to Cart", "cart"), ("add-to-cart", "cart"), ("buy", "purchase")]
)
def test_words_of_other_shops_are_understood(typed, word, event):
    assert typed({**GOOD, "event_type": word})["event_type"][0] == event


def test_every_word_leads_to_an_event_and_is_written_as_it_is_looked_up():
    assert all(word == word.lower().replace(" ", "_") for word in EVENT_WORDS)


def test_rules_of_a_preset_come_first(typed):
    found = typed({**GOOD, "user_id": None}, rules=[Rule("user_id", "raw.user_id IS NULL", "no customer")])
    assert found["reason"][0] == "no customer"


def test_swapped_columns_are_not_confused_with_each_other(tmp_path):
    with connect(tmp_path / "x.duckdb") as con:
        con.execute("CREATE TEMP TABLE raw AS SELECT 1 AS __row, 'a' AS user_id, 'b' AS item_id")
        type_lines(con, {"user_id": "raw.item_id", "item_id": "raw.user_id"}, {}, {}, [])
        assert con.execute("SELECT user_id, item_id FROM lines").fetchone() == ("b", "a")
