"""Like states lie close together, the same every time."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.errors import TooLittleData
from core.map import layout


def clouds(each: int, width: int = 12) -> np.ndarray:
    draw = np.random.default_rng(2)
    middles = np.repeat(np.eye(3, width) * 9, each, axis=0)
    return (middles + draw.normal(0, 0.5, middles.shape)).astype(np.float32)


def test_clouds_stay_apart_the_same_seed_gives_the_same_bytes_and_others_find_their_place():
    states = clouds(25)
    found, again = layout.learn(states, seed=4), layout.learn(states, seed=4)
    assert found.places.tobytes() == again.places.tobytes() and found.places.shape == (75, 2)
    middles = found.places.reshape(3, 25, 2).mean(axis=1)
    spread = np.linalg.norm(found.places.reshape(3, 25, 2) - middles[:, None], axis=2).max()
    apart = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert apart > spread
    others = found.of(clouds(25)[[3, 30, 60]] + np.float32(0.05))
    assert np.linalg.norm(others[:, None] - middles[None], axis=2).argmin(axis=1).tolist() == [0, 1, 2]
    assert found.of(states[:0]).shape == (0, 2)


def test_shoppers_who_are_all_the_same_are_a_map_too():
    places = layout.learn(np.ones((40, 8), dtype=np.float32)).places
    assert places.shape == (40, 2) and np.isfinite(places).all()


def test_too_few_are_no_map():
    with pytest.raises(TooLittleData, match="30 shoppers or more; here are 29"):
        layout.learn(np.zeros((29, 4), dtype=np.float32))


def test_neither_umap_nor_numba_is_loaded_before_a_map_is_made():
    loads = "import sys, core.worker, core.map.door; sys.exit({'umap', 'numba'} & set(sys.modules) != set())"
    assert subprocess.run([sys.executable, "-c", loads], check=False).returncode == 0
