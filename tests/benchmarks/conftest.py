"""A tiny BERT for tests of what is measured."""

from __future__ import annotations

import pytest

from benchmarks.contest.kit import Base
from core.model.base import load_tokenizer
from tests.tiny import tiny_base as build


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Return a tiny base with its tokenizer. Tiny models need one thread."""
    import torch

    torch.set_num_threads(1)
    folder = build(tmp_path_factory.mktemp("base") / "tiny")
    return Base(str(folder), load_tokenizer(str(folder)), torch.device("cpu"))
