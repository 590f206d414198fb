"""A dashboard, an import, a training and a scoring on one workspace at once: none fails, none waits for another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.config import PROJECT
from core.service import Shop
from core.store.workspace import Workspace


@pytest.fixture
def shop(small_shop: Workspace, small_model: Path, tmp_path: Path) -> Shop:
    """Open a copy of the small shop, as a dashboard does."""
    path = tmp_path / "shop"
    shutil.copytree(small_shop.path, path, ignore=shutil.ignore_patterns(".*", "artefacts", "state.sqlite*"))
    for folder in (path / "models").iterdir():
        if folder.name != small_model.name:
            shutil.rmtree(folder)
    return Shop(path, device="cpu")


def start(shop: Shop, *arguments: str) -> subprocess.Popen[str]:
    """Start a command of the command line on the shop's workspace."""
    command = [sys.executable, "-m", "core", *arguments, "--workspace", str(shop.workspace.path), "--json"]
    env = {**os.environ, "SHOPPERLENS_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def test_all_at_once(shop: Shop, tiny_base: Path, tmp_path: Path) -> None:
    busy = str(shop.find_shoppers("", 1)["user_id"].iloc[0])
    item = shop.recommend(busy, 1)[0].item_id
    events_before, version = shop.info().events, shop.version
    last = shop.info().last_ts
    assert last is not None
    lines = [f"newcomer{n},{item},view,{last:%Y-%m-%d %H:%M:%S}\n" for n in range(9)]
    (tmp_path / "more.csv").write_text("user_id,item_id,event_type,ts\n" + "".join(lines))
    (tmp_path / "pairs.csv").write_text("user_id,item_id\n" + f"{busy},{item}\n" * 40)

    running = {
        "train": start(shop, "train", "--name", "beside", "--base", str(tiny_base), "--max-examples", "60",
                       "--max-steps", "4", "--val-examples", "60", "--test-examples", "60"),
        "score": start(shop, "score", str(tmp_path / "pairs.csv"), "--out", str(tmp_path / "scored.csv")),
        "import": start(shop, "import", str(tmp_path / "more.csv")),
    }
    asked = 0
    while any(process.poll() is None for process in running.values()):
        assert shop.shopper(busy).user_id == busy  # the dashboard goes on with the data that it began with
        assert shop.info().events == events_before
        asked += 1
    answers = {}
    for name, process in running.items():
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, f"{name}: {err}"
        answers[name] = json.loads(out)

    assert asked > 1
    assert answers["import"]["events"] == 9
    assert answers["train"]["model"] == "beside"
    assert len(pd.read_csv(tmp_path / "scored.csv")) == 40
    assert shop.newer_version() is not None and shop.newer_version() > (version or 0)
    newer = Shop(shop.workspace.path, "cpu", version=shop.newer_version())
    assert newer.info().events == events_before + 9
    assert set(newer.models()) == {"small", "beside"}
