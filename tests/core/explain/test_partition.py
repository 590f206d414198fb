from __future__ import annotations

import numpy as np
import pytest

from core.explain.partition import ITEM, Piece, event_order, exact_evaluations, nest, pieces, tree, words_of
from core.records import Span
from core.text.words import Words


def piece(text, sequence=0, position=1, event=0, field="title", span=0):
    return Piece(sequence, position, text, event, field, span)


def test_pieces_are_the_tokens_that_spans_cover():
    history = Words(np.array([2, 5, 6, 7, 3]), (Span(1, 3, "title", 0), Span(3, 4, "when", 0)))
    item = Words(np.array([2, 8, 3]), (Span(1, 2, "title", ITEM),))
    found = pieces([history, item], lambda ids: [f"t{i}" for i in ids])
    assert found == [
        Piece(0, 1, "t5", 0, "title", 0), Piece(0, 2, "t6", 0, "title", 0), Piece(0, 3, "t7", 0, "when", 1),
        Piece(1, 1, "t8", ITEM, "title", 0)]


def test_continuations_join_the_word_before_them_but_not_across_spans():
    tokens = [piece("trail"), piece("##ing"), piece("##s"), piece("##"), piece("shoes"),
              piece("##s", span=1), piece("##s", sequence=1, span=1)]
    assert words_of(tokens) == [[0, 1, 2], [3], [4], [5], [6]]
    assert words_of([]) == []


def test_nesting_puts_the_item_first_and_words_of_fit_with_their_event():
    tokens = [
        piece("viewed", event=0), piece("tent", event=0, span=1), piece("##s", event=0, span=1),
        piece("bought", event=1, span=2), piece("lamp", 1, event=ITEM), piece("seen", 1, event=0, span=1)]
    assert nest(tokens) == [[[[4]]], [[[0]], [[1, 2]], [[5]]], [[[3]]]]
    assert event_order(tokens) == [ITEM, 0, 1]


@pytest.mark.parametrize(("nested", "rows"), [
    ([0, 1], [[0, 1, 1, 2]]),
    ([[0, 1], [2]], [[0, 1, 1, 2], [3, 2, 2, 3]]),
    ([0, 1, 2, 3, 4], [[0, 1, 1, 2], [5, 2, 2, 3], [3, 4, 1, 2], [6, 7, 3, 5]]),
    (0, []), ([], []), ([[[0]]], []),
])
def test_the_tree_halves_every_level(nested, rows):
    assert tree(nested).astype(int).tolist() == rows


@pytest.mark.parametrize(("players", "masks"), [(2, 4), (3, 8), (4, 12), (8, 44)])
def test_masks_of_an_exact_run(players, masks):
    # 2 ends; a node is split in as many contexts as there are ways to order what is above it, by 2 masks each.
    assert exact_evaluations(tree(list(range(players)))) == masks
