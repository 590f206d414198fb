"""Long work never waits for other long work: each ends while the one that it interrupts stands still."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from core.config import PROJECT
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace
from core.train.run import train


@pytest.fixture
def workspace(small_shop, small_model, tmp_path):
    """A copy of the small shop with its model."""
    path = tmp_path / "shop"
    shutil.copytree(small_shop.path, path, ignore=shutil.ignore_patterns(".*", "models", "artefacts", "state.sqlite*"))
    shutil.copytree(small_model, path / "models" / "small")
    (path / "artefacts").mkdir()
    return Workspace(path)


def command(workspace, *arguments):
    """Run a command in a process of its own; one that waited for us would never end."""
    done = subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments), "--workspace", str(workspace.path), "--json"],
        cwd=PROJECT, env={**os.environ, "SHOPPERLENS_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}, capture_output=True,
        text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_scoring_ends_within_an_import_and_both_within_a_training(workspace, small_settings, tmp_path):
    """The training stands still at its second step, and there the import stands still before its last."""
    dashboard = Shop(workspace.path, "cpu")
    known = dashboard.info().events
    user, item = dashboard.find_shoppers("", 1)["user_id"].iloc[0], dashboard.find_items("", 1)["item_id"].iloc[0]
    (tmp_path / "pairs.csv").write_text(f"user_id,item_id\n{user},{item}\n")
    (tmp_path / "more.csv").write_text(f"user_id,item_id,event_type,ts\nnewcomer,{item},view,2026-06-30 23:59\n")
    order = []

    def in_the_import(share, message):
        if 0 < share < 1 and not order:
            order.append("training, import begun")
            assert command(workspace, "info")["events"] == known  # a process of its own
            dashboard.score_file(tmp_path / "pairs.csv", tmp_path / "scored.csv")
            assert workspace.version() == 1  # it was scored before the import was over
            order.append("scored")

    def in_the_training(share, message):
        if message.startswith("Step 2 ") and not order:
            import_files(workspace, [tmp_path / "more.csv"], append=True, progress=in_the_import)
            order.append("imported")
            assert not (workspace.models / "beside").exists()
            assert (dashboard.newer_version(), dashboard.info().events) == (2, known)

    done = train(workspace, "beside", replace(small_settings, max_steps=2), device="cpu", progress=in_the_training)
    assert order == ["training, import begun", "scored", "imported"]
    assert 0 < pd.read_csv(tmp_path / "scored.csv")["p_click"].item() < 1
    assert done["model"] == "beside"
    assert Shop(workspace.path, "cpu").info().events == known + 1
