"""Trees of conditions come back from JSON as they were, and what is no tree is refused by name."""

import json

import pytest

from core import trees
from core.conditions import (
    EVERYONE,
    Deed,
    Did,
    Group,
    InSegment,
    Listed,
    Since,
    Then,
    Window,
    complete,
    everyone,
    flat,
)  # fmt: skip
from core.errors import InputError
from core.records import Condition

FACT = Condition("purchases", ">=", 3)


def test_a_flat_list_of_older_links_is_read_and_written_as_before():
    text = '[["purchases",">=",3],["top_category","in",["Shoes"]]]'
    tree = trees.read(text)
    assert tree == Group("all", (FACT, Condition("top_category", "in", ["Shoes"])))
    assert trees.write(tree) == text
    assert trees.read("[]") == EVERYONE


def test_every_kind_of_condition_is_written_as_a_person_would():
    tree = Group("any", (
        FACT,
        Did(Deed("view", ("Shoes",), ("Norvale",), ("P1",), "red", (10.0, None)), ">=", 3.0, "days", Window(last=30.0)),
        Since(Deed("purchase"), "between", (1.0, 7.0)),
        Then(Deed("view"), Deed("purchase"), 7.0, False, "item"),
        Group("none", (Listed("vip.csv", "9c41"), InSegment("3f2a", "VIP"))),
    ))  # fmt: skip
    assert json.loads(trees.write(tree)) == {"v": 1, "any": [
        {"fact": "purchases", "op": ">=", "value": 3},
        {"did": "view", "category": ["Shoes"], "brand": ["Norvale"], "item": ["P1"], "words": "red", "price_from": 10.0,
         "op": ">=", "value": 3.0, "measure": "days", "last": 30.0},
        {"since": "purchase", "op": "between", "value": [1.0, 7.0]},
        {"first": {"did": "view"}, "then": {"did": "purchase"}, "within": 7.0, "happened": False, "same": "item"},
        {"none": [{"list": "9c41", "name": "vip.csv"}, {"segment": "3f2a", "name": "VIP"}]},
    ]}  # fmt: skip
    assert trees.read(trees.write(tree)) == tree


def test_what_is_left_out_is_the_default():
    tree = trees.read('{"v": 1, "all": [{"did": "view"}, {"since": "view"}, {"did": "view", "from": "2026-05-01"}]}')
    first, second, third = tree.parts
    assert first == Did(Deed("view"), ">=", 1.0, "times", Window())
    assert second == Since(Deed("view"), ">=", 30.0)
    assert third.window.first_day.isoformat() == "2026-05-01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "not JSON"),
        ("7", "are written as"),
        ("[[1]]", "written as"),
        ('[["purchases","like",3]]', "written as"),
        ("{}", "version None"),
        ('{"v": 2, "all": []}', "version 2; this ShopperLens reads version 1"),
        ('{"v": 1, "some": []}', "begins with one of all, any, none, fact, did"),
        ('{"v": 1, "any": []}', "holds no condition"),
        ('{"v": 1, "all": [{"none": []}]}', "“none” holds no condition"),
        ('{"v": 1, "all": [7]}', "is not an object"),
        ('{"v": 1, "all": {"did": "view"}}', "must be a list of conditions"),
        ('{"v": 1, "all": [{"did": "dance"}]}', "“did” must be one of impression, view"),
        ('{"v": 1, "all": [{"did": "view", "valeu": 3}]}', "In “all” 1: nothing is called 'valeu'"),
        ('{"v": 1, "all": [{"did": "view", "value": "3"}]}', "“value” must be a number, not '3'"),
        ('{"v": 1, "all": [{"did": "view", "value": NaN}]}', "must be a number"),
        ('{"v": 1, "all": [{"did": "view", "value": true}]}', "must be a number"),
        ('{"v": 1, "all": [{"did": "view", "op": "between", "value": [3, 1]}]}', "the lower first"),
        ('{"v": 1, "all": [{"did": "view", "op": "like"}]}', "“op” must be one of >=, <=, ==, between"),
        ('{"v": 1, "all": [{"did": "view", "measure": "hours"}]}', "one of times, days, items, money"),
        ('{"v": 1, "all": [{"did": "view", "category": "Shoes"}]}', "a list of texts"),
        ('{"v": 1, "all": [{"did": "view", "last": 0}]}', "a number of days above 0"),
        ('{"v": 1, "all": [{"did": "view", "last": 3, "from": "2026-05-01"}]}', "not both"),
        ('{"v": 1, "all": [{"did": "view", "from": "1 May"}]}', "a day such as 2026-05-31"),
        ('{"v": 1, "all": [{"did": "view", "from": "2026-05-02", "to": "2026-05-01"}]}', "is before"),
        ('{"v": 1, "all": [{"did": "view", "hours": [9, 9]}]}', "two different full hours"),
        ('{"v": 1, "all": [{"did": "view", "hours": [9.5, 17]}]}', "two different full hours"),
        ('{"v": 1, "all": [{"did": "view", "hours": [0, 25]}]}', "two different full hours"),
        ('{"v": 1, "all": [{"did": "view", "weekdays": [0]}]}', "1 .Monday. to 7"),
        ('{"v": 1, "all": [{"did": "view", "weekdays": [7, 6]}]}', "in order"),
        ('{"v": 1, "all": [{"did": "view", "query": "red shoes"}]}', "what was searched for; of view there is none"),
        ('{"v": 1, "all": [{"since": "view", "hours": [9, 17]}]}', "called 'hours'"),
        ('{"v": 1, "all": [{"first": {"did": "view"}}]}', "is not an object"),
        ('{"v": 1, "all": [{"first": {"did": "view"}, "then": {"did": "view", "last": 3}}]}', "called 'last'"),
        ('{"v": 1, "all": [{"fact": "", "op": ">=", "value": 3}]}', "name of a fact"),
        ('{"v": 1, "all": [{"fact": "spend", "op": ">="}]}', "“value” must be given"),
    ],
)
def test_what_is_no_tree_is_refused_by_name(text, said):
    with pytest.raises(InputError, match=said):
        trees.read(text)


def test_hours_weekdays_and_whole_searches_are_read_and_written():
    night = Did(Deed("view"), window=Window(hours=(22, 6), weekdays=(6, 7)))
    exact = Did(Deed("search", query="red shoes"))
    text = trees.write(Group("all", (night, exact)))
    assert '"hours":[22,6],"weekdays":[6,7]' in text and '"query":"red shoes"' in text
    assert trees.read(text) == Group("all", (night, exact))


def test_too_much_is_refused():
    deep = '{"v": 1, "all": [' + '{"all": [' * 13 + '{"did": "view"}' + "]}" * 14
    with pytest.raises(InputError, match="nested deeper than 12"):
        trees.read(deep)
    with pytest.raises(InputError, match="101 conditions; up to 100"):
        trees.read(json.dumps({"v": 1, "all": [{"did": "view"}] * 101}))
    with pytest.raises(InputError, match="not JSON"):
        trees.read("[" * 100_000)


def test_what_is_not_said_yet_is_left_out():
    unsaid = (Condition("top_category", "in", []), Group("any", (InSegment(""), Listed("no file yet"))))
    assert complete(Group("all", (*unsaid, FACT))) == Group("all", (FACT,))
    assert complete(Group("any", unsaid)) == EVERYONE


def test_it_is_known_when_nothing_is_asked_and_when_a_list_will_do():
    assert everyone(EVERYONE)
    assert everyone(Group("none"))
    assert not everyone(Group("any"))
    assert flat(Group("all", (FACT,))) == [FACT]
    assert flat(Group("any", (FACT,))) is None
    assert flat(Group("all", (Did(Deed("view")),))) is None
