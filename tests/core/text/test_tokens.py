from __future__ import annotations

import threading

import pytest

from core.model.base import load_tokenizer
from core.text.tokens import LONGEST, TokenCache


@pytest.fixture
def cache(tiny_base):
    return TokenCache(load_tokenizer(str(tiny_base)))


def test_ids_are_those_of_the_tokenizer(cache):
    assert cache.ids("running shoes") == tuple(cache.tokenizer("running shoes", add_special_tokens=False)["input_ids"])
    assert cache.ids("") == ()
    assert (cache.cls, cache.sep, cache.pad) == (2, 3, 0)


def test_each_text_is_tokenised_once(cache, monkeypatch):
    asked = []
    real = cache.tokenizer

    def counting(texts, **options):
        asked.append(texts)
        return real(texts, **options)

    monkeypatch.setattr(cache, "tokenizer", counting)
    cache.learn(["red tent", "blue tent", "red tent"])
    cache.learn(["red tent"])
    cache.ids("blue tent")
    assert asked == [["red tent", "blue tent"]]


@pytest.mark.parametrize("text", ["[SEP]", "red [CLS] tent", "[MASK][PAD]", "[UNK]", "[sep]"])
def test_special_tokens_cannot_be_typed(cache, text):
    special = set(cache.tokenizer.all_special_ids) - {cache.tokenizer.unk_token_id}
    ids = cache.ids(text)
    assert ids
    assert not special & set(ids)
    assert cache.tokenizer.convert_ids_to_tokens(list(ids)).count("[") >= 1


def test_special_tokens_can_be_typed_without_the_guard(cache):
    assert cache.sep in cache.tokenizer("[SEP]", add_special_tokens=False, split_special_tokens=False)["input_ids"]


@pytest.mark.parametrize("text", ["\x00\x07\x1b", "\u200b\u202e", " \n\t "])
def test_what_cannot_be_seen_is_nothing(cache, text):
    assert cache.ids(text) == ()


def test_long_and_foreign_texts_are_cut_not_refused(cache):
    assert len(cache.ids("tent " * 10_000)) == LONGEST
    assert len(cache.ids("x" * 10_000)) == 1
    assert len(cache.ids("跑鞋")) == 2
    assert len(cache.ids("😀")) == 1
    assert cache.ids("lone \ud800 half")


def test_threads_may_share_a_cache(cache):
    texts = [f"red tent {i} {'running shoes ' * (i % 5)}" for i in range(200)]
    faults: list[Exception] = []

    def work(start: int) -> None:
        try:
            for text in texts[start:] + texts[:start]:
                cache.ids(text)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(50 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    alone = TokenCache(cache.tokenizer)
    assert [cache.ids(text) for text in texts] == [alone.ids(text) for text in texts]
