"""Where the lists lie that are scored, and those that leave: a folder for each, with what it is and then a report."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER, EXPORTS, LIST, REPORT = "scored", "exports", "list.json", "report.json"


def unfinished_versions(workspace: Path) -> set[int]:
    """Return the versions of the data that lists go on with which are not done."""
    found = (file for folder in (FOLDER, EXPORTS) for file in workspace.glob(f"{folder}/*/{LIST}"))
    lists = (file for file in found if not (file.parent / REPORT).exists())
    return {int(json.loads(file.read_text(encoding="utf-8"))["version"]) for file in lists}
