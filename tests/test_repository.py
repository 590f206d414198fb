"""What a person finds on the first day: commands that are there, locks that are exact, scripts that parse."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parent.parent
TARGETS = ("app", "test", "install", "lint", "bench", "demo-model", "lock", "help")
LOCKS = ("requirements.txt", "requirements-dev.txt")


def lines(name: str) -> list[str]:
    text = (line.split("#")[0].strip() for line in (PROJECT / name).read_text().splitlines())
    return [line for line in text if line]


def pins(*names: str) -> dict[str, str]:
    requirements = [Requirement(line) for name in names for line in lines(name) if not line.startswith("-")]
    return {canonicalize_name(each.name): str(each.specifier) for each in requirements}


def make(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["make", *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target):
    done = make("--dry-run", target)
    assert done.returncode == 0, done.stderr


def test_make_refuses_a_target_that_it_does_not_know():
    assert make("--dry-run", "no-such-target").returncode == 2


def test_make_help_lists_every_target():
    listed = set(re.findall(r"^  ([a-z-]+) ", make("help").stdout, re.MULTILINE))
    assert set(TARGETS) <= listed


def test_the_modules_and_scripts_that_make_runs_exist():
    makefile = (PROJECT / "Makefile").read_text()
    modules = set(re.findall(r"-m ([a-z][\w.]*)", makefile)) - {"pip"}
    files = re.findall(r"scripts/[\w.]+", makefile)
    assert {"core", "data.demo.train"} <= modules
    assert [module for module in modules if find_spec(module) is None] == []
    assert [file for file in files if not (PROJECT / file).is_file()] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_exact_versions_and_nothing_of_one_machine(name):
    stated = [line for line in lines(name) if line != "-c requirements.txt"]
    assert stated
    assert [line for line in stated if not re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", line)] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_that_a_person_wrote_is_locked(name):
    locked = pins(*LOCKS)
    for line in lines(f"{name}.in"):
        if not line.startswith("-"):
            wanted = Requirement(line)
            pinned = locked[canonicalize_name(wanted.name)].removeprefix("==")
            assert wanted.specifier.contains(pinned), line


def test_the_tests_run_on_what_is_locked():
    different = {
        name: version(name)
        for name, pin in pins(*LOCKS).items()
        if Version(version(name)).public != pin.removeprefix("==")
    }
    assert different == {}


def test_the_lock_leaves_the_build_of_torch_to_the_machine():
    locked = pins(*LOCKS)
    assert locked["torch"] == "==2.13.0"
    assert [name for name in locked if name.startswith(("nvidia", "triton", "cuda"))] == []


@pytest.mark.parametrize("script", [".ci/run", *(f"scripts/{p.name}" for p in (PROJECT / "scripts").glob("*.sh"))])
def test_shell_scripts_parse(script):
    shell = "bash" if script == ".ci/run" else "sh"
    subprocess.run([shell, "-n", str(PROJECT / script)], check=True, timeout=30)


def test_continuous_integration_runs_what_a_person_types():
    script = (PROJECT / ".ci/run").read_text().splitlines()
    assert {"set -euo pipefail", "make test", "make lint"} <= set(script)


def test_an_old_python_is_refused_in_words(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\ncase \"$2\" in *platform*) echo 3.9.2 ;; *) exit 1 ;; esac\n")
    old.chmod(0o755)
    script = str(PROJECT / "scripts/venv.sh")
    done = subprocess.run(["sh", script, str(old), str(tmp_path / "v")], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is 3.9.2" in done.stderr
    assert not (tmp_path / "v").exists()


def test_the_licence_is_the_one_that_is_declared():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["license"]
    text = (PROJECT / "LICENSE").read_text()
    assert declared == "Apache-2.0"
    assert "Apache License" in text
    assert "Copyright 2026 The ShopperLens authors" in text
