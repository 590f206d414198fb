"""Write requirements.txt and requirements-dev.txt from what is installed in this environment.

The lock names exact versions of everything that requirements.in and requirements-dev.in lead to,
and nothing of one machine: no index, no host, no hash, no build of torch. So the same lock serves
a laptop with the CPU build and a server with the CUDA build, whose own libraries pip adds.
"""

import sys
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parent.parent
Pins = dict[str, str]
Askers = dict[str, set[str]]


def asked(file: Path) -> list[Requirement]:
    """Requirements that a person wrote into a file; comments and options are left out."""
    lines = (line.split("#")[0].strip() for line in file.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def applies(requirement: Requirement, extras: set[str]) -> bool:
    """Whether a requirement counts on this machine, for these extras of the package that states it."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""})


def closure(roots: list[Requirement], source: str) -> tuple[Pins, Askers]:
    """Versions of everything that the roots lead to, and who asks for each."""
    pins: Pins = {}
    askers: Askers = defaultdict(set)
    seen: set[tuple[str, str]] = set()
    todo = [(root, source) for root in roots]
    while todo:
        requirement, asker = todo.pop()
        name = canonicalize_name(requirement.name)
        askers[name].add(asker)
        news = {"", *requirement.extras} - {extra for known, extra in seen if known == name}
        if not news:
            continue
        seen |= {(name, extra) for extra in news}
        installed = distribution(name)
        if not requirement.specifier.contains(Version(installed.version).public, prereleases=True):
            sys.exit(f"{name} {installed.version} is installed, but {asker} asks for {requirement}. Install it first.")
        pins[name] = Version(installed.version).public
        needs = map(Requirement, installed.requires or [])
        todo += [(need, name) for need in needs if applies(need, news)]
    return pins, askers


def written(pins: Pins, askers: Askers, head: str) -> str:
    """Text of a lock file."""
    lines = [f"{name}=={pins[name]}  # for {', '.join(sorted(askers[name]))}" for name in sorted(pins)]
    return "\n".join([*head.splitlines(), *lines, ""])


def main() -> None:
    """Write both locks."""
    try:
        app, app_askers = closure(asked(PROJECT / "requirements.in"), "requirements.in")
        dev, dev_askers = closure(asked(PROJECT / "requirements-dev.in"), "requirements-dev.in")
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is not installed. Install requirements.in and requirements-dev.in, then lock.")
    added = {name: version for name, version in dev.items() if name not in app}
    head = "# Written by `make lock` from {0}.in. Change that file, not this one.\n"
    (PROJECT / "requirements.txt").write_text(written(app, app_askers, head.format("requirements")))
    (PROJECT / "requirements-dev.txt").write_text(
        written(added, dev_askers, head.format("requirements-dev") + "-c requirements.txt\n")
    )


if __name__ == "__main__":
    main()
