"""Explanations of a scorer whose reasons are known."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.explain import NotAdditive, cause_rank, check_additive, explain_many, why, why_tag
from core.explain.partition import ITEM
from tests.core.explain.fake import AS_OF, LAMP, FakeScorer, Glossed

PAIRS = {(1, 2): 1.5, (0, 3): -0.8, (2, 4): 0.6}
ITEMS = ["t1", "l1", "s1"]


@pytest.fixture(scope="module")
def rough(tiny_base):
    """With interactions between events."""
    return FakeScorer(tiny_base, planted={2: 1.0}, pairs=PAIRS)


@pytest.fixture(scope="module")
def additive(tiny_base):
    return FakeScorer(tiny_base, planted={3: 3.0})


def values(explanation):
    return [event.value for event in explanation.events]


@pytest.mark.parametrize("budget", [16, 64, 200, 512])
def test_every_level_adds_up_whatever_the_budget(rough, budget):
    found = why(rough, "u", "t1", AS_OF, max_evals=budget)
    check_additive(found)
    assert found.additivity_error < 1e-6
    change = found.prediction - found.base_value
    assert abs(change) > 0.5
    for level in (found.events, found.words, found.tokens):
        assert sum(part.value for part in level) == pytest.approx(change, abs=1e-6)
    fields = {(t.event, t.field) for t in found.tokens}
    for key in fields:
        of_words, of_tokens = (sum(p.value for p in level if (p.event, p.field) == key)
                               for level in (found.words, found.tokens))
        assert of_words == pytest.approx(of_tokens, abs=1e-6)


def test_broken_values_are_caught(rough):
    found = why(rough, "u", "t1", AS_OF, max_evals=100)
    events = [replace(found.events[0], value=found.events[0].value + 0.01), *found.events[1:]]
    with pytest.raises(NotAdditive):
        check_additive(replace(found, events=events))
    with pytest.raises(NotAdditive):
        check_additive(replace(found, tokens=found.tokens[1:]))


def test_a_scorer_that_does_not_repeat_itself_is_caught(tiny_base):
    class Moody(FakeScorer):
        def masked_clicks(self, *given, **more):
            return super().masked_clicks(*given, **more) + 0.01 * self.masks

    found = why(Moody(tiny_base), "u", "t1", AS_OF, max_evals=64)
    with pytest.raises(NotAdditive):
        check_additive(found)


def test_the_planted_cause_comes_first(additive):
    for found in (why(additive, "u", "t1", AS_OF), explain_many(additive, "u", ["t1"], AS_OF)[0]):
        assert cause_rank(found, event_types=["purchase"]) == 1
        best = max(found.events, key=lambda unit: unit.value)
        assert best.text == "bought Norvale cushioned mesh running shoes, last week"
        assert best.value == pytest.approx(3.0, abs=1.0)
    token = max(why(additive, "u", "t1", AS_OF).tokens, key=lambda part: part.value)
    assert (token.text, token.event, token.field) == ("bought", 3, "action")


def test_an_additive_game_gives_tokens_their_weights(additive):
    found = why(additive, "u", "t1", AS_OF, max_evals=4000)
    history, (item,) = additive.words("u", ["t1"], AS_OF)
    weights = np.concatenate([additive._weights(words)[[i for s in words.spans for i in range(s.start, s.stop)]]
                              for words in (history, item)])
    weights[next(i for i, token in enumerate(found.tokens) if token.event == 3)] += 3.0
    np.testing.assert_allclose([token.value for token in found.tokens], weights, atol=1e-6)


def test_half_of_what_two_events_do_together_goes_to_each(tiny_base):
    alone = why(FakeScorer(tiny_base), "u", "t1", AS_OF)
    both = why(FakeScorer(tiny_base, pairs={(1, 2): 1.5}), "u", "t1", AS_OF)
    more = dict(zip([event.event for event in both.events], np.subtract(values(both), values(alone)), strict=True))
    assert more == pytest.approx({event: 0.75 if event in (1, 2) else 0 for event in more}, abs=1e-6)


def test_what_a_glossary_says_is_shared_exactly_however_few_masks_there_are(tiny_base):
    scorer = Glossed(tiny_base, phrase=3.0)
    one, other = (why(scorer, "u", "t1", AS_OF, max_evals=16, seed=seed) for seed in (0, 1))
    check_additive(one)
    for found in (one, other):
        shares = [word.value for word in found.words if abs(word.value) > 1e-6]
        assert {(word.event, word.field) for word in found.words if abs(word.value) > 1e-6} == {scorer.field}
        assert len(shares) > 2
        assert sum(shares) == pytest.approx(3.0, abs=0.1)
        assert shares == pytest.approx([3.0 / len(shares)] * len(shares), abs=0.2)
        assert sum(abs(token.value) for token in found.tokens) == pytest.approx(3.0, abs=0.1)
    assert values(one) == pytest.approx(values(other), abs=0.01)


def test_a_glossary_leaves_the_encoder_so_little_to_say_that_a_list_takes_few_masks(tiny_base):
    pairs = {(0, 3): 2.0, (1, 2): -1.5, (2, 4): 2.5}
    glossed = explain_many(Glossed(tiny_base, phrase=0.0, pairs=pairs), "u", ITEMS, AS_OF)
    bare = explain_many(FakeScorer(tiny_base, scale=0.0, pairs=pairs), "u", ITEMS, AS_OF, max_evals=200)
    assert glossed[0].evaluations == 2 * len(glossed[0].events) + 2 < bare[0].evaluations
    for one, two in zip(glossed, bare, strict=True):
        check_additive(one)
        assert values(one) == pytest.approx(values(two), abs=0.02)
        assert one.unsettled == pytest.approx(0.0, abs=1e-6)


def test_a_tag_that_a_glossary_speaks_of_is_explained_like_any_other(tiny_base):
    glossed, bare = (why_tag(scorer, "u", "interest:Home", AS_OF) for scorer in
                     (Glossed(tiny_base, phrase=0.0, pairs=PAIRS), FakeScorer(tiny_base, scale=0.0, pairs=PAIRS)))
    check_additive(glossed)
    assert values(glossed) == pytest.approx(values(bare), abs=0.02)


def test_a_glossary_that_has_nothing_to_read_says_nothing(tiny_base):
    class Silent(FakeScorer):
        def click_terms(self, history, candidates):
            return lambda keeps: np.zeros((len(keeps[0]), len(candidates)))

        def tag_terms(self, history):
            return lambda keeps: np.zeros((len(keeps[0]), len(self.tag_specs)))

    scorer = Silent(tiny_base, events=[])
    tag, item = why_tag(scorer, "u", "interest:Home", AS_OF), why(scorer, "u", "t1", AS_OF)
    assert not tag.events
    assert {event.event for event in item.events} == {ITEM}
    for found in (tag, item):
        check_additive(found)


def test_the_same_seed_gives_the_same_values(rough):
    first, again = (why(rough, "u", "t1", AS_OF, max_evals=80, seed=4) for _ in range(2))
    assert replace(first, seconds=0) == replace(again, seconds=0)


def test_many_at_once_agree_with_one_by_one(additive, rough):
    for scorer, tolerance in ((additive, 1e-6), (rough, 1e-3)):
        for item_id, many in zip(ITEMS, explain_many(scorer, "u", ITEMS, AS_OF), strict=True):
            check_additive(many)
            one = why(scorer, "u", item_id, AS_OF)
            of_one = {event.event: event.value for event in one.events}
            of_many = {event.event: event.value for event in many.events}
            assert of_many == pytest.approx(of_one, abs=tolerance)
            assert (many.item_id, many.title) == (one.item_id, one.title)
            assert not many.words
            assert not many.tokens


def test_other_candidates_do_not_change_an_items_reasons(rough):
    alone = explain_many(rough, "u", ["l1"], AS_OF)[0]
    among = explain_many(rough, "u", ITEMS, AS_OF)[1]
    assert values(among) == pytest.approx(values(alone), abs=1e-6)


def test_threads_do_not_disturb_each_other(rough):
    items = ["t1", "l1", "s1", "t1"]
    alone = [why(rough, "u", item, AS_OF, max_evals=100, seed=i) for i, item in enumerate(items)]
    found = {}
    threads = [
        threading.Thread(target=lambda i=i, item=item: found.update(
            {i: why(rough, "u", item, AS_OF, max_evals=100, seed=i)}))
        for i, item in enumerate(items)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [replace(found[i], seconds=0) for i in range(4)] == [replace(one, seconds=0) for one in alone]


def test_ten_at_once_are_served_one_after_the_other_and_as_if_they_were_alone(tiny_base):
    class Watched(FakeScorer):
        inside = most = 0

        def masked_clicks(self, *given, **more):
            self.inside += 1
            self.most = max(self.most, self.inside)
            found = super().masked_clicks(*given, **more)
            self.inside -= 1
            return found

    scorer, found = Watched(tiny_base, planted={2: 1.0}, pairs=PAIRS), {}
    alone = explain_many(scorer, "u", ITEMS, AS_OF)

    def ask(number):
        found[number] = explain_many(scorer, "u", ITEMS, AS_OF)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scorer.most == 1
    for answers in found.values():
        assert [replace(one, seconds=0) for one in answers] == [replace(one, seconds=0) for one in alone]
    assert len(found) == 10


def test_reasons_carry_how_far_they_can_be_trusted(rough, additive):
    found = why(rough, "u", "t1", AS_OF)
    assert [check.name for check in found.checks] == ["Adds up", "Matters", "Stable"]
    assert found.checks[0].passed
    many = explain_many(additive, "u", ["t1"], AS_OF)[0]
    assert many.unsettled == pytest.approx(0.0, abs=1e-9)
    assert [check.passed for check in many.checks] == [True, None, True]


def test_the_budget_is_kept_nearly(rough):
    found = why(rough, "u", "t1", AS_OF, max_evals=200)
    assert found.evaluations <= 200 + 16  # nine masks measure trust, a few more end a batch
    assert found.seconds > 0


def test_faithful_values_are_worth_more_than_chance(tiny_base):
    found = why(FakeScorer(tiny_base, positive=True), "u", "t1", AS_OF)
    assert found.faithfulness > 1.2


def test_tags_are_explained_by_the_history_alone(rough):
    found = why_tag(rough, "u", "interest:Home", AS_OF)
    check_additive(found)
    assert (found.item_id, found.title) == ("interest:Home", "Interested in Home")
    assert ITEM not in {event.event for event in found.events}
    other = why_tag(rough, "u", "intent:buy", AS_OF)
    assert values(found) == pytest.approx([-2 * value for value in values(other)], abs=1e-6)


def test_a_tag_is_divided_down_to_the_last_token_where_interactions_within_pairs_are_shared(rough):
    found = why_tag(rough, "u", "interest:Home", AS_OF)
    history, _ = rough.words("u", [], AS_OF)
    inner = [i for span in history.spans for i in range(span.start, span.stop)]
    weights = rough._weights(history)
    places = {event: next(i for i in inner if i >= next(s.start for s in history.spans if s.event == event))
              for event in {span.event for span in history.spans}}
    for event, push in rough.planted.items():
        weights[places[event]] += push
    for (one, other), push in rough.pairs.items():
        weights[places[one]] += push / 2
        weights[places[other]] += push / 2
    np.testing.assert_allclose([token.value for token in found.tokens], -2 * weights[inner], atol=1e-6)
    check_additive(found)


def test_a_tag_keeps_to_a_budget_that_is_too_small_for_every_token(rough):
    found = why_tag(rough, "u", "interest:Home", AS_OF, max_evals=100)
    assert found.evaluations <= 100 + 16
    check_additive(found)


def test_an_unknown_tag_is_refused(rough):
    with pytest.raises(InputError, match="It has: intent:buy, interest:Home"):
        why_tag(rough, "u", "intent:sell", AS_OF)


def test_nothing_asked_nothing_answered(rough):
    assert explain_many(rough, "u", [], AS_OF) == []


def test_a_shopper_without_history(tiny_base):
    nobody = FakeScorer(tiny_base, events=[])
    for found in (why(nobody, "u", "l1", AS_OF), explain_many(nobody, "u", ["l1", "t1"], AS_OF)[0]):
        check_additive(found)
        assert [event.event for event in found.events] == [ITEM]
        assert found.sentence.startswith("No history yet: this is the item's general appeal")
    tag = why_tag(nobody, "u", "intent:buy", AS_OF)
    check_additive(tag)
    assert tag.sentence == "No history yet: this is the tag's general rate."
    assert tag.events == tag.tokens == ()


def test_reasons_are_told_in_plain_english(tiny_base):
    scorer = FakeScorer(tiny_base, planted={2: 2.0}, scale=0.001)
    said = "Mostly because they viewed Waterproof tent 3 times, 2 days ago (this very item)."
    assert why(scorer, "u", "t1", AS_OF).sentence == said
    assert explain_many(scorer, "u", ["t1"], AS_OF)[0].sentence == said
    found = why(scorer, "u", "t1", AS_OF, title="The tent")
    assert (found.title, found.events[0].text) == ("The tent", "The tent")


def test_titles_keep_their_spelling(additive):
    assert explain_many(additive, "u", ["l1"], AS_OF)[0].title == LAMP["title"]
    assert explain_many(additive, "u", ["l1"], AS_OF, titles=["Lamp!"])[0].title == "Lamp!"
