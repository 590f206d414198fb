"""Tables in pages of ``docs``, written from the results of ``benchmarks``: no figure is typed by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results"


@dataclass(frozen=True)
class Page:
    """A page, and for each of its tables the result that it is of and what writes it."""

    file: Path
    tables: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], str]]]

    def results(self) -> dict[str, Mapping[str, Any]]:
        """What the benchmarks found, by the name of their file; those that have not run are missing."""
        files = {name: RESULTS / f"{name}.json" for name, _ in self.tables.values()}
        return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items() if file.exists()}

    def filled(self, text: str, found: Mapping[str, Mapping[str, Any]]) -> str:
        """Return the page's text with the tables that these results make."""
        def table(match: re.Match[str]) -> str:
            source, make = self.tables[match.group(1)]
            body = make(found[source]) if source in found else "Not measured yet."
            return f"<!-- table {match.group(1)} -->\n{body}\n<!-- end -->"

        return re.sub(r"<!-- table (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)

    def write(self) -> None:
        """Write the tables into the page."""
        self.file.write_text(self.filled(self.file.read_text(encoding="utf-8"), self.results()), encoding="utf-8")


def how(found: Mapping[str, Any]) -> str:
    """Command, date and machine of a result."""
    machine = found["machine"]
    return f"`{found['command']}`, {found['date'][:10]}, {machine['cores']} cores ({machine['processor']})."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table in markdown."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
