"""Described tags and marks in the state of a workspace."""

import pytest

from core.errors import InputError
from core.store.described import DescribedTags


@pytest.fixture
def tags(tmp_path):
    return DescribedTags(tmp_path / "state.sqlite")


def fits(tags, id):
    return {mark.user_id: mark.fits for mark in tags.marks(id)}


def test_nothing_is_there_before_anything_is_kept(tags):
    assert (tags.all(), tags.marks("x")) == ([], [])
    assert not tags.file.exists()


def test_a_tag_has_a_readable_key_and_is_kept_once(tags):
    first = tags.add("  Buys gifts   for children ", "Shop desk")
    assert (first.sentence, first.key, first.owner) == (
        "Buys gifts for children", "described:buys-gifts-for-children", "Shop desk")
    assert tags.add("buys GIFTS for children") == first
    assert tags.add("Buys gifts for children!").key == "described:buys-gifts-for-children-2"
    assert tags.add("買い物").id == "tag"
    assert tags.get("buys gifts for CHILDREN") == tags.get(first.id) == first


@pytest.mark.parametrize(("sentence", "why"), [("a", "some words"), ("123", "some words"), ("x" * 201, "at most")])
def test_what_says_nothing_or_too_much_is_refused(tags, sentence, why):
    with pytest.raises(InputError, match=why):
        tags.add(sentence)


def test_the_last_mark_of_a_shopper_counts_and_steps_are_taken_back(tags):
    id = tags.add("likes tents").id
    tags.mark(id, {"ann": True, "bob": True}, "Shop desk")
    tags.mark(id, {"ann": False})
    assert fits(tags, id) == {"bob": True, "ann": False}
    assert tags.undo(id) == ["ann"]
    assert fits(tags, id) == {"ann": True, "bob": True}  # what was said before counts again
    assert tags.undo(id) == ["ann", "bob"]  # a file that was brought is one step
    assert (fits(tags, id), tags.undo(id)) == ({}, [])


def test_tags_keep_their_marks_apart_and_take_them_along_when_deleted(tags):
    tents, shoes = tags.add("likes tents").id, tags.add("likes shoes").id
    tags.mark(tents, {"ann": True})
    tags.mark(shoes, {"ann": False})
    tags.delete(tents)
    assert [tag.id for tag in tags.all()] == [shoes]
    assert (fits(tags, tents), fits(tags, shoes)) == ({}, {"ann": False})
    with pytest.raises(InputError, match="'likes shoes'"):
        tags.mark(tents, {"ann": True})


def test_a_threshold_is_kept_and_given_up(tags):
    id = tags.add("likes tents").id
    assert tags.give_from(id, 0.4).threshold == 0.4
    assert tags.give_from(id, None).threshold is None
    with pytest.raises(InputError, match="between 0 and 1"):
        tags.give_from(id, 40)
