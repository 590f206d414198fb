"""Imports run one way, down the layers, and importing the light parts stays cheap."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "pages", "data")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
HEAVY = {"torch", "transformers", "peft", "shap", "numba", "lightgbm", "sklearn", "streamlit"}


def lint(folder: Path) -> subprocess.CompletedProcess:
    """Check the contracts of pyproject.toml on the packages in a folder."""
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    command = [sys.executable, "-c", script, "--config", str(PROJECT / "pyproject.toml"), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the source in which a wrong import can be planted."""
    for package in PACKAGES:
        for source in (PROJECT / package).rglob("*.py"):
            target = tmp_path / source.relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return tmp_path


def test_imports_keep_to_the_layers():
    done = lint(PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("contract", "file", "wrong"),
    [
        ("layers", "core/text/words.py", "import core.train.examples"),
        ("layers", "core/store/workspace.py", "import core.text.words"),
        ("no-cycles", "core/errors.py", "import core.records\nimport core.config"),
        ("core-without-widgets", "core/records.py", "import streamlit"),
        ("thin-pages", "pages/overview.py", "import torch"),
        ("thin-pages", "pages/_ui/words.py", "from core.store import history"),
        ("sql-in-the-store", "core/train/examples.py", "import duckdb"),
    ],
)
def test_a_wrong_import_is_caught(copy, contract, file, wrong):
    changed = copy / file
    changed.write_text(f"{changed.read_text()}\n{wrong}\n")
    if contract == "no-cycles":
        records = copy / "core/records.py"
        records.write_text(f"{records.read_text()}\nimport core.errors\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{CONTRACTS[contract]} BROKEN" in done.stdout


def loaded_by(module: str) -> set[str]:
    """Names of the packages that are in memory after a fresh Python imported a module."""
    script = f"import sys, json, {module}; print(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["core", "core.records", "core.service", "core.__main__"])
def test_importing_the_light_parts_loads_nothing_heavy(module):
    assert not loaded_by(module) & HEAVY


def test_a_page_opens_without_the_model_in_memory():
    assert not loaded_by("pages._ui.frame") & (HEAVY - {"streamlit"})


def test_a_heavy_import_would_be_noticed():
    assert "streamlit" in loaded_by("pages._ui.frame")
