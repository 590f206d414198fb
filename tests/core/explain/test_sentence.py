"""What a merchandiser reads as the reason."""

from __future__ import annotations

import random
import re

import pytest

from core.explain.partition import ITEM
from core.explain.sentence import LONGEST, sentence, shorten
from core.records import EventValue

SUMMARY = ("summary", "8 purchases, most recently yesterday, mostly Running shoes and Tents")
VIEWED = ("view", "viewed Norvale cushioned mesh running shoes 3 times, 2 days ago")
BOUGHT = ("purchase", "bought Veloria phone, 2 weeks ago")
SEARCHED = ("search", "searched for “running shoes”, today")


def unit(index, event, value):
    return EventValue(index, event[1], event[0], None, None, value)


def item(value):
    return EventValue(ITEM, "Trail shoes", "", None, None, value)


@pytest.mark.parametrize(("events", "facts", "what", "said"), [
    ([], {}, "item", "No history yet: this is the item's general appeal."),
    ([item(1.0)], {ITEM: ["bestseller"]}, "item", "No history yet: this is the item's general appeal (bestseller)."),
    ([], {}, "tag", "No history yet: this is the tag's general rate."),
    ([unit(0, SUMMARY, 0.01), item(0.02)], {}, "item",
     "Nothing in the history moves the prediction much: this is the item's general appeal."),
    ([item(0.1), unit(0, SUMMARY, 0.1), unit(1, VIEWED, 1.4)], {1: ["this very item"]}, "item",
     "Mostly because they viewed Norvale cushioned mesh running shoes 3 times, 2 days ago (this very item)."),
    ([item(-0.6), unit(1, VIEWED, 1.0), unit(2, BOUGHT, 0.8), unit(3, SEARCHED, 0.6)],
     {ITEM: ["premium price"], 2: ["often bought together with it"], 3: ["matches their search"]}, "item",
     "Mostly because they viewed Norvale cushioned mesh running shoes 3 times, 2 days ago, because they bought Veloria "
     "phone, 2 weeks ago (often bought together with it) and because they searched for “running shoes”, today "
     "(matches their search); held back because the item itself speaks against it (premium price)."),
    ([item(-1.0), unit(0, SUMMARY, -0.9)], {0: ["they never look at this category"]}, "item",
     "Held back mostly because the item itself speaks against it and because their past, in short, speaks against it "
     "(8 purchases, most recently yesterday, mostly Running shoes and Tents; they never look at this category)."),
    ([unit(0, SUMMARY, 0.9), unit(2, BOUGHT, 0.2)], {}, "tag",
     "Mostly because their past, in short, speaks for it (8 purchases, most recently yesterday, mostly Running shoes "
     "and Tents)."),
    ([item(0.9), unit(2, BOUGHT, 0.1)], {ITEM: ["bestseller", "mid price"]}, "item",
     "Mostly because the item itself speaks for it (bestseller, mid price)."),
])
def test_sentences(events, facts, what, said):
    assert sentence(events, facts, what) == said


OWN_WORDS = set(re.findall(r"\w+", """mostly because they held back the item itself speaks for against it their past in
short nothing history moves prediction much this is s general appeal no yet and"""))


@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_named_that_is_not_in_the_events_or_facts(seed):
    draw = random.Random(seed)
    pool = [SUMMARY, VIEWED, BOUGHT, SEARCHED]
    events = [unit(i, event, draw.gauss(0, 1)) for i, event in enumerate(draw.sample(pool, draw.randint(0, 4)))]
    events += [item(draw.gauss(0, 1))] * draw.randint(0, 1)
    facts = {e.event: ["often clicked"] for e in events if draw.random() < 0.5}
    given = " ".join([*(e.text for e in events), *(" ".join(f) for f in facts.values())])
    known = OWN_WORDS | set(re.findall(r"\w+", given.lower()))
    assert set(re.findall(r"\w+", sentence(events, facts).lower())) <= known


def test_the_strongest_comes_first_and_small_pushes_are_not_named():
    events = [unit(0, BOUGHT, 0.5), unit(1, VIEWED, 0.8), unit(2, SEARCHED, 0.1), item(-0.1)]
    said = sentence(events)
    assert said.index("viewed") < said.index("bought")
    assert "searched" not in said
    assert "held back" not in said


def test_long_texts_keep_their_beginning_and_end():
    text = "viewed " + "very " * 60 + "good shoes 3 times, 2 days ago"
    short = shorten(text)
    assert len(short) <= LONGEST + 5
    assert short.startswith("viewed very")
    assert short.endswith("2 days ago")
    assert shorten("viewed shoes, today") == "viewed shoes, today"
