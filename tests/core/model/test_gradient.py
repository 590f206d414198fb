from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.model.base import load_encoder
from core.model.batch import pad
from core.model.gradient import click_gradients
from core.model.onepass import OnePass
from core.model.predict import Pack


def test_gradients_sum_to_what_the_words_change(tiny_base: Path) -> None:
    torch.manual_seed(0)
    network = OnePass(load_encoder(str(tiny_base)), 3).eval()
    rng = np.random.default_rng(0)
    history, item = (rng.integers(5, 100, size).astype(np.int32) for size in (12, 6))
    pushes = click_gradients(network, Pack(history, [item]), 0, steps=64)
    assert pushes.shape == (18,)
    nothing = [np.zeros_like(ids) for ids in (history, item)]
    for ids, empty in zip((history, item), nothing, strict=True):
        empty[[0, -1]] = ids[[0, -1]]
    with torch.no_grad():
        full, base = (float(network(pad([one], [[other]], 0))[0]) for one, other in ((history, item), nothing))
    assert abs(full - base) > 0.02
    assert np.isclose(pushes.sum(), full - base, atol=0.1 * abs(full - base))
    np.testing.assert_allclose(pushes[[0, 11, 12, 17]], 0, atol=1e-9)
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not network._forward_hooks
