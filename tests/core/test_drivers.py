"""Pushes of many shoppers, summed by hand: what adds up, what is sure, and what is said of it."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from core.drivers import LEAST, About, Read, drivers

TAGS = About("tags")


def read(people, about=TAGS, outputs=("buy",), shoppers=100, others=900):
    """Shoppers as ``(here, [(kind, field, text, *values), …])``; each begins at the base given as kind "base"."""
    rows = [(number, here, *part) for number, (here, parts) in enumerate(people) for part in parts]
    columns = ["shopper", "here", "kind", "field", "text", *(f"v{n}" for n in range(len(outputs)))]
    named = {key: f"Label of {key}" for key in outputs}
    return Read(about, pd.DataFrame(rows, columns=columns), named, shoppers, others, 0.0, 1.0, datetime(2026, 6, 1))


def shopper(bought=0.0, viewed=0.0, word="boots", base=-2.0):
    return [("base", "", "", base), ("purchase", "category", word, bought), ("view", "category", word, viewed / 2),
            ("view", "when", "today", viewed / 2)]


def kinds(found):
    return found.rows[found.rows["level"] == "kind"].set_index("name")


def words(found):
    return found.rows[found.rows["level"] == "word"].set_index("name")


def test_means_are_those_worked_out_by_hand():
    found = drivers(read([(True, shopper(2.0, 1.0)), (True, shopper(1.0, 0.0)), (False, shopper(0.5, 1.0, "socks"))]),
                    ["buy"], "Will buy")
    rows = kinds(found)
    assert rows.loc["purchase", ["here", "there", "gap"]].tolist() == pytest.approx([1.5, 0.5, 1.0])
    assert rows.loc["view", ["here", "there", "gap"]].tolist() == pytest.approx([0.5, 1.0, -0.5])
    assert found.gap == pytest.approx(0.5) == pytest.approx(rows["gap"].sum())
    assert (found.read, found.read_others, found.shoppers, found.others) == (2, 1, 100, 900)
    odds = np.array([-2 + 3.0, -2 + 1.0])
    assert found.chance == pytest.approx((1 / (1 + np.exp(-odds))).mean())
    assert found.chance_others == pytest.approx(1 / (1 + np.exp(0.5)))


def test_clicks_and_views_are_one_kind():
    looked = [("base", "", "", 0.0), ("view", "when", "today", 1.0), ("click", "when", "today", 2.0)]
    found = drivers(read([(True, looked), (False, looked[:1])]), ["buy"], "x")
    assert kinds(found).loc["view", "gap"] == pytest.approx(3.0)
    assert "click" not in kinds(found).index


def test_the_base_is_part_of_the_gap_so_that_it_adds_up():
    found = drivers(read([(True, shopper(1.0, base=-1.5)), (False, shopper(1.0, base=-2.0))]), ["buy"], "x")
    assert kinds(found).loc["base", "gap"] == pytest.approx(0.5) == pytest.approx(found.gap)


def many(here=20, there=20, push=1.0, noise=0.2, seed=0):
    random = np.random.default_rng(seed)
    people = [(True, shopper(push + noise * random.normal(), noise * random.normal())) for _ in range(here)]
    return people + [(False, shopper(noise * random.normal(), noise * random.normal())) for _ in range(there)]


def test_what_was_planted_is_sure_and_noise_is_not():
    found = drivers(read(many()), ["buy"], "Will buy")
    rows = kinds(found)
    assert rows.loc["purchase", "sure"] and not rows.loc["view", "sure"]
    assert rows.loc["purchase", "low"] > 0.7 and rows.loc["purchase", "high"] < 1.3
    assert rows.loc["view", "low"] < 0 < rows.loc["view", "high"]
    assert rows.index[0] == "purchase"
    assert words(found).loc["boots", "sure"]
    assert found.sentence == (
        f"The model gives these shoppers a {100 * found.chance:.0f} % chance of “Will buy”, everyone else "
        f"{100 * found.chance_others:.0f} %: mostly because of what they bought; the words that count most: “boots”."
    )


def test_intervals_are_as_wide_as_the_formula_says():
    rows = kinds(drivers(read(many(60, 60, noise=1.0)), ["buy"], "x")).loc["purchase"]
    assert rows["high"] - rows["low"] == pytest.approx(2 * 1.96 * np.sqrt(2 / 60), rel=0.25)


def test_pure_noise_is_sure_of_anything_one_time_in_twenty():
    some = sum(drivers(read(many(30, 30, push=0.0, seed=seed)), ["buy"], "x").rows["sure"].any() for seed in range(60))
    assert some <= 9


def test_what_speaks_the_other_way_is_said():
    random = np.random.default_rng(1)
    people = [(here, shopper(2.0 * here + 0.1 * random.normal(), -1.0 * here + 0.1 * random.normal()))
              for here in [True] * 15 + [False] * 15]
    said = drivers(read(people), ["buy"], "Will buy").sentence
    assert "mostly because of what they bought" in said
    assert said.endswith("what they looked at speaks the other way.")


def test_few_shoppers_get_no_intervals_and_nothing_is_claimed():
    found = drivers(read(many(LEAST - 1, 30)), ["buy"], "x")
    assert found.rows["low"].isna().all() and not found.rows["sure"].any()
    assert found.sentence.endswith("Too few were read to say for sure what drives that.")


def test_one_shopper():
    found = drivers(read([(True, shopper(1.0)), *[(False, shopper())] * 30], shoppers=1), ["buy"], "x")
    assert kinds(found).loc["purchase", "gap"] == pytest.approx(1.0)
    assert "gives this shopper a" in found.sentence and not found.rows["sure"].any()


def test_everyone_is_held_against_nothing_being_known():
    found = drivers(read([one for one in many(30, 0)], others=0), ["buy"], "Will buy")
    rows = kinds(found)
    assert found.chance_others is None and found.read_others == 0
    assert "base" not in rows.index
    assert found.gap == pytest.approx(rows["gap"].sum())
    assert rows.loc["purchase", "sure"]
    assert "everyone else" not in found.sentence


def test_nothing_that_differs_is_said_to_be_nothing():
    found = drivers(read(many(push=0.0, seed=3)), ["buy"], "x")
    assert "Nothing sets them apart for sure" in found.sentence


def test_equal_shoppers_are_never_sure_to_differ():
    found = drivers(read([(here, shopper(1.0, 1.0)) for here in [True, False] * 15]), ["buy"], "x")
    assert not found.rows["sure"].any() and found.gap == 0


def test_a_word_must_be_shared_by_some():
    people = [(True, shopper(1.0, word="boots" if n < 4 else "socks")) for n in range(10)]
    found = words(drivers(read([*people, *[(False, shopper(word="socks"))] * 10]), ["buy"], "x"))
    assert "boots" not in found.index
    assert found.loc["socks", ["have_here", "have_there"]].tolist() == pytest.approx([0.6, 1.0])
    assert found.loc["socks", "here"] == pytest.approx(0.6)


def test_of_several_items_the_mean_is_explained():
    one = [("base", "", "", -1.0, -3.0), ("purchase", "when", "today", 1.0, 2.0)]
    two = [("base", "", "", -1.0, -3.0)]
    found = drivers(read([(True, one), (False, two)], About("category", "Shoes"), ("i1", "i2")), ["i1", "i2"], "Shoes")
    assert kinds(found).loc["purchase", "gap"] == pytest.approx(1.5)
    assert found.chance == pytest.approx(np.mean(1 / (1 + np.exp([0.0, 1.0]))))
    assert "a click on items of “Shoes”" in found.sentence
    only = drivers(read([(True, one), (False, two)], About("category", "Shoes"), ("i1", "i2")), ["i2"], "Second")
    assert kinds(only).loc["purchase", "gap"] == pytest.approx(2.0)


@pytest.mark.parametrize(("about", "said"), [
    (About("category", "Shoes"), "chance of items of “Shoes” in the next basket, everyone else"),
    (About("item", "i1"), "chance of “Shoes” in the next basket, everyone else"),
])  # fmt: skip
def test_of_a_log_without_lists_the_chance_is_of_the_next_basket(about, said):
    one, two = [("base", "", "", -1.0), ("purchase", "when", "today", 1.0)], [("base", "", "", -1.0)]
    found = drivers(read([(True, one), (False, two)], about, ("i1",)), ["i1"], "Shoes", baskets=True)
    assert said in found.sentence and "click" not in found.sentence


def test_outputs_in_which_a_segment_differs_most_come_first():
    people = [(here, [("base", "", "", -1.0 + 0.1 * n, -1.0 + 0.1 * n + 2.0 * here, -1.0 + 0.1 * n - 0.3 * here)])
              for here in (True, False) for n in range(4)]
    assert read(people, outputs=("same", "far", "near")).apart() == ["far", "near", "same"]
