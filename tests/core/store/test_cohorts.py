"""A tree of conditions finds whom it says, worked out by hand; what does not fit is refused."""

import json

import pandas as pd
import pytest

from core import trees
from core.conditions import EVERYONE, InSegment, Listed
from core.errors import InputError
from core.store import cohorts
from core.store.shoppers import people
from tests.core.fake_scorer import SPECS
from tests.core.little_shop import little_shop


@pytest.fixture(scope="module")
def everyone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohorts")
    table = pd.DataFrame({"user_id": ["ann", "bob", "cy"], "intent:buy": [0.9, 0.4, 0.1], "interest:Shoes": [0.8] * 3})
    table.to_parquet(folder / "profiles.parquet", index=False)
    return people(little_shop(folder / "shop").reader(), folder / "profiles.parquet", SPECS)


def tree(*parts, how="all"):
    return trees.read(json.dumps({"v": 1, how: parts}))


def who(everyone, *parts, how="all"):
    return ids(everyone, tree(*parts, how=how))


def ids(everyone, asked):
    return cohorts.members(everyone, asked)["user_id"].tolist()


BUYER = {"did": "purchase"}
LIKELY = {"fact": "intent:buy", "op": ">=", "value": 0.4}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (BUYER, ["ann", "bob"]),
        ({**BUYER, "value": 3}, ["ann"]),  # three lines of purchases
        ({**BUYER, "op": "==", "value": 1}, ["bob"]),
        ({**BUYER, "op": "<=", "value": 0}, ["cy", "dot"]),  # did not; dot never did anything
        ({**BUYER, "op": "between", "value": [1, 2]}, ["bob"]),
        ({**BUYER, "value": 2, "measure": "days"}, ["ann"]),  # 1 and 3 June
        ({**BUYER, "value": 2, "measure": "items"}, ["ann"]),
        ({**BUYER, "value": 160, "measure": "money"}, ["ann"]),  # 100 + 2 * 20 + 20
        ({**BUYER, "value": 160.01, "measure": "money"}, []),
        ({"did": "return", "value": 20, "measure": "money"}, ["ann"]),  # the catalogue's price, where none is logged
        ({**BUYER, "category": ["Shoes"]}, ["ann", "bob"]),
        ({**BUYER, "category": ["Shoes > Road"]}, ["bob"]),
        ({**BUYER, "category": ["Shoe"]}, []),  # a name is not the beginning of another
        ({**BUYER, "category": ["Shoes > Road", "Outdoor"]}, ["ann", "bob"]),
        ({**BUYER, "brand": ["Tamsin"]}, ["ann"]),
        ({**BUYER, "brand": ["Tamsin"], "category": ["Shoes"]}, []),
        ({**BUYER, "item": ["P2", "nothing"]}, ["bob"]),
        ({**BUYER, "price_from": 41}, ["ann"]),  # bob paid 40 for what costs 50
        ({**BUYER, "price_from": 40, "price_to": 50}, ["bob"]),
        ({"did": "view", "price_from": 100}, ["ann"]),  # a look has no price of its own
        ({**BUYER, "words": "RED trail"}, ["ann"]),
        ({**BUYER, "words": "red blue"}, []),
        ({"did": "search", "words": "shoes trail"}, ["ann"]),
        ({"did": "search", "words": "boots"}, []),
        ({"did": "any", "words": "outdoor"}, ["ann", "bob"]),  # a category: of the lamps, and of a tent in the cart
        ({"did": "any", "words": "SHOES trail", "value": 5}, ["ann"]),  # a search, a click, a view, a cart, a purchase
        ({"did": "any", "words": "shoes trail", "value": 6}, []),
        ({"did": "any", "words": "tamsin tent"}, ["bob"]),  # a brand and a title; cy was only shown a tent
        ({"did": "any", "words": "tamsin", "category": ["Outdoor > Tents"]}, ["bob"]),
        ({"did": "any", "words": "trail", "measure": "items", "value": 2}, []),  # what is searched for is no item
        ({"did": "impression", "op": ">=", "value": 2}, ["ann", "cy"]),
        ({**BUYER, "last": 1}, ["ann"]),  # from 2 June 23:40 on; bob bought at 23:03
        ({**BUYER, "last": 1.1}, ["ann", "bob"]),
        ({**BUYER, "last": 0.001}, []),
        ({**BUYER, "from": "2026-06-02", "to": "2026-06-02"}, ["bob"]),
        ({**BUYER, "from": "2026-06-02"}, ["ann", "bob"]),
        ({**BUYER, "to": "2026-06-01"}, ["ann"]),
        ({"since": "purchase", "value": 1}, ["bob"]),
        ({"since": "purchase", "op": "<=", "value": 0}, ["ann"]),
        ({"since": "view", "op": "between", "value": [1, 1]}, ["bob"]),
        ({"since": "view", "op": "==", "value": 2}, ["ann"]),
        ({"since": "view", "op": ">=", "value": 0.5}, ["ann", "bob"]),  # whole days: 1 or more
        ({"since": "view", "op": "==", "value": 1.5}, []),
        ({"since": "impression", "value": 0}, ["ann", "cy"]),
        ({"ids": ["dot", "cy", "eve"]}, ["cy", "dot"]),
        ({"segment": "s", "of": {"all": [BUYER]}}, ["ann", "bob"]),
        (LIKELY, ["ann", "bob"]),
        ({"fact": "age_band", "op": "in", "value": ["25-34"]}, ["ann", "dot"]),
        ({"did": "purchase", "brand": ["'; DROP TABLE events; --"]}, []),
        ({"ids": ["' OR 1=1 --"]}, []),
    ],
)
def test_a_condition_finds_whom_it_says(everyone, part, expected):
    assert who(everyone, part) == expected
    assert who(everyone, part, how="none") == sorted({"ann", "bob", "cy", "dot"} - set(expected))


VIEW, BUY = {"did": "view"}, {"did": "purchase"}


@pytest.mark.parametrize(
    ("first", "then", "more", "expected"),
    [
        (VIEW, BUY, {}, ["ann", "bob"]),
        (VIEW, BUY, {"within": 0.001}, []),  # 86 seconds: ann took four minutes, bob three
        (VIEW, {**BUY, "brand": ["Tamsin"]}, {}, ["ann"]),
        (VIEW, BUY, {"same": "item"}, ["ann", "bob"]),
        (VIEW, {**BUY, "item": ["P3"]}, {"same": "item"}, []),  # another than she looked at
        ({"did": "cart"}, BUY, {"same": "category", "within": 1}, ["ann", "bob"]),
        (BUY, VIEW, {}, []),  # the other way round
        ({**VIEW, "from": "2026-06-02"}, BUY, {}, ["bob"]),
        # bob carted the tent at 23:02 on 2 June and never bought it; one day later is 3 June 23:02, which the log knows
        ({"did": "cart"}, BUY, {"happened": False, "same": "item", "within": 1}, ["bob"]),
        # two days later nobody knows yet
        ({"did": "cart"}, BUY, {"happened": False, "same": "item", "within": 2}, []),
        ({"did": "cart"}, BUY, {"happened": False, "within": 0.0005}, ["ann", "bob"]),  # 43 seconds
        ({"did": "cart"}, {**BUY, "item": ["P3"]}, {"happened": False, "within": 0.001}, ["bob"]),  # ann after 60
        ({"did": "search"}, VIEW, {"happened": False, "within": 1, "same": "item"}, []),  # a search is of no item
        ({"did": "search"}, VIEW, {"happened": True, "within": 1}, ["ann"]),
    ],
)
def test_a_sequence_finds_whom_it_says(everyone, first, then, more, expected):
    assert who(everyone, {"first": first, "then": then, **more}) == expected


def test_groups_nest(everyone):
    either = {"any": [{"did": "search"}, {"fact": "age_band", "op": "in", "value": ["35-49"]}]}
    assert who(everyone, either) == ["ann", "bob"]
    assert who(everyone, either, {"none": [{"did": "return"}]}) == ["bob"]
    assert who(everyone, either, {"did": "return"}, how="none") == ["cy", "dot"]
    assert who(everyone, {"all": [BUYER, either]}, {"ids": ["dot"]}, how="any") == ["ann", "bob", "dot"]


def test_what_is_not_known_is_not_met_and_its_opposite_is(everyone):
    low = {"fact": "intent:buy", "op": "<=", "value": 0.9}
    assert who(everyone, low) == ["ann", "bob", "cy"]  # nothing is predicted of dot
    assert who(everyone, low, how="none") == ["dot"]
    assert who(everyone, {"none": [{"none": [low]}]}) == ["ann", "bob", "cy"]


def test_nothing_asked_is_everyone(everyone):
    assert ids(everyone, EVERYONE) == ["ann", "bob", "cy", "dot"]


def test_the_table_has_the_columns_asked_for_those_who_meet_it_most_first(everyone):
    asked = tree({"any": [{"fact": "spend", "op": ">=", "value": 1}, {"did": "impression"}]})
    inside, first = cohorts.members(everyone, asked), cohorts.ordering(everyone, asked)
    found = cohorts.table(everyone, inside, ["age_band", "intent:buy"], first)
    assert found.columns.tolist() == ["user_id", "age_band", "intent:buy"]
    assert found["user_id"].tolist() == ["ann", "bob", "cy"]
    assert cohorts.table(everyone, inside, [], limit=2)["user_id"].tolist() == ["ann", "bob"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"fact": "shoe size", "op": ">=", "value": 1}, "no fact or tag 'shoe size'"),
        ({"fact": "purchases", "op": "in", "value": [1]}, "cannot be compared by 'in'"),
        ({"fact": "purchases", "op": ">=", "value": "many"}, "must be compared with a number"),
        ({"segment": "gone", "name": "VIP"}, "'VIP' is not there any more"),
    ],
)
def test_what_does_not_fit_is_refused(everyone, part, said):
    with pytest.raises(InputError, match=said):
        who(everyone, part)


def test_nothing_from_outside_is_in_the_text_of_the_query(everyone):
    outside = "zz'--"
    asked = tree(
        {"did": "view", "category": [outside], "brand": [outside], "item": [outside], "words": outside},
        {"first": {"did": "search", "words": outside}, "then": {"did": "view", "brand": [outside]}},
        {"ids": [outside]}, {"fact": "age_band", "op": "in", "value": [outside]},
        {"segment": outside, "name": outside, "of": {"all": [{"ids": [outside]}]}},
    )  # fmt: skip
    sql, params = cohorts.query(everyone, asked)
    assert outside not in sql
    assert outside in str(params)


def test_leaves_that_are_made_by_hand_work_too(everyone):
    assert ids(everyone, Listed("one", ids=("ann",))) == ["ann"]
    assert ids(everyone, InSegment("s", "S", Listed("one", ids=("bob",)))) == ["bob"]


def test_days_are_those_of_the_shops_clocks(tmp_path):
    from core.store.workspace import connect

    workspace = little_shop(tmp_path / "shop")
    con = connect(workspace.version_file(1))
    con.execute("ALTER TABLE shop ADD COLUMN IF NOT EXISTS zone VARCHAR")
    con.execute("UPDATE shop SET zone = 'Asia/Tokyo'")  # nine hours ahead
    con.close()
    there = people(workspace.reader(), None, ())
    bought = {"did": "purchase", "from": "2026-06-03", "to": "2026-06-03"}
    assert who(there, bought) == ["bob"]  # his 2 June 23:03 in UTC
    assert who(there, {"did": "purchase", "measure": "days", "value": 2}) == ["ann"]
    assert who(there, {"did": "search", "from": "2026-06-01", "to": "2026-06-01"}) == ["ann"]
    assert who(there, {"since": "purchase", "value": 1}) == ["bob"]  # the log ends on 4 June there
