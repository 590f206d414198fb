"""One pass must be nothing but a cheaper way to compute what a masked BERT computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertModel

from core.config import EMBEDDED_BASE
from core.model import base, onepass
from core.model.batch import pad
from core.model.onepass import Batch, OnePass

TOLERANCE = 1e-4
VOCABULARY = 280
CLS, SEP = 2, 3


@pytest.fixture(scope="module")
def net(tiny_base: Path) -> OnePass:
    torch.manual_seed(0)
    return OnePass(base.load_encoder(str(tiny_base)), tags=7).eval()


def sequence(random: np.random.Generator, length: int) -> np.ndarray:
    return np.array([CLS, *random.integers(5, VOCABULARY, length - 2), SEP], dtype=np.int32)


@pytest.fixture
def words() -> tuple[np.ndarray, list[np.ndarray]]:
    random = np.random.default_rng(0)
    return sequence(random, 31), [sequence(random, int(n)) for n in random.integers(4, 15, 50)]


def run(net: OnePass, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.inference_mode():
        return net(batch)


def close(one: torch.Tensor, other: torch.Tensor) -> None:
    torch.testing.assert_close(one, other, atol=TOLERANCE, rtol=0)


def reference(folder: Path, net: OnePass, batch: Batch, leak: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """A plain BertModel over everything in one row, told by an explicit mask who may look where."""
    plain = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager").eval()
    (b, h), (_, k, c) = batch.history.shape, batch.candidates.shape
    block = torch.cat((torch.zeros(h), torch.arange(1, k + 1).repeat_interleave(c)))
    sees = (block[:, None] == block[None, :]) | (block[None, :] == 0)
    if leak:
        sees[:h, h:] = True
    keep = torch.cat((batch.history_keep, batch.candidates_keep.reshape(b, -1)), dim=1)
    allowed = sees[None, None] & keep[:, None, None, :]
    with torch.inference_mode():
        hidden = plain(
            input_ids=torch.cat((batch.history, batch.candidates.reshape(b, -1)), dim=1),
            attention_mask=torch.where(allowed, 0.0, torch.finfo(torch.float32).min),
            position_ids=torch.cat((torch.arange(h), torch.arange(c).repeat(k))).expand(b, -1),
            token_type_ids=(block > 0).long().expand(b, -1),
        ).last_hidden_state
        firsts = hidden[:, h::c]
        seen = batch.history_keep.unsqueeze(-1)
        mean = (hidden[:, :h] * seen).sum(dim=1) / seen.sum(dim=1)
        return net.click_head(firsts).squeeze(-1), net.tag_head(mean)


def test_fifty_candidates_in_one_pass_equal_each_alone(net, words):
    history, candidates = words
    together, tags = run(net, pad([history], [candidates], 0))
    assert together.shape == (1, 50)
    for j, candidate in enumerate(candidates):
        alone, same = run(net, pad([history], [[candidate]], 0))
        close(together[:, [j]], alone)
        close(tags, same)
    assert together.std() > 0.01  # they do differ, so equality says something


@pytest.mark.parametrize("block", [1, 3_000])
def test_how_many_scores_are_made_at_a_time_changes_nothing(net, words, monkeypatch, block):
    history, candidates = words
    batch = pad([history, history[:20]], [candidates, candidates[:7]], 0)
    expected = run(net, batch)
    pieces = []
    seen_by = onepass._Past.seen_by
    monkeypatch.setattr(onepass, "BLOCK", block)
    monkeypatch.setattr(onepass._Past, "seen_by", lambda past, *parts: pieces.append(1) or seen_by(past, *parts))
    for one, other in zip(run(net, batch), expected, strict=True):
        close(one, other)
    assert len(pieces) > net.encoder.config.num_hidden_layers  # each layer in several pieces


def test_shuffling_and_dropping_candidates_changes_nothing(net, words):
    history, candidates = words
    all_of_them, _ = run(net, pad([history], [candidates], 0))
    order = np.random.default_rng(1).permutation(50)[:33]
    some, _ = run(net, pad([history], [[candidates[i] for i in order]], 0))
    close(some[0], all_of_them[0, order])


def test_tags_are_the_same_without_any_candidate(net, words):
    history, candidates = words
    clicks, tags = run(net, pad([history], [[]], 0))
    assert clicks.shape == (1, 0)
    close(tags, run(net, pad([history], [candidates], 0))[1])


def test_padding_changes_nothing(net, words):
    history, candidates = words
    short = history[[0, 1, 2, 3, -1]]
    clicks, tags = run(net, pad([history, short], [candidates[:3], candidates[3:10]], 0))
    for row, (ids, behind) in enumerate([(history, candidates[:3]), (short, candidates[3:10])]):
        alone, its_tags = run(net, pad([ids], [behind], 0))
        close(clicks[row, : len(behind)], alone[0])
        close(tags[row], its_tags[0])


def test_equals_bert_with_an_explicit_block_mask(net, words, tiny_base):
    history, candidates = words
    batch = pad([history, history[:9]], [candidates[:6], candidates[6:10]], 0)
    clicks, tags = run(net, batch)
    clicks_then, tags_then = reference(tiny_base, net, batch)
    real = batch.candidates_keep.any(dim=2)
    close(clicks[real], clicks_then[real])
    close(tags, tags_then)


def test_a_mask_that_lets_the_history_look_at_candidates_is_noticed(net, words, tiny_base):
    history, candidates = words
    batch = pad([history], [candidates[:6]], 0)
    clicks, tags = run(net, batch)
    clicks_then, tags_then = reference(tiny_base, net, batch, leak=True)
    with pytest.raises(AssertionError):
        close(tags, tags_then)
    with pytest.raises(AssertionError):
        close(clicks, clicks_then)


def test_no_gradient_flows_from_the_history_to_candidates(net, words):
    history, candidates = words
    seen: dict[str, torch.Tensor] = {}

    def keep(_module: object, _args: object, output: torch.Tensor) -> None:
        output.retain_grad()
        seen["embeddings"] = output

    handle = net.encoder.embeddings.register_forward_hook(keep)
    try:
        clicks, tags = net(pad([history], [candidates[:4]], 0))
        tags.sum().backward(retain_graph=True)
        of_tags = seen["embeddings"].grad.clone()
        seen["embeddings"].grad = None
        clicks[0, 1].backward()
        of_click = seen["embeddings"].grad
    finally:
        handle.remove()
        net.zero_grad()
    h, sizes = len(history), list(map(len, candidates[:4]))
    assert of_tags.shape[:2] == (1, h + sum(sizes))  # no padding goes through the encoder
    assert of_tags[0, :h].abs().sum() > 0
    assert of_tags[0, h:].abs().sum() == 0
    of_blocks = torch.stack([part.abs().sum() for part in of_click[0, h:].split(sizes)])
    assert of_click[0, :h].abs().sum() > 0
    assert of_blocks[1] > 0
    assert of_blocks[[0, 2, 3]].sum() == 0


def masked(history: np.ndarray, candidates: list[np.ndarray], keeps: tuple[np.ndarray, list[np.ndarray]]) -> Batch:
    """The same left out by attention alone: every token stays in the batch."""
    whole = pad([history], [candidates], 0)
    for j, keep in enumerate(keeps[1]):
        whole.candidates_keep[0, j, : len(keep)] = torch.from_numpy(keep)
    whole.history_keep[0] = torch.from_numpy(keeps[0])
    return whole


@pytest.fixture
def keeps(words) -> tuple[np.ndarray, list[np.ndarray]]:
    random = np.random.default_rng(2)
    return tuple([np.r_[True, random.random(len(ids) - 2) < 0.5, True] for ids in group]
                 if isinstance(group, list) else np.r_[True, random.random(len(group) - 2) < 0.5, True]
                 for group in words)


def test_tokens_that_are_left_out_have_no_influence(net, words, keeps):
    history, candidates = words
    before = run(net, masked(history, candidates, keeps))
    other = np.where(keeps[0], history, 17).astype(np.int32)
    others = [np.where(keep, ids, 23).astype(np.int32) for keep, ids in zip(keeps[1], candidates, strict=True)]
    for one, two in zip(before, run(net, masked(other, others, keeps)), strict=True):
        close(one, two)
    for one, two in zip(before, run(net, pad([history], [candidates], 0)), strict=True):
        assert (one - two).abs().max() > 0.01  # leaving out does change the answer


def test_taking_tokens_out_equals_not_looking_at_them(net, words, keeps):
    history, candidates = words
    out = pad([history], [candidates], 0, [keeps[0]], [keeps[1]])
    assert out.history.shape[1] == keeps[0].sum() < len(history)
    for one, two in zip(run(net, masked(history, candidates, keeps)), run(net, out), strict=True):
        close(one, two)


def test_taking_tokens_out_without_keeping_their_places_is_noticed(net, words, keeps):
    history, candidates = words
    out = pad([history], [candidates], 0, [keeps[0]], [keeps[1]])
    moved = Batch(out.history, out.history_keep, out.candidates, out.candidates_keep)
    with pytest.raises(AssertionError):
        close(run(net, out)[0], run(net, moved)[0])


def test_everything_left_out_gives_numbers(net, words):
    history, candidates = words
    none = np.zeros(len(history), dtype=bool)
    nothing = [np.zeros(len(ids), dtype=bool) for ids in candidates]
    for batch in (masked(history, candidates, (none, nothing)), pad([history], [candidates], 0, [none], [nothing])):
        clicks, tags = run(net, batch)
        assert torch.isfinite(clicks).all()
        assert torch.isfinite(tags).all()


def test_a_missing_candidate_gives_a_number_and_disturbs_nobody(net, words):
    history, candidates = words
    clicks, _ = run(net, pad([history, history], [candidates[:5], []], 0))
    assert torch.isfinite(clicks).all()
    close(clicks[0], run(net, pad([history], [candidates[:5]], 0))[0][0])


def test_bfloat16_comes_close(net, words):
    history, candidates = words
    batch = pad([history], [candidates], 0)
    exact, _ = run(net, batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough, tags = run(net, batch)
    assert rough.dtype == tags.dtype == torch.float32
    assert (rough - exact).abs().max() < 0.1
    assert len(rough.unique()) == 50  # no ties: the heads stay precise


def test_the_batch_moves_with_its_places(words, keeps):
    history, candidates = words
    moved = pad([history], [candidates], 0, [keeps[0]], [keeps[1]]).to("cpu")
    places = moved.flat()[2]
    assert places.shape == (1, moved.history.shape[1] + moved.candidates[0].numel())
    assert places[0, : moved.history.shape[1]].tolist() == np.flatnonzero(keeps[0]).tolist()


def test_training_mode_drops_out(net, words):
    history, candidates = words
    batch = pad([history], [candidates[:4]], 0)
    net.train()
    try:
        assert (net(batch)[0] - net(batch)[0]).abs().max() > 0
    finally:
        net.eval()


def test_the_embedded_base_scores_in_one_pass():
    where, _ = base.locate(EMBEDDED_BASE)
    net = OnePass(base.load_encoder(where), tags=2).eval()
    tokenizer = base.load_tokenizer(where)
    history, *items = (
        np.array(tokenizer(text)["input_ids"], dtype=np.int32)
        for text in ("viewed running shoes yesterday", "trail shoes mid price", "a very soft rug, wool", "mug")
    )
    together, tags = run(net, pad([history], [items], tokenizer.pad_token_id))
    for j, item in enumerate(items):
        alone, same = run(net, pad([history], [[item]], tokenizer.pad_token_id))
        close(together[:, [j]], alone)
        close(tags, same)
