import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch

from core.errors import ModelError
from core.model import checkpoint, weights
from core.model.checkpoint import load, read_info


@pytest.fixture
def copy(small_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_model, tmp_path / "small"))


def change(folder: Path, **fields: object) -> None:
    file = folder / checkpoint.INFO
    file.write_text(json.dumps({**json.loads(file.read_text()), **fields}))


def test_what_is_saved_is_what_is_loaded(copy: Path, tmp_path: Path) -> None:
    model = load(copy, "cpu")
    checkpoint.save(tmp_path / "again", model.network, model.info, "card")
    again = load(tmp_path / "again", "cpu")
    assert again.info == read_info(tmp_path / "again")
    ours, theirs = model.network.state_dict(), again.network.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_model_replaces_the_one_of_its_name_at_once(copy: Path) -> None:
    model = load(copy, "cpu")
    checkpoint.save(copy, model.network, model.info, "another card")
    assert (copy / checkpoint.CARD).read_text() == "another card"
    assert [path.name for path in copy.parent.iterdir()] == ["small"]


def test_it_adds_little_to_its_base(small_model: Path) -> None:
    kept = {str(path.relative_to(small_model)) for path in small_model.rglob("*") if path.is_file()}
    curves = {path for path in kept if path.startswith("tensorboard/events.out.tfevents.")}
    assert len(curves) == 1
    kept -= curves
    assert kept == {"model.json", "README.md", "heads.safetensors", "adapter/adapter_config.json",
                    "adapter/adapter_model.safetensors"}


def test_the_adapter_names_its_base_as_the_model_does(small_model: Path) -> None:
    config = json.loads((small_model / "adapter" / weights.ADAPTER_CONFIG).read_text())
    assert config["base_model_name_or_path"] == read_info(small_model).base


def test_reading_what_a_model_is_needs_no_weights(copy: Path) -> None:
    (copy / weights.HEADS).unlink()
    assert read_info(copy).name == "small"


@pytest.mark.parametrize("file", ["heads.safetensors", "adapter/adapter_model.safetensors"])
def test_damaged_or_missing_weights_are_noticed(copy: Path, file: str) -> None:
    data = bytearray((copy / file).read_bytes())
    data[-1] ^= 1
    (copy / file).write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged.*Train it again"):
        load(copy, "cpu")
    (copy / file).unlink()
    with pytest.raises(ModelError, match="damaged"):
        load(copy, "cpu")


def test_another_template_is_refused(copy: Path) -> None:
    change(copy, template_version="0")
    with pytest.raises(ModelError, match=r"words of template 0.*Train it again"):
        load(copy, "cpu")


def test_other_weights_of_the_base_are_refused(copy: Path) -> None:
    change(copy, base_sha256="0" * 64)
    with pytest.raises(ModelError, match="other weights of"):
        load(copy, "cpu")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 99}'])
def test_a_damaged_description_is_refused(copy: Path, text: str) -> None:
    (copy / checkpoint.INFO).write_text(text)
    with pytest.raises(ModelError):
        read_info(copy)


def test_no_model_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        load(tmp_path, "cpu")


@pytest.mark.parametrize("name", ["heads.pt", "adapter/adapter_model.bin", "encoder/PYTORCH_MODEL.BIN", "extra.pkl"])
def test_a_folder_with_a_pickle_in_it_is_refused(copy: Path, name: str) -> None:
    file = copy / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(pickle.dumps({"weights": 1}))
    with pytest.raises(ModelError, match=rf"holds {name}, a file that can run code.*safetensors alone"):
        load(copy, "cpu")


def test_a_pickle_that_calls_itself_safetensors_is_refused(copy: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return Path.touch, (copy / "ran",)  # type: ignore[return-value]

    (copy / weights.HEADS).write_bytes(pickle.dumps(Harm()))
    change(copy, hashes={})
    with pytest.raises(ModelError, match=r"holds no safetensors; nothing else is read"):
        load(copy, "cpu")
    assert not (copy / "ran").exists()


def test_a_model_steps_aside_for_another_of_its_name(copy: Path) -> None:
    made = copy.stat().st_mtime
    assert checkpoint.set_aside(copy) == "small-1"
    other = copy.with_name("small-1")
    assert (read_info(other).name, other.stat().st_mtime) == ("small-1", made)
    assert not copy.exists()
    shutil.copytree(other, copy)
    assert checkpoint.set_aside(copy) == "small-2"
    assert checkpoint.set_aside(copy) is None  # nothing is there


def test_a_damaged_model_steps_aside_too(copy: Path) -> None:
    (copy / checkpoint.INFO).write_text("{")
    assert checkpoint.set_aside(copy) == "small-1"


def test_what_was_logged_is_kept_with_the_model(copy: Path, tmp_path: Path) -> None:
    model = load(copy, "cpu")
    (tmp_path / "board").mkdir()
    (tmp_path / "board" / "events").write_text("curves")
    checkpoint.save(tmp_path / "again", model.network, model.info, "card", tmp_path / "board")
    assert (tmp_path / "again" / "tensorboard" / "events").read_text() == "curves"


def test_settings_that_an_older_model_does_not_know_are_no_trouble(copy: Path) -> None:
    raw = json.loads((copy / checkpoint.INFO).read_text())
    old = {name: raw["settings"][name] for name in ("base", "method", "lora_rank")}
    change(copy, settings=old)
    assert load(copy, "cpu").info.settings == old
