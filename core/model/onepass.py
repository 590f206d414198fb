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

from core.model.glossary import Glossary

ATTENTION = "one_pass"
#: Scores that a processor makes at a time: what stays in its caches is several times faster.
BLOCK = 2**21
#: Share that a glossary of tags has in what is said of a tag; the rest is the encoder's.
TERMS_SHARE = 0.5


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
    history_terms, candidate_terms
        int64 ``[B, F]`` and ``[B, K, F]``: keys of the terms that are there (``core.text.terms``), 0 for none. None
        where nobody looks them up.
    """

    history: torch.Tensor
    history_keep: torch.Tensor
    candidates: torch.Tensor
    candidates_keep: torch.Tensor
    history_places: torch.Tensor | None = None
    candidates_places: torch.Tensor | None = None
    history_terms: torch.Tensor | None = None
    candidate_terms: torch.Tensor | None = None

    def to(self, device: torch.device | str) -> Batch:
        """Return the same batch on another device."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        moved = {name: part.to(device, non_blocking=True) for name, part in parts.items() if part is not None}
        return Batch(**moved)

    def flat(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Ids, keep and position ids ``[B, H + K * C]``: each candidate counts from 0 anew."""
        (b, h), (_, k, c) = self.history.shape, self.candidates.shape
        device = self.history.device
        of_history, of_candidates = self.history_places, self.candidates_places
        if of_history is None:
            of_history = torch.arange(h, device=device).expand(b, h)
        if of_candidates is None:
            of_candidates = torch.arange(c, device=device).expand(b, k, c)
        pairs = ((self.history, self.candidates), (self.history_keep, self.candidates_keep),
                 (of_history, of_candidates))
        ids, keep, places = (torch.cat((past, items.reshape(b, k * c)), dim=1) for past, items in pairs)
        return ids, keep, places

    def terms(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys of the terms of the histories and of the candidates; none where they were not given."""
        past, items = self.history_terms, self.candidate_terms
        if past is None:
            past = self.history.new_zeros(len(self.history), 0)
        if items is None:
            items = self.candidates.new_zeros(*self.candidates.shape[:2], 0)
        return past, items


@dataclass(frozen=True)
class Layout:
    """Where the tokens of a batch stand: the encoder sees them in one line, attention in blocks.

    Attributes
    ----------
    shape
        B, H, K, C.
    at
        int64 ``[N]``: place of each token in the flattened ``[B, H + K * C]``, ascending.
    """

    shape: tuple[int, int, int, int]
    at: torch.Tensor

    def blocks(self, line: torch.Tensor) -> torch.Tensor:
        """``[1, heads, N, d]`` as ``[B, heads, H + K * C, d]``, zero where no token stands."""
        b, h, k, c = self.shape
        _, heads, _, d = line.shape
        if len(self.at) == b * (h + k * c):
            found = line[0].transpose(0, 1)
        else:
            found = line.new_zeros(b * (h + k * c), heads, d).index_copy(0, self.at, line[0].transpose(0, 1))
        return found.view(b, h + k * c, heads, d).transpose(1, 2)

    def line(self, blocks: torch.Tensor) -> torch.Tensor:
        """``[B, heads, S, d]`` as ``[1, N, heads, d]``."""
        b, heads, s, d = blocks.shape
        flat = blocks.transpose(1, 2).reshape(b * s, heads, d)
        return flat.index_select(0, self.at).unsqueeze(0)


def one_pass_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float,
    dropout: float = 0.0,
    *,
    layout: Layout,
    prefix: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of transformers' interface, for the tokens of a whole batch in one line.

    Parameters
    ----------
    query, key, value
        ``[1, heads, N, d]``.
    attention_mask
        bool ``[B, 1, 1, H + K * C]``: which tokens may be attended to.
    layout
        Where the N tokens stand.
    prefix
        ``[layers, 2, heads, P, d]``: learned keys and values that every token attends to, of each layer.

    Returns
    -------
    tuple
        ``[1, N, heads, d]`` and None (no weights are kept).
    """
    b, h, k, c = layout.shape
    device = query.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else query.dtype
    # Autocast would have every softmax in float32, which takes twice the time and is cut down again right after.
    with torch.autocast(device, enabled=False):
        query, key, value = (layout.blocks(part.to(dtype)) for part in (query * scaling, key, value))
        bias = torch.zeros(attention_mask.shape, dtype=dtype, device=query.device)
        bias = bias.masked_fill(~attention_mask, torch.finfo(dtype).min)
        key_h, value_h, bias_h = key[:, :, :h], value[:, :, :h], bias[..., :h]
        if prefix is not None:
            learned = prefix[int(module.layer_idx)].to(dtype)  # type: ignore[arg-type]
            key_h, value_h = (torch.cat((own.expand(b, -1, -1, -1), part), dim=2)
                              for own, part in zip(learned, (key_h, value_h), strict=True))
            bias_h = nn.functional.pad(bias_h, (learned.shape[2], 0))
        past = _Past(key_h, value_h, bias_h, dropout if module.training else 0.0)
        parts = [_weights(past.scores(query[:, :, :h]), past.dropout) @ value_h]
        if k:
            heads, d = query.shape[1], query.shape[3]
            own = [part[:, :, h:].reshape(b, heads, k, c, d) for part in (query, key, value)]
            own.append(bias[..., h:].reshape(b, 1, k, 1, c))
            step = max(1, BLOCK // (b * heads * c * (key_h.shape[2] + c))) if device == "cpu" else k
            parts += [past.seen_by(*(part[:, :, at : at + step] for part in own)) for at in range(0, k, step)]
        return layout.line(torch.cat(parts, dim=2)), None


@dataclass(frozen=True)
class _Past:
    """Keys and values of the histories ``[B, heads, H, d]``, and what is added to scores ``[B, 1, 1, H]``."""

    key: torch.Tensor
    value: torch.Tensor
    bias: torch.Tensor
    dropout: float

    def scores(self, query: torch.Tensor) -> torch.Tensor:
        return (query @ self.key.transpose(-1, -2)).add_(self.bias)

    def seen_by(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        """Attention of candidates ``[B, heads, K, C, d]`` to history and self: ``[B, heads, K * C, d]``."""
        b, heads, k, c, d = query.shape
        to_history = self.scores(query.reshape(b, heads, k * c, d)).view(b, heads, k, c, -1)
        to_self = (query @ key.transpose(-1, -2)).add_(bias)
        weights = _weights(torch.cat((to_history, to_self), dim=-1), self.dropout)
        past = to_history.shape[-1]
        from_history = weights[..., :past].reshape(b, heads, k * c, past) @ self.value
        return from_history + (weights[..., past:] @ value).reshape(b, heads, k * c, d)


def _weights(scores: torch.Tensor, dropout: float) -> torch.Tensor:
    return nn.functional.dropout(scores.softmax(dim=-1), p=dropout, training=dropout > 0)


AttentionInterface.register(ATTENTION, one_pass_attention)


class Prefix(nn.Module):
    """Learned keys and values before every history (Li and Liang, 2021), one set for each layer of an encoder.

    They stand where every token may look and look at nothing themselves, so that candidates stay apart.
    """

    def __init__(self, encoder: PreTrainedModel, tokens: int) -> None:
        super().__init__()
        config = encoder.config
        heads = config.num_attention_heads
        shape = (config.num_hidden_layers, 2, heads, tokens, config.hidden_size // heads)
        self.weight = nn.Parameter(torch.randn(shape) * config.initializer_range)


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
    prefix
        Learned tokens before every history; 0 for none.

    Attributes
    ----------
    glossary
        What terms say by themselves of a click, added to what the encoder says; None without.
    tag_glossary
        What they say of the tags. Encoder and glossary learn tags apart, and the mean of both is what the network
        says: they read the same words and err differently. None without.
    """

    glossary: Glossary | None
    tag_glossary: Glossary | None

    def __init__(self, encoder: PreTrainedModel, tags: int, dropout: float = 0.1, prefix: int = 0) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.click_head = _head(width, 1, dropout)
        self.tag_head = _head(width, tags, dropout)
        self.prefix = Prefix(encoder, prefix) if prefix else None
        self.glossary = self.tag_glossary = None

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Click logits ``[B, K]`` and tag logits ``[B, T]``, float32, not calibrated."""
        history, candidates = self.states(batch)
        # Around a log-odds of -2, bfloat16 knows steps of a hundredth: items of a list would tie.
        with torch.autocast(history.device.type, enabled=False):
            clicks, tags = self.click_head(candidates.float()).squeeze(-1), self.tag_head(history.float())
            past, items = batch.terms()
            if self.glossary is not None:
                clicks = clicks + self.glossary.of_items(past, items)
            if self.tag_glossary is not None and not self.training:
                tags = (1 - TERMS_SHARE) * tags + TERMS_SHARE * self.tag_glossary.of_pasts(past)
            return clicks, tags

    def states(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """State of each history ``[B, width]``, the mean of its tokens', and [CLS] of each candidate ``[B, K, width]``.

        Only tokens that are there go through the encoder: padding costs attention alone.
        """
        b, h = batch.history.shape
        _, k, c = batch.candidates.shape
        device = batch.history.device
        ids, keep, places = batch.flat()
        first = torch.zeros_like(keep)  # the state of a first token is read even where it must not be seen
        first[:, :1], first[:, h :: c or 1] = True, True
        at = (keep | first).flatten().nonzero().squeeze(1)
        kinds = (torch.arange(h + k * c, device=device) >= h).long().expand(b, -1)
        hidden = self.encoder(
            input_ids=ids.flatten()[at][None],
            attention_mask=keep[:, None, None, :],
            position_ids=places.flatten()[at][None],
            token_type_ids=kinds.flatten()[at][None],
            layout=Layout((b, h, k, c), at),
            prefix=None if self.prefix is None else self.prefix.weight,
        ).last_hidden_state[0]
        rank = torch.zeros_like(keep, dtype=torch.long).flatten()
        rank[at] = torch.arange(len(at), device=device)
        line = rank.view(b, -1)
        of_history = hidden[line[:, :h]] * batch.history_keep.unsqueeze(-1)
        mean = of_history.sum(dim=1) / batch.history_keep.sum(dim=1, keepdim=True).clamp(min=1)
        return mean, hidden[line[:, h :: c or 1][:, :k]]


def _head(width: int, outputs: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(dropout), nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, outputs)
    )
