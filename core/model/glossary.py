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
    """Log-odds of a click from the terms of the shopper's past and of the item.

    Each term has a weight, which adds up, and a vector; the sum of the vectors goes through a small network, so that
    terms can act on each other.

    Parameters
    ----------
    keys
        int64 ``[V]``: the terms it knows; others say nothing.
    width
        Numbers in a term's vector.
    """

    def __init__(self, keys: torch.Tensor, width: int) -> None:
        super().__init__()
        self.keys: torch.Tensor
        self.register_buffer("keys", keys.sort().values)
        self.table = nn.Embedding(len(keys) + 1, width + 1, padding_idx=0)
        self.inner = nn.Sequential(nn.Linear(width, _INNER * width), nn.GELU(), nn.Linear(_INNER * width, 1))
        with torch.no_grad():
            self.table.weight.normal_(std=0.1)
            self.table.weight[:, 0] = 0
            self.table.weight[0] = 0

    @classmethod
    def of_size(cls, terms: int, width: int) -> Glossary:
        """An empty glossary of this many terms, to load weights into."""
        return cls(torch.arange(terms), width)

    @property
    def width(self) -> int:
        """Numbers in a term's vector."""
        return self.table.embedding_dim - 1

    def forward(self, past: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Log-odds ``[B, K]``, float32.

        Parameters
        ----------
        past, items
            int64 ``[B, F]`` and ``[B, K, F]``: keys of the terms that are there, 0 for none.
        """
        b, k, _ = items.shape
        of_items = self.summed(self.rows(items.flatten(0, 1))).view(b, k, self.table.embedding_dim)
        return self.odds(of_items + self.summed(self.rows(past))[:, None])

    def rows(self, keys: torch.Tensor) -> torch.Tensor:
        """Rows of the table for keys; 0 for what it does not know."""
        if not len(self.keys):
            return torch.zeros_like(keys)
        at = torch.searchsorted(self.keys, keys).clamp(max=len(self.keys) - 1)
        return torch.where(self.keys[at] == keys, at + 1, 0)

    def summed(self, rows: torch.Tensor) -> torch.Tensor:
        """Sum of the rows of each text: ``[N, F]`` to ``[N, width + 1]``."""
        if rows.shape[1] == 0:
            return self.table.weight.new_zeros(len(rows), self.table.embedding_dim)
        return F.embedding_bag(rows, self.table.weight, mode="sum", padding_idx=0)

    def odds(self, summed: torch.Tensor) -> torch.Tensor:
        """Log-odds of sums: ``[..., width + 1]`` to ``[...]``."""
        return cast("torch.Tensor", summed[..., 0] + self.inner(summed[..., 1:]).squeeze(-1))
