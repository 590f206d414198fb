from __future__ import annotations

import numpy as np

from core.records import Span
from core.text.terms import NOTHING, Terms, key, terms
from core.text.words import EventText, Words


def words(*phrases: tuple[str, int, list[int]], events: tuple[str, ...] = ()) -> Words:
    """Spans of (field, event, tokens) between [CLS] and [SEP]."""
    ids, spans = [2], []
    for field, event, tokens in phrases:
        spans.append(Span(len(ids), len(ids) + len(tokens), field, event))
        ids += tokens
    texts = tuple(EventText(i, "", kind, None, None) for i, kind in enumerate(events))
    return Words(np.array([*ids, 3], dtype=np.int32), tuple(spans), texts)


def listed(found: Terms) -> list[tuple[int, int, int]]:
    return list(zip(found.keys.tolist(), found.starts.tolist(), found.stops.tolist(), strict=True))


def test_words_of_a_field_and_its_whole_phrase_are_terms() -> None:
    found = terms(words(("price", -1, [11]), ("taste", 0, [7, 8])))
    assert listed(found) == [
        (key("price", (11,)), 1, 2),
        (key("taste", (7,)), 2, 3), (key("taste", (8,)), 3, 4), (key("taste", (7, 8)), 2, 4),
    ]  # fmt: skip


def test_a_title_has_words_but_is_no_phrase() -> None:
    assert [stop - start for _, start, stop in listed(terms(words(("title", -1, [7, 8, 9]))))] == [1, 1, 1]


def test_the_same_words_of_another_field_are_another_term() -> None:
    one, other = (terms(words((field, -1, [7, 8]))).keys for field in ("taste", "price fit"))
    assert not set(one.tolist()) & set(other.tolist())
    assert NOTHING not in one


def test_of_a_history_only_the_line_that_sums_up_has_terms() -> None:
    past = words(("when", 0, [7]), ("when", 1, [8]), ("title", 1, [9]), events=("summary", "view"))
    assert listed(terms(past)) == [(key("past when", (7,)), 1, 2)]
    assert listed(terms(words(("when", 0, [7]), events=("view",)))) == []  # nothing sums up


def test_no_words_no_terms() -> None:
    assert terms(words()).keys.dtype == np.int64
    assert len(terms(words()).present(np.array([True, True]))) == 0


def test_a_term_is_there_while_all_of_its_tokens_are() -> None:
    found = terms(words(("taste", 0, [7, 8]), ("price", -1, [11])))
    seven, eight, both, eleven = found.keys.tolist()
    assert found.present().tolist() == [seven, eight, both, eleven]
    keep = np.array([False, True, False, True, True])
    assert found.present(keep).tolist() == [seven, eleven]
    assert eight not in found.present(keep) and both not in found.present(keep)
    assert found.present(np.zeros(5, dtype=bool)).tolist() == []


def test_keys_are_the_same_on_every_machine() -> None:
    assert key("taste", (7, 8)) == KNOWN
    assert key("taste", (78,)) != key("taste", (7, 8))


#: Written down once: models that are saved look terms up by these.
KNOWN = 4675609286912379303
