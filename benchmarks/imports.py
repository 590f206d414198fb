"""How fast a big log is imported, and how fast its pages answer: beside a bare ``CREATE TABLE AS`` of the same file.

``python -m benchmarks.imports [--events 1e6 1e7 1e8] [--kinds csv parquet] [--folder DIR]`` writes logs of these sizes
(a shop's sixty days, the same for the same seed), imports each on two cores in a process of its own, lets DuckDB alone
read the same file with its types given, in turns with the import, and asks everything that Overview, Shopper and
Segments ask. It prints a table that shows how all of it grows, and writes ``benchmarks/results/imports.json``.

``wall`` is what a clock shows, ``cpu`` the seconds that both cores worked for the process: on a machine that does other
work too, only the latter can be compared. ``until_events`` ends when the events are in the new version, ``seconds``
when everything is counted and the version is published: an import is as fast as the latter.

100 million events take 20 GB on the disk, and a quarter of an hour on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import _shop_log
from core.records import Condition
from core.segments import as_tree
from core.service import Shop
from core.store import find
from core.store.workspace import Workspace

RESULTS = Path(__file__).parent / "results"
#: What the house plan asks for: rows a second against the bare statement's, GiB, seconds at the 95th percentile.
AIMS = {
    "ratio": 0.5, "peak_gib": 8.0, "overview_p95": 1.0, "shopper_p95": 1.0, "words_p95": 1.0, "knowing_p95": 1.0,
    "count_p95": 2.0,
}
#: The import's own limit of DuckDB's memory is below this one, which the bare statement gets too.
_BARE = {"threads": 2, "memory_limit": "6GB"}
_SHOPPERS, _TIMES = 40, 5


def bare(file: Path, folder: Path) -> dict[str, float]:
    """Let DuckDB alone make a table of the file, every type given, and write it to the disk."""
    import duckdb

    target = folder / "bare.duckdb"
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in _shop_log.COLUMNS.items())
    read = f"read_csv('{file}', header = true, auto_detect = false, columns = {{{kinds}}})"
    source = read if file.suffix == ".csv" else f"read_parquet('{file}')"
    with _clocks() as clocks, duckdb.connect(str(target), config=dict(_BARE)) as con:
        con.execute(f"CREATE TABLE log AS SELECT * FROM {source}")
        con.execute("CHECKPOINT")
    target.unlink()
    return clocks


def imported(file: Path, folder: Path) -> dict[str, float]:
    """Import the file into a new workspace."""
    from core.store.importer import EVENTS_THERE, import_files

    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # two cores, also on a machine that has more
    reached: dict[str, float] = {}

    def progress(share: float, message: str) -> None:
        if share >= EVENTS_THERE and "events" not in reached:
            reached.update(events=time.perf_counter() - began, events_cpu=time.process_time() - began_cpu)

    began, began_cpu = time.perf_counter(), time.process_time()
    with _clocks() as clocks:
        report = import_files(Workspace.create(folder), [file], progress=progress)
    if report.imported + report.rejected + report.duplicates != report.lines_read:
        raise RuntimeError(f"The lines do not add up: {report}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {**clocks, "until_events": reached["events"], "until_events_cpu": reached["events_cpu"],
            "peak_gib": peak, "lines": report.lines_read, "imported": report.imported, "duplicates": report.duplicates}


@contextmanager
def _clocks() -> Iterator[dict[str, float]]:
    found: dict[str, float] = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield found
    found.update(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def asked(folder: Path, seed: int = 3) -> dict[str, float]:
    """Ask what the pages ask; the 95th percentile of the seconds of each, and the slowest single question.

    ``words`` looks for shoppers by what they did, ``knowing`` for those who are like one, and for the segments that she
    is in. ``count`` is Segments' live count, ``segments`` all that the page says of a segment: also who is in it, and
    how they differ from everyone else in every fact.
    """
    shop = Shop(folder)
    people = find.shopper_ids(shop.reader)
    chosen = pd.Series(people).sample(_SHOPPERS, random_state=seed).tolist()
    busiest = shop.find_shoppers("", 5)["user_id"].tolist()
    pages: dict[str, list[float]] = {page: [] for page in _PAGES}
    for _ in range(_TIMES):
        fresh = Shop(folder)  # as a page that is opened anew: nothing of it is remembered
        pages["overview"].append(_seconds(fresh.info))
        pages["overview"].append(_seconds(fresh.overview))
        pages["shopper"].append(_seconds(lambda fresh=fresh: fresh.find_shoppers("")))
        pages["shopper"].append(_seconds(lambda fresh=fresh: fresh.find_shoppers(people[-1][-4:])))
        pages["words"] += [_seconds(lambda fresh=fresh, text=text: fresh.find_shoppers(text)) for text in _WORDS]
    if not shop.segments.all():
        shop.segments.save(as_tree(_SEGMENTS[0]), "Buyers")
    for user in [*chosen, *busiest]:
        pages["shopper"].append(_seconds(lambda user=user: shop.shopper(user)))
    for user in [*chosen[:_TIMES], *busiest]:
        pages["knowing"].append(_seconds(lambda user=user: shop.knowing.alike(user)))
        pages["knowing"].append(_seconds(lambda user=user: shop.knowing.belongs(user)))
    for conditions in _SEGMENTS:
        for _ in range(_TIMES):
            counts = Shop(folder).segments
            pages["count"].append(_seconds(lambda c=conditions, asked=counts: asked.count(as_tree(c))))
            pages["segments"].append(_seconds(lambda c=conditions: shop.segment(c, ["purchases"])))
    found = {f"{page}_p95": float(pd.Series(seconds).quantile(0.95)) for page, seconds in pages.items()}
    return {**found, **{f"{page}_max": max(seconds) for page, seconds in pages.items()}}


_PAGES = ("overview", "shopper", "words", "knowing", "count", "segments")
#: What few and what many shoppers searched for, and of what many did something: a brand, and a whole department.
_WORDS = ("thing 19999", "thing 12", "brand 12", "department 5")
_SEGMENTS = (
    [Condition("purchases", ">=", 2)],
    [Condition("days_since_last", "<=", 14), Condition("carts", ">=", 1)],
    [Condition("top_category", "==", "Department 5"), Condition("spend", ">=", 100)],
    [Condition("favourite_weekday", "in", ["Saturday", "Sunday"]), Condition("views", "between", [5, 50])],
)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alone(what: str, *given: object) -> dict[str, Any]:
    """Run one of the measurements in a process of its own, so that its peak of memory is its own."""
    ran = subprocess.run([sys.executable, "-m", "benchmarks.imports", "--alone", what, *map(str, given)],
                         check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def measure(folder: Path, events: int, kinds: list[str], rounds: int, keep: bool) -> Iterator[dict[str, Any]]:
    """One row for each kind of file: the medians of rounds in which the import and the bare statement take turns."""
    log = _shop_log.write(folder, events)
    for kind in kinds:
        file, shop = getattr(log, kind), folder / f"shop-{events}-{kind}"
        bares, imports = [], []
        for _ in range(rounds):
            bares.append(alone("bare", file, folder))
            shutil.rmtree(shop, ignore_errors=True)
            imports.append(alone("imported", file, shop))
        ours, theirs = pd.DataFrame(imports).median(), pd.DataFrame(bares).median()
        row = {
            "events": int(ours["lines"]), "file": kind, "file_mb": file.stat().st_size / 1e6,
            "bare_wall": theirs["wall"], "bare_cpu": theirs["cpu"], "seconds": ours["wall"], "cpu": ours["cpu"],
            "until_events": ours["until_events"], "until_events_cpu": ours["until_events_cpu"],
            "rows_per_second": ours["lines"] / ours["wall"],
            "ratio": theirs["wall"] / ours["wall"], "ratio_cpu": theirs["cpu"] / ours["cpu"],
            "ratio_until_events_cpu": theirs["cpu"] / ours["until_events_cpu"],
            "peak_gib": ours["peak_gib"], "duplicates": int(ours["duplicates"]),
        }
        yield {**row, **alone("asked", shop)}
        shutil.rmtree(shop)
    if not keep:
        log.csv.unlink()
        log.parquet.unlink()


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def _say(rows: list[dict[str, Any]]) -> str:
    """Say which aims are met and which are not, and how the time grows."""
    said = []
    for row in rows:
        for name, aim in AIMS.items():
            met = row[name] >= aim if name == "ratio" else row[name] <= aim
            if not met:
                said.append(f"{row['events']:,} events, {row['file']}: {name} is {row[name]:.2f}, the aim is {aim:g}")
    by_file = {kind: [row for row in rows if row["file"] == kind] for kind in {row["file"] for row in rows}}
    for kind, those in sorted(by_file.items()):
        for less, more in zip(those, those[1:], strict=False):
            times = {name: more[name] / less[name] for name in ("events", "cpu", "seconds")}
            said.append(f"{kind}: {times['events']:.1f} times the events took {times['cpu']:.1f} times the work and "
                        f"{times['seconds']:.1f} times as long")
    return "\n".join(said)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, nargs="+", default=[1e6, 1e7, 1e8])
    parser.add_argument("--kinds", nargs="+", choices=["csv", "parquet"], default=["csv", "parquet"])
    parser.add_argument("--rounds", type=int, default=1, help="how often each file is imported; the median counts")
    parser.add_argument("--folder", type=Path, help="where the files go (20 GB for 100 million events)")
    parser.add_argument("--keep", action="store_true", help="keep the generated files, and use those that are there")
    parser.add_argument("--out", type=Path, default=RESULTS / "imports.json")
    parser.add_argument("--alone", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        what, *paths = given.alone
        work: Callable[..., dict[str, float]] = {"bare": bare, "imported": imported, "asked": asked}[what]
        print(json.dumps(work(*map(Path, paths))))
        return
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="shopperlens-", dir=given.folder) as made:
        folder = given.folder if given.keep and given.folder else Path(made)
        for events in given.events:
            for row in measure(folder, round(events), given.kinds, given.rounds, given.keep):
                rows.append(row)
                print(pd.DataFrame(rows).round(3).T.to_string(header=False), "\n", flush=True)
                said = {"command": " ".join(["python -m benchmarks.imports", *sys.argv[1:]]),
                        "date": datetime.now(UTC).date().isoformat(), "machine": _machine(), "aims": AIMS, "rows": rows}
                given.out.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    print(_say(rows))


if __name__ == "__main__":
    main()
