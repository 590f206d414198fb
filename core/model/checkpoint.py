"""A model as a folder: what was learned, what it was learned from, and how good it is.

The folder holds ``model.json`` (read without torch), ``heads.safetensors``, and either
``adapter/`` (LoRA, a few megabytes) or ``encoder/`` (all weights). The base is not copied: it is
found again by name and its hash is compared.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config import TextSettings
from core.errors import ModelError
from core.records import TagSpec
from core.schema import TEMPLATE_VERSION

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

    from core.model.onepass import OnePass

INFO = "model.json"
HEADS = "heads.safetensors"
ADAPTER = "adapter"
ENCODER = "encoder"
ADAPTER_CONFIG = "adapter_config.json"
CARD = "README.md"
#: Version of the folder's layout.
FORMAT = 1


@dataclass(frozen=True)
class Scale:
    """Calibration: a logit x becomes ``scale * x + shift``. The scale is positive, so order stays."""

    scale: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True)
class ModelInfo:
    """Everything about a model but its weights.

    Attributes
    ----------
    metrics
        Row name ("after", "before", "popularity", "lightgbm" …) → figure name → value.
    tag_table
        A dict for each tag: key, label, family, base_rate, ap, ap_lightgbm, precision, threshold, n.
    reliability
        A dict for each bin: bin_low, bin_high, predicted, observed, n.
    data
        Version, counts and span of the logs it learned from, and the splits.
    hashes
        sha256 of the weight files, by path in the folder.
    """

    name: str
    base: str
    base_sha256: str
    template_version: str
    created: str
    seconds: float
    tags: tuple[TagSpec, ...]
    settings: Mapping[str, Any]
    text: TextSettings
    data: Mapping[str, Any]
    click_calibration: Scale = Scale()
    tag_calibration: Mapping[str, Scale] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    precisions: Mapping[str, float | None] = field(default_factory=dict)
    base_rates: Mapping[str, float | None] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    tag_table: tuple[Mapping[str, Any], ...] = ()
    reliability: tuple[Mapping[str, float], ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to compute, in evaluation mode."""

    info: ModelInfo
    network: OnePass
    tokenizer: PreTrainedTokenizerBase
    device: torch.device


def save(folder: Path, network: OnePass, info: ModelInfo, card: str) -> ModelInfo:
    """Write a model folder, whole or not at all; one that is there is replaced.

    Returns
    -------
    ModelInfo
        With the hashes of the weights that were written.
    """
    from safetensors.torch import save_file

    from core.model.base import file_sha256

    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    where = ADAPTER if hasattr(network.encoder, "peft_config") else ENCODER
    if info.settings.get("method") != "head":
        network.encoder.save_pretrained(str(part / where))
        (part / where / CARD).unlink(missing_ok=True)  # peft writes a card of its own
        _name_base(part / where / ADAPTER_CONFIG, info.base)
    heads = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()
             if not name.startswith("encoder.")}
    save_file(heads, str(part / HEADS))
    hashes = {str(file.relative_to(part)): file_sha256(file) for file in sorted(part.rglob("*.safetensors"))}
    full = ModelInfo(**{**_shallow(info), "hashes": hashes})
    write_info(part, full)
    (part / CARD).write_text(card, encoding="utf-8")
    _swap(part, folder)
    return full


def _name_base(file: Path, base: str) -> None:
    """Name the base by its name, not by where it happened to lie on the machine that trained."""
    if file.is_file():
        config = {**json.loads(file.read_text()), "base_model_name_or_path": base}
        file.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")


def _swap(part: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def write_info(folder: Path, info: ModelInfo) -> None:
    """Write ``model.json`` of a folder, at once."""
    part = folder / f"{INFO}.part"
    text = json.dumps({"format": FORMAT, **_plain(info)}, indent=1, ensure_ascii=False, allow_nan=False)
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(folder / INFO)


def read_info(folder: Path) -> ModelInfo:
    """Read what a model is, without its weights.

    Raises
    ------
    ModelError
        When the folder holds no model, or its ``model.json`` cannot be read.
    """
    if not (folder / INFO).is_file():
        raise ModelError(f"{folder} holds no model. Train one with: python -m core train --name {folder.name}")
    try:
        raw = json.loads((folder / INFO).read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT:
            raise ModelError(f"The model in {folder} was made by another version of ShopperLens. Train it again.")
        return ModelInfo(**_typed(raw))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{folder / INFO} is damaged ({error}). Train the model again.") from error


def load(folder: Path, device: str = "auto") -> LoadedModel:
    """Load a model, ready to compute.

    Raises
    ------
    ModelError
        When it is not there, damaged, or made for another template or base.
    """
    from core.model import base
    from core.model import device as devices
    from core.model.onepass import OnePass

    info = read_info(folder)
    if info.template_version != TEMPLATE_VERSION:
        raise ModelError(
            f"Model {info.name} was trained on words of template {info.template_version}; this ShopperLens "
            f"writes template {TEMPLATE_VERSION}. Train it again."
        )
    where, digest = base.locate(info.base)
    if digest != info.base_sha256:
        raise ModelError(f"Model {info.name} was trained on other weights of {info.base}. Train it again on these.")
    for name, wanted in info.hashes.items():
        if not (folder / name).is_file() or base.file_sha256(folder / name) != wanted:
            raise ModelError(f"The weights of model {info.name} are damaged ({name}). Train it again.")
    encoder = _encoder(folder, where)
    network = OnePass(encoder, len(info.tags))
    _load_heads(network, folder / HEADS)
    target = devices.pick(device)
    return LoadedModel(info, network.to(target).eval(), base.load_tokenizer(where), target)


def _encoder(folder: Path, base_folder: str) -> Any:
    from core.model import base

    if (folder / ENCODER).is_dir():
        return base.load_encoder(str(folder / ENCODER))
    encoder = base.load_encoder(base_folder)
    if not (folder / ADAPTER).is_dir():
        return encoder
    from peft import PeftModel

    # Merged, an adapter costs nothing when scoring.
    with base.quiet():
        return PeftModel.from_pretrained(encoder, str(folder / ADAPTER)).merge_and_unload()


def _load_heads(network: OnePass, file: Path) -> None:
    from safetensors.torch import load_file

    missing, unexpected = network.load_state_dict(load_file(str(file)), strict=False)
    lost = [name for name in missing if not name.startswith("encoder.")]
    if lost or unexpected:
        raise ModelError(f"{file} does not fit the model ({', '.join([*lost, *unexpected])}). Train it again.")


def _shallow(info: ModelInfo) -> dict[str, Any]:
    return {f.name: getattr(info, f.name) for f in fields(info)}


def _plain(info: ModelInfo) -> dict[str, Any]:
    return {
        **_shallow(info),
        "tags": [asdict(tag) for tag in info.tags],
        "text": asdict(info.text),
        "click_calibration": asdict(info.click_calibration),
        "tag_calibration": {key: asdict(scale) for key, scale in info.tag_calibration.items()},
    }


def _typed(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        **raw,
        "tags": tuple(TagSpec(**tag) for tag in raw["tags"]),
        "text": TextSettings(**raw["text"]),
        "click_calibration": Scale(**raw["click_calibration"]),
        "tag_calibration": {key: Scale(**scale) for key, scale in raw["tag_calibration"].items()},
        "tag_table": tuple(raw["tag_table"]),
        "reliability": tuple(raw["reliability"]),
    }
