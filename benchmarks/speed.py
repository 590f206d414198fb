"""What one pass and bfloat16 are worth: scoring and training beside the plain ways, on this machine.

``python -m benchmarks.speed [--workspace DIR] [--lists N]`` prints a table and writes
``benchmarks/results/speed.json``. The same lists of the demo shop go through the shipped recipe's network:

- *score, one pass*: a history and its items in one row, in float32 and (where this device has it) bfloat16;
- *score, pair by pair*: what a plain cross-encoder does, each item with the history anew, in the better of the two;
- *train*: a step of the recipe, forward, backward and optimiser, in both.

Rows hold the median of several rounds that take turns, and the greatest difference of log-odds from float32.

A second table has whole lists, from file to result by the workspace's model: pairs a second, and the hours that a
million of them would take, with one item for each shopper and with twenty.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import torch

from benchmarks._record import write
from core.config import DEMO_WORKSPACE, TextSettings, TrainSettings
from core.lists import ListAsk
from core.model import base
from core.model import device as devices
from core.model.onepass import OnePass
from core.model.predict import Pack, logits
from core.service import Shop
from core.store.workspace import Workspace
from core.train import network, sets
from core.train.examples import Example
from core.train.loop import loss_of
from core.train.run import plan, words_writer
from core.train.steps import Collate, Step

RESULTS = Path(__file__).parent / "results"


def measure(workspace: Workspace, lists: int, rounds: int, device: torch.device) -> pd.DataFrame:
    """One row for each way: seconds for the same lists, and how far its log-odds are from float32's."""
    reader, settings = workspace.reader(), TrainSettings(max_examples=lists, teacher_examples=lists)
    splits, specs = plan(reader)
    where, _ = base.locate(settings.base)
    writer = words_writer(reader, where, TextSettings())
    part = sets.training(reader, writer, specs, splits, settings, lambda share, message: None)
    net = network.build(where, len(specs), settings).to(device)
    pad_id = writer.template.cache.pad
    packs = [example.pack for example in part.clicks.examples]
    pairs = [Pack(pack.history, (item,)) for pack in packs for item in pack.candidates]
    ways: dict[str, Callable[[], Any]] = {
        "score, one pass, float32": lambda: logits(net.eval(), packs, pad_id, bf16=False)[0],
        "score, one pass, bfloat16": lambda: logits(net.eval(), packs, pad_id)[0],
        "score, pair by pair": lambda: logits(net.eval(), pairs, pad_id)[0],
        "train, float32": lambda: _train(net.train(), part.clicks.examples, pad_id, settings, bf16=False),
        "train, bfloat16": lambda: _train(net.train(), part.clicks.examples, pad_id, settings, bf16=True),
    }
    if not devices.bf16_helps(device):
        ways = {name: way for name, way in ways.items() if "bfloat16" not in name}
    with network.merged(net.eval()):
        exact = np.concatenate(ways["score, one pass, float32"]())
        off = {name: float(np.abs(np.concatenate(way()) - exact).max())
               for name, way in ways.items() if "score" in name}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    items = sum(len(pack.candidates) for pack in packs)
    return pd.DataFrame([
        {"way": name, "seconds": median(found), "items_a_second": items / median(found), "off": off.get(name)}
        for name, found in seconds.items()
    ]).set_index("way")


def measure_lists(workspace: Path, pairs: int, device: str) -> pd.DataFrame:
    """One row for each shape of list: pairs a second, file to result, once the model is loaded."""
    shop = Shop(workspace, device)
    users = shop.find_shoppers("", pairs)["user_id"].tolist()
    items = shop.find_items("", 20)["item_id"].tolist()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "list.csv", Path(folder) / "scored.csv"
        for each in (1, 1, 20):  # the first also loads and warms up
            some = users[: max(1, pairs // each)]
            listed = [(user, item) for item in items[:each] for user in some]
            pd.DataFrame(listed, columns=["user_id", "item_id"]).to_csv(file, index=False)
            seconds = shop.lists.score(file, out, ListAsk())["seconds"]
            rate = len(listed) / seconds
            rows.append({"list": f"{each} a shopper", "pairs": len(listed), "seconds": seconds, "pairs_a_second": rate,
                         "hours_a_million": 1e6 / rate / 3600})
    return pd.DataFrame(rows[1:]).set_index("list")


def _train(net: OnePass, examples: Sequence[Example], pad_id: int, settings: TrainSettings, bf16: bool) -> None:
    device = next(net.parameters()).device
    optimiser = torch.optim.AdamW((weight for weight in net.parameters() if weight.requires_grad), lr=0.0)
    collate = Collate(pad_id, settings.event_dropout)
    for start in range(0, len(examples), settings.batch_size):
        inputs = {name: part.to(device) for name, part in
                  collate([Step(examples[start : start + settings.batch_size], [])]).items()}
        precise: AbstractContextManager[None] = devices.autocast(device) if bf16 else nullcontext()
        with precise:
            loss = loss_of(net, inputs, settings)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--lists", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=2_000, help="pairs of a whole list; 0 leaves lists out")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, default=RESULTS / "speed.json")
    given = parser.parse_args()
    device = devices.pick(given.device)
    table = measure(Workspace.open(given.workspace), given.lists, given.rounds, device)
    print(devices.describe(device))
    print(table.round(4).to_string())
    whole = measure_lists(given.workspace, given.pairs, given.device) if given.pairs else pd.DataFrame()
    print(whole.round(4).to_string())
    said = {"device": devices.describe(device), "lists": given.lists,
            "median": json.loads(table.to_json(orient="index")), "scored": json.loads(whole.to_json(orient="index"))}
    write(given.out, said)


if __name__ == "__main__":
    main()
