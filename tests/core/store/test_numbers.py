"""Numbers as shops write them, decided over whole columns."""

import duckdb
import pytest

from core.store.numbers import Style, as_number, styles


@pytest.fixture
def read():
    """Return a function that reads columns of numbers, given by name, and what they are read as."""
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as con:

        def run(**columns):
            names = ", ".join(f"unnest(?::VARCHAR[]) AS {name}" for name in columns)
            con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {names}", list(columns.values()))
            found = styles(con, {name: f"raw.{name}" for name in columns})
            sql = ", ".join(f"list({as_number(f'raw.{name}', style)})" for name, style in found.items())
            return dict(zip(columns, con.execute(f"SELECT {sql} FROM raw").fetchone(), strict=True))

        yield run


@pytest.mark.parametrize(("texts", "numbers"), [
    (["1.5", "2", " 3 ", "-4", "+5", "1e3", ".5"], [1.5, 2, 3, -4, 5, 1000, 0.5]),
    (["1,5", "2", "-4", "1e3", ",5"], [1.5, 2, -4, 1000, 0.5]),
    (["1,234.50", "1,234", "12"], [1234.5, 1234, 12]),
    (["1.234,50", "1.234", "12"], [1234.5, 1234, 12]),
    (["1 234,50", "1\u00a0234,5", "1\u202f234"], [1234.5, 1234.5, 1234]),
    (["1'234.50", "1’234"], [1234.5, 1234]),
    (["1,234,567", "7"], [1234567, 7]),
    (["1.234.567", "7"], [1234567, 7]),
    (["0,125", "1,250"], [0.125, 1.25]),
    (["0.125", "1.250"], [0.125, 1.25]),
    (["1234,567", "1,250"], [1234.567, 1.25]),
    (["$1,234.50", "US 3"], [1234.5, None]),
    (["1.234,50 €", "EUR 3,20", "£ 5"], [1234.5, 3.2, 5]),
    (["99,00 zł", "kr 1 049,00", "99,00 kr.", "99,00 SEK", "R$ 9,50", "99,00 TL"], [99, 1049, 99, 99, 9.5, 99]),
    (["Rs. 99.00", "USD 9.50", "Fr. 12.50", "99円", "₩5,000"], [99, 9.5, 12.5, 99, 5000]),
    (["₹ 1,29,900.00", "Rs 1,299/-", "-$5.00", "$-5.00"], [129900, 1299, -5, -5]),
    (["99,-", "1.299,- €", "kr 5,–"], [99, 1299, 5]),
    (["(1)", "−2", "3-", "(1,299.50 €)", "4.00- EUR", "– 5"], [-1, -2, -3, -1299.5, -4, -5]),
    (["1-2", "a-5", "-", "3r4", "99 boxes"], [None] * 5),
    (["1,234"], [1234]),
    (["cheap", "", None, "1,2,3", "12,34.5"], [None] * 5),
    (["1.50", "2.50", "3,75"], [1.5, 2.5, None]),
])  # fmt: skip
def test_a_column_is_read_in_its_own_style(read, texts, numbers):
    assert read(price=texts)["price"] == numbers


def test_a_column_that_does_not_say_follows_one_that_does(read):
    assert read(price=["9,50", "1,25"], quantity=["1,500", "2"]) == {"price": [9.5, 1.25], "quantity": [1.5, 2]}
    assert read(price=["9.50", "1.25"], quantity=["1,500", "2"]) == {"price": [9.5, 1.25], "quantity": [1500, 2]}


def test_infinite_numbers_stay_infinite_for_whoever_judges_them(read):
    assert read(price=["inf", "-infinity", "1e400"])["price"] == [float("inf"), float("-inf"), float("inf")]


def test_the_usual_way_costs_one_look(read):
    with duckdb.connect() as con:
        con.execute("CREATE TEMP TABLE raw AS SELECT '1.5' AS a")
        assert styles(con, {"a": "raw.a"}) == {"a": Style.POINT}
        assert styles(con, {}) == {}
