"""A benchmark's figures stand beside how they came about."""

import json
import os
import sys
from datetime import UTC, datetime

from benchmarks import _record


def test_figures_are_kept_with_the_command_the_date_and_the_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/benchmarks/start.py", "--later-runs", "2"])
    _record.write(tmp_path / "new" / "start.json", {"seconds": 3.5, "rows": [{"low": float("nan")}]})
    kept = json.loads((tmp_path / "new" / "start.json").read_text())
    assert kept["command"] == "python -m benchmarks.start --later-runs 2"
    assert abs(datetime.now(UTC) - datetime.fromisoformat(kept["date"])).total_seconds() < 120
    assert kept["machine"]["cores"] == os.cpu_count()
    assert kept["machine"]["memory"] >= 1
    assert kept["seconds"] == 3.5
    assert kept["rows"] == [{"low": None}]  # NaN is no JSON
