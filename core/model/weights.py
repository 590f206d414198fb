"""What a model learned, as safetensors: an adapter, some layers, a prefix, or a whole encoder, and always the heads.

A model's folder holds ``heads.safetensors`` (with the prefix, if it has one), and one of ``adapter/`` (peft's, a few
megabytes), ``layers.safetensors`` (the last layers), ``encoder/`` (all weights), or nothing more. The heads' file also
holds the glossaries, where there are any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from core.errors import ModelError
from core.language import say

if TYPE_CHECKING:
    import torch
    from torch import nn

    from core.model.onepass import OnePass

HEADS = "heads.safetensors"
LAYERS = "layers.safetensors"
ADAPTER = "adapter"
ENCODER = "encoder"
ADAPTER_CONFIG = "adapter_config.json"
#: Methods that leave the base as it is.
_UNTOUCHED = ("head", "prefix")
#: Glossaries that a network may have, by their names.
_GLOSSARIES = ("glossary", "tag_glossary")


def last_layers(encoder: nn.Module, count: int) -> nn.ModuleList:
    """Return the last layers of a BERT encoder."""
    layers = cast("Any", encoder).encoder.layer
    return cast("nn.ModuleList", layers[max(0, len(layers) - count) :])


def save(folder: Path, network: OnePass, base: str, settings: Mapping[str, Any]) -> None:
    """Write what a network adds to its base.

    Parameters
    ----------
    base
        Name of the base, as a person gave it.
    settings
        Those that it was trained with; ``method`` and ``layers`` are looked at.
    """
    from safetensors.torch import save_file

    encoder, method = network.encoder, settings.get("method")
    if hasattr(encoder, "peft_config"):
        _forget_ranks(encoder)
        encoder.save_pretrained(str(folder / ADAPTER))
        (folder / ADAPTER / "README.md").unlink(missing_ok=True)  # peft writes a card of its own
        _name_base(folder / ADAPTER / ADAPTER_CONFIG, base)
    elif method == "layers":
        save_file(_plain(last_layers(encoder, int(settings["layers"]))), str(folder / LAYERS))
    elif method not in _UNTOUCHED:
        encoder.save_pretrained(str(folder / ENCODER))
    heads = {name: tensor for name, tensor in _plain(network).items() if not name.startswith("encoder.")}
    save_file(heads, str(folder / HEADS))


def load(folder: Path, base_folder: str, tags: int, settings: Mapping[str, Any]) -> OnePass:
    """Build the network of a model's folder on its base.

    Raises
    ------
    ModelError
        When the weights are no safetensors or do not fit.
    """
    from core.model.onepass import OnePass

    prefix = int(settings.get("prefix_tokens", 0)) if settings.get("method") == "prefix" else 0
    network = OnePass(_encoder(folder, base_folder, settings), tags, prefix=prefix)
    heads = read(folder / HEADS)
    make_room(network, heads)
    missing, unexpected = network.load_state_dict(heads, strict=False)
    lost = [name for name in missing if not name.startswith("encoder.")]
    if lost or unexpected:
        odd = ", ".join([*lost, *unexpected])
        raise ModelError(say("{folder} does not fit the model ({odd}). Train it again.",
                             folder=folder / HEADS, odd=odd))
    return network


def make_room(network: OnePass, heads: Mapping[str, torch.Tensor]) -> None:
    """Give a network the glossaries that are among the tensors, of the sizes that they have."""
    from core.model.glossary import Glossary

    for name in _GLOSSARIES:
        table, last = heads.get(f"{name}.table.weight"), heads.get(f"{name}.inner.2.bias")
        if table is not None and last is not None and table.ndim == 2:
            setattr(network, name, Glossary.of_size(table.shape, len(last)))


def _encoder(folder: Path, base_folder: str, settings: Mapping[str, Any]) -> Any:
    from core.model import base

    if (folder / ENCODER).is_dir():
        return base.load_encoder(str(folder / ENCODER))
    encoder = base.load_encoder(base_folder)
    if (folder / LAYERS).is_file():
        layers = last_layers(encoder, int(settings["layers"]))
        try:
            layers.load_state_dict(read(folder / LAYERS))
        except RuntimeError as error:
            raise ModelError(say("{folder} does not fit the base. Train the model again.",
                                 folder=folder / LAYERS)) from error
    if not (folder / ADAPTER).is_dir():
        return encoder
    from peft import PeftModel

    # Merged, an adapter costs nothing when scoring.
    with base.quiet():
        return PeftModel.from_pretrained(encoder, str(folder / ADAPTER)).merge_and_unload()


def read(file: Path) -> dict[str, torch.Tensor]:
    """Return the tensors of a file of safetensors.

    Raises
    ------
    ModelError
        When it is none.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(str(file))
    except (SafetensorError, OSError) as error:
        raise ModelError(say("{file} holds no safetensors; nothing else is read. Train the model again.",
                             file=file)) from error


def _plain(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()}


def _forget_ranks(encoder: Any) -> None:
    """Let the zeros in AdaLoRA's weights alone say which ranks it uses.

    What was chosen last need not be what the best checkpoint has, and peft warns of the pattern when it reads it.
    """
    for config in encoder.peft_config.values():
        if config.peft_type == "ADALORA":
            config.rank_pattern = None


def _name_base(file: Path, base: str) -> None:
    """Name the base by its name, not by where it happened to lie on the machine that trained."""
    config = {**json.loads(file.read_text()), "base_model_name_or_path": base}
    file.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
