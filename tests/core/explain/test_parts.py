"""Parts of a history and of items, against a scorer in which every token has a known weight."""

import pytest

from core.explain.parts import ITEM_KIND, item_pushes, tag_pushes
from core.text.fit import SUMMARY
from tests.core.explain.fake import AS_OF, FakeScorer


@pytest.fixture(scope="module")
def additive(tiny_base):
    return FakeScorer(tiny_base, planted={3: 3.0})


def total(found, output=0, **about):
    return sum(row[output] for part, row in zip(found.parts, found.values, strict=True)
               if all(getattr(part, name) == value for name, value in about.items()))


def test_all_tags_are_answered_at_once_and_add_up(additive):
    found = tag_pushes(additive, "u", AS_OF)
    assert found.values.shape == (len(found.parts), 2)
    assert found.base + found.values.sum(axis=0) == pytest.approx(found.prediction)
    assert found.values[:, 1] == pytest.approx(-2 * found.values[:, 0])


def test_what_was_planted_is_found_in_its_kind_of_event(additive, tiny_base):
    bare = FakeScorer(tiny_base)
    more = total(tag_pushes(additive, "u", AS_OF), kind="purchase") - total(tag_pushes(bare, "u", AS_OF),
                                                                            kind="purchase")
    assert more == pytest.approx(3.0)
    assert total(tag_pushes(additive, "u", AS_OF), kind="cart") == pytest.approx(
        total(tag_pushes(bare, "u", AS_OF), kind="cart"))


def test_titles_are_divided_into_words_and_all_else_is_a_phrase(additive):
    parts = tag_pushes(additive, "u", AS_OF).parts
    assert {part.kind for part in parts} == {SUMMARY, "search", "view", "purchase", "cart"}
    assert "running shoes" in {part.text for part in parts if part.field == "category"}
    titles = [part.text for part in parts if part.field == "title" and part.kind == "purchase"]
    assert titles == ["norvale", "cushioned", "mesh", "running", "shoes", "blue", "size", "42"]
    assert "9 days ago" not in titles


def test_what_is_said_of_one_item_belongs_to_it_alone(additive):
    found = item_pushes(additive, "u", ["t1", "l1"], AS_OF)
    alone = [item_pushes(additive, "u", [item], AS_OF) for item in ("t1", "l1")]
    assert found.base + found.values.sum(axis=0) == pytest.approx(found.prediction)
    for k, one in enumerate(alone):
        assert total(found, k, kind=ITEM_KIND) == pytest.approx(total(one, kind=ITEM_KIND))
        assert found.prediction[k] == pytest.approx(one.prediction[0])
    tent = [row for part, row in zip(found.parts, found.values, strict=True) if part.text == "waterproof"
            and part.kind == ITEM_KIND]
    assert len(tent) == 1 and tent[0][0] != 0 and tent[0][1] == 0


def test_many_items_take_no_more_masks_than_the_longest_of_them(tiny_base):
    scorer = FakeScorer(tiny_base)
    counts = []
    for items in (["t1"], ["l1"], ["s1"], ["t1", "l1", "s1"]):
        scorer.masks = 0
        item_pushes(scorer, "u", items, AS_OF)
        counts.append(scorer.masks)
    assert counts[3] < 1.4 * max(counts[:3])


def test_who_has_no_history_is_answered_by_the_item_alone(tiny_base):
    found = item_pushes(FakeScorer(tiny_base, events=()), "u", ["l1"], AS_OF)
    assert {part.kind for part in found.parts} == {ITEM_KIND}
    nothing = tag_pushes(FakeScorer(tiny_base, events=()), "u", AS_OF)
    assert nothing.parts == [] and nothing.prediction == pytest.approx(nothing.base)
