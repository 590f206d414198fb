from pathlib import Path

import numpy as np
import pytest
import torch

from core.model.base import load_encoder
from core.model.onepass import OnePass
from core.model.predict import Pack, batches, logits


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
