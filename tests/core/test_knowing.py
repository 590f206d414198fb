"""How tags came, where a shopper belongs, whom she is like, and what was noted; counted by hand on tiny shops."""

import json
from datetime import datetime

import pytest

from core import trees
from core.conditions import Condition, Group
from core.errors import InputError, ModelError, UnknownUser
from core.service import Shop
from core.store import find, totals
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import EVENTS, little_shop

BUYERS = trees.read(json.dumps({"v": 1, "all": [{"did": "purchase"}]}))
LONG = [
    ("ann", "P1", "view", "2026-03-01 10:00", {}),
    ("ann", "P1", "impression", "2026-03-10 10:00", {"slot": "home", "position": 1, "impression_id": "x"}),
    ("ann", "P1", "purchase", "2026-05-20 10:00", {"price": 100.0}),
    ("ann", "P3", "view", "2026-06-01 09:59:59", {}),
    ("bob", "P1", "view", "2026-06-08 10:00", {}),
]


@pytest.fixture
def plain(tmp_path):
    return Shop(little_shop(tmp_path / "shop").path)


@pytest.fixture
def scorer(monkeypatch):
    made = FakeScorer()
    made.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: made)
    return made


def modelled(tmp_path, events=EVENTS):
    little_shop(tmp_path / "shop", events)
    little_model(tmp_path / "shop" / "models" / "demo")
    return Shop(tmp_path / "shop", device="cpu")


def test_the_course_begins_with_the_first_day_before_which_anything_was_done(tmp_path, scorer, monkeypatch):
    asked = []
    real = scorer.tags
    monkeypatch.setattr(FakeScorer, "tags", lambda self, asks, progress=None: asked.append(asks) or real(asks))
    shop = modelled(tmp_path, LONG)  # it ends on 8 June at 10:00:01
    found = shop.knowing.course("ann")
    assert [(when.date().isoformat(), n) for when, n in zip(found.moments, found.events, strict=True)] == [
        ("2026-03-10", 1), ("2026-04-09", 1), ("2026-05-09", 1), ("2026-05-25", 2), ("2026-06-01", 3),
        ("2026-06-08", 3),
    ]  # fmt: skip
    assert [when.to_pydatetime() for when in asked[0]["as_of"]] == list(found.moments)
    assert [spec.key for spec in found.tags] == ["intent:buy", "interest:Shoes"]
    assert found.chances.shape == (6, 2)
    assert shop.knowing.course("bob").events == (1,)


def test_who_did_nothing_has_no_course(tmp_path, scorer):
    found = modelled(tmp_path).knowing.course("dot")
    assert (found.moments, len(found.chances)) == ((), 0)


def test_a_course_needs_a_model_and_a_shopper(plain, tmp_path):
    with pytest.raises(ModelError, match="once a model is trained"):
        plain.knowing.course("ann")
    for question in (plain.knowing.course, plain.knowing.belongs, plain.knowing.alike):
        with pytest.raises(UnknownUser, match="No shopper has the id 'eve'"):
            question("eve")
    with pytest.raises(UnknownUser):
        plain.knowing.note("eve", "who?")


def test_what_is_done_at_a_moment_is_not_done_before_it(plain):
    at = datetime(2026, 6, 1, 10, 2)  # a click and a view of ann are at this very minute; before is a search
    assert find.done_before(plain.reader, "ann", [at]) == [(at, 1)]


def test_the_segments_that_one_is_in_but_not_those_archived(plain):
    buyers = plain.segments.save(BUYERS, "Buyers")
    old = plain.segments.save(BUYERS, "Old")
    plain.segments.change(old.id, "", archived=True)
    assert plain.knowing.belongs("ann") == ([buyers], [])
    assert plain.knowing.belongs("cy") == ([], [])


def test_a_segment_of_a_tag_that_is_not_predicted_hides_no_other(plain):
    buyers = plain.segments.save(BUYERS, "Buyers")
    made = plain.segments.save(Group("all", ()), "Keen")
    from core.store.saved import Saved

    tagged = Group("all", (Condition("intent:buy", ">=", 0.5),))
    Saved(plain.workspace.state_file).put(
        plain.segments.get(made.id).__class__(**{**vars(made), "tree": tagged}), plain.segments.history(made.id)[0]
    )
    inside, unclear = plain.knowing.belongs("ann")
    assert (inside, [one.name for one in unclear]) == ([buyers], ["Keen"])


def shop_of(tmp_path, *shoppers):
    """A shop whose shoppers bought so many times, at night or by day."""
    events = []
    for user, purchases, hour, item in shoppers:
        events += [(user, item, "purchase", f"2026-06-0{day + 1} {hour:02d}:00", {"price": 10.0})
                   for day in range(purchases)]  # fmt: skip
    return Shop(little_shop(tmp_path / "shop", events).path)


def test_the_nearest_by_facts_come_first_with_what_is_the_same(tmp_path):
    shop = shop_of(tmp_path, ("u1", 5, 23, "P1"), ("u2", 5, 23, "P1"), ("u3", 4, 23, "P2"), ("u4", 1, 9, "P4"))
    found = shop.knowing.alike("u1", k=3)
    assert [one.user_id for one in found] == ["u2", "u3", "u4"]
    assert found[0].distance == 0
    assert ("Favourite category", "Shoes") in found[0].same
    assert ("Favourite time of day", "night") in found[1].same
    assert found[2].same == ()  # by day, other shoes than none
    assert [one.user_id for one in shop.knowing.alike("u4", k=1)] != ["u1"]


def test_the_nearest_to_several_are_like_all_of_them(tmp_path):
    shop = shop_of(tmp_path, ("u1", 5, 23, "P1"), ("u2", 5, 23, "P2"), ("u3", 5, 23, "P1"), ("u4", 1, 9, "P4"))
    found = shop.knowing.alike_to(["u1", "u2"], k=9)
    assert [one.user_id for one in found] == ["u3", "u4"]
    assert ("Favourite brand", "Norvale") in found[0].same  # of the trail shoes and of the road shoes
    assert found[1].same == ()
    assert shop.knowing.alike_to(["u1", "u1"], k=2) == shop.knowing.alike("u1", k=2)  # one or several: asked otherwise
    with pytest.raises(UnknownUser, match="'eve'"):
        shop.knowing.alike_to(["u1", "eve"])
    with pytest.raises(InputError, match="Choose up to 50 shoppers; these are 51"):
        shop.knowing.alike_to(["u1"] * 51)


def test_robots_and_who_did_nothing_are_like_nobody(tmp_path):
    shop = shop_of(tmp_path, ("u1", 2, 23, "P1"), ("u2", 2, 23, "P1"))
    assert [one.user_id for one in shop.knowing.alike("u1")] == ["u2"]  # ann, bob, cy, dot are users without events


def test_predictions_are_told_apart_from_facts(tmp_path, scorer):
    shop = modelled(tmp_path)
    assert shop.knowing.alike("ann", by="tags") == []  # nothing is predicted yet
    shop.compute_profiles()
    assert [one.user_id for one in shop.knowing.alike("ann", by="tags")] == ["bob"]  # cy and dot did nothing
    assert all(one.same == () for one in shop.knowing.alike("ann", by="tags"))


def test_notes_are_kept_the_newest_first_each_with_its_shopper(plain):
    first = plain.knowing.note("ann", "  Wants wide shoes; ' OR 1=1 --  ", " Mia ")
    assert (first.text, first.who, first.user_id) == ("Wants wide shoes; ' OR 1=1 --", "Mia", "ann")
    plain.knowing.note("ann", "Called")
    plain.knowing.note("bob", "Other")
    again = Shop(plain.workspace.path)
    assert [note.text for note in again.knowing.notes("ann")] == ["Called", "Wants wide shoes; ' OR 1=1 --"]
    again.knowing.forget_note(first.id)
    assert [note.text for note in again.knowing.notes("ann")] == ["Called"]


def test_of_a_long_log_it_is_said_since_when_words_were_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(totals, "RECENT", 2)
    shop = Shop(little_shop(tmp_path / "shop").path)
    assert shop.find_shoppers("lamp")["label"].tolist() == ["ann · 2 times “lamp” since 3 June 2026"]
    assert shop.find_shoppers("ann")["label"].tolist() == ["ann · 2 purchases"]  # by her id


def test_an_empty_note_and_a_novel_are_refused(plain):
    with pytest.raises(InputError, match="Write something"):
        plain.knowing.note("ann", "  \n ")
    with pytest.raises(InputError, match="2,000 characters at most; this one has 2,001"):
        plain.knowing.note("ann", "x" * 2_001)
    assert plain.knowing.notes("ann") == []


def test_shoppers_are_found_by_id_then_by_words_of_what_they_did(plain):
    assert plain.find_shoppers("AN")[["user_id", "times"]].values.tolist() == [["ann", 0]]
    assert plain.find_shoppers("trail shoes").to_dict("records") == [
        {"user_id": "ann", "label": "ann · 5 times “trail shoes”", "times": 5},  # from search to purchase
    ]
    assert plain.find_shoppers("lamp")["label"].tolist() == ["ann · 3 times “lamp”"]
    assert plain.find_shoppers("norvale")["user_id"].tolist() == ["ann", "bob"]  # a brand; most often first
    assert plain.find_shoppers("nothing of the kind").empty
    assert plain.find_shoppers("o", limit=2)["user_id"].tolist()[0] in ("bob", "dot")
    assert len(plain.find_shoppers("o", limit=2)) == 2
