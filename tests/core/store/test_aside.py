"""Robots and test accounts are left out of what is learned from, unless a person says otherwise: of all, or of one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from core.store import aside, examples, learnable
from core.store.choices import choices
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.tiny_shop import AS_OF, EVENTS

START, STOP = datetime(2026, 1, 1), datetime(2026, 2, 1)


@pytest.fixture
def shop(tmp_path):
    """The tiny shop, in which Ann has a name like a test account's."""
    (tmp_path / "events.csv").write_text(EVENTS.replace("\nann,", "\ntest-ann,"))
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [tmp_path / "events.csv"])
    return workspace


def learned(reader):
    """Who is learned from, in each way of learning."""
    lists = examples.shown_lists(reader, START, STOP, 10, seed=1)
    return [
        set(lists["user_id"]), set(examples.baskets(reader, START, STOP, 10, 1)["user_id"]),
        set(examples.shoppers(reader, AS_OF, 10)["user_id"]), set(choices(reader, purchases=True)["user_id"]),
    ]  # fmt: skip


def test_who_is_set_aside_is_learned_from_when_asked(shop):
    reader = shop.reader()
    everyone = reader.for_everyone(True)
    assert (aside.left_out(reader), aside.left_out(everyone)) == (["test-ann"], [])
    assert aside.set_aside(everyone) == ["test-ann"]
    assert ["test-ann" in users for users in learned(reader)] == [False] * 4
    assert ["test-ann" in users for users in learned(everyone)] == [True] * 4
    # Both lists were shown to her, two of five baskets are hers, and she was the fifth with a past.
    assert [learnable.lists(one, START, STOP, True) for one in (reader, everyone)] == [(0, 0), (2, 1)]
    assert [learnable.lists(one, START, STOP, False) for one in (reader, everyone)] == [(3, 3), (5, 4)]
    assert [learnable.shoppers(one, [AS_OF]) for one in (reader, everyone)] == [[4], [5]]
    reader.close()


def test_who_is_called_a_shopper_is_learned_from_at_once_and_no_more_flagged(shop, tmp_path):
    aside.spare(shop.state_file, "test-ann", True)
    aside.spare(shop.state_file, "somebody", True)
    reader = shop.reader()
    assert aside.left_out(reader) == []
    assert reader.rows("SELECT user_id FROM shopper_flags") == [("test-ann",)]
    reader.close()
    more = "user_id,item_id,event_type,ts\nqa-2,shoe1,view,2026-01-25\n"
    (tmp_path / "more.csv").write_text(more)
    import_files(shop, [tmp_path / "more.csv"])
    reader = shop.reader()
    assert reader.rows("SELECT user_id FROM shopper_flags") == [("qa-2",)]
    assert reader.rows("SELECT set_aside FROM shopper_facts WHERE user_id = 'test-ann'") == [(None,)]
    reader.close()


def test_it_can_be_taken_back(shop):
    aside.spare(shop.state_file, "test-ann", True)
    aside.spare(shop.state_file, "test-ann", False)
    assert aside.spared(shop.state_file) == set()
    reader = shop.reader()
    assert aside.left_out(reader) == ["test-ann"]
    reader.close()


def test_what_several_say_at_once_is_all_kept(tmp_path):
    users = [f"u{n:02}" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda user: aside.spare(tmp_path / "state.sqlite", user, True), users))
    assert sorted(aside.spared(tmp_path / "state.sqlite")) == users
