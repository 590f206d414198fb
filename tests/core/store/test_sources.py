"""What each source finds, and in what order, in a shop that is small enough to work out every place by hand.

It is noon of 29 June. What is popular is what was done from 1 June on: a look counts 1, a cart 2, a purchase 3.
"""

from datetime import datetime

import pytest

from core.store import retrieval
from tests.core.little_shop import little_shop

NOW = datetime(2026, 6, 29, 12)
ITEMS = [
    (id, title, category, brand, None, "product")
    for id, title, category, brand in [
        ("S1", "Trail shoes", "Shoes", "Norvale"), ("S2", "Road shoes", "Shoes", "Tamsin"),
        ("S3", "Snow shoes", "Shoes", "Ostrell"), ("L1", "Trail lamp", "Lamps", "Norvale"),
        ("L2", "Desk lamp", "Lamps", "Norvale"), ("T1", "Trail tent", "Tents", "Tamsin"),
        ("T2", "Beach tent", "Tents", "Ostrell"), ("M1", "White mug", "Kitchen", "Ostrell"),
        ("U1", "Wool shoes", "Shoes", "Tamsin"), ("U2", "Reading lamp", "Lamps", "Norvale"),
    ]
]  # fmt: skip


def done(shoppers, items, event, when, **more):
    """Let each of some shoppers, ``v1`` and so on, do something with each of some items."""
    name, number = shoppers[0], int(shoppers[1:])
    return [(f"{name}{n}", item, event, when, more) for n in range(1, number + 1) for item in items]


EVENTS = [
    *done("v3", ["S1", "S3"], "purchase", "2026-05-04 12:00"),
    *done("w4", ["S1", "T2"], "purchase", "2026-05-04 12:00"),
    *done("x3", ["L1", "M1"], "purchase", "2026-05-05 12:00"),
    *done("u9", ["T2"], "view", "2026-06-10 12:00"),
    *done("u8", ["L2"], "view", "2026-06-16 12:00"),
    *done("u6", ["S2"], "view", "2026-06-17 12:00"),
    *done("u2", ["S3"], "view", "2026-06-18 12:00"),
    ("ann", "S1", "purchase", "2026-05-03 12:00", {}),
    ("ann", "T1", "purchase", "2026-06-02 12:00", {}),
    ("ann", "T1", "return", "2026-06-05 12:00", {}),
    ("ann", "L1", "cart", "2026-06-20 12:00", {}),
    ("ann", "M1", "view", "2026-06-21 12:00", {}),
    ("ann", "M1", "rating", "2026-06-22 12:00", {"value": 1.0}),
    ("ann", None, "search", "2026-06-23 12:00", {"query": "trail lamp"}),
]
NEAR = [("S3", 0.8), ("M1", 0.1), ("T2", 0.9)]
#: Source → what it finds for Ann, its best find first, as far as the third.
FOUND = {
    "repeat": ["M1", "L1", "T1"],  # 22, 20 and 5 June; the shoes in May
    # S1 was bought by 8, with T2 by 4 and with S3 by 3; L1 by 3, all with M1: 3 / (3 + 5), 4 / (8 + 5), 3 / (8 + 5).
    "bought_with": ["M1", "T2", "S3"],
    # Shoes weigh 3 to Ann, lamps 2, tents 3 - 3, the kitchen 1 - 3. S2 (6 looks): 7 · 4, L2 (8): 9 · 3, S3 (2): 3 · 4.
    "category": ["S2", "L2", "S3"],
    "brand": ["L2", "L1", "S1"],  # Norvale, which weighs 3 + 2: 8 looks, a cart, nothing since 1 June
    "searched": ["L1", "L2", "T1"],  # both words, one and 8 looks, one and a purchase; S1 has one word alone
    "similar": ["T2", "S3", "M1"],
    "looks": ["T2", "S3", "M1"],
    "popular": ["T2", "L2", "S2"],  # 9, 8 and 6 looks; of all time it would be S1 with 8 purchases
    "unseen": ["U2", "U1"],  # lamps and Norvale, 2 + 5, before shoes and Tamsin, 3 + 0
    "new": ["L2", "S2"],  # seen first on 16 and 17 June; S3 is known since May
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("sources") / "shop", EVENTS, items=ITEMS).reader()


def candidates(reader, monkeypatch, share, near=(), user="ann"):
    monkeypatch.setattr(retrieval, "SHARE", share)
    return retrieval.candidates(reader, user, NOW, ["product"], similar=near, looks=near)


@pytest.mark.parametrize("source", FOUND)
def test_the_best_finds_of_a_source_come_first(reader, monkeypatch, source):
    order = []
    for share in (1, 2, 3):
        found = candidates(reader, monkeypatch, share, NEAR)
        order += [item for item, sources in found.itertuples(index=False) if source in sources and item not in order]
    assert order == FOUND[source]


def test_all_finds_are_put_together_by_their_best_place(reader, monkeypatch):
    found = candidates(reader, monkeypatch, 2)
    assert [(item, list(sources)) for item, sources in found.itertuples(index=False)] == [
        ("L2", ["brand", "new", "category", "popular", "searched"]),  # first in two, second in three
        ("L1", ["searched", "brand", "repeat"]),
        ("M1", ["bought_with", "repeat"]), ("S2", ["category", "new"]), ("T2", ["popular", "bought_with"]),
        ("U2", ["unseen"]),
        ("U1", ["unseen"]),  # first in none
    ]  # fmt: skip


# ---- a shop that logs nothing but opinions -----------------------------------------


OPINIONS = [
    *done("v3", ["S1"], "rating", "2026-06-10 12:00", value=5.0),
    *done("w2", ["L2"], "review", "2026-06-10 12:00", text="Bright"),
    *done("x4", ["T2"], "rating", "2026-06-10 12:00", value=2.0),
    ("u1", "L1", "favourite", "2026-06-10 12:00", {}),
    ("ann", "S2", "rating", "2026-06-20 12:00", {"value": 4.0}),
    ("ann", "T1", "rating", "2026-06-20 12:00", {"value": 1.0}),
]


@pytest.fixture(scope="module")
def opinions(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("opinions") / "shop", OPINIONS, items=ITEMS).reader()


def test_where_nothing_else_is_logged_good_opinions_make_popular(opinions, monkeypatch):
    scores = dict(opinions.rows("SELECT item_id, max(score) FROM item_days GROUP BY item_id"))
    assert scores == {"S1": 3, "L2": 2, "L1": 1, "S2": 1, "T1": 0, "T2": 0}
    found = candidates(opinions, monkeypatch, 2, user="nobody")
    assert [item for item, sources in found.itertuples(index=False) if "popular" in sources] == ["S1", "L2"]


def test_what_she_rated_low_does_not_speak_for_its_category(opinions, monkeypatch):
    found = candidates(opinions, monkeypatch, 40)
    assert {item for item, sources in found.itertuples(index=False) if "category" in sources} == {
        "S1", "S2", "S3", "U1"}  # fmt: skip


def test_opinions_tell_what_she_likes_lately(opinions):
    found = retrieval.lately(opinions, "ann", datetime(2026, 7, 4, 12)).set_index("item_id")["weight"]
    assert found.to_dict() == pytest.approx({"S2": 1.0, "T1": -1.5})  # 2 and -3, each 14 days ago
