"""Losses: log loss of clicks and tags, and a softmax over each list."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


def known_log_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean log loss over the labels that are known (not NaN); 0 when none is."""
    known = ~labels.isnan()
    if not known.any():
        return logits.sum() * 0
    return F.binary_cross_entropy_with_logits(logits[known], labels[known])


def listwise_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Softmax cross entropy of each list against its clicks (ListNet, Cao et al., 2007).

    Parameters
    ----------
    logits, labels
        ``[B, K]``; NaN labels are padding. Lists without a click say nothing here.
    """
    known = ~labels.isnan()
    clicks = labels.nan_to_num()
    rows = clicks.sum(dim=1) > 0
    if not rows.any():
        return logits.sum() * 0
    shares = logits[rows].masked_fill(~known[rows], torch.finfo(logits.dtype).min).log_softmax(dim=1)
    wanted = clicks[rows] / clicks[rows].sum(dim=1, keepdim=True)
    return -(wanted * shares.masked_fill(~known[rows], 0)).sum(dim=1).mean()


def orthogonality(network: nn.Module) -> torch.Tensor:
    """Mean distance of AdaLoRA's singular vectors from being orthonormal (Zhang et al., 2023, eq. 4)."""
    parts = []
    for name, weight in network.named_parameters():
        if "lora_A" in name or "lora_B" in name:
            square = weight @ weight.T if "lora_A" in name else weight.T @ weight
            parts.append((square - torch.eye(len(square), device=square.device)).norm())
    return torch.stack(parts).mean()
