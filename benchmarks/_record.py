"""Writes what a benchmark found, with the command, the date and the machine that it was found on."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.answers import plain


def machine() -> dict[str, Any]:
    """Processor, cores and memory in GiB of this machine, and its version of Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processor": _processor(), "cores": os.cpu_count(), "memory": round(memory),
            "python": platform.python_version()}


def real_data(part: Path | str = "") -> Path | None:
    """Return where the public logs lie, or a part of them; None, and a line that says so, where they are not there."""
    named, what = os.environ.get("REAL_DATA"), str(part) or "the public logs"
    if named and (Path(named) / part).exists():
        return Path(named) / part
    print(f"Left out: the environment variable REAL_DATA names no folder with {what}.")
    return None


def how() -> dict[str, Any]:
    """Command, date and machine of what runs now."""
    module = Path(sys.argv[0]).stem
    return {"command": " ".join([f"python -m benchmarks.{module}", *sys.argv[1:]]),
            "date": datetime.now(UTC).isoformat(timespec="minutes"), "machine": machine()}


def write(file: Path, found: Mapping[str, Any]) -> None:
    """Write ``found`` as JSON beside how it came about; what is not a number becomes null.

    Parameters
    ----------
    file
        Where to; its folder is made.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(plain({**how(), **found}), indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _processor() -> str:
    """Return the name of the processor; Linux keeps it where ``platform`` does not look."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
