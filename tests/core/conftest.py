"""Fixtures for the tests of ``core``: a tiny BERT, a small generated shop, and a model trained on it in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.config import TrainSettings
from core.store.workspace import Reader, Workspace
from tests.tiny import tiny_base as build


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny BERT; treat it as read-only. Tiny models need one thread."""
    import torch

    torch.set_num_threads(1)
    return build(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace with a small demo shop; treat its data as read-only."""
    from core.store.importer import import_files
    from data.demo.generate import generate

    files = generate(tmp_path_factory.mktemp("log"), seed=3, shoppers=220, days=24)
    workspace = Workspace.create(tmp_path_factory.mktemp("small") / "shop")
    import_files(workspace, [files.events], files.items, files.users, append=False, generated=True)
    return workspace


@pytest.fixture(scope="session")
def small_reader(small_shop: Workspace) -> Iterator[Reader]:
    """Open the small shop's data."""
    reader = small_shop.reader()
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def small_settings(tiny_base: Path) -> TrainSettings:
    """Return settings that train the tiny BERT for a few steps."""
    return TrainSettings(
        base=str(tiny_base), max_examples=80, max_steps=10, val_examples=60, test_examples=80, batch_size=8,
        eval_steps=5, teacher_examples=150,
    )


@pytest.fixture(scope="session")
def trained(small_shop: Workspace, small_settings: TrainSettings) -> dict[str, Any]:
    """Train a model named "small" in the small shop and return what the training answered."""
    from core.train.run import train

    return train(small_shop, "small", small_settings, device="cpu")


@pytest.fixture(scope="session")
def small_model(small_shop: Workspace, trained: dict[str, Any]) -> Path:
    """Return the folder of the model that ``trained`` made; treat it as read-only."""
    return small_shop.models / str(trained["model"])
