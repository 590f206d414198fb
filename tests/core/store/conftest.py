"""Fixtures for the tests of the store."""

import pytest

from tests.core.store.published import Imported


@pytest.fixture
def imported(tmp_path):
    made = []

    def run(name, folder=None):
        made.append(Imported(name, tmp_path, folder))
        return made[-1]

    yield run
    for one in made:
        one.reader.close()
