"""Conditions become SQL with parameters; what does not fit is refused."""

import pandas as pd
import pytest

from core.errors import InputError
from core.records import Condition
from core.store.shoppers import people
from tests.core.fake_scorer import SPECS
from tests.core.little_shop import little_shop


@pytest.fixture(scope="module")
def everyone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shoppers")
    table = pd.DataFrame({"user_id": ["ann", "bob", "cy"], "intent:buy": [0.9, 0.4, 0.1], "interest:Shoes": [0.8] * 3})
    table.to_parquet(folder / "profiles.parquet", index=False)
    return people(little_shop(folder / "shop").reader(), folder / "profiles.parquet", SPECS)


def who(everyone, *conditions):
    return everyone.table([Condition(*condition) for condition in conditions], [])["user_id"].tolist()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("purchases", ">=", 1), ["ann", "bob"]),
        (("purchases", "<=", 1), ["cy", "dot", "bob"]),
        (("purchases", "==", 1), ["bob"]),
        (("spend", "between", [30, 50]), ["bob"]),
        (("days_since_last", "<=", 100), ["ann", "bob"]),  # nothing is known of the others
        (("age_band", "in", ["25-34", "35-49"]), ["ann", "bob", "dot"]),
        (("age_band", "==", "25-34"), ["ann", "dot"]),
        (("age_band", "in", []), ["ann", "bob", "cy", "dot"]),  # nothing chosen yet
        (("children", ">=", 2), ["ann", "dot"]),
        (("intent:buy", ">=", 0.4), ["ann", "bob"]),
        (("top_category", "in", ["'; DROP TABLE events; --"]), []),
    ],
)
def test_a_condition_finds_whom_it_says(everyone, condition, expected):
    assert who(everyone, condition) == expected
    assert everyone.count([Condition(*condition)]) == len(expected)


def test_conditions_are_joined_by_and(everyone):
    assert who(everyone, ("purchases", ">=", 1), ("age_band", "in", ["25-34"])) == ["ann"]
    assert who(everyone) == ["ann", "bob", "cy", "dot"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (("shoe size", ">=", 1), "no fact or tag 'shoe size'"),
        (('purchases" OR 1=1 --', ">=", 1), "no fact or tag"),
        (("purchases", "in", [1]), "cannot be compared by 'in'"),
        (("purchases", "; DROP", 1), "cannot be compared by"),
        (("age_band", ">=", "25"), "cannot be compared by"),
        (("purchases", ">=", "many"), "must be compared with a number"),
        (("purchases", "between", [1]), "must be compared with a number"),
    ],
)
def test_what_does_not_fit_is_refused(everyone, condition, said):
    with pytest.raises(InputError, match=said):
        who(everyone, condition)


def test_columns_say_where_they_come_from(everyone):
    kinds = {column.key: (column.kind, column.type) for column in everyone.columns}
    assert kinds["purchases"] == ("observed", "number")
    assert kinds["top_category"] == ("observed", "text")
    assert kinds["age_band"] == ("attribute", "text")
    assert kinds["children"] == ("attribute", "number")
    assert kinds["intent:buy"] == ("predicted", "probability")


def test_without_profiles_there_is_nothing_predicted(everyone):
    plain = people(everyone.reader, None, SPECS)
    assert {column.kind for column in plain.columns} == {"observed", "attribute"}


def test_one_shopper_is_a_row_and_a_stranger_is_none(everyone):
    row = everyone.one("bob")
    assert (row["purchases"], row["age_band"], row["intent:buy"]) == (1, "35-49", 0.4)
    assert everyone.one("eve") is None


def test_shares_of_values_are_among_those_who_have_one(everyone):
    shares = everyone.shares([Condition("purchases", ">=", 1)], "age_band").set_index("value")
    assert shares.loc["25-34"].tolist() == pytest.approx([1 / 2, 2 / 3])
    assert shares.loc["35-49"].tolist() == pytest.approx([1 / 2, 1 / 3])


def test_an_attribute_named_like_a_fact_keeps_both(tmp_path):
    from core.store.workspace import connect

    workspace = little_shop(tmp_path / "shop")
    con = connect(workspace.version_file(1))
    con.execute("ALTER TABLE users RENAME COLUMN children TO purchases")
    con.close()
    both = people(workspace.reader(), None, ())
    assert both.one("ann")["purchases"] == 2
    assert both.one("ann")["users.purchases"] == 3
