"""The tables of ``docs/quality.md``, written from ``benchmarks/results/quality.json``: no figure is typed by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.contest.figures import ordered

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGE = PROJECT / "docs" / "quality.md"
_BLOCK = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
#: Figures in the order shown, and what they are called.
COLUMNS = {
    "gauc": "gAUC", "ndcg@10": "nDCG@10", "hr@10": "HR@10", "auc": "AUC", "ap": "AP", "balanced": "balanced accuracy",
    "ece": "ECE", "logloss": "log loss",
}


def write(results: Path, page: Path = PAGE) -> None:
    """Write the tables into the page, between their marks."""
    page.write_text(filled(page.read_text(encoding="utf-8"), json.loads(results.read_text(encoding="utf-8"))),
                    encoding="utf-8")


def filled(text: str, results: dict[str, Any]) -> str:
    """Return the page's text with the tables of these results."""
    return _BLOCK.sub(lambda found: f"{found[1]}{task(results.get(found[2]))}{found[3]}", text)


def task(found: dict[str, Any] | None) -> str:
    """Write all tables of a task in markdown."""
    if found is None:
        return "\nNot measured yet.\n\n"
    sizes, machine = found["sizes"], found["machine"]
    seeds = ", ".join(map(str, sizes["seeds"])) + ("" if sizes["all_seeds"] else " (other networks: the first)")
    lines = ["", f"{sizes['lists']:,} to learn from at most, {sizes['epochs']:g} epochs, seeds {seeds}; "
                 f"{machine['cores']} cores, {found['minutes']:g} minutes, {found['date'][:10]}:",
             f"`{found['command']}`", ""]
    for name, table in found["tables"].items():
        lines += _table(name, table)
    return "\n".join(lines) + "\n"


def cells(row: dict[str, Any]) -> dict[str, str]:
    """Write a row's figures, each with its range; then by how much the model is ahead."""
    found = {title: _span(row[name]) for name, title in COLUMNS.items() if name in row}
    for name, span in row.get("ahead", {}).items():
        found[f"ours ahead in {COLUMNS[name]}"] = _span(span, signed=True)
    return found


def _table(name: str, table: dict[str, Any]) -> list[str]:
    rows = {row: cells(figures) for row, figures in ordered(table["rows"]).items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    note = f", {table['about']}" if "about" in table else ""
    if "reachable" in table:
        note += f"; an item of {_span(table['reachable'])} is among the candidates that are ranked by words"
    lines = [f"**{name[0].upper()}{name[1:]}** (n = {table['n']:,}{note})", "",
             f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    lines += [f"| {row} | {' | '.join(found.get(column, '') for column in columns)} |" for row, found in rows.items()]
    return [*lines, "", *_classes(table)]


def _classes(table: dict[str, Any]) -> list[str]:
    """Figures of each class, where a task has them."""
    rows = [(row, one) for row, figures in ordered(table["rows"]).items() for one in figures.get("classes", [])]
    if not rows:
        return []
    lines = ["| | class | n | precision | recall | F1 | AUC |", "|---|---|---|---|---|---|---|"]
    lines += [f"| {row} | {one['class']} | {one['n']:,} | " + " | ".join(
        _number(one[name]) for name in ("precision", "recall", "f1", "auc")) + " |" for row, one in rows]
    return [*lines, ""]


def _span(values: list[float | None], signed: bool = False) -> str:
    value, low, high = (_number(part, signed) for part in values)
    return f"{value} ({low} – {high})"


def _number(value: float | None, signed: bool = False) -> str:
    return "–" if value is None else f"{value:+.3f}" if signed else f"{value:.3f}"


if __name__ == "__main__":
    write(PROJECT / "benchmarks" / "results" / "quality.json")
