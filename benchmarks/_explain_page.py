"""The tables of ``docs/explanations.md``, written from the results of ``benchmarks``: no figure is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks._page import PROJECT, Page, how, table


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
        f"Medians over {found['shoppers']} shoppers, {of}. {said} {how(found)}", "",
        *table(["way", "time", "passes", "off by (log-odds)", "two seeds", "against exact"], rows),
    ])


def _faithfulness(found: Mapping[str, Any]) -> str:
    rows = [[what, way, *(f"{row[name]:.2f}" for name in ("comprehensiveness", "sufficiency", "deletion")),
             f"{row['pairs']:.0f}"]
            for what, part in (("an item", "faithfulness"), ("a tag", "faithfulness_of_tags"))
            for way, row in found.get(part, {}).items()]
    return "\n".join(table(["of", "way", "comprehensiveness ↑", "sufficiency ↓", "deletion ↑", "shoppers"], rows))


def _suspicious(found: Mapping[str, Any]) -> str:
    rows = [[kind, f"{row['titles']:.0f}", f"{100 * row['found']:.0f} %", f"{row['gain']:+.2f}", f"{row['left']:+.2f}"]
            for kind, row in found["attacks"].items()]
    honest = "; ".join(f"{one['accused']} of {one['titles']:,} in {name}" for name, one in found["honest"].items())
    return "\n".join([*table(["planted", "titles", "found", "gain (log-odds)", "left once cleaned"], rows), "",
                      f"Honest titles accused: {honest}. {how(found)}"])


def _absent(found: Mapping[str, Any]) -> str:
    ways = list(found["milliseconds"])
    rows = [[way, f"{found['milliseconds'][way]:.0f} ms", f"{100 * found['causes'][way]['among first 3']:.0f} %",
             *(" / ".join(f"{found['orders'][what][way][game]:.2f}" for what in ("clicks", "tags")) for game in ways)]
            for way in ways]
    head = ["absent means", "a mask of ten items", "causes found", *(f"played “{game}”" for game in ways)]
    return "\n".join([*table(head, rows), "",
                      f"{found['shoppers']} shoppers, {found['clicks']} clicks. {how(found)}"])


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _small(value: float | None) -> str:
    return "" if value is None else "under 0.0001" if value < 1e-4 else f"{value:.4f}"


PAGE = Page(PROJECT / "docs" / "explanations.md", {
    "absent": ("absent", _absent), "cost": ("explain", _cost), "faithfulness": ("explain", _faithfulness),
    "suspicious": ("suspicious", _suspicious),
})

if __name__ == "__main__":
    PAGE.write()
