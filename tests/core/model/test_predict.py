from pathlib import Path

import numpy as np
import pytest
import torch

from core.model.base import load_encoder
from core.model.batch import pad
from core.model.onepass import OnePass
from core.model.predict import Pack, batches, logits, masked


def pack(history: int, *candidates: int) -> Pack:
    rng = np.random.default_rng(history + sum(candidates))
    return Pack(rng.integers(5, 100, history).astype(np.int32),
                tuple(rng.integers(5, 100, size).astype(np.int32) for size in candidates))


@pytest.fixture(scope="module")
def network(tiny_base: Path) -> OnePass:
    torch.manual_seed(0)
    return OnePass(load_encoder(str(tiny_base)), 3).eval()


def test_batches_hold_every_pack_once_within_the_budget() -> None:
    packs = [pack(5 + n % 9, *[4] * (n % 3)) for n in range(40)]
    found = list(batches(packs, 60))
    assert sorted(i for rows in found for i in rows) == list(range(40))
    for rows in found:
        padded = len(rows) * (max(len(packs[i].history) for i in rows) + max(packs[i].tokens - len(packs[i].history)
                                                                            for i in rows))
        assert len(rows) == 1 or padded <= 60


def test_a_pack_over_the_budget_goes_alone() -> None:
    assert list(batches([pack(100)], 10)) == [[0]]


def test_answers_do_not_depend_on_the_company(network: OnePass) -> None:
    packs = [pack(6, 3, 5), pack(20), pack(9, 4), pack(3, 2, 2, 2, 7)]
    clicks, tags = logits(network, packs, 0, bf16=False)
    assert [len(click) for click in clicks] == [2, 0, 1, 4]
    assert tags.shape == (4, 3)
    for i, one in enumerate(packs):
        alone_clicks, alone_tags = logits(network, [one], 0, bf16=False)
        np.testing.assert_allclose(clicks[i], alone_clicks[0], atol=1e-4)
        np.testing.assert_allclose(tags[i], alone_tags[0], atol=1e-4)


def test_progress_counts_packs(network: OnePass) -> None:
    seen: list[int] = []
    logits(network, [pack(5)] * 7, 0, done=seen.append)
    assert seen[-1] == 7


def masks(rng: np.random.Generator, n: int, sizes: list[int]) -> list[np.ndarray]:
    return [rng.random((n, size)) < 0.6 for size in sizes]


def test_masks_together_are_what_each_would_be_alone(network: OnePass) -> None:
    rng, one = np.random.default_rng(0), pack(14, 5, 8)
    history, *behind = masks(rng, 9, [14, 5, 8])
    history[3:6] = history[2]  # one history under several masks of candidates
    behind[0][4] = behind[0][3]
    clicks, tags = masked(network, one, history, behind, 0)
    for row in range(9):
        batch = pad([one.history], [one.candidates], 0, [history[row]], [[keep[row] for keep in behind]])
        with torch.inference_mode():
            click, tag = network(batch)
        np.testing.assert_allclose(clicks[row], click[0], atol=1e-4)
        np.testing.assert_allclose(tags[row], tag[0], atol=1e-4)


def test_a_history_is_encoded_once_for_all_masks_of_candidates(network: OnePass) -> None:
    one, seen = pack(14, 5, 8), []
    handle = network.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    keep = np.ones((20, 14), dtype=bool)
    behind = masks(np.random.default_rng(1), 20, [5, 8])
    behind[0][:] = behind[0][0]
    masked(network, one, keep, behind, 0)
    handle.remove()
    assert sum(batch.history.shape[0] for batch in seen) == 1
    different = 1 + len(np.unique(behind[1], axis=0))
    assert [batch.candidates.shape[1] for batch in seen] == [different]


def test_tags_are_masked_without_candidates(network: OnePass) -> None:
    one = pack(14)
    (keep,) = masks(np.random.default_rng(2), 5, [14])
    clicks, tags = masked(network, Pack(one.history), keep, [], 0)
    assert clicks.shape == (5, 0)
    assert tags.shape == (5, 3)
    assert len(np.unique(tags.round(5), axis=0)) == 5
