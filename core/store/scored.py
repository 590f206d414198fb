"""Where the lists lie that are scored: a folder for each, with what it is and, once it is done, a report."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER, LIST, REPORT = "scored", "list.json", "report.json"


def unfinished_versions(workspace: Path) -> set[int]:
    """Return the versions of the data that lists go on with which are not scored to their end."""
    lists = (file for file in workspace.glob(f"{FOLDER}/*/{LIST}") if not (file.parent / REPORT).exists())
    return {int(json.loads(file.read_text(encoding="utf-8"))["version"]) for file in lists}
