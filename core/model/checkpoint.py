"""A model as a folder: what was learned, what it was learned from, and how good it is.

The folder holds ``model.json`` (read without torch) and what ``core.model.weights`` writes. The base is not
copied: it is found again by name and its hash is compared. Nothing but safetensors and JSON is ever read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config import TextSettings
from core.errors import ModelError
from core.language import say
from core.records import TagSpec
from core.schema import TEMPLATE_VERSION
from core.tables import remembered

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

    from core.model.onepass import OnePass

INFO = "model.json"
CARD = "README.md"
#: Folder of what was logged while it learned, for TensorBoard.
TRACKS = "tensorboard"
#: Endings of files that may hold pickled code.
PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz"})
#: Version of the folder's layout.
FORMAT = 1


@dataclass(frozen=True)
class Scale:
    """Calibration: a logit x becomes ``scale * x + shift``. The scale is positive, so order stays."""

    scale: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True)
class NextBasket:
    """Calibration of a shop without lists: what makes calibrated log-odds those of the next basket.

    Log-odds x of a click become ``words * x + popular * drawn + again * again + shift``, with ``drawn`` and
    ``again`` of ``core.text.words``. No slope is negative.
    """

    words: float = 1.0
    popular: float = 1.0
    again: float = 0.0
    shift: float = 0.0

    @classmethod
    def from_plain(cls, raw: Mapping[str, float]) -> NextBasket:
        """Read what was written; earlier models had one scale for words and popularity, and none for purchases."""
        if "scale" in raw:
            return cls(raw["scale"], raw["scale"], 0.0, raw["shift"])
        return cls(**raw)


@dataclass(frozen=True)
class ModelInfo:
    """Everything about a model but its weights.

    Attributes
    ----------
    basket_calibration
        For a shop whose log holds no lists: how log-odds become a chance of being in the next basket
        (``core.train.next_basket``).
    metrics
        Row name ("after", "before", "popularity", "lightgbm" …) → figure name → value.
    tag_table
        A dict for each tag: key, label, family, base_rate, ap, ap_lightgbm, precision, threshold, n,
        reliability (of shoppers by their chance, as below; missing in models from before).
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
    basket_calibration: NextBasket | None = None
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


def save(folder: Path, network: OnePass, info: ModelInfo, card: str, tracks: Path | None = None) -> ModelInfo:
    """Write a model folder, whole or not at all; one that is there is replaced.

    Parameters
    ----------
    tracks
        Folder of what was logged while it learned; it is kept with the model.

    Returns
    -------
    ModelInfo
        With the hashes of the weights that were written.
    """
    from core.model import base, weights

    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    weights.save(part, network, info.base, info.settings)
    hashes = {str(file.relative_to(part)): base.file_sha256(file) for file in sorted(part.rglob("*.safetensors"))}
    full = ModelInfo(**{**_shallow(info), "hashes": hashes})
    write_info(part, full)
    (part / CARD).write_text(card, encoding="utf-8")
    if tracks is not None and tracks.is_dir():
        shutil.copytree(tracks, part / TRACKS)
    _swap(part, folder)
    return full


def set_aside(folder: Path) -> str | None:
    """Give the model of a folder another name, so that a new one does not take its place for good.

    Returns
    -------
    str or None
        Its new name: the old one and a number. None when there is no model.
    """
    if not (folder / INFO).is_file():
        return None
    number = next(n for n in count(1) if not folder.with_name(f"{folder.name}-{n}").exists())
    other, made = folder.with_name(f"{folder.name}-{number}"), folder.stat().st_mtime
    folder.rename(other)
    with suppress(ModelError):
        write_info(other, replace(read_info(other), name=other.name))
    os.utime(other, (made, made))  # models are listed by age
    return other.name


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
        raise ModelError(say("{folder} holds no model. Train one with: python -m core train --name {name}",
                             folder=folder, name=folder.name))
    return _info(folder / INFO)


@remembered
def _info(file: Path) -> ModelInfo:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT:
            raise ModelError(say("The model in {folder} was made by another version of ShopperLens. Train it again.",
                                 folder=file.parent))
        return ModelInfo(**_typed(raw))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(say("{folder} is damaged ({error}). Train the model again.",
                             folder=file, error=error)) from error


def load(folder: Path, device: str = "auto") -> LoadedModel:
    """Load a model, ready to compute.

    Raises
    ------
    ModelError
        When it is not there, damaged, or made for another template or base.
    """
    from core.model import base, weights
    from core.model import device as devices

    info = read_info(folder)
    if info.template_version != TEMPLATE_VERSION:
        raise ModelError(
            say("Model {name} was trained on words of template {template_version}; this ShopperLens writes template "
                "{ours}. Train it again.",
                name=info.name, template_version=info.template_version, ours=TEMPLATE_VERSION)
        )
    where, digest = base.locate(info.base)
    if digest != info.base_sha256:
        raise ModelError(say("Model {name} was trained on other weights of {base}. Train it again on these.",
                             name=info.name, base=info.base))
    _refuse_pickles(folder)
    for name, wanted in info.hashes.items():
        if not (folder / name).is_file() or base.file_sha256(folder / name) != wanted:
            raise ModelError(say("The weights of model {name} are damaged ({file}). Train it again.",
                                 name=info.name, file=name))
    network = weights.load(folder, where, len(info.tags), info.settings)
    target = devices.pick(device)
    return LoadedModel(info, network.to(target).eval(), base.load_tokenizer(where), target)


def _refuse_pickles(folder: Path) -> None:
    """Refuse a folder with files that run code when they are read, even if we would not read them."""
    found = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.suffix.lower() in PICKLES)
    if found:
        raise ModelError(
            say("{folder} holds {found}, a file that can run code when it is read. ShopperLens reads weights from "
                "safetensors alone. Remove it if you trust where the model comes from, or train the model again.",
                folder=folder, found=found[0])
        )


def _shallow(info: ModelInfo) -> dict[str, Any]:
    return {f.name: getattr(info, f.name) for f in fields(info)}


def _plain(info: ModelInfo) -> dict[str, Any]:
    return {
        **_shallow(info),
        "tags": [asdict(tag) for tag in info.tags],
        "text": asdict(info.text),
        "click_calibration": asdict(info.click_calibration),
        "basket_calibration": info.basket_calibration and asdict(info.basket_calibration),
        "tag_calibration": {key: asdict(scale) for key, scale in info.tag_calibration.items()},
    }


def _typed(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        **raw,
        "tags": tuple(TagSpec(**tag) for tag in raw["tags"]),
        "text": TextSettings(**raw["text"]),
        "click_calibration": Scale(**raw["click_calibration"]),
        "basket_calibration": NextBasket.from_plain(basket) if (basket := raw.get("basket_calibration")) else None,
        "tag_calibration": {key: Scale(**scale) for key, scale in raw["tag_calibration"].items()},
        "tag_table": tuple(raw["tag_table"]),
        "reliability": tuple(raw["reliability"]),
    }
