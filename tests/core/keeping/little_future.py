"""The small shop's log, cut in two: what a model learned from, and what came after."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.store.importer import import_files
from core.store.workspace import Workspace
from data.demo.generate import generate

#: Days of the whole log, and those that come after the cut.
DAYS, LATER = 34, 10


def write(folder: Path) -> tuple[Path, Path, Path, Path]:
    """Write the earlier and the later events, the items and the users."""
    files = generate(folder / "whole", seed=3, shoppers=220, days=DAYS)
    events = pd.read_parquet(files.events)
    times = events["ts"]
    cut = times.max().normalize() + pd.Timedelta(days=1) - pd.Timedelta(days=LATER)
    earlier, later = folder / "earlier.parquet", folder / "later.parquet"
    events[times < cut].to_parquet(earlier, index=False)
    events[times >= cut].to_parquet(later, index=False)
    return earlier, later, files.items, files.users


def shop(folder: Path) -> tuple[Workspace, Path]:
    """Return a workspace with the earlier events, and the file of the later ones."""
    earlier, later, items, users = write(folder)
    workspace = Workspace.create(folder / "shop")
    import_files(workspace, [earlier], items, users, append=False, generated=True)
    return workspace, later
