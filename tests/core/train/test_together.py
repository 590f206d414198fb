"""Several processes train one model: they learn the same, and one of them writes."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import PROJECT
from core.train import together

# Two processes on the processor, as `accelerate launch` starts them on cards; each loads torch, hence the seconds.
_TRAINS = """
import hashlib, json, sys
from dataclasses import replace
from pathlib import Path
import torch
from core.train import together
from core.train.network import build
from tests.core.train import little_lists
from tests.core.train.test_methods import QUICK

torch.set_num_threads(1)
folder = little_lists.folder(Path(sys.argv[2]))
if together.leads():
    folder.path.mkdir()
together.meet()
settings = replace(QUICK, method="lora", report_to="tensorboard", epochs=2)
torch.manual_seed(0)
network = build(sys.argv[1], 2, settings)
log = little_lists.taught(network, settings, folder)
digest = hashlib.sha256(b"".join(weight.detach().numpy().tobytes() for weight in network.parameters())).hexdigest()
losses = [row["eval_loss"] for row in log if "eval_loss" in row]
print(json.dumps({"leads": together.leads(), "digest": digest, "losses": losses, "steps": log[-1]["step"]}))
"""


def test_alone_one_leads_and_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert (together.processes(), together.leads()) == (1, True)
    together.meet()
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert (together.processes(), together.leads()) == (4, False)


def test_two_processes_learn_one_model(tiny_base: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    common = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true",
              "OMP_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT)}  # fmt: skip
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _TRAINS, str(tiny_base), str(tmp_path)], cwd=PROJECT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **common, "RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=600) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    first, second = (json.loads(out.splitlines()[-1]) for out, _ in said)
    assert (first["leads"], second["leads"]) == (True, False)
    assert first["digest"] == second["digest"]
    assert first["steps"] == 6  # of two epochs with six steps, each process does half
    assert first["losses"] == second["losses"]
    assert first["losses"][-1] < first["losses"][0]
    folder = tmp_path / ".m.training"
    assert len(list((folder / "tensorboard").iterdir())) == 1  # one of them wrote
    steps = [json.loads(line).get("step") for line in (folder / "diary.jsonl").read_text().splitlines()]
    assert steps.count(6) == 2  # its loss and its validation, once each
