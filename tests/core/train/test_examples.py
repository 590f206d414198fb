from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from core.config import TextSettings
from core.model import base
from core.store.workspace import Reader
from core.train.examples import _shortened, _with_negatives, _without_place, click_set, tag_set, usable
from core.train.run import plan, words_writer


@pytest.fixture(scope="module")
def parts(small_reader: Reader, tiny_base):
    where, _ = base.locate(str(tiny_base))
    return small_reader, words_writer(small_reader, where, TextSettings()), *plan(small_reader)


def test_lists_become_packs_with_a_label_for_each_item(parts) -> None:
    reader, writer, splits, _ = parts
    found = click_set(reader, writer, splits.start, splits.train_end, 40, 0, 8)
    assert len(found.examples) == 40
    assert usable([found])
    sizes = [len(example.pack.candidates) for example in found.examples]
    assert sizes == [len(example.clicks) for example in found.examples]
    assert sum(sizes) == len(found.pairs) == len(found.features)
    assert np.concatenate([example.clicks for example in found.examples]).tolist() == found.pairs["label"].tolist()
    clicked = reader.rows("SELECT count(*) FROM events WHERE event_type = 'click' AND impression_id IS NOT NULL")
    assert clicked[0][0] > found.pairs["label"].sum() > 0


def test_asks_lie_in_their_span(parts) -> None:
    reader, writer, splits, _ = parts
    found = click_set(reader, writer, splits.val_end, splits.end, 30, 0, 8)
    assert found.pairs["as_of"].min() >= pd.Timestamp(splits.val_end)


def test_owners_point_to_events_of_the_history(parts) -> None:
    reader, writer, splits, _ = parts
    found = click_set(reader, writer, splits.val_end, splits.end, 30, 0, 8)
    for example in found.examples:
        assert example.history_owner[0] == -1  # [CLS]
        assert example.history_owner.max() < len(example.pack.history)
        for ids, owner in zip(example.pack.candidates, example.candidate_owner, strict=True):
            assert len(ids) == len(owner)
            assert owner.max() <= example.history_owner.max()


def test_tags_are_asked_only_where_their_window_ends_in_the_part(parts) -> None:
    reader, writer, splits, specs = parts
    found = tag_set(reader, writer, specs, splits.start, splits.train_end, 60, 0, "train")
    assert len(found.examples) == len(found.asks) == len(found.labels) == len(found.features)
    assert found.asks["as_of"].max() + timedelta(days=splits.horizon) <= pd.Timestamp(splits.train_end)
    assert found.asks["ask_id"].is_unique
    assert found.labels["lifecycle:quiet"].notna().all()
    assert all(len(example.tags) == len(specs) and not example.pack.candidates for example in found.examples)


def test_attributes_are_told_of_other_shoppers_in_each_part(parts) -> None:
    reader, writer, splits, specs = parts
    attributes = [spec.key for spec in specs if spec.family == "attribute"]
    told = {}
    for part in ("train", "val", "test"):
        found = tag_set(reader, writer, specs, splits.start, splits.train_end, 120, 0, part)
        rows = found.labels[attributes].notna().any(axis=1).to_numpy()
        told[part] = set(found.asks["user_id"][rows])
        learned = np.stack([example.tags for example in found.examples])
        assert np.array_equal(learned, found.labels.to_numpy(np.float32), equal_nan=True)
    assert attributes and all(told.values())
    assert not (told["train"] & told["test"] or told["train"] & told["val"] or told["val"] & told["test"])


def test_long_lists_keep_what_was_clicked() -> None:
    pairs = pd.DataFrame({"ask_id": [0] * 6 + [1], "item_id": list("abcdefg"), "label": [0, 0, 0, 1, 0, 1, 0]})
    kept = _shortened(pairs, 3, seed=0)
    first = kept[kept["ask_id"] == 0]
    assert len(first) == 3
    assert {"d", "f"} <= set(first["item_id"])
    assert first["item_id"].is_monotonic_increasing  # the order they were shown in
    assert _shortened(pairs, 6, seed=0) is pairs


def test_baskets_get_negatives_that_others_bought_lately_and_never_their_own() -> None:
    day = pd.Timestamp("2026-03-01")
    bought = pd.DataFrame({"ts": [day - pd.Timedelta(days=n) for n in (60, 5, 4, 3, 2)], "item_id": list("zabcd")})
    baskets = pd.DataFrame({"ask_id": [5], "user_id": ["u"], "as_of": [day], "items": [["a", "q"]]})
    found = _with_negatives(baskets, bought, 8, seed=1)
    assert set(found.loc[found["label"] == 1, "item_id"]) == {"a", "q"}
    assert set(found.loc[found["label"] == 0, "item_id"]) == {"b", "c", "d"}  # not a: hers; not z: too long ago
    assert found["ask_id"].eq(5).all()


def test_the_place_is_hidden_for_whole_lists() -> None:
    pairs = pd.DataFrame({"ask_id": np.repeat(range(200), 2), "item_id": "i", "slot": "home", "position": 1})
    hidden = _without_place(pairs, 0.3, seed=0)
    lists = hidden.groupby("ask_id")["slot"].count()
    assert set(lists) == {0, 2}
    assert (lists == 0).mean() == pytest.approx(0.3, abs=0.1)
    assert hidden["position"].isna().equals(hidden["slot"].isna())
    assert _without_place(pairs, 0.0, seed=0) is pairs
    assert pairs["slot"].eq("home").all()


def test_a_basket_before_any_other_purchase_is_left_out() -> None:
    day = pd.Timestamp("2026-03-01")
    bought = pd.DataFrame({"ts": [day], "item_id": ["a"]})
    baskets = pd.DataFrame({"ask_id": [0], "user_id": ["u"], "as_of": [day], "items": [["a"]]})
    assert _with_negatives(baskets, bought, 8, seed=1).empty
