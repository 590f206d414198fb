from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.model.base import load_encoder
from core.model.batch import pad, term_keys
from core.model.glossary import Glossary
from core.model.gradient import click_gradients
from core.model.onepass import OnePass
from core.model.predict import Pack, logits, masked, padded
from core.text.terms import Terms

#: Terms by name, each of a few tokens.
KNOWN = [-9_000_000_000, 5, 7_000_000_000]


def spans(*found: tuple[int, int, int]) -> Terms:
    keys, starts, stops = zip(*found, strict=True) if found else ((), (), ())
    return Terms(np.array(keys, np.int64), np.array(starts, np.int32), np.array(stops, np.int32))


@pytest.fixture
def glossary() -> Glossary:
    """Weights 1, 2, 4 for the three terms; what they do together is their product of signs, roughly."""
    torch.manual_seed(3)
    made = Glossary(torch.tensor(KNOWN), 4)
    with torch.no_grad():
        made.table.weight[1:, 0] = torch.tensor([1.0, 2.0, 4.0])
    return made.eval()


@pytest.fixture
def network(tiny_base: Path, glossary: Glossary) -> OnePass:
    torch.manual_seed(0)
    made = OnePass(load_encoder(str(tiny_base)), 3).eval()
    made.glossary = glossary
    return made.eval()


@pytest.fixture
def pack() -> Pack:
    rng = np.random.default_rng(0)
    history, one, two = (rng.integers(5, 100, size).astype(np.int32) for size in (8, 6, 5))
    return Pack(history, (one, two), (
        spans((KNOWN[0], 1, 3)), spans((KNOWN[1], 2, 4), (11, 4, 5)), spans((KNOWN[2], 1, 2), (KNOWN[1], 2, 3)),
    ))


def straight(glossary: Glossary) -> Glossary:
    """Without what terms do together."""
    with torch.no_grad():
        for part in glossary.inner.parameters():
            part.zero_()
    return glossary


def test_weights_of_what_is_there_add_up(glossary: Glossary, pack: Pack) -> None:
    found = straight(glossary).of_items(*term_keys([pack.terms]))
    assert found.tolist() == [[1 + 2, 1 + 4 + 2]]  # 11 is in nobody's glossary


def test_terms_act_on_each_other(glossary: Glossary) -> None:
    def odds(*keys: int) -> float:
        return float(glossary.of_items(torch.tensor([[0]]), torch.tensor([[list(keys)]])))

    with torch.no_grad():
        both, one, other, none = odds(KNOWN[0], KNOWN[1]), odds(KNOWN[0], 0), odds(KNOWN[1], 0), odds(0, 0)
    assert abs(both - one - other + none) > 1e-4


def test_it_speaks_of_several_things_each_with_weights_of_its_own(pack: Pack) -> None:
    made = straight(Glossary(torch.tensor(KNOWN), 4, outputs=2))
    with torch.no_grad():
        made.table.weight[1:, :2] = torch.tensor([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    assert (made.outputs, made.width) == (2, 4)
    assert made.of_pasts(torch.tensor([[KNOWN[0], KNOWN[2]], [0, 99]])).tolist() == [[5.0, 50.0], [0.0, 0.0]]
    assert made.of_pasts(torch.empty(1, 0, dtype=torch.int64)).tolist() == [[0.0, 0.0]]


def test_an_empty_glossary_and_no_candidates() -> None:
    empty = Glossary(torch.empty(0, dtype=torch.int64), 4)
    assert empty.of_items(torch.tensor([[5]]), torch.tensor([[[5], [0]]])).shape == (1, 2)
    assert empty.of_items(torch.tensor([[5]]), torch.empty(1, 0, 0, dtype=torch.int64)).shape == (1, 0)


def test_it_adds_to_what_the_encoder_says(network: OnePass, pack: Pack) -> None:
    (whole,), tags = logits(network, [pack], 0, bf16=False)
    glossary, network.glossary = network.glossary, None
    (encoder,), same = logits(network, [pack], 0, bf16=False)
    assert glossary is not None
    with torch.no_grad():
        np.testing.assert_allclose(whole - encoder, glossary.of_items(*term_keys([pack.terms]))[0], atol=1e-5)
    np.testing.assert_allclose(tags, same, atol=1e-6)


def test_that_of_the_tags_adds_to_the_tags_under_the_same_masks(network: OnePass, pack: Pack) -> None:
    (clicks,), before = logits(network, [pack], 0, bf16=False)
    network.tag_glossary = straight(Glossary(torch.tensor(KNOWN), 4, outputs=3)).eval()
    with torch.no_grad():
        network.tag_glossary.table.weight[1, :3] = torch.tensor([1.0, -2.0, 3.0])
    (same,), after = logits(network, [pack], 0, bf16=False)
    np.testing.assert_allclose(2 * after - before, [[1, -2, 3]], atol=1e-5)  # the mean of both
    np.testing.assert_allclose(same, clicks, atol=1e-6)
    keeps = np.ones((2, 8), dtype=bool)
    keeps[1, 2] = False  # half of the only term of the past
    _, found = masked(network, pack, keeps, [np.ones((2, 6), dtype=bool), np.ones((2, 5), dtype=bool)], 0)
    network.tag_glossary = None
    _, bare = masked(network, pack, keeps, [np.ones((2, 6), dtype=bool), np.ones((2, 5), dtype=bool)], 0)
    np.testing.assert_allclose(2 * found - bare, [[1, -2, 3], [0, 0, 0]], atol=1e-4)
    network.tag_glossary = straight(Glossary(torch.tensor(KNOWN), 4, outputs=3))
    network.train()
    for part in (network.encoder, network.tag_head):
        part.eval()  # no dropout
    batch = padded([pack], 0)
    (_, apart), alone = network(batch), network.tag_head(network.states(batch)[0])
    assert torch.allclose(apart, alone)  # it learns tags by itself


def test_answers_do_not_depend_on_the_company(network: OnePass, pack: Pack) -> None:
    alone = Pack(pack.history[:4], pack.candidates[:1], pack.terms[:2])
    together, _ = logits(network, [pack, alone, Pack(pack.history, (), pack.terms[:1])], 0, bf16=False)
    assert [len(found) for found in together] == [2, 1, 0]
    for one, found in zip((pack, alone), together, strict=False):
        np.testing.assert_allclose(found, logits(network, [one], 0, bf16=False)[0][0], atol=1e-4)


def test_a_term_of_which_a_token_is_left_out_says_nothing(network: OnePass, pack: Pack) -> None:
    straight(network.glossary)  # type: ignore[arg-type]
    rng = np.random.default_rng(1)
    keeps = [rng.random((7, size)) < 0.6 for size in (8, 6, 5)]
    keeps[0][0], keeps[1][0], keeps[2][0] = True, True, True
    keeps[1][0, 3] = False  # half of the second term
    whole, _ = masked(network, pack, keeps[0], keeps[1:], 0)
    bare, _ = masked(network, Pack(pack.history, pack.candidates), keeps[0], keeps[1:], 0)
    past = keeps[0][:, 1:3].all(axis=1) * 1.0
    one, two = keeps[1][:, 2:4].all(axis=1) * 2.0, keeps[2][:, 1] * 4.0 + keeps[2][:, 2] * 2.0
    np.testing.assert_allclose(whole - bare, np.stack([past + one, past + two], axis=1), atol=1e-4)
    assert (whole - bare)[0].round(4).tolist() == [1.0, 7.0]


def test_gradients_share_what_terms_push_among_their_tokens(network: OnePass, pack: Pack) -> None:
    first = Pack(pack.history, pack.candidates[:1], pack.terms[:2])
    glossary, network.glossary = network.glossary, None
    bare = click_gradients(network, first, 0)
    network.glossary = glossary
    found = click_gradients(network, first, 0) - bare
    assert glossary is not None
    with torch.no_grad():
        nothing = torch.tensor([[0]]), torch.tensor([[[0]]])
        gained = glossary.of_items(*term_keys([first.terms])) - glossary.of_items(*nothing)
    assert found.sum() == pytest.approx(float(gained), abs=1e-3)
    assert set(np.flatnonzero(np.abs(found) > 1e-9)) == {1, 2, 8 + 2, 8 + 3}
    assert found[1] == pytest.approx(found[2])


def test_packs_without_terms_are_read_by_the_encoder_alone(network: OnePass, pack: Pack) -> None:
    (bare,), _ = logits(network, [Pack(pack.history, pack.candidates)], 0, bf16=False)
    nothing = Pack(pack.history, pack.candidates, (spans(),) * 3)
    np.testing.assert_allclose(bare, logits(network, [nothing], 0, bf16=False)[0][0], atol=1e-5)


def test_keys_stand_behind_their_candidates() -> None:
    ids = np.array([2, 7, 3], dtype=np.int32)
    batch = pad([ids, ids], [[ids], [ids, ids]], 0, terms=[
        [spans((4, 1, 2)), spans((5, 1, 2), (6, 1, 2))], [spans(), spans((7, 1, 2)), spans((8, 1, 2))],
    ])  # fmt: skip
    assert batch.history_terms is not None and batch.candidate_terms is not None
    assert batch.history_terms.tolist() == [[4], [0]]
    assert batch.candidate_terms.tolist() == [[[5, 6], [0, 0]], [[7, 0], [8, 0]]]
