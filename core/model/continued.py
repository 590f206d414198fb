"""Go on with what a model learned: its weights, put into a network that learns on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from core.errors import ModelError
from core.language import say
from core.model import base, weights

if TYPE_CHECKING:
    from core.model.onepass import OnePass

_ADAPTER_WEIGHTS = "adapter_model.safetensors"


def go_on(network: OnePass, folder: Path, settings: Mapping[str, Any]) -> None:
    """Let a network begin with the weights of a model's folder, which is only read.

    Parameters
    ----------
    network
        Built with the model's base, method and tags.
    settings
        Those of the model; ``layers`` is looked at.

    Raises
    ------
    ModelError
        When the weights do not fit.
    """
    encoder = cast("Any", network.encoder)
    try:
        heads = weights.read(folder / weights.HEADS)
        weights.make_room(network, heads)
        _, unexpected = network.load_state_dict(heads, strict=False)
        if (folder / weights.ENCODER).is_dir():
            encoder.load_state_dict(base.load_encoder(str(folder / weights.ENCODER)).state_dict())
        elif (folder / weights.LAYERS).is_file():
            weights.last_layers(encoder, int(settings["layers"])).load_state_dict(weights.read(folder / weights.LAYERS))
        elif (folder / weights.ADAPTER).is_dir():
            unexpected += _adapter(encoder, folder / weights.ADAPTER / _ADAPTER_WEIGHTS)
    except RuntimeError as error:
        raise ModelError(say("The weights of {folder} do not fit what is to go on from them. Train it anew.",
                             folder=folder)) from error
    if unexpected:
        raise ModelError(say("{folder} has weights that nothing takes ({unexpected}). Train it anew.",
                             folder=folder, unexpected=", ".join(unexpected[:3])))


def _adapter(encoder: Any, file: Path) -> list[str]:
    from peft import set_peft_model_state_dict

    found: Any = set_peft_model_state_dict(encoder, weights.read(file))
    return list(found.unexpected_keys)
