"""The demo shop's files: the same seed gives the same bytes, the schema's columns, the label, and no truth."""

import time
from datetime import timedelta

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.demo import DAYS, SEED, SHOPPERS
from core.schema import EVENT_COLUMNS, ITEM_COLUMNS, Col, Event, Kind
from data.demo.generate import generate

_SMALL = {"shoppers": 60, "days": 6}
_ADDED_BY_IMPORT = {Col.SOURCE_ROW, Col.IMPORT}
_TYPES = {"VARCHAR": "string", "TIMESTAMP": "timestamp[us]", "DOUBLE": "double", "INTEGER": "int32"}


def _bytes(files):
    return {path.name: path.read_bytes() for path in vars(files).values()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("first"), seed=3, **_SMALL)


def test_the_same_seed_gives_the_same_bytes(first, tmp_path):
    assert _bytes(generate(tmp_path, seed=3, **_SMALL)) == _bytes(first)


def test_another_seed_gives_another_shop(first, tmp_path):
    other, here = _bytes(generate(tmp_path, seed=4, **_SMALL)), _bytes(first)
    assert all(other[name] != here[name] for name in here)


def test_the_columns_and_types_are_the_schemas(demo):
    for path, columns in ((demo.files.events, EVENT_COLUMNS), (demo.files.items, ITEM_COLUMNS)):
        expected = {name: _TYPES[kind] for name, kind in columns.items() if name not in _ADDED_BY_IMPORT}
        assert {field.name: str(field.type) for field in pq.read_schema(path)} == expected
    users = pq.read_schema(demo.files.users).names
    assert users == [Col.USER, "signup_date", "country", "age_band", "gender"]


def test_every_file_says_that_it_is_generated(demo):
    for path in vars(demo.files).values():
        assert pq.read_schema(path).metadata[b"generated"] == b"ShopperLens demo shop, seed 7"


def test_truth_lies_aside_and_in_no_table_that_is_imported(demo):
    imported = {*demo.events, *demo.items, *demo.users}
    secret = (set(demo.truth) | set(demo.tastes)) - {Col.USER, Col.ITEM, Col.TS, Col.POSITION, Col.IMPRESSION}
    assert {"p_click", "cause", "tastes", "robot"} <= secret
    assert not imported & secret
    assert demo.files.truth_impressions.parent == demo.files.truth_shoppers.parent == demo.files.events.parent / "truth"


def test_every_kind_of_event_and_item_is_there(demo):
    assert set(demo.events[Col.TYPE]) == set(Event)
    assert demo.items[Col.KIND].value_counts().to_dict() == {Kind.PRODUCT: 2150, Kind.ARTICLE: 150, Kind.AD: 100}


def test_what_an_event_must_carry_it_carries(demo):
    carries = {
        Event.IMPRESSION: (Col.ITEM, Col.SLOT, Col.POSITION, Col.IMPRESSION, Col.SESSION),
        Event.CLICK: (Col.ITEM, Col.SLOT, Col.POSITION, Col.IMPRESSION, Col.SESSION),
        Event.CART: (Col.ITEM, Col.PRICE), Event.PURCHASE: (Col.ITEM, Col.PRICE, Col.QUANTITY),
        Event.RETURN: (Col.ITEM, Col.PRICE), Event.FAVOURITE: (Col.ITEM,), Event.VIEW: (Col.ITEM,),
        Event.RATING: (Col.ITEM, Col.VALUE), Event.REVIEW: (Col.ITEM, Col.VALUE, Col.TEXT),
        Event.SEARCH: (Col.QUERY,),
    }
    for event, columns in carries.items():
        assert demo.of(event)[list(columns)].notna().all(axis=None), event


def test_every_event_is_about_known_items_and_shoppers_and_in_order_of_time(demo):
    assert set(demo.events[Col.ITEM].dropna()) <= set(demo.items[Col.ITEM])
    assert set(demo.events[Col.USER]) <= set(demo.users[Col.USER])
    assert demo.users[Col.USER].is_unique
    assert demo.items[Col.ITEM].is_unique
    assert demo.events[Col.TS].is_monotonic_increasing
    assert str(demo.events[Col.TS].min().date()) == "2026-06-01"
    assert str(demo.events[Col.TS].max().date()) == "2026-06-30"


def test_the_shop_that_is_shown_is_of_a_believable_size_and_made_within_a_minute(tmp_path):
    started = time.process_time()
    files = generate(tmp_path, SEED, SHOPPERS, DAYS)
    assert time.process_time() - started < 60
    items = pq.read_table(files.items, columns=[Col.KIND]).column(0).to_pylist()
    counts = {kind: items.count(kind) for kind in Kind}
    assert 300_000 <= pq.ParquetFile(files.events).metadata.num_rows <= 500_000
    assert pq.ParquetFile(files.users).metadata.num_rows == 3_000
    assert 2_300 <= len(items) <= 2_500
    assert 120 <= counts[Kind.ARTICLE] <= 180
    assert 80 <= counts[Kind.AD] <= 120
    times = pc.min_max(pq.read_table(files.events, columns=[Col.TS]).column(0)).as_py()
    assert 59 <= (times["max"] - times["min"]) / timedelta(days=1) <= 60
