"""What a search asks for is understood as a person would."""

import pytest

from core.search.names import Names, key_of
from core.search.query import understand

NAMES = Names(
    {key_of("Norvale"): ["Norvale"], key_of("North & Sons"): ["North & Sons"]},
    {key_of("Running shoes"): ["Shoes > Running shoes"], key_of("Shoes"): ["Shoes"],
     key_of("Dresses"): ["Clothing > Dresses"], key_of("跑鞋"): ["鞋 > 跑鞋"]},
    frozenset({"product", "article", "video"}),
)  # fmt: skip


def asked(text):
    query = understand(text, NAMES)
    return {name: value for name, value in vars(query).items() if value not in (None, "", [], ()) and name not in
            ("text", "parts", "said")}  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), [
    ("waterproof trail shoes under 80", {"words": "waterproof trail", "categories": ["Shoes"], "high": 80}),
    ("Norvale running shoes between 40 and 60 eur",
     {"brands": ["Norvale"], "categories": ["Shoes > Running shoes"], "low": 40, "high": 60}),
    ("cheap dress for $20-40", {"categories": ["Clothing > Dresses"], "low": 20, "high": 40, "band": 0}),
    ("no more than €79,99 premium north and sons jacket",
     {"words": "jacket", "brands": ["North & Sons"], "high": 79.99, "band": 2}),
    ("over 20 below 80 lamp", {"words": "lamp", "low": 20, "high": 80}),
    ("how to choose a tent", {"words": "choose tent", "kind": "article"}),
    ("videos about tents", {"words": "tents", "kind": "video"}),
    ("film camera, hair clip", {"words": "film camera hair clip"}),  # things that are sold
    ("帐篷视频", {"words": "帐篷", "kind": "video"}),
    ("tent for 2 persons under 300 g", {"words": "tent 2 persons under 300 g"}),
    ("running under 80 shoes", {"words": "running shoes", "high": 80}),
    ("ads for shoes", {"words": "ads", "categories": ["Shoes"]}),  # the shop has no ads
    ("防水跑鞋80元以下", {"words": "防水", "categories": ["鞋 > 跑鞋"], "high": 80}),
    ("便宜的跑鞋 100到200元", {"categories": ["鞋 > 跑鞋"], "low": 100, "high": 200, "band": 0}),
    ("shoes not Norvale", {"categories": ["Shoes"], "no_brands": ["Norvale"]}),
    ("lamp, not from Norvale or North & Sons", {"words": "lamp", "no_brands": ["Norvale", "North & Sons"]}),
    ("jacket without hood under 80", {"words": "jacket", "no_words": ["hood"], "high": 80}),
    ("lamp but no shoes", {"words": "lamp", "no_categories": ["Shoes"]}),
    ("no articles on lamps", {"words": "lamps", "no_kinds": ["article"]}),
    ("no iron shirt", {"words": "iron shirt"}),  # "no" alone bars names only
    ("lamp not", {"words": "lamp"}),
    ("跑鞋不要Norvale", {"categories": ["鞋 > 跑鞋"], "no_brands": ["Norvale"]}),
    ("the", {"words": "the"}),
    ("under 80", {"high": 80}),
])  # fmt: skip
def test_bounds_names_and_words(text, meant):
    assert asked(text) == meant


def test_the_narrower_category_is_meant():
    assert asked("shoes: running shoes") == {"categories": ["Shoes > Running shoes"]}


def test_what_stands_in_quotation_marks_is_words():
    assert asked('"running shoes" "under 80"') == {"words": "running shoes under 80"}


def test_every_part_can_be_taken_away():
    parts = understand("cheap Norvale trail shoes under 80", NAMES).parts
    assert [(part.what, part.text, part.label) for part in parts] == [
        ("band", "cheap", "Budget prices"), ("brand", "Norvale", "Norvale"), ("word", "trail", "trail"),
        ("category", "shoes", "Shoes"), ("price", "under 80", "up to 80"),
    ]  # fmt: skip
    assert [part.without for part in parts] == [
        "Norvale trail shoes under 80", "cheap trail shoes under 80", "cheap Norvale shoes under 80",
        "cheap Norvale trail under 80", "cheap Norvale trail shoes",
    ]  # fmt: skip


def test_taking_all_parts_away_leaves_nothing():
    text = "cheap Norvale trail shoes under 80"
    while parts := understand(text, NAMES).parts:
        text = parts[0].without
    assert text == ""


def test_what_items_are_found_by_is_in_the_order_of_the_text():
    assert understand("trail shoes by Norvale under 80", NAMES).said == "trail shoes Norvale"


def test_without_names_all_are_words():
    assert understand("Norvale shoes").words == "Norvale shoes"


def test_what_is_not_wanted_is_one_part():
    parts = understand("lamp not Norvale or North & Sons under 80", NAMES).parts
    (part,) = [part for part in parts if part.what == "not"]
    assert (part.text, part.label) == ("not Norvale or North & Sons", "not Norvale or North & Sons")
    assert part.without == "lamp under 80"


def test_colours_are_words_and_known_as_colours():
    query = understand("gray and Red lamp")
    assert (query.words, query.colours) == ("gray Red lamp", ["grey", "red"])
