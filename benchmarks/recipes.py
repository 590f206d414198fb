"""Which recipe learns most from the same lists: several are trained on one shop and judged on the same last days.

``python -m benchmarks.recipes [--workspace DIR] [--lists N] [--judged N] [RECIPE …]`` where a recipe is fields of
``core.config.TrainSettings`` with commas between, such as ``batch_size=8,teacher_weight=0.9``; without any, shares of
the teacher and sizes of a step are tried. Only clicks are learned; examples are read once, and the teacher is asked
once, for all recipes. LightGBM on all the lists that the teacher reads stands beside. Writes
``benchmarks/results/recipes.json``.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks._record import write
from core import demo
from core.config import DEMO_WORKSPACE, TextSettings, TrainSettings
from core.errors import InputError
from core.records import no_progress
from core.store.workspace import Workspace
from core.train.examples import ClickSet, Example

Floats = NDArray[np.float64]
#: What is learned from, calibrated on, and judged on.
Parts = tuple[ClickSet, ClickSet, ClickSet]

RESULTS = Path(__file__).parent / "results"
#: Lists that the teacher and LightGBM read.
COUNTED = 24_000
#: The usual recipe, then one thing changed at a time, then together. What helps with few lists need not with many.
TRIED = (
    "batch_size=16,teacher_weight=0.5",
    "batch_size=16,teacher_weight=0.85",
    "batch_size=8,teacher_weight=0.5",
    "batch_size=8,teacher_weight=0.85",
    "batch_size=8,teacher_weight=1.0",
)


def recipe(text: str) -> dict[str, Any]:
    """Read the fields of a recipe.

    Raises
    ------
    InputError
        When it is none.

    Examples
    --------
    >>> recipe("batch_size=8,method=full")
    {'batch_size': 8, 'method': 'full'}
    """
    found: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not equals or name not in TrainSettings.__dataclass_fields__:
            raise InputError(f"{part!r} is no field of a recipe. Say, for example, batch_size=8.")
        try:
            found[name] = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            found[name] = value
    return found


def measure(
    workspace: Workspace, recipes: Sequence[str], settings: TrainSettings, counted: int = COUNTED
) -> dict[str, Any]:
    """Train and judge each recipe on the same lists.

    Parameters
    ----------
    settings
        What all share; ``max_examples`` lists to learn from, ``test_examples`` to be judged on.
    counted
        Lists that the teacher and LightGBM read, at least those to learn from.
    """
    from core.model import base
    from core.train.baselines import lightgbm_clicks

    where, _ = base.locate(settings.base)
    parts = _parts(workspace, where, settings, max(settings.max_examples, counted))
    rows = {"lightgbm": _figures(parts[2], lightgbm_clicks(*parts, 0))}
    print(f"lightgbm: AUC {rows['lightgbm']['auc']:.4f}", file=sys.stderr, flush=True)
    chances = _chances(parts[0])
    for text in recipes:
        started = time.perf_counter()
        found = _judged(parts, chances, where, replace(settings, **recipe(text)))
        rows[text] = {**found, "seconds": round(time.perf_counter() - started, 1)}
        print(f"{text}: AUC {found['auc']:.4f}, gAUC {found['gauc']:.4f}", file=sys.stderr, flush=True)
    return {"lists": settings.max_examples, "judged": settings.test_examples, "generated": workspace.generated(),
            "figures": rows}


def _parts(workspace: Workspace, where: str, settings: TrainSettings, counted: int) -> Parts:
    """Lists to learn from, to calibrate on and to be judged on, as ``core.train.sets`` draws them."""
    from core.store.examples import has_lists
    from core.train import sets
    from core.train.examples import click_set
    from core.train.run import plan, words_writer

    reader = workspace.reader()
    splits, _ = plan(reader)
    writer = words_writer(reader, where, TextSettings())
    most = sets.LONGEST_LIST if has_lists(reader) else sets.BASKET_ITEMS
    return (
        click_set(reader, writer, splits.learns_from, splits.train_end, counted, settings.seed, settings.candidates,
                  sets.PLACELESS),
        click_set(reader, writer, splits.train_end, splits.val_end, settings.val_examples, sets.VALIDATION_SEED, most),
        click_set(reader, writer, splits.val_end, splits.end, settings.test_examples, sets.TEST_SEED, most),
    )


def _chances(clicks: ClickSet) -> list[Floats]:
    """What the teacher thinks of each list."""
    from core.train.teacher import click_chances

    return np.split(click_chances(clicks, 0), np.cumsum([len(example.clicks) for example in clicks.examples])[:-1])


def _judged(parts: Parts, chances: list[Floats], where: str, settings: TrainSettings) -> dict[str, Any]:
    """Train one recipe; return its figures on the test pairs, calibrated on the validation days."""
    from transformers import set_seed

    from core.model import device
    from core.model.predict import logits
    from core.train import glossary
    from core.train.baselines import calibrated
    from core.train.loop import fit
    from core.train.network import build, merged
    from core.train.run_folder import RunFolder
    from core.train.teacher import drawn

    set_seed(settings.seed)
    network, target = build(where, 1, settings), device.pick("auto")  # a tag that nothing teaches
    pad = network.encoder.config.pad_token_id or 0
    softened = _softened(parts[0].examples, chances, settings.teacher_weight)
    lists = drawn(softened, settings), parts[1].examples
    glossary.give(network, softened, [], settings)
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder(Path(folder), "recipe")
        run.path.mkdir()
        fit(network.to(target), lists, ([], []), pad, settings, run, target, no_progress)
    with merged(network.eval()):
        val, test = (np.concatenate(logits(network, [example.pack for example in part.examples], pad)[0])
                     for part in parts[1:])
    return _figures(parts[2], calibrated(val, test, parts[1].pairs["label"].to_numpy(float)))


def _figures(clicks: ClickSet, chances: Floats) -> dict[str, Any]:
    from core.train.judge import figures
    from core.train.metrics import click_metrics

    pairs = clicks.pairs
    return figures(click_metrics(pairs["label"].to_numpy(float), chances, pairs["ask_id"].to_numpy(np.int64)))


def _softened(examples: Sequence[Example], chances: list[Floats], weight: float) -> list[Example]:
    """As ``core.train.teacher.lessons`` has it, with the teacher's answers at hand."""
    return [replace(example, clicks=((1 - weight) * example.clicks + weight * chance).astype(np.float32))
            for example, chance in zip(examples, chances, strict=True)]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE")
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--lists", type=int, default=2_600)
    parser.add_argument("--judged", type=int, default=3_000)
    parser.add_argument("--out", type=Path, default=RESULTS / "recipes.json")
    given = parser.parse_args()
    recipes = given.recipes or list(TRIED)
    for text in recipes:
        recipe(text)  # a slip is said before an hour is spent
    if given.workspace == DEMO_WORKSPACE:
        demo.build(given.workspace)
    settings = TrainSettings(max_examples=given.lists, test_examples=given.judged, val_examples=600, epochs=1.0,
                             learning_rate=7e-4)
    found = measure(Workspace.open(given.workspace), recipes, settings)
    columns = ["auc", "gauc", "ndcg@10", "logloss", "ece", "seconds"]
    print(pd.DataFrame(found["figures"]).T.reindex(columns=columns).round(4).to_string())
    write(given.out, found)


if __name__ == "__main__":
    main()
