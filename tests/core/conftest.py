"""Fixtures for the tests of ``core``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny import tiny_base as build


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny BERT; treat it as read-only."""
    return build(tmp_path_factory.mktemp("base") / "tiny")
