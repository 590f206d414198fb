"""What each term says by itself: the wide part beside the encoder (Cheng et al., 2016, "Wide & Deep").

An encoder of a few million weights that is tuned for some thousand lists reads "seen 3 times, today" as like "seen 2
times, yesterday", and is slow to learn how unlike they are. A glossary has numbers of its own for each term that was
seen often enough, and learns them in seconds. It reads the same words: a term whose tokens are left out says nothing.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import nn
from torch.nn import functional as F

#: Width of the layer through which terms act on each other, as a multiple of the width of a term.
_INNER = 2


class Glossary(nn.Module):
    """Log-odds from the terms of a shopper's past, for each tag; with those of an item, of a click.

    Each term has a weight, which adds up, and a vector; the sum of the vectors goes through a small network, so that
    terms can act on each other.

    Parameters
    ----------
    keys
        int64 ``[V]``: the terms it knows; others say nothing.
    width
        Numbers in a term's vector.
    outputs
        What it speaks of, T things: one weight of a term for each.
    """

    def __init__(self, keys: torch.Tensor, width: int, outputs: int = 1) -> None:
        super().__init__()
        self.keys: torch.Tensor
        self.register_buffer("keys", keys.sort().values)
        self.table = nn.Embedding(len(keys) + 1, outputs + width, padding_idx=0)
        self.inner = nn.Sequential(nn.Linear(width, _INNER * width), nn.GELU(), nn.Linear(_INNER * width, outputs))
        with torch.no_grad():
            self.table.weight.normal_(std=0.1)
            self.table.weight[:, :outputs] = 0
            self.table.weight[0] = 0

    @classmethod
    def of_size(cls, table: torch.Size, outputs: int) -> Glossary:
        """An empty glossary with a table of this size, to load weights into."""
        rows, columns = table
        return cls(torch.arange(rows - 1), columns - outputs, outputs)

    @property
    def outputs(self) -> int:
        """What it speaks of."""
        return cast("nn.Linear", self.inner[-1]).out_features

    @property
    def width(self) -> int:
        """Numbers in a term's vector."""
        return self.table.embedding_dim - self.outputs

    def of_pasts(self, past: torch.Tensor) -> torch.Tensor:
        """Log-odds ``[B, T]``, float32, of keys int64 ``[B, F]`` of the terms that are there, 0 for none."""
        return self.odds(self.summed(self.rows(past)))

    def of_items(self, past: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Log-odds ``[B, K]``, float32, of the first thing that it speaks of.

        Parameters
        ----------
        past, items
            int64 ``[B, F]`` and ``[B, K, F]``: keys of the terms that are there, 0 for none.
        """
        b, k, _ = items.shape
        each = self.summed(self.rows(items.flatten(0, 1))).view(b, k, self.table.embedding_dim)
        return self.odds(each + self.summed(self.rows(past))[:, None])[..., 0]

    def under_masks(self, keys: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Sum of the rows of a text's terms under many masks: int64 ``[F]``, bool ``[n, F]`` to ``[n, T + width]``."""
        return cast("torch.Tensor", there.float() @ self.table(self.rows(keys)))

    def rows(self, keys: torch.Tensor) -> torch.Tensor:
        """Rows of the table for keys; 0 for what it does not know."""
        if not len(self.keys):
            return torch.zeros_like(keys)
        at = torch.searchsorted(self.keys, keys).clamp(max=len(self.keys) - 1)
        return torch.where(self.keys[at] == keys, at + 1, 0)

    def summed(self, rows: torch.Tensor) -> torch.Tensor:
        """Sum of the rows of each text: ``[N, F]`` to ``[N, T + width]``."""
        if rows.shape[1] == 0:
            return self.table.weight.new_zeros(len(rows), self.table.embedding_dim)
        return F.embedding_bag(rows, self.table.weight, mode="sum", padding_idx=0)

    def odds(self, summed: torch.Tensor) -> torch.Tensor:
        """Log-odds of sums: ``[..., T + width]`` to ``[..., T]``."""
        return cast("torch.Tensor", summed[..., : self.outputs] + self.inner(summed[..., self.outputs :]))
