"""Examples cut into steps, and a step as tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from core.model.batch import pad
from core.model.onepass import Batch
from core.train.examples import Example

#: Steps whose examples are sorted by length before they are cut, so that a step pads little.
_WINDOW = 40
_PARTS = tuple(part.name for part in fields(Batch))


@dataclass(frozen=True)
class Step:
    """Examples of one optimiser step; either part may be empty, not both."""

    lists: Sequence[Example]
    shoppers: Sequence[Example]


class Steps(Dataset[Step]):
    """The examples, cut into steps: like lengths together, shoppers spread evenly."""

    def __init__(self, lists: Sequence[Example], shoppers: Sequence[Example], size: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        cut = _cut([lists[i] for i in rng.permutation(len(lists))], size)
        count = len(cut) or max(1, math.ceil(len(shoppers) / size))
        mixed = [shoppers[i] for i in rng.permutation(len(shoppers))]
        share = math.ceil(len(mixed) / count)
        self._steps = [Step(cut[i] if cut else [], mixed[i * share : (i + 1) * share]) for i in range(count)]

    def __len__(self) -> int:
        """Count the steps of one epoch."""
        return len(self._steps)

    def __getitem__(self, index: int) -> Step:
        """Return one step."""
        return self._steps[index]


def _cut(examples: Sequence[Example], size: int) -> list[Sequence[Example]]:
    steps: list[Sequence[Example]] = []
    for start in range(0, len(examples), _WINDOW * size):
        window = sorted(examples[start : start + _WINDOW * size], key=lambda example: example.pack.tokens)
        steps += [window[i : i + size] for i in range(0, len(window), size)]
    return steps


@dataclass(frozen=True)
class Collate:
    """Makes tensors of a step; leaves history events out by chance."""

    pad_id: int
    event_dropout: float

    def __call__(self, steps: Sequence[Step]) -> dict[str, torch.Tensor]:
        """Return tensors named ``lists_*`` and ``shoppers_*``, with ``clicks`` and ``tags``."""
        (step,) = steps
        found: dict[str, torch.Tensor] = {}
        for name, examples in (("lists", step.lists), ("shoppers", step.shoppers)):
            if examples:
                batch = self._batch(examples)
                found.update({f"{name}_{part}": getattr(batch, part) for part in _PARTS
                              if getattr(batch, part) is not None})
        if step.lists:
            found["clicks"] = _padded([example.clicks for example in step.lists])
        if step.shoppers:
            found["tags"] = _padded([example.tags for example in step.shoppers])
        return found

    def _batch(self, examples: Sequence[Example]) -> Batch:
        keeps = [present(example, self.event_dropout) for example in examples]
        return pad(
            [example.pack.history for example in examples],
            [example.pack.candidates for example in examples],
            self.pad_id,
            [keep for keep, _ in keeps],
            [keep for _, keep in keeps],
            [example.pack.terms for example in examples] if all(example.pack.terms for example in examples) else None,
        )


def present(example: Example, event_dropout: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """Leave history events out by chance, with the words of fit that derive from them.

    Returns
    -------
    tuple
        Which tokens stay, bool: of the history, and of each candidate.
    """
    events = int(example.history_owner.max(initial=-1)) + 1
    # The share differs by example, its mean is ``event_dropout``: mostly little goes, sometimes nearly
    # all, so that what explanations ask about (few events present) is nothing new to the model.
    share = torch.rand(()) ** (1 / event_dropout - 1) if event_dropout > 0 else torch.zeros(())
    # The last place is for tokens of no event (-1): they always stay.
    there = torch.cat((torch.rand(events) >= share, torch.ones(1, dtype=torch.bool))).numpy()
    return there[example.history_owner], [there[owner] for owner in example.candidate_owner]


def _padded(rows: Sequence[np.ndarray]) -> torch.Tensor:
    return pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True, padding_value=float("nan"))


def batch_of(inputs: Mapping[str, torch.Tensor], name: str) -> Batch:
    """Return the ``lists`` or the ``shoppers`` of a step's tensors."""
    return Batch(**{part: inputs[f"{name}_{part}"] for part in _PARTS if f"{name}_{part}" in inputs})


def rows(inputs: Mapping[str, torch.Tensor]) -> int:
    """Return how many lists or shoppers a step's tensors hold, whichever are more."""
    return max(len(inputs[name]) for name in ("clicks", "tags") if name in inputs)


def pieces(inputs: Mapping[str, torch.Tensor], count: int) -> list[dict[str, torch.Tensor]]:
    """Cut a step's tensors into up to ``count`` steps that hold its lists and shoppers between them."""
    found: list[dict[str, torch.Tensor]] = [{} for _ in range(count)]
    for name, tensor in inputs.items():
        for piece, part in zip(found, tensor.tensor_split(count), strict=True):
            if len(part):
                piece[name] = part
    return [piece for piece in found if piece]
