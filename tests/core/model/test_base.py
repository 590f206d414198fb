from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from core.config import EMBEDDED_BASE
from core.errors import ModelError
from core.model import base
from core.model.onepass import ATTENTION


def test_a_folder_is_located_with_the_hash_of_its_weights(tiny_base):
    where, digest = base.locate(str(tiny_base))
    assert where == str(tiny_base)
    assert digest == hashlib.sha256((tiny_base / base.WEIGHTS).read_bytes()).hexdigest()


def test_the_embedded_base_is_the_published_one():
    where, digest = base.locate(EMBEDDED_BASE)
    assert digest == base.EMBEDDED_SHA256
    assert (Path(where) / base.WEIGHTS).is_file()


def test_damaged_embedded_weights_are_refused(monkeypatch):
    monkeypatch.setattr(base, "EMBEDDED_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="Reinstall"):
        base.locate(EMBEDDED_BASE)


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no model.safetensors"):
        base.locate(str(tmp_path))


def test_what_the_hub_does_not_have_is_refused(monkeypatch):
    def missing(*_: object) -> None:
        raise OSError("offline")

    monkeypatch.setattr("transformers.utils.hub.cached_file", missing)
    with pytest.raises(ModelError, match="Check the name and the network"):
        base.locate("no-such-model")


def test_changed_weights_are_hashed_anew(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"one")
    first = base.file_sha256(file)
    file.write_bytes(b"other")
    assert base.file_sha256(file) != first


def test_the_encoder_is_float32_with_one_pass_attention_and_loads_in_silence(tiny_base, capfd):
    encoder = base.load_encoder(str(tiny_base))
    assert encoder.config._attn_implementation == ATTENTION
    assert {str(weight.dtype) for weight in encoder.parameters()} == {"torch.float32"}
    assert capfd.readouterr() == ("", "")


def test_other_kinds_of_models_are_refused(tiny_base, tmp_path):
    folder = shutil.copytree(tiny_base, tmp_path / "other")
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"model_type": "distilbert"}))
    with pytest.raises(ModelError, match="is a distilbert model"):
        base.load_encoder(str(folder))


def test_the_tokenizer_belongs_to_the_base(tiny_base):
    tokenizer = base.load_tokenizer(str(tiny_base))
    assert tokenizer.convert_ids_to_tokens(tokenizer("running shoes")["input_ids"]) == [
        "[CLS]", "running", "shoes", "[SEP]"]
