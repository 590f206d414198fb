"""Logits for many packs at once: length-sorted batches under a budget of tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.model import device as devices
from core.model.batch import pad
from core.model.glossary import Glossary
from core.model.onepass import TERMS_SHARE, Batch, OnePass
from core.text.terms import Terms, terms
from core.text.words import Words

#: Padded tokens that go through the model together.
TOKENS = {"cpu": 8_192, "cuda": 131_072, "mps": 32_768}
#: The same for masks of one explanation, which are few: what fits a processor's caches is faster.
MASKED = {"cpu": 2_048, "cuda": 131_072, "mps": 32_768}

Masks = NDArray[np.bool_]


@dataclass(frozen=True)
class Pack:
    """Token ids of a history and of the candidates behind it.

    Attributes
    ----------
    terms
        Those of the history, then of each candidate; empty where no glossary is asked.
    """

    history: NDArray[np.int32]
    candidates: Sequence[NDArray[np.int32]] = ()
    terms: Sequence[Terms] = ()

    @classmethod
    def of(cls, history: Words, candidates: Sequence[Words] = ()) -> Pack:
        """Pack written words."""
        return cls(history.ids, tuple(words.ids for words in candidates),
                   (terms(history), *(terms(words) for words in candidates)))

    @property
    def tokens(self) -> int:
        """Tokens of the row that the pack becomes, padding of its candidates included."""
        return len(self.history) + len(self.candidates) * max(map(len, self.candidates), default=0)


def logits(
    network: OnePass,
    packs: Sequence[Pack],
    pad_id: int,
    bf16: bool = True,
    done: Callable[[int], None] | None = None,
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Compute click and tag logits, not calibrated.

    Parameters
    ----------
    bf16
        Whether bfloat16 may be used where it is faster.
    done
        Told, after each batch, how many packs are done.

    Returns
    -------
    tuple
        For each pack the click logits of its candidates ``[K]``; and tag logits ``[packs, T]``.
    """
    device = next(network.parameters()).device
    clicks: list[NDArray[np.float64]] = [np.empty(0)] * len(packs)
    tags: list[NDArray[np.float64]] = [np.empty(0)] * len(packs)
    finished = 0
    with torch.inference_mode(), devices.autocast(device, bf16):
        for rows in batches(packs, TOKENS.get(device.type, TOKENS["cpu"])):
            batch = padded([packs[i] for i in rows], pad_id)
            click, tag = (part.double().cpu().numpy() for part in network(batch.to(device)))
            for row, i in enumerate(rows):
                clicks[i], tags[i] = click[row, : len(packs[i].candidates)], tag[row]
            finished += len(rows)
            if done:
                done(finished)
    return clicks, np.stack(tags) if tags else np.empty((0, 0))


def states(
    network: OnePass, packs: Sequence[Pack], pad_id: int, done: Callable[[int], None] | None = None
) -> NDArray[np.float32]:
    """Compute the state of each pack's history, the one that tags are read from: ``[packs, width]``.

    Parameters
    ----------
    done
        Told, after each batch, how many packs are done.
    """
    device = next(network.parameters()).device
    found: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(packs)
    finished = 0
    with torch.inference_mode(), devices.autocast(device):
        for rows in batches(packs, TOKENS.get(device.type, TOKENS["cpu"])):
            history, _ = network.states(padded([packs[i] for i in rows], pad_id).to(device))
            for i, state in zip(rows, history.float().cpu().numpy(), strict=True):
                found[i] = state
            finished += len(rows)
            if done:
                done(finished)
    return np.stack(found) if found else np.empty((0, 0), dtype=np.float32)


def padded(packs: Sequence[Pack], pad_id: int) -> Batch:
    """Packs as one batch, with the terms if all have theirs."""
    known = all(pack.terms for pack in packs)
    return pad([pack.history for pack in packs], [pack.candidates for pack in packs], pad_id,
               terms=[pack.terms for pack in packs] if known else None)


def masked(
    network: OnePass,
    pack: Pack,
    history_keep: Masks,
    candidates_keep: Sequence[Masks],
    pad_id: int,
    bf16: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute logits of one shopper and her candidates under masks, not calibrated.

    A history that is masked alike is encoded once, and so is a candidate that is masked alike behind it: masks that
    touch candidates alone cost what the candidates cost.

    Parameters
    ----------
    history_keep
        bool ``[n, H]``; False leaves a token out.
    candidates_keep
        For each candidate bool ``[n, C_j]``.

    Returns
    -------
    tuple
        Click logits ``[n, K]`` and tag logits ``[n, T]``.
    """
    history, candidates = pack.history, pack.candidates
    n, k = len(history_keep), len(candidates)
    device = next(network.parameters()).device
    budget = MASKED.get(device.type, MASKED["cpu"])
    shared = _shared(history_keep, candidates_keep, max(k, budget // (4 * max(map(len, candidates), default=1) + 1)))
    packs = [Pack(history[one.keep], [candidates[j][keep] for j, keep in one.behind]) for one in shared]
    clicks, tags = np.empty((n, k)), np.empty((n, cast("nn.Linear", network.tag_head[-1]).out_features))
    with torch.inference_mode(), devices.autocast(device, bf16):
        for rows in batches(packs, budget):
            some = [shared[i] for i in rows]
            batch = pad([history] * len(some), [[candidates[j] for j, _ in one.behind] for one in some], pad_id,
                        [one.keep for one in some], [[keep for _, keep in one.behind] for one in some],
                        [[pack.terms[0], *(pack.terms[j + 1] for j, _ in one.behind)] for one in some]
                        if pack.terms else None)
            click, tag = (part.double().cpu().numpy() for part in network(batch.to(device)))
            for at, one in enumerate(some):
                for row, places in one.rows:
                    clicks[row], tags[row] = click[at, places], tag[at]
    return clicks, tags


def clicks_by_terms(glossary: Glossary, pack: Pack, keeps: Sequence[Masks]) -> NDArray[np.float64]:
    """What of the click logits of ``masked`` the network's glossary says, ``[n, K]``. It costs next to nothing.

    Parameters
    ----------
    keeps
        bool ``[n, length]`` of the history, then of each candidate.
    """
    with torch.inference_mode():
        past, *items = (_summed(glossary, terms, keep) for terms, keep in zip(pack.terms, keeps, strict=True))
        said = [glossary.odds(past + item)[:, 0].double().cpu().numpy() for item in items]
    return np.stack(said, axis=1) if said else np.empty((len(keeps[0]), 0))


def tags_by_terms(glossary: Glossary, pack: Pack, keep: Masks) -> NDArray[np.float64]:
    """What of the tag logits of ``masked`` the network's glossary of tags says, ``[n, T]``.

    Parameters
    ----------
    keep
        bool ``[n, H]`` of the history.
    """
    with torch.inference_mode():
        said = TERMS_SHARE * glossary.odds(_summed(glossary, pack.terms[0], keep))
    return np.asarray(said.double().cpu().numpy())


def _summed(glossary: Glossary, terms: Terms, keep: Masks) -> torch.Tensor:
    device = glossary.table.weight.device
    keys, there = (torch.from_numpy(part).to(device) for part in (terms.keys, terms.there(keep)))
    return glossary.under_masks(keys, there)


class _Shared:
    """Masks with one history: what of it is kept, the different candidates behind it, and where each mask finds its."""

    def __init__(self, keep: NDArray[np.bool_]) -> None:
        self.keep = keep
        self.behind: list[tuple[int, NDArray[np.bool_]]] = []
        self.rows: list[tuple[int, list[int]]] = []
        self._places: dict[tuple[int, bytes], int] = {}

    def add(self, row: int, keeps: Sequence[NDArray[np.bool_]]) -> None:
        places = []
        for j, keep in enumerate(keeps):
            key = (j, keep.tobytes())
            if key not in self._places:
                self._places[key] = len(self.behind)
                self.behind.append((j, keep))
            places.append(self._places[key])
        self.rows.append((row, places))


def _shared(history_keep: Masks, candidates_keep: Sequence[Masks], most: int) -> list[_Shared]:
    """Masks by their history, with some ``most`` candidates behind each at most."""
    found: list[_Shared] = []
    open_: dict[bytes, _Shared] = {}
    for row, keep in enumerate(history_keep):
        key = keep.tobytes()
        if key not in open_ or len(open_[key].behind) >= most:
            open_[key] = _Shared(keep)
            found.append(open_[key])
        open_[key].add(row, [masks[row] for masks in candidates_keep])
    return found


def batches(packs: Sequence[Pack], budget: int) -> Iterator[list[int]]:
    """Indices of packs that go together: of like size, and within the budget when padded (or alone)."""
    order = sorted(range(len(packs)), key=lambda i: (len(packs[i].candidates), packs[i].tokens))
    rows: list[int] = []
    shape = (0, 0, 0)  # history, candidates, candidate: the longest so far
    for i in order:
        pack = packs[i]
        longest = max(map(len, pack.candidates), default=0)
        grown = (max(shape[0], len(pack.history)), max(shape[1], len(pack.candidates)), max(shape[2], longest))
        if rows and (len(rows) + 1) * (grown[0] + grown[1] * grown[2]) > budget:
            yield rows
            rows, grown = [], (len(pack.history), len(pack.candidates), longest)
        rows.append(i)
        shape = grown
    if rows:
        yield rows
