"""Finding shoppers and items."""

from datetime import date, datetime

import pytest

from core.store import find, totals
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.core.little_shop import ITEMS, little_shop
from tests.core.store.files import put
from tests.tiny_shop import write_files


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("find") / "shop").reader()


def test_shoppers_are_found_by_a_part_of_their_id_whatever_its_case(reader):
    assert find.find_shoppers(reader, "N")["user_id"].tolist() == ["ann"]
    assert find.find_shoppers(reader, "o")["user_id"].tolist() == ["bob", "dot"]
    assert find.find_shoppers(reader, "%").empty


def test_without_words_the_busy_ones_come_first(reader):
    assert find.find_shoppers(reader, "", 2)["user_id"].tolist() == ["ann", "bob"]


def test_what_was_done_is_looked_for_in_the_newest_days_of_a_long_log(tmp_path, monkeypatch):
    # Deeds are 7 on Monday, 5 on Tuesday and 2 on Wednesday; the day that reaches the limit is taken whole.
    for most, since, buyers in ((14, None, [("ann", 3)]), (5, date(2026, 6, 2), [("ann", 2)]),
                                (2, date(2026, 6, 3), [("ann", 2)])):  # fmt: skip
        monkeypatch.setattr(totals, "RECENT", most)
        reader = little_shop(tmp_path / f"shop{most}").reader()
        assert find.searched_since(reader) == since
        found = find.shoppers_who(reader, "lamp")
        assert list(found.itertuples(index=False, name=None)) == buyers
        road = find.shoppers_who(reader, "road")["user_id"].tolist()
        assert road == ([] if since == date(2026, 6, 3) else ["bob"])
        reader.close()


def test_a_log_without_deeds_is_searched_too(tmp_path):
    shown = ("ann", "P1", "impression", "2026-06-01 10:00", {})
    reader = little_shop(tmp_path / "shop", [shown]).reader()
    assert find.searched_since(reader) is None
    assert find.shoppers_who(reader, "trail").empty
    reader.close()


def test_items_are_found_by_all_words_and_by_id(reader):
    assert set(find.find_items(reader, "shoes")["item_id"]) == {"P1", "P2", "D1"}
    assert find.find_items(reader, "blue SHOES")["item_id"].tolist() == ["P2"]
    assert find.find_items(reader, "p4").values.tolist() == [["P4", "Tent for two"]]
    assert find.find_items(reader, "nothing like it").empty
    assert len(find.find_items(reader, "", 3)) == 3


def test_titles_are_a_sample_and_always_the_same(reader):
    assert set(find.titles(reader, 10)) == {title for _, title, *_ in ITEMS}
    assert find.titles(reader, 2) == find.titles(reader, 10)[:2]


def test_why_somebody_is_set_aside(tmp_path):
    reader = little_shop(tmp_path / "shop", [("test", "P1", "view", "2026-06-01", {})]).reader()
    assert (find.set_aside(reader, "test"), find.set_aside(reader, "ann")) == ("its id reads like a test account's", "")


def test_known_ids(reader):
    assert find.known_shoppers(reader, ["ann", "dot", "eve", "ann"]) == {"ann", "dot"}
    assert find.known_items(reader, ["P1", "ZZ"]) == {"P1"}
    assert find.known_shoppers(reader, []) == set()
    assert find.shopper_ids(reader) == ["ann", "bob", "cy", "dot"]


def test_the_log_ends_just_after_its_last_event(reader):
    assert find.log_end(reader) == datetime(2026, 6, 3, 23, 40, 1)


def test_numbers_that_a_file_of_items_brought_along_go_by_its_names(tmp_path):
    items = put(tmp_path, "item_id,title,stock,score,colour\nshoe1,Shoe,4,0.5,red\nmug1,Mug,,0.25,blue\n", "items.csv")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [write_files(tmp_path / "logs")[0]], items)
    reader = workspace.reader()
    assert find.numbered(reader) == ["stock", "score"]
    assert find.numbers(reader, ["shoe1", "mug1", "none"], ["stock", "score"]) == {
        "shoe1": {"stock": 4.0, "score": 0.5}, "mug1": {"score": 0.25},
    }
    reader.close()
