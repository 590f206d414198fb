"""A model that cannot be used, asked on the command line: one line, exit code 2, and nothing is changed."""

import json
import shutil
from pathlib import Path

import pytest

from core.__main__ import main
from core.model import checkpoint


@pytest.fixture
def shop(small_shop, small_model, tmp_path):
    """A copy of the small shop with one real model."""
    path = tmp_path / "shop"
    shutil.copytree(small_shop.path, path, ignore=shutil.ignore_patterns(".*", "models", "artefacts", "state.sqlite*"))
    shutil.copytree(small_model, path / "models" / "small")
    (path / "artefacts").mkdir()
    return path


@pytest.fixture
def user(small_reader):
    return small_reader.rows("SELECT min(user_id) FROM users")[0][0]


def other_base(model: Path):
    file = model / checkpoint.INFO
    file.write_text(json.dumps({**json.loads(file.read_text()), "base_sha256": "0" * 64}))


def flipped_bit(model: Path):
    file = model / "adapter" / "adapter_model.safetensors"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut_short(model: Path):
    file = model / "heads.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def weights_gone(model: Path):
    shutil.rmtree(model / "adapter")


def contents(folder: Path):
    """Every file of data and models, with its bytes."""
    parts = ("versions", "models", "artefacts", "CURRENT")
    return {file: file.read_bytes() for part in parts for file in [folder / part, *(folder / part).rglob("*")]
            if file.is_file()}


@pytest.mark.parametrize(("harm", "said"), [
    (other_base, "was trained on other weights of"), (flipped_bit, "are damaged (adapter/adapter_model.safetensors)"),
    (cut_short, "are damaged (heads.safetensors)"), (weights_gone, "are damaged (adapter/"),
])
@pytest.mark.parametrize("command", ["recommend", "profile", "score", "evaluate"])
def test_a_model_that_cannot_be_used_is_refused_by_every_command(shop, user, tmp_path, capsys, harm, said, command):
    harm(shop / "models" / "small")
    (tmp_path / "pairs.csv").write_text(f"user_id,item_id\n{user},P000001\n")
    given = {
        "recommend": ["--user", user], "profile": ["--user", user],
        "score": [str(tmp_path / "pairs.csv"), "--out", str(tmp_path / "out.csv")], "evaluate": [],
    }[command]
    before = contents(shop)
    code = main([command, *given, "--workspace", str(shop), "--json"])
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    last = told.err.splitlines()[-1]
    assert last.startswith("error: ") and said in last and "Train it again" in last
    assert "Traceback" not in told.err
    assert contents(shop) == before
    assert not (tmp_path / "out.csv").exists()
