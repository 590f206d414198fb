"""Examples without a shop: lists whose first word tells what is clicked, and shoppers whose first word is a tag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from core.config import TrainSettings
from core.model.onepass import OnePass
from core.model.predict import Pack, logits
from core.records import Progress, no_progress
from core.train.examples import Example
from core.train.loop import fit
from core.train.run_folder import RunFolder

#: Token ids of [CLS], [SEP] and of what makes an item clicked.
CLS, SEP, GOOD = 2, 3, 60


def lists(count: int, seed: int = 0) -> list[Example]:
    """Lists of four items; those with the word ``GOOD`` are clicked."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        clicks = (rng.random(4) < 0.4).astype(np.float32)
        items = [np.array([CLS, GOOD if click else 61, *rng.integers(70, 90, 2), SEP], dtype=np.int32)
                 for click in clicks]
        found.append(_example(rng, items, clicks, np.empty(0, dtype=np.float32)))
    return found


def shoppers(count: int, seed: int = 1) -> list[Example]:
    """Shoppers with two tags."""
    rng = np.random.default_rng(seed)
    tags = rng.integers(0, 2, (count, 2)).astype(np.float32)
    return [_example(rng, [], np.empty(0, dtype=np.float32), row, 50 + int(row[0])) for row in tags]


def _example(rng: np.random.Generator, items: Sequence[np.ndarray], clicks: np.ndarray, tags: np.ndarray,
             word: int = 40) -> Example:
    history = np.array([CLS, word, *rng.integers(70, 90, int(rng.integers(4, 9))), SEP], dtype=np.int32)
    owner = np.full(len(history), -1, dtype=np.int16)
    return Example(Pack(history, tuple(items)), clicks, owner,
                   tuple(np.full(len(item), -1, dtype=np.int16) for item in items), tags)


def taught(
    network: OnePass, settings: TrainSettings, folder: RunFolder, progress: Progress = no_progress
) -> list[dict[str, float]]:
    """Fit a network to the lists and shoppers; one that was interrupted goes on."""
    folder.path.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    return fit(network, (lists(48), lists(16, 5)), (shoppers(24), shoppers(8, 6)), 0, settings, folder,
               torch.device("cpu"), progress)


def scores(network: OnePass) -> tuple[np.ndarray, np.ndarray]:
    """Click and tag logits of lists and shoppers that were not learned from."""
    click, _ = logits(network.eval(), [example.pack for example in lists(6, 9)], 0, bf16=False)
    _, tags = logits(network, [example.pack for example in shoppers(6, 9)], 0, bf16=False)
    return np.concatenate(click), tags


def folder(path: Path) -> RunFolder:
    """Return a folder for a training."""
    return RunFolder(path, "m")
