"""The network to train: a base with an adapter, with all its weights, or with heads alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from torch import nn

from core.config import TrainSettings
from core.errors import InputError
from core.model.base import load_encoder, quiet
from core.model.onepass import OnePass

if TYPE_CHECKING:
    from transformers import PreTrainedModel

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
