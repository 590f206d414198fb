"""How long laying out a map of shoppers takes, and how much memory: from ten thousand of them to a million.

``python -m benchmarks.map [--shoppers 1e4 1e5 1e6]`` makes up states as wide as the shipped model's, some dozen crowds
of unequal size (the same for the same seed), and lays them out as a map is: the layout is learned from 20,000 of them,
in which groups are found, and the others are placed into it. Reading histories is not in it: a model does that, as it
does for the profiles. Each size runs in a process of its own, so that its peak of memory is its own. It prints a table
and writes ``benchmarks/results/map.json``.

``learn_s`` is what the clock shows for learning the layout, ``place_s`` for placing all others beside those and finding
the groups; where there are no others, the groups are in ``learn_s``. ``cpu_s`` is what all cores worked, for making up
the states, too: on a machine that does other work, only that can be compared.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks._record import write
from core.map import door

RESULTS = Path(__file__).parent / "results"
_WIDTH, _CROWDS, _SEED = 384, 36, 0


class MadeUp:
    """States of shoppers by their numbers; notes how long making them up took, and when it was asked for."""

    def __init__(self, many: int) -> None:
        draw = np.random.default_rng(_SEED)
        sizes = draw.dirichlet(np.full(_CROWDS, 0.6))
        self.crowd = draw.choice(_CROWDS, many, p=sizes)
        self.middles = draw.normal(0, 1.0, (_CROWDS, _WIDTH)).astype(np.float32)
        self.spans: list[tuple[float, float]] = []

    def __call__(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return ``[n, width]``."""
        began = time.perf_counter()
        draw = np.random.default_rng([_SEED, int(numbers[0])])
        noise = draw.standard_normal((len(numbers), _WIDTH), dtype=np.float32)
        states: NDArray[np.float32] = self.middles[self.crowd[numbers]] + noise
        self.spans.append((began, time.perf_counter()))
        return states


def measure(many: int) -> dict[str, Any]:
    """Lay so many out; see above for what is told."""
    import umap  # noqa: F401  # with numba, which takes seconds to load

    read, cpu = MadeUp(many), time.process_time()
    learned, places, numbers = door._laid_out(read, many, _SEED)
    ended, (_, begun) = time.perf_counter(), read.spans[0]
    turn = read.spans[1][0] if len(read.spans) > 1 else ended
    placing = ended - turn - sum(until - since for since, until in read.spans[1:])
    if not np.isfinite(places).all():
        raise RuntimeError("Somebody has no place.")
    return {
        "shoppers": many, "learned": learned, "groups": int(numbers.max()) + 1, "learn_s": turn - begun,
        "place_s": placing, "cpu_s": time.process_time() - cpu,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }  # fmt: skip


def alone(many: int) -> dict[str, Any]:
    """Measure in a process of its own."""
    ran = subprocess.run([sys.executable, "-m", "benchmarks.map", "--alone", str(many)], check=True,
                         stdout=subprocess.PIPE, text=True)  # fmt: skip
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shoppers", type=float, nargs="+", default=[1e4, 1e5, 1e6])
    parser.add_argument("--out", type=Path, default=RESULTS / "map.json")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        print(json.dumps(measure(given.alone)))
        return
    rows: list[dict[str, Any]] = []
    for many in map(int, given.shoppers):
        rows.append(alone(many))
        print(pd.DataFrame(rows).round(2).to_string(index=False), "\n", flush=True)
        write(given.out, {"rows": rows})


if __name__ == "__main__":
    main()
