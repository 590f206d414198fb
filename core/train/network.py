"""The network to train: a base with an adapter, with all its weights, or with heads alone."""

from __future__ import annotations

from collections.abc import Sequence

from core.config import TrainSettings
from core.errors import InputError
from core.model.base import load_encoder
from core.model.onepass import OnePass

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
    encoder = load_encoder(where)
    if settings.method == "lora":
        encoder = _with_adapter(encoder, settings, LORA_TARGETS)
    else:
        encoder.requires_grad_(settings.method == "full")
    return OnePass(encoder, tags, settings.dropout)


def _with_adapter(encoder, settings: TrainSettings, targets: Sequence[str]):  # type: ignore[no-untyped-def]
    from peft import LoraConfig, get_peft_model

    adapter = LoraConfig(
        r=settings.lora_rank, lora_alpha=settings.lora_alpha, lora_dropout=settings.dropout,
        target_modules=list(targets),
    )
    return get_peft_model(encoder, adapter)
