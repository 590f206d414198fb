"""Which tags a shop has, and what its shoppers turned out to be, worked out by hand."""

from datetime import datetime

import pandas as pd
import pytest

from core.store import tags
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.tiny_shop import AS_OF

END = datetime(2026, 1, 30)
WEEK = 7


def asks(*who, as_of=AS_OF):
    return pd.DataFrame({"ask_id": range(len(who)), "user_id": who, "as_of": [as_of] * len(who)})


@pytest.fixture(scope="module")
def specs(tiny_reader):
    return tags.tag_specs(tiny_reader, END, WEEK)


@pytest.fixture
def everyone(monkeypatch):
    """Let a label count from its first shopper on: the tiny shop has few."""
    monkeypatch.setattr(tags, "ATTRIBUTE_MINIMUM", 1)


def test_a_shop_has_the_tags_that_its_log_can_judge(specs):
    assert {spec.key for spec in specs} == {
        "interest:Shoes", "interest:Kitchen", "interest:Clothing", "price:budget", "price:mid", "price:premium",
        "lifecycle:quiet", "lifecycle:regular", "habit:night", "habit:weekend", "intent:buy", "intent:abandon",
    }
    assert specs[0].sentence == "Will click, cart or buy something in Clothing within 7 days."


def test_only_what_was_known_before_a_moment_makes_tags(tiny_reader):
    early = {spec.key for spec in tags.tag_specs(tiny_reader, datetime(2026, 1, 8), WEEK)}
    assert "interest:Clothing" in early
    assert "interest:Kitchen" not in early  # the mug was first looked at on the 8th
    assert "intent:abandon" not in early  # and nothing was put in a cart


def test_labels_say_what_came_true(tiny_reader, specs):
    ann, ben, cid = tags.labels(tiny_reader, asks("ann", "0ben", "cid"), specs, END).to_dict("records")
    # Ann clicks and buys socks on Tuesday at noon, and leaves a boot in the cart on Wednesday night.
    assert {key for key, label in ann.items() if label == 1} == {
        "interest:Shoes", "interest:Clothing", "intent:buy", "intent:abandon", "price:mid",
    }
    # Socks twice (band 0) and a boot (2) are mid on average; Ben does nothing at all.
    assert (ann["price:budget"], ann["lifecycle:quiet"], ann["lifecycle:regular"], ann["habit:night"]) == (0, 0, 0, 0)
    assert {key for key, label in ben.items() if label == 1} == {"lifecycle:quiet"}
    assert pd.isna(ben["habit:night"])
    assert pd.isna(ben["price:mid"])
    # Cid looks at a mug, which alone is no interest.
    assert {key for key, label in cid.items() if label == 1} == set()
    assert (cid["habit:night"], cid["interest:Kitchen"]) == (0, 0)


def test_a_window_starts_with_the_moment_and_ends_before_the_horizon(tiny_reader, specs):
    # The boot goes into the cart on the 21st at 23:30.
    abandoned = [
        tags.labels(tiny_reader, asks("ann", as_of=as_of), specs, END)["intent:abandon"][0]
        for as_of in (datetime(2026, 1, 14, 23, 30), datetime(2026, 1, 14, 23, 31), datetime(2026, 1, 21, 23, 30),
                      datetime(2026, 1, 21, 23, 31))
    ]
    assert abandoned == [0, 1, 1, 0]


def test_looking_alone_is_no_interest(tiny_reader, specs):
    over = tags.labels(tiny_reader, asks("p01", as_of=datetime(2026, 1, 5)), specs, END)
    assert over.loc[0, ["interest:Kitchen", "interest:Clothing"]].tolist() == [0, 1]


def test_a_window_that_is_not_over_has_no_labels(tiny_reader, specs):
    found = tags.labels(tiny_reader, asks("ann", as_of=datetime(2026, 1, 24)), specs, END)
    assert found.isna().all(axis=None)


def test_attributes_are_judged_by_who_stated_them(tiny_reader, everyone):
    specs = tags.tag_specs(tiny_reader, END, WEEK)
    stated = [spec.key for spec in specs if spec.family == "attribute"]
    assert stated == [
        "attribute:age_band=25-34", "attribute:age_band=35-44", "attribute:city=Leeds", "attribute:city=York",
    ]
    found = tags.labels(tiny_reader, asks("ann", "0ben", "cid", as_of=END), specs, END)
    assert found["attribute:age_band=25-34"].tolist()[:2] == [1, 0]
    assert pd.isna(found["attribute:age_band=25-34"][2])
    assert found["attribute:city=York"].isna().tolist() == [False, True, True]


def test_a_shop_without_categories_gets_topics_from_its_titles(tmp_path):
    lines = ["user_id,item_id,event_type,ts,title"]
    for n in range(20):
        item, title = (("t", "Blue TEAPOT with lid"), ("c", "Candle holder"), ("m", "Mug"))[min(n // 4, 2)]
        lines.append(f"u{n},{item},purchase,2026-01-{n % 9 + 1:02d} 10:00:00,{title}")
    (tmp_path / "e.csv").write_text("\n".join(lines) + "\n")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [tmp_path / "e.csv"])
    reader = workspace.reader()
    specs = [spec for spec in tags.tag_specs(reader, END, WEEK) if spec.family == "interest"]
    # Each of these words is in a fifth of the baskets; "with" tells nothing, "mug" and "lid" are too short.
    assert [spec.key for spec in specs] == [
        "interest:blue", "interest:candle", "interest:holder", "interest:teapot",
    ]
    found = tags.labels(reader, asks("u0", "u4", as_of=datetime(2026, 1, 1)), specs, END)
    assert found["interest:teapot"].tolist() == [1, 0]
    assert found["interest:candle"].tolist() == [0, 1]
    reader.close()
