"""On random shops and random trees the one query finds whom a slow plain-Python twin finds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core import trees
from core.conditions import Deed, Did, Group, InSegment, Listed, Since, Then, Window
from core.records import Condition
from core.schema import EVENT_COLUMNS, ITEM_COLUMNS
from core.store import cohorts
from core.store.shoppers import people
from core.store.workspace import Reader, connect
from tests.core.fake_scorer import SPECS
from tests.core.store.slow_twin import Shop, meets

DAYS, BEGIN = 12, datetime(2026, 6, 1)
CATEGORIES = ["Shoes", "Shoes > Trail", "Shoes > Road", "Shoes2", "Lamps", None]
BRANDS = ["Norvale", "Tamsin", None]
TITLES = ["Red Trail Shoe", "blue lamp", "red LAMP", None]
TYPES = ["view", "view", "cart", "purchase", "search", "impression", "return"]
USERS = [f"u{n}" for n in range(9)]  # the last two never do anything
ITEMS = [*(f"i{n}" for n in range(6)), "unlisted", None]
TAG = SPECS[0].key


def some_shop(draw: random.Random) -> Shop:
    items = {
        f"i{n}": {"category": draw.choice(CATEGORIES), "brand": draw.choice(BRANDS), "title": draw.choice(TITLES),
                  "price": draw.choice([None, 5.0, 20.0, 50.0])}
        for n in range(6)
    }  # fmt: skip
    events = [
        {"user_id": draw.choice(USERS[:-2]), "item_id": draw.choice(ITEMS), "event_type": draw.choice(TYPES),
         "ts": BEGIN + timedelta(hours=draw.randrange(24 * DAYS)),  # many at the same moment
         "price": draw.choice([None, None, 10.0, 50.0]), "quantity": draw.choice([None, 1.0, 2.0, -1.0]),
         "query": draw.choice([None, "red shoe", "LAMP blue", ""])}
        for _ in range(draw.choice([1, 40, 120]))
    ]  # fmt: skip
    known = {
        user: {"purchases": draw.choice([0, 1, 2, 5]), "spend": draw.choice([None, 0.0, 12.5, 99.0]),
               "top_category": draw.choice([None, "Shoes", "Lamps"]), TAG: draw.choice([None, 0.1, 0.45, 0.9])}
        for user in USERS
    }  # fmt: skip
    return Shop(known, events, items)


def opened(shop: Shop, folder: Path) -> Reader:
    con = connect(Path(":memory:"))
    tables = {
        "events": (EVENT_COLUMNS, pd.DataFrame(shop.events)),
        "items": (ITEM_COLUMNS, pd.DataFrame([{"item_id": id, **item} for id, item in shop.items.items()])),
        "users": ({"user_id": "VARCHAR"}, pd.DataFrame({"user_id": USERS})),
        "shopper_facts": (
            {"user_id": "VARCHAR", "purchases": "BIGINT", "spend": "DOUBLE", "top_category": "VARCHAR"},
            pd.DataFrame([{"user_id": user, **facts} for user, facts in shop.known.items()]),
        ),
    }
    for name, (columns, rows) in tables.items():
        kinds = {str(column): kind for column, kind in columns.items()}
        rows = rows.reindex(columns=list(kinds)).astype(object)
        con.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in kinds.items())})")
        for row in rows.where(rows.notna(), None).itertuples(index=False):
            con.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(kinds))})", list(row))
    con.execute("CREATE TABLE shop AS SELECT false AS generated")
    profiles = pd.DataFrame([{"user_id": user, TAG: facts[TAG]} for user, facts in shop.known.items()][:-1])
    profiles.to_parquet(folder / "profiles.parquet", index=False)
    shop.known[USERS[-1]][TAG] = None  # of whom nothing was predicted
    return Reader(con, 1, folder)


def some_deed(draw: random.Random) -> Deed:
    def some(values: list[Any]) -> tuple[str, ...]:
        return tuple(draw.sample([v for v in values if v], draw.choice([0, 0, 1, 2])))

    price = draw.choice([(None, None), (None, None), (10.0, None), (None, 20.0), (5.0, 50.0)])
    words = draw.choice(["", "", "", "red", "shoe RED", "lamp", "tamsin", "red NORVALE"])
    event = draw.choice([*TYPES, "any"])
    if event == "search" and draw.random() < 0.5:
        return Deed(event, query=draw.choice(["red shoe", "lamp blue", " Red SHOE ", "red", "lamp"]))
    return Deed(event, some(CATEGORIES), some(BRANDS), some(ITEMS), words, price)


def some_window(draw: random.Random) -> Window:
    first = date(2026, 6, 1) + timedelta(days=draw.randrange(DAYS))
    hours = draw.choice([*[None] * 9, (9, 17), (22, 6), (0, 24), (23, 24), (5, 4)])
    weekdays = draw.choice([*[()] * 6, (6, 7), (1,), (2, 4, 7)])
    chosen = draw.choice([
        Window(), Window(last=draw.choice([0.5, 2.0, 7.0, 400.0])), Window(None, first, None),
        Window(None, None, first), Window(None, first, first + timedelta(days=draw.randrange(4))),
    ])  # fmt: skip
    return replace(chosen, hours=hours, weekdays=weekdays)


def some_number(draw: random.Random, values: list[float]) -> tuple[str, Any]:
    op = draw.choice([">=", "<=", "==", "between"])
    return op, tuple(sorted(draw.choices(values, k=2))) if op == "between" else draw.choice(values)


def some_tree(draw: random.Random, depth: int = 3) -> Any:
    if depth and draw.random() < 0.55:
        parts = tuple(some_tree(draw, depth - 1) for _ in range(draw.choice([1, 2, 3])))
        return Group(draw.choice(["all", "any", "none"]), parts)
    kind = draw.randrange(7)
    if kind < 2:
        measure = draw.choice(["times", "days", "items", "money"])
        amounts = [0.0, 1.0, 2.0, 3.0] if measure != "money" else [0.0, 10.0, 60.0]
        return Did(some_deed(draw), *some_number(draw, amounts), measure, some_window(draw))
    if kind == 2:
        return Since(some_deed(draw), *some_number(draw, [0.0, 1.0, 3.0, 4.5, 8.0]))
    if kind == 3:
        same, within = draw.choice(["", "item", "category"]), draw.choice([0.1, 1.0, 5.0])
        return Then(some_deed(draw), some_deed(draw), within, draw.random() < 0.5, same, some_window(draw))
    if kind == 4:
        ids = Listed("some", ids=tuple(draw.sample([*USERS, "stranger"], draw.choice([0, 2, 5]))))
        return draw.choice([ids, InSegment("s", "S", Group("any", (ids, some_fact(draw))))])
    return some_fact(draw)


def some_fact(draw: random.Random) -> Condition:
    if draw.random() < 0.3:
        return Condition("top_category", "in", draw.choice([["Shoes"], ["Shoes", "Lamps"], ["nothing"]]))
    key, values = draw.choice([("purchases", [0, 1, 2, 5]), ("spend", [0, 12.5, 50]), (TAG, [0.1, 0.45, 0.5])])
    op, value = some_number(draw, values)
    return Condition(key, op, list(value) if op == "between" else value)


@pytest.mark.parametrize("seed", range(12))
def test_the_query_finds_whom_the_twin_finds(seed, tmp_path):
    draw = random.Random(seed)
    shop = some_shop(draw)
    reader = opened(shop, tmp_path)
    everyone = people(reader, tmp_path / "profiles.parquet", SPECS[:1])
    found_some = 0
    for _ in range(40):
        tree = some_tree(draw)
        expected = [user for user in USERS if meets(shop, user, tree)]
        assert cohorts.members(everyone, tree)["user_id"].tolist() == expected, trees.write(tree)
        found_some += 0 < len(expected) < len(USERS)
    assert found_some >= 5  # most trees tell shoppers apart, so that agreeing means something
    reader.close()


def test_a_tree_comes_back_from_json_as_it_was():
    draw = random.Random(99)
    for _ in range(200):
        tree = Group("any", (some_tree(draw),))
        again = trees.read(trees.write(tree))
        assert trees.write(again) == trees.write(tree)
        if not any(isinstance(leaf, Condition) for leaf in trees.leaves(tree)):  # pairs become lists
            assert again == tree
