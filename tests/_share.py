"""A pytest plugin that deals the tests out to processes, where ``-n`` asks for several.

The tests of a file go to one process, as they share what is made for them; so do all that need a browser, whose demo
shop, server and Chromium are costly.
"""

from __future__ import annotations

from typing import Any

import pytest

#: Where tests take longest. They begin first, so that no process is left with them at the end.
FIRST = ("tests/browser/", "tests/real/")
TOGETHER = "tests/browser/"


def group_of(nodeid: str) -> str:
    """Name the group of a test, which goes to one process: its file, or the folder whose tests stay together."""
    return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call bytes by their argument: packed ones hold the time, and all processes must call a test the same."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first."""
    items.sort(key=lambda item: next((n for n, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal groups out in the order in which they were collected, each to the process that is free first."""
    from xdist.scheduler import LoadScopeScheduling

    class Dealing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return Dealing(config, log)
