"""A pytest plugin that deals the tests out to processes, where ``-n`` and ``--dist loadgroup`` ask for several.

The tests of a file stay together, as they share what is made for them; so do files that share what is costly.
"""

import pytest

#: Fixtures that together make what takes long: files with a test that uses them all go to one process.
COSTLY = {"demo shop in a browser": {"browser", "workspace"}}
#: Where tests take longest. They begin first, so that no process is left with them at the end.
FIRST = ("tests/browser", "tests/real")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call bytes by their argument: packed ones hold the time, and all processes must call a test the same."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, and name each test's group."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    used = {item.path: name for item in items for name, needs in COSTLY.items() if needs <= {*_fixtures(item)}}
    for item in items:
        item.add_marker(pytest.mark.xdist_group(used.get(item.path, item.nodeid.partition("::")[0])))


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])
