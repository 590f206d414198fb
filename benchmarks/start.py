"""How long it takes from the command to a dashboard that can be read, the first time and later.

``python -m benchmarks.start`` does what ``make app`` does once everything is installed, on a new
folder: builds the demo shop, starts the server, opens the Overview in Chromium and waits until it is
drawn and nothing runs. Then again, as on a later day: when the profiles are there that the first look
has started. It prints a table and writes
``benchmarks/results/start.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from playwright.sync_api import expect, sync_playwright

from benchmarks._record import write
from core.jobs import Jobs
from core.store.workspace import Workspace
from tests.browser.serving import PROJECT, launch, served, settle

RESULTS = Path(__file__).parent / "results"
#: Seconds that the house plan allows.
AIMS = {"first": 60.0, "later": 5.0}


def measure(workspace: Path, later_runs: int) -> pd.DataFrame:
    """One row for each run: seconds to the demo shop, to the server's first answer, to the drawn Overview."""
    rows = [{"run": "first", **_run(workspace)}]
    jobs = Jobs(Workspace.open(workspace))
    while any(job.status in ("queued", "running") for job in jobs.all()):  # the first look starts the profiles
        time.sleep(1)
    rows += [{"run": "later", **_run(workspace)} for _ in range(later_runs)]
    return pd.DataFrame(rows)


def _run(workspace: Path) -> dict[str, float]:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "core", "demo", "--workspace", str(workspace)], cwd=PROJECT, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    built = time.perf_counter()
    with sync_playwright() as playwright:
        browser = launch(playwright)  # a person's browser is open already
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened = time.perf_counter()
        with served(workspace) as address:
            answered = time.perf_counter()
            page.goto(address)
            settle(page)
            expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
            drawn = time.perf_counter()
        browser.close()
    return {"demo_seconds": built - started, "server_seconds": answered - opened, "overview_seconds": drawn - answered,
            "seconds": drawn - opened + built - started}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--later-runs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS / "start.json")
    given = parser.parse_args()
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder) / "demo", given.later_runs)
    table = found.groupby("run", sort=False).median()
    table["aim"] = pd.Series(AIMS)
    print(table.round(1).to_string())
    write(given.out, {"later_runs": given.later_runs, "median": json.loads(table.to_json(orient="index"))})
    late = table.index[table["seconds"] > table["aim"]].tolist()
    if late:
        raise SystemExit(f"Slower than aimed at: {', '.join(late)}.")


if __name__ == "__main__":
    main()
