"""Tables and figures in pages of ``docs``, written from the results of ``benchmarks``: none is typed by hand.

A table stands between ``<!-- table NAME -->`` and ``<!-- end -->``, on lines of their own; a figure within a sentence
between ``<!-- figure NAME -->`` and ``<!-- end -->``, which nobody sees who reads the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results"
#: Name of a result, and what makes a table or a figure of it.
Made = tuple[str, Callable[[Mapping[str, Any]], str]]


@dataclass(frozen=True)
class Page:
    """A page, and for each of its tables, and of the figures in its sentences, the result and what writes it."""

    file: Path
    tables: Mapping[str, Made]
    figures: Mapping[str, Made] = field(default_factory=dict)

    def results(self) -> dict[str, Mapping[str, Any]]:
        """What the benchmarks found, by the name of their file; those that have not run are missing."""
        sources = {name for name, _ in (*self.tables.values(), *self.figures.values())}
        files = {name: RESULTS / f"{name}.json" for name in sorted(sources)}
        return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items() if file.exists()}

    def filled(self, text: str, found: Mapping[str, Mapping[str, Any]]) -> str:
        """Return the page's text with the tables and the figures that these results make.

        Raises
        ------
        KeyError
            When it has a table or a figure of a name that nothing writes.
        """

        def table(match: re.Match[str]) -> str:
            source, make = self.tables[match.group(1)]
            body = make(found[source]) if source in found else "Not measured yet."
            return f"<!-- table {match.group(1)} -->\n{body}\n<!-- end -->"

        def figure(match: re.Match[str]) -> str:
            source, make = self.figures[match.group(1)]
            said = make(found[source]) if source in found else "not measured yet"
            return f"<!-- figure {match.group(1)} -->{said}<!-- end -->"

        text = re.sub(r"<!-- table (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)
        return re.sub(r"<!-- figure (\w+) -->.*?<!-- end -->", figure, text, flags=re.DOTALL)

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
