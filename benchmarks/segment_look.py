"""How fast each panel of “A closer look” is counted, on the demo shop and on logs of any size.

``python -m benchmarks.segment_look [--events 1e6 1e7] [--demo DIR] [--folder DIR]`` writes logs of these sizes (the
same for the same seed), imports them, asks all that the panels ask of the shoppers who ever bought and of everyone
else, whom they are held against, three times in a shop that was just opened, and prints the slowest of each in
milliseconds. ``cpu`` is what all cores worked for it: on a machine that does other work too, only that can be compared.
It writes ``benchmarks/results/segment_look.json``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks import _shop_log
from benchmarks._record import write
from core.conditions import Deed, Did, Group, Node
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace

RESULTS = Path(__file__).parent / "results"
#: Milliseconds that a panel may take: on the demo shop, and on up to ten million events.
AIMS = {"demo": 300.0, "log": 2000.0}
_TIMES = 3
_BUYERS = Group("all", (Did(Deed("purchase")),))
_REST = Group("none", (_BUYERS,))
_VIEWERS, _CARTS = Group("all", (Did(Deed("view")),)), Group("all", (Did(Deed("cart")),))


def panels(shop: Shop) -> dict[str, list[Callable[[], object]]]:
    """Return what each panel asks."""
    look = shop.looking

    def both(*asked: Callable[[Node], object]) -> list[Callable[[], object]]:
        return [partial(one, tree) for one in asked for tree in (_BUYERS, _REST)]

    return {
        "What they do": [lambda: look.funnel(_BUYERS, _REST), lambda: look.apart(_BUYERS, "search"),
                         lambda: look.apart(_BUYERS, "item")],
        "When": both(look.hours, look.spent),
        "Come back?": both(look.retention, look.lives),
        "Value": both(look.worth),
        "Overlap": [lambda: look.overlap([_BUYERS, _VIEWERS, _CARTS])],
    }  # fmt: skip


def measure(name: str, workspace: Path) -> list[dict[str, object]]:
    """One row a panel: the slowest of some times; who meets the segment is found before, as the page has it by then."""
    shop = Shop(workspace, device="cpu")
    for tree in (_BUYERS, _REST, _VIEWERS, _CARTS):
        shop.segments.count(tree)
    rows: list[dict[str, object]] = []
    for panel, questions in panels(shop).items():
        spent = [_timed(questions) for _ in range(_TIMES)]
        rows.append({"shop": name, "events": shop.info().events, "panel": panel,
                     "wall_ms": max(wall for wall, _ in spent), "cpu_ms": max(cpu for _, cpu in spent)})  # fmt: skip
    shop.reader.close()
    return rows


def _timed(questions: list[Callable[[], object]]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for ask in questions:
        ask()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, nargs="*", default=[1e6, 1e7])
    parser.add_argument("--demo", type=Path, default=Path("data/workspaces/demo"))
    parser.add_argument("--folder", type=Path, help="where logs and workspaces are kept; else they are thrown away")
    parser.add_argument("--out", type=Path, default=RESULTS / "segment_look.json")
    given = parser.parse_args()
    rows = measure("demo", given.demo) if given.demo.is_dir() else []
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        for events in map(int, given.events):
            workspace = folder / f"ws-{events}"
            if not workspace.is_dir():
                import_files(Workspace.create(workspace), [_shop_log.write(folder, events).parquet])
            rows += measure("log", workspace)
    table = pd.DataFrame(rows)
    table["aim_ms"] = table["shop"].map(AIMS)
    print(table.round(0).to_string(index=False))
    write(given.out, {"slowest_of": _TIMES, "panels": json.loads(table.round(1).to_json(orient="records"))})
    late = table[table["wall_ms"] > table["aim_ms"]]
    if not late.empty:
        raise SystemExit(f"Slower than aimed at: {', '.join(late['panel'])}.")


if __name__ == "__main__":
    main()
