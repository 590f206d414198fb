"""A plain cross-encoder of the same base: history and item in one sequence, one score.

It is what people fine-tune first (sentence-transformers' ``CrossEncoder``). It gets the same words as the model, all
its weights learn, and it sees the same pairs the same number of times. Every item costs the whole history again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.contest.kit import Base, say
from core.config import TrainSettings
from core.model import device as devices
from core.train.examples import Example

Floats = NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]

RATE, BATCH, LONGEST = 5e-5, 32, 256


def pairs_of(base: Base, examples: Sequence[Example]) -> list[tuple[str, str]]:
    """History and item of every pair as text, from the very tokens that the model reads."""
    found = []
    for example in examples:
        history = _text(base, example.pack.history)
        found += [(history, _text(base, ids)) for ids in example.pack.candidates]
    return found


def learned(base: Base, pairs: Pairs, labels: Floats, settings: TrainSettings, classes: int = 1) -> Any:
    """Fine-tune all weights: log loss, AdamW, a linear rate; like lengths share a step.

    Parameters
    ----------
    labels
        0 or 1; with ``classes`` above 1, the number of the class.
    """
    from sentence_transformers import CrossEncoder
    from transformers import get_linear_schedule_with_warmup, set_seed

    set_seed(settings.seed)
    model = CrossEncoder(base.where, num_labels=classes, max_length=LONGEST, device=str(base.device))
    steps = _steps(pairs, settings)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=settings.weight_decay)
    schedule = get_linear_schedule_with_warmup(optimizer, int(settings.warmup_ratio * len(steps)), len(steps))
    model.train()
    for number, rows in enumerate(steps):
        with devices.autocast(base.device):
            logits = _logits(model, [pairs[i] for i in rows])
        loss = _loss(logits.float(), torch.as_tensor(labels[rows], device=logits.device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if number % 100 == 0:
            say(f"  cross-encoder step {number} of {len(steps)}, loss {loss.item():.3f}")
    return model.eval()


def scores(base: Base, model: Any, pairs: Pairs) -> Floats:
    """Logits ``[n]``, or ``[n, classes]``."""
    order = np.argsort([len(a) + len(b) for a, b in pairs], kind="stable")
    found: list[Floats] = []
    with torch.inference_mode(), devices.autocast(base.device):
        for start in range(0, len(order), 64):
            rows = order[start : start + 64]
            found.append(_logits(model, [pairs[i] for i in rows]).double().cpu().numpy())
    values = np.concatenate(found)
    placed = np.empty_like(values)
    placed[order] = values
    return placed[:, 0] if placed.shape[1] == 1 else placed


def _steps(pairs: Pairs, settings: TrainSettings) -> list[NDArray[np.int64]]:
    rng, steps = np.random.default_rng(settings.seed), list[NDArray[np.int64]]()
    lengths = np.array([len(a) + len(b) for a, b in pairs])
    left = int(round(settings.epochs * len(pairs)))
    while left > 0:
        order = rng.permutation(len(pairs))[:left]
        left -= len(order)
        windows = [order[i : i + 40 * BATCH] for i in range(0, len(order), 40 * BATCH)]
        cut = [window[np.argsort(lengths[window], kind="stable")] for window in windows]
        batches = [window[i : i + BATCH] for window in cut for i in range(0, len(window), BATCH)]
        steps += [batches[i] for i in rng.permutation(len(batches))]
    return steps


def _logits(model: Any, pairs: Pairs) -> torch.Tensor:
    inputs = model.tokenizer([a for a, _ in pairs], [b for _, b in pairs], padding=True, truncation="longest_first",
                             max_length=LONGEST, return_tensors="pt").to(model.device)
    return model.model(**inputs).logits


def _loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    if logits.shape[1] == 1:
        return torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], labels.float())
    return torch.nn.functional.cross_entropy(logits, labels.long())


def _text(base: Base, ids: NDArray[np.int32]) -> str:
    return str(base.tokenizer.decode(ids[1:-1].tolist()))
