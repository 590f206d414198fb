"""Lists, baskets and shoppers that are learned from, in the tiny shop."""

from datetime import datetime

import pytest

from core.store import examples
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.tiny_shop import AS_OF, EVENTS

START, STOP = datetime(2026, 1, 1), datetime(2026, 2, 1)


def test_lists_are_what_was_shown_with_what_was_clicked(tiny_reader):
    found = examples.shown_lists(tiny_reader, START, STOP, 10, seed=1)
    told = found[["ask_id", "item_id", "slot", "position", "label"]]
    assert list(told.itertuples(index=False, name=None)) == [
        (0, "shoe1", "home", 1, 0), (0, "sock1", "home", 2, 0), (0, "shoe2", "home", 3, 1),
        (1, "sock1", "mail", 1, 1), (1, "boot1", "mail", 2, 0),
    ]
    assert found["as_of"].tolist() == [datetime(2026, 1, 13, 10)] * 3 + [datetime(2026, 1, 20, 11, 59)] * 2


def test_lists_are_of_the_time_that_is_asked_for(tiny_reader):
    assert set(examples.shown_lists(tiny_reader, START, AS_OF, 10, seed=1)["impression_id"]) == {"i1"}
    assert set(examples.shown_lists(tiny_reader, AS_OF, STOP, 10, seed=1)["impression_id"]) == {"i2"}


def test_a_sample_is_of_whole_lists_and_the_same_for_the_same_seed(tiny_reader):
    samples = [examples.shown_lists(tiny_reader, START, STOP, 1, seed) for seed in (1, 1, 2, 3, 4, 5)]
    assert all(len(set(sample["impression_id"])) == 1 and len(sample) in (2, 3) for sample in samples)
    assert samples[0].equals(samples[1])
    assert len({sample["impression_id"][0] for sample in samples}) == 2


def test_baskets_are_what_was_bought_on_one_day(tiny_reader):
    found = examples.baskets(tiny_reader, START, STOP, 10, seed=1)
    assert [(u, list(i)) for u, i in zip(found["user_id"], found["items"], strict=True)] == [
        ("p01", ["shoe1", "sock1"]), ("p02", ["shoe1", "sock1"]), ("p03", ["shoe1", "sock1"]),
        ("ann", ["shoe1"]), ("ann", ["sock1"]),
    ]
    assert found["as_of"][1] == datetime(2026, 1, 6, 12)  # the first of the day's purchases
    assert list(found["ask_id"]) == [0, 1, 2, 3, 4]


def test_shoppers_have_a_past(tiny_reader):
    assert examples.shoppers(tiny_reader, AS_OF, 10)["user_id"].tolist() == ["0ben", "ann", "p01", "p02", "p03"]
    assert len(examples.shoppers(tiny_reader, AS_OF, 2)) == 2


def test_the_span_and_the_lists_are_found(tiny_reader):
    assert examples.span(tiny_reader) == (datetime(2026, 1, 5, 12), datetime(2026, 1, 22, 9))
    assert examples.has_lists(tiny_reader)
    assert len(examples.purchases(tiny_reader)) == 8


def test_test_accounts_are_left_out(tmp_path):
    (tmp_path / "e.csv").write_text(EVENTS.replace("\nann,", "\ntest-ann,"))
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [tmp_path / "e.csv"])
    reader = workspace.reader()
    assert examples.shown_lists(reader, START, STOP, 10, seed=1).empty
    assert examples.shoppers(reader, AS_OF, 10)["user_id"].tolist() == ["0ben", "p01", "p02", "p03"]
    reader.close()


@pytest.mark.parametrize(("dwell", "kept"), [("", False), ("12", True)])
def test_robots_are_left_out_and_busy_people_are_not(tmp_path, dwell, kept):
    header, *lines = EVENTS.splitlines()
    times = [f"2026-01-12 {n // 60:02d}:{n % 60:02d}:{29 * (n % 3):02d}" for n in range(121)]  # uneven, as people are
    busy = [f"ann,mug1,view,{time},,,{dwell},,,,,,," for time in times]
    (tmp_path / "e.csv").write_text("\n".join([header, *lines, *busy]) + "\n")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [tmp_path / "e.csv"])
    reader = workspace.reader()
    assert ("ann" in examples.shoppers(reader, AS_OF, 10)["user_id"].tolist()) is kept
    assert ("i1" in examples.shown_lists(reader, START, STOP, 10, 1)["impression_id"].tolist()) is kept
    assert ("ann" in examples.baskets(reader, START, STOP, 10, 1)["user_id"].tolist()) is kept
    reader.close()
