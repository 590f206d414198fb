"""Fixtures that tests of several parts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.store.workspace import Reader, Workspace
from tests.tiny_shop import import_shop


@pytest.fixture(scope="session")
def tiny_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the workspace of ``tests.tiny_shop``; treat it as read-only."""
    return import_shop(tmp_path_factory.mktemp("tiny"))[0]


@pytest.fixture(scope="session")
def tiny_reader(tiny_shop: Workspace) -> Iterator[Reader]:
    """Open the tiny shop's data."""
    reader = tiny_shop.reader()
    yield reader
    reader.close()
