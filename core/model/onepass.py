"""One pass a shopper: the history is encoded once and every candidate sits behind it.

A batch is a row of H history tokens followed by K candidates of C tokens each. The history
attends to itself; a candidate attends to the history and to itself. That block mask is given to
transformers' own ``BertModel`` as an attention function of its public interface, which never
computes the blocked part: K candidates cost one history plus K short texts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface, PreTrainedModel

ATTENTION = "one_pass"


@dataclass(frozen=True)
class Batch:
    """Token ids and what of them may be seen; all on one device.

    Attributes
    ----------
    history
        int64 ``[B, H]``.
    history_keep
        bool ``[B, H]``; False for padding and for what is left out.
    candidates
        int64 ``[B, K, C]``; K may be 0.
    candidates_keep
        bool ``[B, K, C]``.
    history_places, candidates_places
        int64, of the same shapes: where each token stood before others were taken out. None
        when none were: tokens then stand where they are.
    """

    history: torch.Tensor
    history_keep: torch.Tensor
    candidates: torch.Tensor
    candidates_keep: torch.Tensor
    history_places: torch.Tensor | None = None
    candidates_places: torch.Tensor | None = None

    def to(self, device: torch.device | str) -> Batch:
        """Return the same batch on another device."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        moved = {name: part.to(device, non_blocking=True) for name, part in parts.items() if part is not None}
        return Batch(**moved)

    def places(self) -> torch.Tensor:
        """Position ids ``[B, H + K * C]``: each candidate counts from 0 anew."""
        (b, h), (_, k, c) = self.history.shape, self.candidates.shape
        device = self.history.device
        of_history, of_candidates = self.history_places, self.candidates_places
        if of_history is None:
            of_history = torch.arange(h, device=device).expand(b, h)
        if of_candidates is None:
            of_candidates = torch.arange(c, device=device).expand(b, k, c)
        return torch.cat((of_history, of_candidates.reshape(b, k * c)), dim=1)


def one_pass_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float,
    dropout: float = 0.0,
    *,
    layout: tuple[int, int, int],
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of transformers' interface for the layout (H, K, C) of a batch.

    Parameters
    ----------
    query, key, value
        ``[B, heads, H + K * C, d]``.
    attention_mask
        bool ``[B, 1, 1, H + K * C]``: which tokens may be attended to.
    layout
        H, K, C.

    Returns
    -------
    tuple
        ``[B, H + K * C, heads, d]`` and None (no weights are kept).
    """
    h, k, c = layout
    b, heads, d = query.shape[0], query.shape[1], query.shape[3]
    bias = torch.zeros(attention_mask.shape, dtype=query.dtype, device=query.device)
    bias = bias.masked_fill(~attention_mask, torch.finfo(query.dtype).min)
    key_h, value_h = key[:, :, :h], value[:, :, :h]
    scores = query[:, :, :h] @ key_h.transpose(-1, -2) * scaling + bias[..., :h]
    out = _weights(scores, dropout, module.training) @ value_h
    if k:
        blocks = (b, heads, k, c, d)
        query_c, key_c, value_c = (part[:, :, h:].reshape(blocks) for part in (query, key, value))
        to_history = (query_c.reshape(b, heads, k * c, d) @ key_h.transpose(-1, -2)).view(b, heads, k, c, h)
        to_self = query_c @ key_c.transpose(-1, -2)
        to_history = to_history * scaling + bias[..., :h].unsqueeze(2)
        to_self = to_self * scaling + bias[..., h:].reshape(b, 1, k, 1, c)
        weights = _weights(torch.cat((to_history, to_self), dim=-1), dropout, module.training)
        from_history = weights[..., :h].reshape(b, heads, k * c, h) @ value_h
        from_self = (weights[..., h:] @ value_c).reshape(b, heads, k * c, d)
        out = torch.cat((out, from_history + from_self), dim=2)
    return out.transpose(1, 2).contiguous(), None


def _weights(scores: torch.Tensor, dropout: float, training: bool) -> torch.Tensor:
    return nn.functional.dropout(scores.softmax(dim=-1), p=dropout, training=training)


AttentionInterface.register(ATTENTION, one_pass_attention)


class OnePass(nn.Module):
    """A BERT encoder, plain or wrapped by peft, with a head for tags and one for clicks.

    Parameters
    ----------
    encoder
        A BertModel that was loaded with ``attn_implementation=ATTENTION``.
    tags
        Number of tags.
    dropout
        Before both heads.
    """

    def __init__(self, encoder: PreTrainedModel, tags: int, dropout: float = 0.1) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.click_head = _head(width, 1, dropout)
        self.tag_head = _head(width, tags, dropout)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Click logits ``[B, K]`` and tag logits ``[B, T]``, float32, not calibrated."""
        history, candidates = self.states(batch)
        return self.click_head(candidates).squeeze(-1).float(), self.tag_head(history).float()

    def states(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """[CLS] of the history ``[B, width]`` and of each candidate ``[B, K, width]``."""
        b, h = batch.history.shape
        _, k, c = batch.candidates.shape
        device = batch.history.device
        ids = torch.cat((batch.history, batch.candidates.reshape(b, k * c)), dim=1)
        keep = torch.cat((batch.history_keep, batch.candidates_keep.reshape(b, k * c)), dim=1)
        kinds = (torch.arange(h + k * c, device=device) >= h).long()
        hidden = self.encoder(
            input_ids=ids,
            attention_mask=keep[:, None, None, :],
            position_ids=batch.places(),
            token_type_ids=kinds.expand(b, -1),
            layout=(h, k, c),
        ).last_hidden_state
        return hidden[:, 0], hidden[:, h :: c or 1][:, :k]


def _head(width: int, outputs: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(dropout), nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, outputs)
    )
