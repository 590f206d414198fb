"""The tables of ``docs/explanations.md``, written from the results of ``benchmarks``: no figure is typed by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs" / "explanations.md"
RESULTS = PROJECT / "benchmarks" / "results"
FILES = {"absent": "absent", "cost": "explain", "faithfulness": "explain", "suspicious": "suspicious"}


def results() -> dict[str, Mapping[str, Any]]:
    """What the benchmarks found, by the name of their file; those that have not run are missing."""
    files = {name: RESULTS / f"{name}.json" for name in set(FILES.values())}
    return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items() if file.exists()}


def filled(text: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page with the tables that these results make."""
    def table(match: re.Match[str]) -> str:
        made = found.get(FILES[match.group(1)])
        body = "Not measured yet." if made is None else _MAKE[match.group(1)](made)
        return f"<!-- table {match.group(1)} -->\n{body}\n<!-- end -->"

    return re.sub(r"<!-- table (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


def _cost(found: Mapping[str, Any]) -> str:
    each = found["seconds_each"]
    rows = [[way, f"{row['seconds']:.2f} s", _number(row.get("masks"), 0), _small(row.get("additivity_error")),
             _number(row.get("seed_correlation"), 3), _number(row.get("exact_correlation"), 3)]
            for way, row in found["median"].items()]
    said = (f"One explained recommendation takes {each['ours']:.2f} s against {each['stock']:.1f} s: "
            f"{each['times_less']:.0f} times less.")
    size = next(iter(found["median"].values()))
    of = f"{size['history_tokens']:.0f} tokens and {size['events']:.0f} events of history"
    return "\n".join([
        f"Medians over {found['shoppers']} shoppers, {of}. {said} {_how(found)}", "",
        *_table(["way", "time", "passes", "off by (log-odds)", "two seeds", "against exact"], rows),
    ])


def _faithfulness(found: Mapping[str, Any]) -> str:
    rows = [[what, way, *(f"{row[name]:.2f}" for name in ("comprehensiveness", "sufficiency", "deletion")),
             f"{row['pairs']:.0f}"]
            for what, part in (("an item", "faithfulness"), ("a tag", "faithfulness_of_tags"))
            for way, row in found.get(part, {}).items()]
    return "\n".join(_table(["of", "way", "comprehensiveness ↑", "sufficiency ↓", "deletion ↑", "shoppers"], rows))


def _suspicious(found: Mapping[str, Any]) -> str:
    rows = [[kind, f"{row['titles']:.0f}", f"{100 * row['found']:.0f} %", f"{row['gain']:+.2f}", f"{row['left']:+.2f}"]
            for kind, row in found["attacks"].items()]
    honest = "; ".join(f"{one['accused']} of {one['titles']:,} in {name}" for name, one in found["honest"].items())
    return "\n".join([*_table(["planted", "titles", "found", "gain (log-odds)", "left once cleaned"], rows), "",
                      f"Honest titles accused: {honest}. {_how(found)}"])


def _absent(found: Mapping[str, Any]) -> str:
    ways = list(found["milliseconds"])
    rows = [[way, f"{found['milliseconds'][way]:.0f} ms", f"{100 * found['causes'][way]['among first 3']:.0f} %",
             *(" / ".join(f"{found['orders'][what][way][game]:.2f}" for what in ("clicks", "tags")) for game in ways)]
            for way in ways]
    head = ["absent means", "a mask of ten items", "causes found", *(f"played “{game}”" for game in ways)]
    return "\n".join([*_table(head, rows), "",
                      f"{found['shoppers']} shoppers, {found['clicks']} clicks. {_how(found)}"])


_MAKE = {"absent": _absent, "cost": _cost, "faithfulness": _faithfulness, "suspicious": _suspicious}


def _how(found: Mapping[str, Any]) -> str:
    machine = found["machine"]
    return f"`{found['command']}`, {found['date'][:10]}, {machine['cores']} cores ({machine['processor']})."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _small(value: float | None) -> str:
    return "" if value is None else "under 0.0001" if value < 1e-4 else f"{value:.4f}"


def main() -> None:
    """Write the tables into the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), results()), encoding="utf-8")


if __name__ == "__main__":
    main()
