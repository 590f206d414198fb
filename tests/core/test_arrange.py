"""Lists are arranged as one would by hand, and every item says what moved it."""

import numpy as np
import pytest

from core.arrange import LIKELIEST, Arrangement, arranged
from core.errors import InputError
from core.records import Recommendation
from core.rules import Rule


def item(name, chance, category="", brand="", price=10.0, sources=("category",)):
    return Recommendation(name, name, category, brand, price, "product", chance, list(sources))


#: Three trail shoes, then a tent and a lamp.
ITEMS = [
    item("d", 0.20, "Tents", "Tamsin", 200.0), item("a", 0.30, "Trail", "Norvale", 100.0),
    item("b", 0.29, "Trail", "Norvale", 50.0), item("c", 0.28, "Trail", "Veloria", 50.0, ["repeat"]),
    item("e", 0.10, "Lamps", "Tamsin", 20.0, ["new"]),
]  # fmt: skip


def ids(listing):
    return "".join(item.item_id for item in listing.items)


def moved(listing):
    return {item.item_id: (item.was, *item.moved_by) for item in listing.items if item.moved_by}


def test_the_likeliest_first_is_what_nothing_moves():
    found = arranged(ITEMS, 4, LIKELIEST)
    assert ids(found) == "abcd"
    assert [item.was for item in found.items] == [1, 2, 3, 4]
    assert moved(found) == {}
    assert found.expected == found.most == pytest.approx(1.07)
    assert found.notes == []


def test_equal_chances_keep_the_order_of_ids():
    assert ids(arranged([item("y", 0.1), item("x", 0.1)], 2, LIKELIEST)) == "xy"


def test_what_is_unlike_comes_earlier_and_says_so():
    # b is all of .97 as likely but 1 alike; the tent is .67 as likely and 0 alike: .7·.97 - .3 = .38 < .7·.67 = .47.
    found = arranged(ITEMS, 3, Arrangement(diversity=0.3, spare=1))
    assert ids(found) == "adc"
    assert moved(found)["d"] == (4, "it is unlike those above it")
    assert found.expected == pytest.approx(0.78)
    assert found.most == pytest.approx(0.87)


def test_what_is_held_back_says_so():
    found = arranged(ITEMS, 5, Arrangement(diversity=0.3, spare=1))
    assert moved(found)["b"] == (2, "it is like those above it")


def test_variety_costs_no_more_than_it_may():
    # The tent instead of the second shoe costs .09 of .87, which is 10.3 %: too much by a little.
    found = arranged(ITEMS, 3, Arrangement(diversity=0.3, spare=0.1))
    assert found.expected >= 0.9 * found.most
    assert ids(found) == "acb"  # a little less variety: the shoe of another brand comes before the other one
    assert ids(arranged(ITEMS, 2, Arrangement(diversity=0.3, spare=0.0))) == "ab"


def test_what_is_far_less_likely_is_no_variety():
    shoes = [item("a", 0.30, "Trail"), item("b", 0.28, "Trail"), item("x", 0.06, "Tents"), item("y", 0.08, "Lamps")]
    # .06 is less than a quarter of .28, .08 is more; both are unlike the shoes.
    assert ids(arranged(shoes, 2, Arrangement(diversity=0.8, spare=1))) == "ay"
    assert ids(arranged(shoes[:3], 2, Arrangement(diversity=0.8, spare=1))) == "ab"


def test_vectors_tell_apart_what_categories_do_not():
    plain = [item("a", 0.3), item("b", 0.29), item("c", 0.28)]
    vectors = np.array([[0, 1], [1, 0], [1, 0]], dtype=np.float32)  # c, a, b: in the order that is given
    given = [plain[2], plain[0], plain[1]]
    assert ids(arranged(given, 2, Arrangement(diversity=0.3, spare=1), vectors)) == "ac"
    assert ids(arranged(given, 2, Arrangement(diversity=0.3, spare=1))) == "ab"


def test_novelty_lifts_what_she_does_not_know():
    # Worth: a 1, b .967, c .933 (met before), d .667; new to her: 2/3, 2/3, 0, 2/3; e .333 and 1.
    found = arranged(ITEMS, 4, Arrangement(diversity=0, novelty=0.5, spare=1))
    assert ids(found) == "abdc"
    assert moved(found) == {"d": (4, "it is new to this shopper"), "c": (3, "others are newer to this shopper")}


@pytest.mark.parametrize(("how", "order"), [
    ({"cap_brand": 1}, "acd"),
    ({"cap_category": 1}, "ade"),
    ({"cap_category": 2}, "abd"),
])  # fmt: skip
def test_caps_hold(how, order):
    assert ids(arranged(ITEMS, 3, Arrangement(diversity=0, **how))) == order


def test_a_cap_says_whom_it_lifted_and_held_back():
    found = arranged(ITEMS, 5, Arrangement(diversity=0, cap_category=2))
    assert ids(found) == "abde"
    assert moved(found) == {"d": (4, "2 of category Trail at most"), "e": (5, "2 of category Trail at most")}
    assert found.notes == ["Only 4 of 5 places are filled: the caps let no more through."]


def test_what_has_no_brand_is_not_capped():
    assert ids(arranged([item("a", 0.3), item("b", 0.2)], 2, Arrangement(diversity=0, cap_brand=1))) == "ab"


def test_places_are_kept_for_what_is_new():
    found = arranged(ITEMS, 3, Arrangement(diversity=0, new_share=1 / 3))
    assert ids(found) == "abe"
    assert moved(found) == {"e": (5, "this place is kept for what is new")}
    short = arranged(ITEMS, 3, Arrangement(diversity=0, new_share=1))
    assert ids(short) == "abe"
    assert short.notes == ["New items were to fill 3 of 3 places; only 1 could be found."]


def test_what_is_hidden_is_gone_and_costs():
    found = arranged(ITEMS, 2, Arrangement(diversity=0, rules=(Rule("hide", price_from=100),)))
    assert ids(found) == "bc"
    why = "others were held back (hidden: price from 100)"
    assert moved(found) == {"b": (2, why), "c": (3, why)}
    assert (found.expected, found.most) == (pytest.approx(0.57), pytest.approx(0.59))


def test_boosts_and_burying_weigh_and_add_up():
    boost, bury = Rule("boost", brand="Tamsin", by=1.6), Rule("bury", brand="Norvale", price_to=60, by=3)
    found = arranged(ITEMS, 5, Arrangement(diversity=0, rules=(boost, bury)))  # d .32, a .30, c .28, e .16, b .097
    assert ids(found) == "daceb"
    assert moved(found) == {
        "d": (4, "boosted 1.6 times: brand Tamsin"), "a": (1, "others were moved up (boosted 1.6 times: brand Tamsin)"),
        "e": (5, "boosted 1.6 times: brand Tamsin"),
        "b": (2, "buried 3 times: brand Norvale, price up to 60"),
    }  # fmt: skip


def test_a_pin_has_its_place_whatever_the_caps_say():
    pin = Rule("pin", item="b", place=1)
    found = arranged(ITEMS, 3, Arrangement(diversity=0, cap_brand=1, rules=(pin,)))
    assert ids(found) == "bcd"
    assert moved(found)["b"] == (2, "pinned to place 1: item b")
    last = arranged(ITEMS, 3, Arrangement(diversity=0, rules=(Rule("pin", item="e", place=3),)))
    assert ids(last) == "abe"
    beyond = arranged(ITEMS, 3, Arrangement(diversity=0, rules=(Rule("pin", item="e", place=4),)))
    assert ids(beyond) == "abc"


def test_a_rule_that_means_nothing_is_said():
    found = arranged(ITEMS, 2, Arrangement(rules=(Rule("boost", brand="Nobody"), Rule("hide", brand="Nobody"))))
    assert found.notes == ["Nothing that was found is meant by the rule “boosted 2 times: brand Nobody”."]


def test_nothing_to_arrange():
    found = arranged([], 3, Arrangement(new_share=1, cap_brand=1, rules=(Rule("pin", item="a"),)))
    assert (list(found.items), found.expected, found.most) == ([], 0, 0)


@pytest.mark.parametrize(("wrong", "message"), [
    ({"diversity": 1.1}, "diversity is 1.1"), ({"new_share": -0.1}, "new_share is -0.1"),
    ({"cap_brand": 0}, "cap_brand is 0; at least one"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        Arrangement(**wrong)
