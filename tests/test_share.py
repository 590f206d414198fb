"""Tests are dealt out to processes by files, those with a browser to one, the long ones first."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests._share import group_of

PROJECT = Path(__file__).resolve().parent.parent
ASK = "import os, pytest\n@pytest.mark.parametrize('n', range(5))\ndef test_it(n):\n" \
      "    print(os.environ.get('PYTEST_XDIST_WORKER'), __file__)\n"  # fmt: skip


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/core/test_a.py::test_x[a::b]", "tests/core/test_a.py"),
        ("tests/browser/test_a.py::test_x", "tests/browser/"),
        ("tests/browser/test_b.py::test_y", "tests/browser/"),
    ],
)
def test_a_file_is_a_group_and_so_are_all_that_need_a_browser(nodeid, group):
    assert group_of(nodeid) == group


def test_two_processes_share_the_tests_by_their_groups(tmp_path):
    for file in ("browser/test_a.py", "browser/test_b.py", "core/test_c.py", "core/test_d.py", "aside/test_e.py"):
        path = tmp_path / "tests" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ASK)
    (tmp_path / "tests" / "_share.py").write_text((PROJECT / "tests" / "_share.py").read_text())
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests._share"]\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n")
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", "-rP", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert "25 passed" in done.stdout, done.stdout + done.stderr
    where = defaultdict(set)
    for line in done.stdout.splitlines():
        if line.startswith("gw"):
            process, file = line.split(" ", 1)
            where[Path(file).parent.name if "browser" in file else Path(file).name].add(process)
    assert set(where) == {"browser", "test_c.py", "test_d.py", "test_e.py"}
    assert all(len(processes) == 1 for processes in where.values())
    assert len(set().union(*where.values())) == 2
