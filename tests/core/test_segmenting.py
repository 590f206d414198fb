"""Segments are saved, changed, frozen, shared and found again; what was seen stays what was seen."""

import json
from datetime import datetime, timedelta

import pytest

from core import trees
from core.conditions import EVERYONE, Group, InSegment, Listed
from core.errors import InputError, ModelError, WorkspaceError
from core.model.checkpoint import set_aside
from core.service import Shop
from core.store import versions
from core.store.saved import Saved
from core.store.state import State, opened
from tests.core.little_model import little_model
from tests.core.little_shop import EVENTS, little_shop, write_version


def tree(*parts, how="all"):
    return trees.read(json.dumps({"v": 1, how: parts}))


BUYERS = tree({"did": "purchase"})
CLICKED = [("cy", "P1", "purchase", "2026-06-03 23:50", {"price": 100.0})]


@pytest.fixture
def shop(tmp_path):
    little_shop(tmp_path / "shop")
    return Shop(tmp_path / "shop")


def later(shop):
    """Return the shop after an import in which cy bought, and ann's log is gone."""
    write_version(shop.workspace, 2, [event for event in EVENTS if event[0] != "ann"] + CLICKED)
    return Shop(shop.workspace.path)


def who(shop, asked):
    return shop.segments.table(asked, [])["user_id"].tolist()


def test_a_saved_segment_is_found_again(shop):
    made = shop.segments.save(BUYERS, " Buyers ", "Who bought", "Mia")
    assert (made.name, made.description, made.owner, made.frozen, made.version) == (
        "Buyers", "Who bought", "Mia", False, 1,
    )  # fmt: skip
    assert Shop(shop.workspace.path).segments.named("BUYERS") == made
    assert shop.segments.owner() == "Mia"
    (saved,) = shop.segments.history(made.id)
    assert (saved.who, saved.what, saved.shoppers, saved.tree) == ("Mia", "saved", 2, BUYERS)


def test_a_name_is_needed_and_is_one_segments_alone(shop):
    shop.segments.save(BUYERS, "Buyers")
    with pytest.raises(InputError, match="'Buyers' already"):
        shop.segments.save(EVERYONE, "buyers")
    with pytest.raises(InputError, match="Give the segment a name"):
        shop.segments.save(EVERYONE, "  ")
    with pytest.raises(InputError, match="called 'VIP'. There are: 'Buyers'"):
        shop.segments.named("VIP")


def test_what_changed_is_written_down_and_who_came_and_went(shop):
    made = shop.segments.save(BUYERS, "Buyers", owner="Mia")
    shop.segments.change(made.id, "Leo", tree=tree({"did": "impression"}), name="Shown")
    assert shop.segments.change(made.id, "Leo", name="Shown") == shop.segments.get(made.id)  # nothing changed
    new, old = shop.segments.history(made.id)
    assert (new.who, new.what, new.shoppers) == ("Leo", "conditions changed, renamed from Buyers", 2)
    moved = shop.segments.since(made.id, old)
    assert (moved.joined, moved.left, moved.stayed) == (("cy",), ("bob",), 1)


def test_a_segment_gets_another_owner(shop):
    made = shop.segments.save(BUYERS, "Buyers", owner="Mia")
    assert shop.segments.change(made.id, "Leo", owner=" Eve ").owner == "Eve"
    (change, _) = shop.segments.history(made.id)
    assert (change.who, change.what) == ("Leo", "owner changed")


def test_a_segment_follows_the_data_and_a_frozen_one_does_not(shop):
    moving, still = shop.segments.save(BUYERS, "Moving"), shop.segments.save(BUYERS, "Still", frozen=True)
    after = later(shop)
    assert who(after, InSegment(moving.id)) == ["bob", "cy"]
    assert who(after, InSegment(still.id)) == ["ann", "bob"]  # ann is a user still, who did nothing
    moved = after.segments.since(moving.id, after.segments.history(moving.id)[0])
    assert (moved.joined, moved.left) == (("cy",), ("ann",))
    thawed = after.segments.change(still.id, "Leo", frozen=False)
    assert not thawed.frozen
    assert who(after, InSegment(still.id)) == ["bob", "cy"]
    assert after.segments.change(still.id, "Leo", frozen=True).version == 2
    assert [change.what for change in after.segments.history(still.id)] == [
        "frozen", "follows the data again", "saved, frozen",
    ]  # fmt: skip


def test_segments_are_made_of_segments_but_not_of_themselves(shop):
    buyers = shop.segments.save(BUYERS, "Buyers")
    outer = shop.segments.save(Group("none", (InSegment(buyers.id),)), "Others")
    assert who(shop, InSegment(outer.id)) == ["cy", "dot"]
    with pytest.raises(InputError, match="made of itself"):
        shop.segments.change(buyers.id, "", tree=InSegment(outer.id))
    with pytest.raises(InputError, match="part of 'Others'"):
        shop.segments.delete(buyers.id)
    shop.segments.delete(outer.id)
    shop.segments.delete(buyers.id)
    assert shop.segments.all() == []
    with pytest.raises(InputError, match="not there any more"):
        who(shop, InSegment(buyers.id))


def test_a_copy_has_a_name_of_its_own_and_an_archived_one_comes_last(shop):
    made = shop.segments.save(BUYERS, "Buyers", owner="Mia")
    names = [shop.segments.duplicate(made.id, "Leo").name for _ in range(2)]
    assert names == ["Buyers (copy)", "Buyers (copy 2)"]
    shop.segments.change(made.id, "Leo", archived=True)
    assert [one.name for one in shop.segments.all()] == ["Buyers (copy 2)", "Buyers (copy)", "Buyers"]
    shop.segments.change(made.id, "Leo", archived=False)
    assert [change.what for change in shop.segments.history(made.id)][:2] == ["taken out of the archive", "archived"]


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (b"user_id\nann\ndot\nann\n", 2),
        (b"ann\ndot\n", 2),
        ("\ufeffname;customer\nAnn Ä.;ann\nDot;dot\nEve;eve\n".encode(), 2),
        ("name,customer\nÄnn,ann\n,dot\n,\n".encode("latin-1"), 2),
    ],
)
def test_a_list_is_the_column_that_names_shoppers(shop, content, known):
    listed, found = shop.segments.keep_list("vip.csv", content)
    assert found == known
    assert who(shop, listed) == ["ann", "dot"]
    assert "customer" not in Saved(shop.workspace.state_file).list_of(listed.key)


def test_a_list_of_strangers_is_refused(shop):
    for content in (b"", b"user_id\neve\n"):
        with pytest.raises(InputError, match="No column of this file"):
            shop.segments.keep_list("vip.csv", content)
    with pytest.raises(InputError, match="no longer kept"):
        who(shop, Listed("gone", "nothing"))


def test_a_link_shows_what_was_seen_whatever_comes_later(shop):
    still = shop.segments.save(BUYERS, "Buyers")
    key = shop.segments.share(Group("all", (InSegment(still.id),)), BUYERS, "Buyers", ["spend"], "Mia")
    assert shop.segments.share(Group("all", (InSegment(still.id),)), BUYERS, "Buyers", ["spend"], "Leo") == key
    shop.segments.change(still.id, "Leo", tree=tree({"did": "impression"}))
    later(shop)
    view = Shop(shop.workspace.path).segments.shared(key)
    assert (view.version, view.model, view.show, view.against, view.who) == (1, None, ("spend",), BUYERS, "Mia")
    then = Shop(shop.workspace.path, version=view.version)
    then.segments.check(view)
    assert who(then, view.tree) == ["ann", "bob"]
    assert view.look == ()
    looked = then.segments.share(view.tree, BUYERS, "Buyers", ["spend"], "Mia", {"look": "value", "count": "money"})
    assert looked != key and then.segments.shared(looked).look == (("count", "money"), ("look", "value"))
    with pytest.raises(InputError, match="Nothing is kept under this link"):
        then.segments.shared("0123")


def test_a_link_says_when_its_version_is_gone(shop):
    view = shop.segments.shared(shop.segments.share(BUYERS, None, "", [], ""))
    shop.workspace.version_file(1).unlink()
    with pytest.raises(WorkspaceError, match="version 1 of the data, which is no longer kept"):
        shop.segments.check(view)


def test_a_link_made_without_a_model_shows_none_when_one_is_trained(shop):
    key = shop.segments.share(BUYERS, None, "", ["spend"], "")
    little_model(shop.workspace.models / "demo")
    after = Shop(shop.workspace.path, device="cpu")
    view = after.segments.shared(key)
    assert (view.model, after.model_name) == (None, "demo")
    after.segments.check(view)
    assert after.at(view.version, view.model).model_name is None


@pytest.fixture
def linked(shop):
    """Return the shop and a link to what its model said; the model was made at another moment than others here."""
    little_model(shop.workspace.models / "demo", created="2026-06-05T00:00:00")
    made = Shop(shop.workspace.path, device="cpu")
    return made, made.segments.share(BUYERS, None, "", ["spend"], "")


def test_a_link_says_when_its_model_is_deleted(linked):
    shop, key = linked
    little_model(shop.workspace.models / "other")
    shop.use_model("other")
    view = shop.segments.shared(key)
    shop.segments.check(view)
    shop.delete_model("demo", force=True)
    with pytest.raises(ModelError, match="model demo predicted, and that model was deleted or trained anew since"):
        shop.segments.check(view)


def test_a_link_says_when_its_model_is_trained_anew(linked):
    shop, key = linked
    little_model(shop.workspace.models / "demo", created="2026-06-06T00:00:00")
    with pytest.raises(ModelError, match="deleted or trained anew since"):
        shop.segments.check(shop.segments.shared(key))


def test_a_link_follows_its_model_that_stepped_aside_for_another_of_its_name(linked):
    shop, key = linked
    set_aside(shop.workspace.models / "demo")
    little_model(shop.workspace.models / "demo", created="2026-06-06T00:00:00")
    view = shop.segments.shared(key)
    assert view.model == "demo-1"
    shop.segments.check(view)
    assert shop.at(view.version, view.model).model_name == "demo-1"


def test_versions_that_links_and_frozen_segments_refer_to_are_not_swept(shop, monkeypatch):
    monkeypatch.setattr(versions, "KEEP", 1)
    monkeypatch.setattr(versions, "YOUNG", -1.0)
    for number in (2, 3, 4, 5):
        write_version(shop.workspace, number)
    Shop(shop.workspace.path, version=1).segments.save(BUYERS, "Moving")  # refers to none
    Shop(shop.workspace.path, version=2).segments.save(BUYERS, "Still", frozen=True)
    keys = [Shop(shop.workspace.path, version=n).segments.share(BUYERS, None, "", [], "") for n in (3, 4)]
    with opened(shop.workspace.state_file, "") as con:  # of the link to 3 nobody has had need for long
        old = (datetime.now() - timedelta(days=91)).isoformat()
        con.execute("UPDATE segment_links SET opened = ? WHERE key = ?", (old, keys[0]))
    versions.sweep(shop.workspace)
    assert [number for number in range(1, 6) if shop.workspace.version_file(number).exists()] == [2, 4, 5]


def test_sweeping_makes_no_state_where_there_is_none(shop):
    versions.sweep(shop.workspace)
    assert not shop.workspace.state_file.exists()


def test_an_address_carries_conditions_or_the_key_of_long_ones(shop):
    assert shop.segments.read(shop.segments.written(BUYERS)) == BUYERS
    long = tree(*[{"did": "view", "words": f"red shoes {n} " * 5} for n in range(30)])
    text = shop.segments.written(long)
    assert text.startswith("@")
    assert len(text) < 20
    assert shop.segments.read(text) == long
    with pytest.raises(InputError, match="Nothing is kept"):
        shop.segments.read("@0123")


def test_the_table_is_cut_and_the_exact_one_is_not(shop):
    assert len(shop.segments.table(EVERYONE, [], limit=3)) == 3
    assert shop.segments.exact(EVERYONE, ["children"])["children"].tolist()[:2] == [3, 1]
    assert str(shop.segments.exact(EVERYONE, ["children"])["children"].dtype) == "Int32"


def test_who_meets_a_tree_is_asked_once_until_something_in_it_changes(shop, monkeypatch):
    from core.store import cohorts

    asked, real = [], cohorts.members
    monkeypatch.setattr(cohorts, "members", lambda *given: asked.append(given) or real(*given))
    made = shop.segments.save(BUYERS, "Buyers")
    asked.clear()
    for _ in range(2):
        assert shop.segments.count(InSegment(made.id)) == (2, 4)
    assert len(asked) == 1
    shop.segments.change(made.id, "", tree=EVERYONE)
    assert shop.segments.count(InSegment(made.id)) == (4, 4)


def test_what_a_log_has_is_offered(shop):
    offers = shop.segments.offers()
    assert offers.events[:2] == ("impression", "purchase")
    assert offers.categories == (
        "Outdoor", "Shoes", "Outdoor > Tents", "Outdoor > Lamps", "Shoes > Road", "Shoes > Trail",
    )  # fmt: skip
    assert offers.brands == ("Norvale", "Tamsin")
    assert shop.segments.values("age_band") == ["25-34", "35-49"]


def test_only_the_last_changes_know_who_was_in(shop, monkeypatch):
    from core.store import saved

    monkeypatch.setattr(saved, "KNOWN_CHANGES", 2)
    made = shop.segments.save(BUYERS, "A")
    for name in ("B", "C"):
        shop.segments.change(made.id, "", name=name)
    first = shop.segments.history(made.id)[-1]
    with pytest.raises(InputError, match="no longer known who was in"):
        shop.segments.since(made.id, first)


def test_the_state_of_segments_is_beside_that_of_jobs(shop):
    shop.segments.save(BUYERS, "Buyers")
    state = State(shop.workspace.state_file)
    assert state.jobs() == []
    state.decide("x", "1")
    assert [one.name for one in shop.segments.all()] == ["Buyers"]
