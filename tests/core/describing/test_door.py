"""Described tags of a shop: answered at once, sharpened by marks, and there like any other tag."""

import numpy as np
import pandas as pd
import pytest

from core import vectors
from core.conditions import Group
from core.describing import few, looks
from core.errors import InputError, TooLittleData
from core.exports import ExportAsk
from core.records import Condition
from core.service import Shop
from tests.core.describing.counting_encoder import CountingEncoder
from tests.core.little_shop import little_shop, write_version

#: Ten shoppers who bought shoes, and ten who bought tents; s0 looked for a lamp besides.
LOG = [
    *((f"s{n}", "P1" if n % 2 else "P2", "purchase", f"2026-06-01 10:{n:02d}", {"price": 50.0}) for n in range(10)),
    *((f"t{n}", "P4", "purchase", f"2026-06-01 11:{n:02d}", {"price": 200.0}) for n in range(10)),
    ("s0", None, "search", "2026-06-01 12:00", {"query": "Camping lamp"}),
    ("shown", "P4", "impression", "2026-06-01 12:01", {"slot": "home", "position": 1}),
]
TENTS = "sleeps in a tent"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "Encoder", CountingEncoder)
    monkeypatch.setattr(CountingEncoder, "read", [])
    return little_shop(tmp_path / "shop", LOG)


@pytest.fixture
def shop(workspace):
    made = Shop(workspace.path, device="cpu")
    made.describing.make()
    return made


def chances(answer):
    return answer.chances.set_index("user_id")["chance"]


def test_before_shoppers_are_read_it_says_what_to_do(workspace):
    shop = Shop(workspace.path, device="cpu")
    assert not shop.describing.ready()
    with pytest.raises(TooLittleData, match="core tag --read"):
        shop.describing.answer(TENTS)


def test_a_description_is_answered_at_once_and_called_a_guess(shop):
    answer = shop.describing.answer(TENTS)
    assert (answer.tag, answer.marks, answer.expected.guess) == (None, (), True)
    assert set(answer.chances["user_id"].head(10)) == {f"t{n}" for n in range(10)}
    assert answer.unknown == 5  # one who was only shown something, and four who did nothing
    assert shop.describing.tags() == []  # nothing is kept by asking


def test_a_link_shows_described_tags_as_they_were_marked_then(shop):
    tag = shop.describing.keep(TENTS)
    shop.describing.mark(tag.id, {"t0": True, "s0": False})
    most = Group("all", (Condition(tag.key, ">=", 0.3),))
    seen, expected = shop.segments.members(most), shop.describing.expect(tag.key, 0.3)
    key = shop.segments.share(most, None, "", [tag.key], "")
    shop.describing.mark(tag.id, {f"t{n}": False for n in range(10)})
    shop.describing.mark(tag.id, {f"s{n}": True for n in range(10)})
    for n in range(3):  # more files of chances than are kept
        shop.describing.mark(tag.id, {"t9": bool(n % 2)})
    assert shop.segments.members(most)["user_id"].tolist() != seen["user_id"].tolist()
    assert shop.segments.share(most, None, "", [tag.key], "") != key
    shop.describing.delete(tag.id)
    view = shop.segments.shared(key)
    then = shop.at(view.version, view.model, view.described)
    assert then.segments.members(view.tree)["user_id"].tolist() == seen["user_id"].tolist()
    assert then.describing.expect(tag.key, 0.3) == expected
    assert then.segments.share(most, None, "", [tag.key], "") == key  # seen again, it is the same link
    assert [column for column in then.columns()["key"] if column.startswith("described:")] == [tag.key]


def listed(shop, job):
    shop.exports.work(job.id)
    lines = next((shop.exports.folder / job.id).glob("*.csv")).read_text().splitlines()
    return sorted(line.partition(",")[0] for line in lines[1:])


def test_a_list_is_of_the_marks_of_when_it_was_asked_for_and_of_a_link_of_those_of_the_link(shop):
    tag = shop.describing.keep(TENTS)
    shop.describing.mark(tag.id, {"t0": True, "s0": False})
    most = Group("all", (Condition(tag.key, ">=", 0.3),))
    seen = sorted(shop.segments.members(most)["user_id"])
    view = shop.segments.shared(shop.segments.share(most, None, "", [tag.key], ""))
    asked = shop.exports.start(most, "Campers", ExportAsk(("purchases",)))
    shop.describing.mark(tag.id, {f"t{n}": False for n in range(10)} | {f"s{n}": True for n in range(10)})
    now = sorted(shop.segments.members(most)["user_id"])
    assert ("t0" in seen, "s1" in seen, "t0" in now, "s1" in now) == (True, False, False, True)
    linked = shop.at(view.version, view.model, view.described).exports.start(most, "Campers", ExportAsk((tag.key,)))
    fresh = Shop(shop.workspace.path, device="cpu")  # a worker knows nothing of the shop that asked
    assert listed(fresh, asked) == seen
    assert listed(fresh, linked) == seen
    assert listed(fresh, shop.exports.start(most, "Campers", ExportAsk(("purchases",)))) == now


def test_a_link_made_before_anything_was_described_shows_no_described_tag(shop):
    key = shop.segments.share(Group("all"), None, "", [], "")
    tag = shop.describing.keep(TENTS)
    view = shop.segments.shared(key)
    then = shop.at(view.version, view.model, view.described)
    assert tag.key in set(shop.columns()["key"])
    assert tag.key not in set(then.columns()["key"])


def test_what_they_are_not_can_be_said_too(shop):
    shoes = shop.describing.answer("likes shoes rather than a tent").chances
    tents = shop.describing.answer("likes a tent rather than shoes").chances
    assert set(shoes["user_id"].head(10)) == {f"s{n}" for n in range(10)}
    assert set(tents["user_id"].head(10)) == {f"t{n}" for n in range(10)}


def test_reasons_are_what_she_had_to_do_with(shop):
    door = shop.describing
    answer = door.answer(TENTS)
    (first,) = door.likeliest(answer, 1)
    assert [(push.deed, push.title) for push in first.pushes] == [("purchase", "Tent for two")]
    assert first.pushes[0].value > 0
    (last,) = door.likeliest(answer, 1, least=True)
    assert last.pushes[0].value < 0
    assert (first.place, last.place) == (1, 20)


def test_reasons_add_up_to_the_chance(shop):
    door = shop.describing
    answer = door.answer("camping lamp")
    (fit,) = door.of(answer, ["s0"])
    judge, _ = door._judge("camping lamp")
    total = judge.offset + sum(push.value for push in fit.pushes)
    assert {push.title for push in fit.pushes} == {"camping lamp", "Road shoes, blue"}
    assert few.chance(np.array(total)) == pytest.approx(fit.chance, abs=1e-5)


def test_of_whom_nothing_is_known_nothing_is_said(shop):
    (fit,) = shop.describing.of(shop.describing.answer(TENTS), ["shown"])
    assert (fit.chance, fit.given, list(fit.pushes)) == (None, False, [])


def test_marks_overrule_the_words_and_say_how_often_it_is_right(shop):
    door = shop.describing
    id = door.keep(TENTS).id
    door.mark(id, {**{f"t{n}": False for n in range(8)}, **{f"s{n}": True for n in range(1, 9)}}, "Shop desk")
    answer = door.answer(id)
    found = chances(answer)
    assert found["s9"] > found["t9"]  # neither was marked
    assert not answer.expected.guess
    assert answer.expected.precision == 1.0
    assert answer.expected.marked == 8
    # Of the two others who get it, one is like those who were marked; the other, who looked for a lamp, is like nobody.
    assert answer.expected.low == pytest.approx(few.wilson(1, 1)[0])
    assert door.course(id)[-1].expected.precision == answer.expected.precision


def test_marks_of_nobody_are_refused(shop):
    id = shop.describing.keep(TENTS).id
    with pytest.raises(InputError, match="'ghost'"):
        shop.describing.mark(id, {"ghost": True})
    assert shop.describing.marks(id) == []


def test_whom_to_mark_were_not_marked_yet(shop):
    door = shop.describing
    id = door.keep(TENTS).id
    door.mark(id, {"t0": True, "s1": False})
    found = door.to_mark(door.answer(id), each=2)
    assert not {"t0", "s1"} & {fit.user_id for fit in found}
    assert {fit.why for fit in found} == {"likely", "doubtful", "random"}


def test_a_tag_that_is_kept_is_a_condition_like_any_other(shop):
    tag = shop.describing.keep(TENTS)
    row = shop.columns().set_index("key").loc[tag.key]
    assert (row["label"], row["kind"], row["type"]) == ("Sleeps in a tent", "predicted", "probability")
    threshold = shop.describing.answer(tag.id).threshold
    tree = Group("all", (Condition(tag.key, ">=", threshold),))
    assert set(shop.segments.members(tree)["user_id"]) == {f"t{n}" for n in range(10)}
    assert shop.segments.table(tree, [tag.key])[tag.key].min() >= threshold
    assert shop.describing.expect(tag.key, threshold).shoppers == 10


def test_a_segment_follows_the_marks(shop):
    tag = shop.describing.keep(TENTS)
    tree = Group("all", (Condition(tag.key, ">=", 0.5),))
    before, stamp = len(shop.segments.members(tree)), shop.describing.stamp()
    shop.describing.mark(tag.id, {f"s{n}": True for n in range(1, 9)} | {f"t{n}": False for n in range(8)})
    assert shop.describing.stamp() != stamp
    members = set(shop.segments.members(tree)["user_id"])
    assert len(members) > before
    assert {"s9", "s5"} <= members
    shop.describing.undo(tag.id)
    assert shop.describing.stamp() == stamp
    assert len(shop.segments.members(tree)) == before


def test_new_data_is_read_anew_and_marks_stay(shop, workspace):
    tag = shop.describing.keep(TENTS)
    shop.describing.mark(tag.id, {"t0": True})
    CountingEncoder.read.clear()
    write_version(workspace, 2, [*LOG, ("new", "P4", "purchase", "2026-06-02 09:00", {"price": 200.0})])
    newer = Shop(workspace.path, device="cpu")
    assert (newer.describing.ready(), newer.describing.kept()) == (False, None)
    assert tag.key not in set(newer.columns()["key"])
    newer.describing.make()
    assert "new" in set(chances(newer.describing.answer(tag.id)).index)
    assert [mark.user_id for mark in newer.describing.marks(tag.id)] == ["t0"]
    assert tag.key in set(newer.columns()["key"])
    assert CountingEncoder.read == [TENTS]  # what was read before is not read again


def test_a_job_does_the_same(workspace):
    from core.worker import do_described

    Shop(workspace.path).describing.keep(TENTS)
    result = do_described(workspace.path, {"version": 1, "model": None}, "cpu", lambda *_: None)
    assert (result["shoppers"], result["tags"]) == (20, 1)
    assert Shop(workspace.path).describing.kept() is not None


def test_a_tag_that_a_segment_asks_for_is_not_deleted(shop):
    tag = shop.describing.keep(TENTS)
    one = shop.segments.save(Group("all", (Condition(tag.key, ">=", 0.1),)), "Campers")
    with pytest.raises(InputError, match="'Campers' asks for"):
        shop.forget_description(tag.id)
    shop.segments.delete(one.id)
    shop.forget_description(tag.id)
    assert (shop.describing.tags(), shop.describing.kept()) == ([], None)


def test_a_threshold_of_ones_own_counts(shop):
    tag = shop.describing.keep(TENTS)
    shop.describing.give_from(tag.id, 0.01)
    answer = shop.describing.answer(tag.id)
    assert (answer.threshold, answer.expected.shoppers) == (0.01, 20)
    assert answer.proposed > 0.01


def test_files_of_marks_are_brought_and_taken_along(shop):
    door = shop.describing
    id = door.keep(TENTS).id
    brought = door.bring(id, b"user_id,fits\nt0,yes\ns1,no\nghost,yes\ns2,perhaps\n", "Shop desk")
    assert (brought.marked, list(brought.unknown), list(brought.unread)) == (2, ["ghost"], ["perhaps"])
    with pytest.raises(InputError, match="none of them|shop's shoppers"):
        door.bring(id, b"user_id,fits\nghost,yes\n")
    again = door.keep("likes tents too").id
    door.bring(again, door.taken_along(id))
    assert {m.user_id: m.fits for m in door.marks(again)} == {m.user_id: m.fits for m in door.marks(id)}


def test_one_look_says_less_than_three():
    """Two shoppers with the same things: the one with more of them lies farther from the centre."""
    means = np.array([[1, 0], [1, 0], [-1, 0], [-1, 0]], dtype=np.float32)
    found = looks.Looks.of(["a", "b", "c", "d"], means, np.array([1, 9, 1, 9], dtype=np.float32))
    assert found.matrix[:, 0] == pytest.approx([0.25, 0.75, -0.25, -0.75])
    assert looks.shares([1, 0.5]) == pytest.approx([1 / 4.5, 0.5 / 4.5])


def test_a_damaged_file_is_made_again(shop, workspace):
    file = next(workspace.path.rglob(looks.NAME))
    file.write_bytes(b"nothing")
    other = Shop(workspace.path, device="cpu")
    assert not other.describing.ready()
    assert other.describing.make()["shoppers"] == 20


def test_profiles_and_described_tags_stand_side_by_side(shop, tmp_path):
    from core.store import shoppers
    from core.store.find import shopper_ids

    tag = shop.describing.keep(TENTS)
    ids = shopper_ids(shop.reader)
    file = tmp_path / "profiles.parquet"
    pd.DataFrame({"user_id": ids, "intent:buy": 0.5}).to_parquet(file)
    from tests.core.fake_scorer import SPECS

    people = shoppers.people(shop.reader, file, SPECS[:1], shop.describing.kept(), shop.describing.tags())
    row = people.one("t0")
    assert row["intent:buy"] == 0.5
    assert row[tag.key] > 0.1
