"""The network to train: a base with an adapter, with all its weights, or with heads alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.config import TrainSettings
from core.errors import InputError
from core.model.base import load_encoder, quiet
from core.model.onepass import OnePass

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Floats = NDArray[np.float32]
METHODS = ("lora", "full", "head")
#: Linear layers of a BERT block that get a low-rank adapter (Hu et al., 2021).
LORA_TARGETS = ("query", "key", "value", "dense")


def build(where: str, tags: int, settings: TrainSettings) -> OnePass:
    """Load the base at ``where`` and make trainable what the method trains.

    Raises
    ------
    InputError
        When the method is not known.
    """
    if settings.method not in METHODS:
        raise InputError(f"There is no method {settings.method!r}. Use one of: {', '.join(METHODS)}.")
    full = settings.method == "full"
    encoder = load_encoder(where)
    _set_dropout(encoder, settings.dropout if full else 0.0)
    if settings.method == "lora":
        encoder = _with_adapter(encoder, settings)
    else:
        encoder.requires_grad_(full)
    return OnePass(encoder, tags, settings.dropout)


@contextmanager
def merged(network: OnePass) -> Iterator[None]:
    """Fold the adapter into the base's weights while the block runs: then scoring costs what the base costs."""
    fold = getattr(network.encoder, "merge_adapter", None)
    if fold is None:
        yield
        return
    fold()
    try:
        yield
    finally:
        cast("Any", network.encoder).unmerge_adapter()


def start_at_base_rates(network: OnePass, clicks: Sequence[Floats], tags: Sequence[Floats]) -> None:
    """Let both heads begin with how often things happen, so that training need not learn that first.

    Parameters
    ----------
    clicks
        Labels of each list.
    tags
        Labels ``[T]`` of each shopper, NaN where unknown; there may be none.
    """
    rows = [labels[:, None] for labels in clicks], [labels[None] for labels in tags]
    with torch.no_grad():
        for head, found in zip((network.click_head, network.tag_head), rows, strict=True):
            if not found:
                continue
            labels = np.concatenate(found)
            known = ~np.isnan(labels)
            rate = (np.where(known, labels, 0).sum(axis=0) + 1) / (known.sum(axis=0) + 2)
            cast("nn.Linear", head[-1]).bias.copy_(torch.from_numpy(np.log(rate / (1 - rate))))


def _set_dropout(encoder: PreTrainedModel, share: float) -> None:
    """Set the dropout inside the base.

    A small adapter on frozen weights hardly overfits, and drawing the masks took more than a
    third of a step on a CPU: there, dropout acts on the heads and on whole history events.
    """
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = share
    encoder.config.update({"attention_probs_dropout_prob": share, "hidden_dropout_prob": share})


def _with_adapter(encoder: PreTrainedModel, settings: TrainSettings) -> PreTrainedModel:
    from peft import LoraConfig, get_peft_model

    adapter = LoraConfig(r=settings.lora_rank, lora_alpha=settings.lora_alpha, target_modules=list(LORA_TARGETS))
    with quiet():
        return cast("PreTrainedModel", get_peft_model(encoder, adapter))
