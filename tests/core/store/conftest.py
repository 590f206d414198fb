"""Fixtures for the tests of the store."""

import pytest

from core.store.workspace import Workspace
from tests.core.store.published import Imported


@pytest.fixture
def workspace(tmp_path):
    """Return a workspace into which nothing was imported yet."""
    return Workspace.create(tmp_path / "shop")


@pytest.fixture
def imported(tmp_path):
    made = []

    def run(name, folder=None):
        made.append(Imported(name, tmp_path, folder))
        return made[-1]

    yield run
    for one in made:
        one.reader.close()
