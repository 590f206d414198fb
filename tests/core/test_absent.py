"""What else a word's absence could mean, as the benchmark tries it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.absent import CLOSED, LEFT_OUT, MASK, Told, scorers
from core.score import Scorer
from core.store import examples
from core.store.workspace import Reader


@pytest.fixture(scope="module")
def scorer(small_reader: Reader, small_model: Path) -> Scorer:
    return Scorer.open(small_reader, small_model, "cpu")


def test_meanings_agree_on_what_is_there_and_differ_in_what_is_not(scorer: Scorer, small_reader: Reader) -> None:
    ask = examples.shoppers(small_reader, examples.span(small_reader)[1], 1).iloc[0]
    items = [row[0] for row in small_reader.rows("SELECT item_id FROM items ORDER BY item_id LIMIT 2")]
    ways = scorers(scorer)
    history, candidates = scorer.words(ask["user_id"], items, ask["as_of"])
    keeps = [np.ones((2, len(words.ids)), dtype=bool) for words in (history, *candidates)]
    keeps[0][1, 3 : len(history.ids) // 2] = False
    odds = {way: one.masked_clicks(history, candidates, keeps[0], keeps[1:]) for way, one in ways.items()}
    tags = {way: one.masked_tags(history, keeps[0]) for way, one in ways.items()}
    for found in (odds, tags):
        for way in (CLOSED, MASK):
            np.testing.assert_allclose(found[way][0], found[LEFT_OUT][0], atol=1e-4)
    assert all(np.abs(tags[way][1] - tags[LEFT_OUT][1]).max() > 1e-5 for way in (CLOSED, MASK))
    assert np.abs(tags[CLOSED][1] - tags[MASK][1]).max() > 1e-5
    assert ways[MASK].tag_specs == scorer.tag_specs


def test_a_tag_is_asked_for_by_the_tokens_of_the_history(scorer: Scorer, small_reader: Reader) -> None:
    ask = examples.shoppers(small_reader, examples.span(small_reader)[1], 1).iloc[0]
    history, _ = scorer.words(ask["user_id"], [], ask["as_of"])
    told = Told(scorer, history, 1)
    full, none = told.odds(np.array([[True] * told.inner, [False] * told.inner]))
    keep = np.ones((1, len(history.ids)), dtype=bool)
    assert full == pytest.approx(scorer.masked_tags(history, keep)[0, 1], abs=1e-5)
    assert full != none
