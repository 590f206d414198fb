"""Learns what each term says by itself, before the encoder learns what they say together.

The glossary of clicks reads every list that the teacher reads, in the teacher's words, and takes a minute; that of the
tags reads every shopper. Of clicks the encoder, a thousand times slower, then learns only what is left open; tags it
learns apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence
from torch.optim.lr_scheduler import OneCycleLR

from core.config import TrainSettings
from core.language import say
from core.model.batch import term_keys
from core.model.glossary import Glossary
from core.model.onepass import OnePass
from core.records import Progress, no_progress
from core.train.examples import Example
from core.train.losses import known_log_loss
from core.train.network import base_rate
from core.train.steps import present

#: Pairs, or shoppers, in which a term must occur to be learned.
LEAST = 20
#: Rounds over all of them, and the highest rate of AdamW.
ROUNDS, RATE = 6, 3e-3
#: Share of that rate for a glossary that learned before.
_AGAIN = 0.3
#: Lists or shoppers of a step: as few as it takes to make so many steps, and no more than that.
STEPS, LISTS = 600, 128
#: Mean share of the history events that are left out, so that to miss some is nothing new.
EVENT_DROPOUT = 0.1


def learn(
    lists: Sequence[Example], width: int, seed: int = 0, progress: Progress = no_progress,
    earlier: Glossary | None = None,
) -> Glossary | None:
    """Learn a glossary from lists and what was clicked.

    Parameters
    ----------
    lists
        Their clicks may be softened by the teacher.
    width
        Numbers in a term's vector; 0 for no glossary.
    earlier
        What is gone on from: its terms stay, and change more slowly.

    Returns
    -------
    Glossary or None
        In evaluation mode, on the CPU, its weights frozen; None when no term occurs often enough.
    """
    clicks = [example.clicks for example in lists]
    return _learned(lists, clicks, Glossary.of_items, 1, width, seed, progress, earlier)


def learn_tags(
    shoppers: Sequence[Example], width: int, seed: int = 0, progress: Progress = no_progress,
    earlier: Glossary | None = None,
) -> Glossary | None:
    """Learn a glossary from shoppers and which tags they have; see ``learn``."""
    tags = [example.tags for example in shoppers]
    return _learned(shoppers, tags, _of_pasts, len(tags[0]) if tags else 0, width, seed, progress, earlier)


def _of_pasts(glossary: Glossary, past: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return glossary.of_pasts(past)


def _learned(
    examples: Sequence[Example], labels: Sequence[NDArray[np.float32]],
    said: Callable[[Glossary, torch.Tensor, torch.Tensor], torch.Tensor], outputs: int, width: int, seed: int,
    progress: Progress, earlier: Glossary | None,
) -> Glossary | None:
    """Learn what terms say of labels: of each item of a list, or of each tag of a shopper."""
    known = often(examples) if width and outputs else []
    if not known:
        return earlier
    rate = RATE if earlier is None else _AGAIN * RATE
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        glossary = _begun(known, width, labels, outputs) if earlier is None else _grown(earlier, known)
        order = _steps(len(examples), generator)
        optimizer = torch.optim.AdamW(glossary.parameters(), lr=rate, weight_decay=1e-5)
        schedule = OneCycleLR(optimizer, rate, total_steps=len(order) + 1, pct_start=0.1)
        for step, rows in enumerate(order, 1):
            some = [examples[i] for i in rows]
            keeps = [present(example, EVENT_DROPOUT) for example in some]
            keys = term_keys([example.pack.terms for example in some], [keep for keep, _ in keeps],
                             [keep for _, keep in keeps])
            wanted = pad_sequence([torch.from_numpy(labels[i]) for i in rows], batch_first=True,
                                  padding_value=float("nan"))
            loss = known_log_loss(said(glossary, *keys), wanted)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            progress(step / len(order), say("Learning what each word says by itself"))
    return glossary.requires_grad_(False).eval()


def _begun(known: Sequence[int], width: int, labels: Sequence[NDArray[np.float32]], outputs: int) -> Glossary:
    """A glossary that says of everything how often it happens."""
    glossary = Glossary(torch.tensor(known), width, outputs)
    with torch.no_grad():
        start = base_rate([each.reshape(-1, outputs) for each in labels])
        glossary.inner[-1].bias.copy_(torch.from_numpy(start))  # type: ignore[operator]
    return glossary


def _grown(earlier: Glossary, known: Sequence[int]) -> Glossary:
    """A glossary with the terms of an earlier one, as they are, and new ones."""
    old = earlier.keys.cpu()
    glossary = Glossary(torch.cat((old, torch.tensor(sorted(set(known) - set(old.tolist())), dtype=old.dtype))),
                        earlier.width, earlier.outputs)
    with torch.no_grad():
        glossary.table.weight[1:, earlier.outputs :] = 0  # a new term says nothing yet
        glossary.table.weight[glossary.rows(old)] = earlier.table.weight[1:].cpu()
        glossary.inner.load_state_dict(earlier.inner.state_dict())
    return glossary


def give(network: OnePass, lists: Sequence[Example], shoppers: Sequence[Example], settings: TrainSettings,
         progress: Progress = no_progress) -> None:
    """Learn glossaries of clicks and of tags and put them beside the encoder; one that is there learns on.

    Who goes on from a model without one gets none: its encoder has said already what a new one would say again.
    """
    device = next(network.parameters()).device
    for name, learning, examples in (("glossary", learn, lists), ("tag_glossary", learn_tags, shoppers)):
        earlier = getattr(network, name)
        if settings.start_from and earlier is None:
            continue
        found = learning(examples, settings.term_width, settings.seed, progress, earlier)
        setattr(network, name, None if found is None else found.to(device))


def alone(glossary: Glossary, lists: Sequence[Example]) -> NDArray[np.float64]:
    """What a glossary says of every pair of the lists without an encoder: log-odds ``[n]``, not calibrated."""
    found, device = list[NDArray[np.float64]](), glossary.keys.device
    with torch.inference_mode():
        for start in range(0, len(lists), LISTS):
            some = lists[start : start + LISTS]
            past, items = term_keys([example.pack.terms for example in some])
            odds = glossary.of_items(past.to(device), items.to(device)).double().cpu().numpy()
            found += [row[: len(example.clicks)] for row, example in zip(odds, some, strict=True)]
    return np.concatenate(found) if found else np.empty(0)


def often(examples: Sequence[Example], least: int = LEAST) -> list[int]:
    """Keys of the terms that occur in at least so many pairs of a shopper and an item, or in as many pasts alone."""
    counts: Counter[int] = Counter()
    for example in examples:
        if not example.pack.terms:
            continue
        past, *items = example.pack.terms
        for term in np.unique(past.keys).tolist():
            counts[term] += max(1, len(items))
        for item in items:
            counts.update(np.unique(item.keys).tolist())
    return sorted(term for term, count in counts.items() if count >= least)


def _steps(count: int, generator: torch.Generator) -> list[list[int]]:
    """Rows of each step of all rounds, in another order each round."""
    rounds = [torch.randperm(count, generator=generator).tolist() for _ in range(ROUNDS)]
    size = min(LISTS, max(1, ROUNDS * count // STEPS))
    return [order[start : start + size] for order in rounds for start in range(0, count, size)]
