"""What every task needs: sizes, a workspace of imported logs, and the model trained by its recipe on any parts."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.config import EMBEDDED_BASE, TrainSettings
from core.model import device as devices
from core.model.base import load_tokenizer, locate
from core.model.onepass import OnePass
from core.model.predict import logits
from core.records import TagSpec
from core.schema import TEMPLATE_VERSION
from core.store.importer import import_files
from core.store.workspace import Workspace
from core.train import baselines, glossary
from core.train import network as networks
from core.train.examples import ClickSet, Example
from core.train.loop import fit
from core.train.run_folder import RunFolder
from core.train.sets import Part
from core.train.teacher import lessons

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sizes:
    """How much is learned from and judged on.

    Attributes
    ----------
    lists
        Lists or baskets (or shoppers, where a task has no lists) that the networks learn from.
    val, test
        Lists or baskets to stop and calibrate on, and to be judged on.
    ranked
        Baskets of the test days for which the whole catalogue is ranked.
    epochs
        How often a network sees each list.
    passes
        How often self-attention over item numbers sees all purchases of the training days.
    seeds
        Every row is trained once for each.
    all_seeds
        False trains networks other than the model itself for the first seed alone: they take longest.
    """

    lists: int = 2_000
    val: int = 300
    test: int = 800
    ranked: int = 150
    epochs: float = 2.0
    passes: int = 10
    seeds: tuple[int, ...] = (0, 1)
    all_seeds: bool = True

    def settings(self, seed: int, **changes: Any) -> TrainSettings:
        """Return the default recipe at this size."""
        return replace(TrainSettings(), max_examples=self.lists, val_examples=self.val, test_examples=self.test,
                       epochs=self.epochs, seed=seed, **changes)


@dataclass(frozen=True)
class Base:
    """The base model: where it lies, its tokenizer, and where it computes."""

    where: str
    tokenizer: Any
    device: Any

    @classmethod
    def load(cls) -> Base:
        """Load the embedded one."""
        where, _ = locate(EMBEDDED_BASE)
        return cls(where, load_tokenizer(where), devices.pick())

    @property
    def pad(self) -> int:
        """Number of the padding token."""
        return int(self.tokenizer.pad_token_id or 0)


def imported(folder: Path, files: Sequence[Path], preset: str) -> Workspace:
    """Import a log, unless the folder holds it already."""
    if (folder / "CURRENT").exists():
        return Workspace.open(folder)
    workspace = Workspace.create(folder)
    import_files(workspace, list(files), preset=preset)
    return workspace


@dataclass(frozen=True)
class Kept:
    """Scores that were computed once stay in a folder: a run that was cut off goes on where it was.

    Attributes
    ----------
    folder
        Of the run; what a file is called says task, row, seed, sizes and the version of the words.
    task
        Whose scores.
    sizes
        Scores at other sizes are others.
    """

    folder: Path
    task: str
    sizes: Sizes

    def scores(self, row: str, seed: int, compute: Callable[[], Sequence[Floats]]) -> list[Floats]:
        """Return the arrays of a row, computed if they are not there."""
        told = replace(self.sizes, seeds=(), all_seeds=True)  # which seeds are run does not change one of them
        name = sha256(repr((self.task, row, seed, told, TEMPLATE_VERSION)).encode()).hexdigest()[:16]
        file = self.folder / "scores" / f"{self.task}-{name}.npz"
        if file.exists():
            with np.load(file) as found:
                return [found[str(i)] for i in range(len(found.files))]
        say(f"  seed {seed}: {row}")
        found = list(compute())
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file.with_suffix(".part.npz"), **{str(i): values for i, values in enumerate(found)})
        file.with_suffix(".part.npz").replace(file)
        return found


def learned(base: Base, parts: tuple[Part, Part], specs: Sequence[TagSpec], settings: TrainSettings) -> OnePass:
    """Train the model by its recipe on training and validation parts, and return it ready to score."""
    from transformers import set_seed

    train, val = parts
    set_seed(settings.seed)
    network = networks.build(base.where, max(1, len(specs)), settings).to(base.device)
    lists, shoppers, more = lessons(train, settings)
    glossary.give(network, more, shoppers, settings)
    with tempfile.TemporaryDirectory() as spare:
        folder = RunFolder(Path(spare), "measured")
        folder.path.mkdir()
        fit(network, (lists, val.clicks.examples), (shoppers, val.tags.examples), base.pad,
            replace(settings, report_to="none"), folder, base.device, _said("  learns"))
    return network.eval()


def click_logits(base: Base, network: OnePass, examples: Sequence[Example]) -> Floats:
    """Click logits of every candidate, in order."""
    with networks.merged(network):
        found, _ = logits(network, [example.pack for example in examples], base.pad)
    return np.concatenate(found)


def tag_logits(base: Base, network: OnePass, examples: Sequence[Example]) -> Floats:
    """Tag logits ``[shoppers, T]``."""
    with networks.merged(network):
        return logits(network, [example.pack for example in examples], base.pad)[1]


def probabilities(val: Floats, test: Floats, part: ClickSet) -> Floats:
    """Chances of a click for the test pairs, calibrated on the validation pairs as every row's are."""
    return baselines.calibrated(val, test, part.pairs["label"].to_numpy(float))


def say(message: str) -> None:
    """Tell on stderr what is being done, and when."""
    print(f"{time.strftime('%H:%M:%S')}  {message}", file=sys.stderr, flush=True)


def _said(what: str) -> Any:
    last = [time.monotonic()]

    def progress(share: float, message: str) -> None:
        if time.monotonic() - last[0] > 60:
            last[0] = time.monotonic()
            say(f"{what} {share:4.0%}  {message}")

    return progress
