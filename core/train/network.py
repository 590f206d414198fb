"""The network to train: what of the base learns, and what is added to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.config import TrainSettings
from core.model.base import load_encoder, quiet
from core.model.onepass import OnePass
from core.model.weights import last_layers
from core.train.recipe import check

if TYPE_CHECKING:
    from peft import PeftConfig
    from transformers import PreTrainedModel

Floats = NDArray[np.float32]
#: Linear layers of a BERT block that get a low-rank adapter (Hu et al., 2021).
LORA_TARGETS = ("query", "key", "value", "dense")
#: AdaLoRA's ranks at the start, for each that stays (Zhang et al., 2023).
ADALORA_START = 1.5
#: Steps that AdaLoRA is told of until ``loop.fit`` knows them.
_SOME_STEPS = 100


def build(where: str, tags: int, settings: TrainSettings) -> OnePass:
    """Load the base at ``where`` and make trainable what the method trains.

    Raises
    ------
    InputError
        When the settings cannot be used.
    """
    check(settings)
    method = settings.method
    encoder = load_encoder(where)
    encoder.requires_grad_(method == "full")
    inside: list[nn.Module] = [encoder] if method == "full" else []
    if method == "layers":
        inside = [last_layers(encoder, settings.layers).requires_grad_(True)]
    _set_dropout(encoder, inside, settings.dropout)
    if settings.gradient_checkpointing:
        encoder.activation_checkpointing_enable({"use_reentrant": False})
    if method in _ADAPTERS:
        encoder = _with_adapter(encoder, settings)
    return OnePass(encoder, tags, settings.dropout, settings.prefix_tokens if method == "prefix" else 0)


@contextmanager
def merged(network: OnePass) -> Iterator[None]:
    """Fold the adapter into the base's weights while the block runs: then scoring costs what the base costs."""
    fold = getattr(network.encoder, "merge_adapter", None)
    if fold is None or adapter(network) == "IA3":  # which multiplies: taken out again, weights would not be the same
        yield
        return
    fold()
    try:
        yield
    finally:
        cast("Any", network.encoder).unmerge_adapter()


def start_at_base_rates(network: OnePass, clicks: Sequence[Floats], tags: Sequence[Floats]) -> None:
    """Let both heads begin with how often things happen, so that training need not learn that first.

    Beside a glossary the click's head begins with saying nothing: the glossary has said that already.

    Parameters
    ----------
    clicks
        Labels of each list.
    tags
        Labels ``[T]`` of each shopper, NaN where unknown; there may be none.
    """
    with torch.no_grad():
        last = cast("nn.Linear", network.click_head[-1])
        if network.glossary is not None:
            last.weight.zero_()
            last.bias.zero_()
        elif clicks:
            last.bias.copy_(torch.from_numpy(base_rate([labels[:, None] for labels in clicks])))
        if tags:
            rates = base_rate([labels[None] for labels in tags])
            cast("nn.Linear", network.tag_head[-1]).bias.copy_(torch.from_numpy(rates))


def base_rate(rows: Sequence[Floats]) -> NDArray[np.float64]:
    """Log-odds of how often things happen, ``[T]``: from labels ``[n, T]``, NaN where unknown."""
    labels = np.concatenate(rows)
    known = ~np.isnan(labels)
    rate = (np.where(known, labels, 0).sum(axis=0) + 1) / (known.sum(axis=0) + 2)
    return np.asarray(np.log(rate / (1 - rate)), dtype=np.float64)


def adapter(network: OnePass) -> str:
    """Return peft's name for the kind of adapter that the network has, or "" without one."""
    configs = getattr(network.encoder, "peft_config", None)
    return str(configs["default"].peft_type.value) if configs else ""


def _set_dropout(encoder: PreTrainedModel, inside: Sequence[nn.Module], share: float) -> None:
    """Set the dropout of these parts of the base; elsewhere in it there is none.

    A small adapter on frozen weights hardly overfits, and drawing the masks took more than a
    third of a step on a CPU: there, dropout acts on the heads and on whole history events.
    """
    for part, p in ((encoder, 0.0), *((part, share) for part in inside)):
        for module in part.modules():
            if isinstance(module, nn.Dropout):
                module.p = p
    everywhere = share if encoder in inside else 0.0
    encoder.config.update({"attention_probs_dropout_prob": everywhere, "hidden_dropout_prob": everywhere})


def _lora(settings: TrainSettings) -> PeftConfig:
    from peft import LoraConfig

    return LoraConfig(r=settings.lora_rank, lora_alpha=settings.lora_alpha, target_modules=list(LORA_TARGETS))


def _adalora(settings: TrainSettings) -> PeftConfig:
    from peft import AdaLoraConfig

    return AdaLoraConfig(
        target_r=settings.lora_rank, init_r=math.ceil(ADALORA_START * settings.lora_rank),
        lora_alpha=settings.lora_alpha, target_modules=list(LORA_TARGETS), total_step=_SOME_STEPS,
    )


def _ia3(settings: TrainSettings) -> PeftConfig:
    from peft import IA3Config

    return IA3Config(target_modules=["key", "value", "output.dense"], feedforward_modules=["output.dense"])


_ADAPTERS: Mapping[str, Callable[[TrainSettings], PeftConfig]] = {"lora": _lora, "adalora": _adalora, "ia3": _ia3}


def _with_adapter(encoder: PreTrainedModel, settings: TrainSettings) -> PreTrainedModel:
    from peft import get_peft_model

    with quiet():
        return cast("PreTrainedModel", get_peft_model(encoder, _ADAPTERS[settings.method](settings)))
