"""The tables and figures of ``docs/tags.md``, written from the results of ``benchmarks``: none is typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks._page import PROJECT, Page

LABELS = (0, 8, 32, 128)
OURS, DENIED, COUNTED, BOOSTED = "ours", "yes against no", "words counted", "LightGBM on counted features"
#: The question whose sentence names what is bought.
NAMED = "children in the household"


def tables(results: Mapping[str, Any]) -> str:
    """Write a table for each question in markdown."""
    lines = [f"Seeds {results['seeds']}; {results['machine']['cores']} cores, {results['minutes']:g} minutes, "
             f"{results['date'][:10]}: `{results['command']}`", ""]
    for task, questions in results["tasks"].items():
        for name, found in questions.items():
            lines += _table(f"{task}: {name}", found)
    return "\n".join(lines[:-1])


def _table(title: str, found: Mapping[str, Any]) -> list[str]:
    lines = [f"**{title}** (“{found['sentence']}”; true of {found['share']:.0%} of {found['n']:,} judged)", "",
             "| AUC with … marks | " + " | ".join(map(str, LABELS)) + " |", "|---|" + "---|" * len(LABELS)]
    for row, by_count in found["auc"].items():
        lines.append(f"| {row} | " + " | ".join(_cell(by_count.get(str(count))) for count in LABELS) + " |")
    for row in (COUNTED, BOOSTED):
        lines.append(f"| *ours ahead of {row}* | " + " | ".join(
            _cell(found["ahead"][row].get(str(count)), signed=True) for count in LABELS) + " |")  # fmt: skip
    told = found["promised"]
    lines.append("| *right, as said → as it is; inside the interval* | | " + " | ".join(
        _promised(told[str(count)]) for count in LABELS[1:]) + " |")  # fmt: skip
    return [*lines, ""]


def _cell(span: Sequence[float] | None, signed: bool = False) -> str:
    if span is None:
        return ""
    value, low, high = (f"{part:+.3f}" if signed else f"{part:.3f}" for part in span)
    return f"{value} ({low} – {high})"


def _promised(told: Mapping[str, Any]) -> str:
    if told["said"] is None:
        return "a guess each time"
    guesses = told["of"] - told["told"]
    return f"{told['said']:.0%} → {told['true']:.0%}; {told['inside']} of {told['told']} ({guesses} guesses)"


# ---- figures within sentences --------------------------------------------------------


def _questions(found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for questions in found["tasks"].values():
        yield from questions.items()


def _ahead(row: str, marks: int, found: Mapping[str, Any]) -> str:
    """In how many questions ours is surely ahead of a row, and in how many surely behind."""
    spans = [one["ahead"][row][str(marks)] for _, one in _questions(found)]
    ahead, behind = sum(low > 0 for _, low, _ in spans), sum(high < 0 for _, _, high in spans)
    return f"surely ahead in {ahead}, surely behind in {behind} of {len(spans)}"


def _opposite(found: Mapping[str, Any]) -> str:
    """In how many questions the sentence less its denial orders better than the sentence alone."""
    spans = [one["ahead"][DENIED]["0"] for _, one in _questions(found)]
    better, surely = sum(value < 0 for value, _, _ in spans), sum(high < 0 for _, _, high in spans)
    return f"better in {better} of {len(spans)} questions, surely in {surely}"


def _words_alone(found: Mapping[str, Any]) -> str:
    return f"{dict(_questions(found))[NAMED]['auc'][OURS]['0'][0]:.2f}"


def _pointing_wrong(found: Mapping[str, Any]) -> str:
    """In how many questions the sentence alone orders surely worse than chance."""
    spans = [one["auc"][OURS]["0"] for _, one in _questions(found)]
    return f"{sum(high < 0.5 for _, _, high in spans)} of {len(spans)}"


def _kept(marks: int | None, found: Mapping[str, Any]) -> str:
    """How often what was said of a tag was true, of the draws in which anything was said."""
    counts = [str(count) for count in LABELS[1:] if marks in (None, count)]
    told = [one["promised"][count] for _, one in _questions(found) for count in counts]
    return f"{sum(one['inside'] for one in told)} of {sum(one['told'] for one in told)}"


def _of(make: Callable[[Mapping[str, Any]], str]) -> tuple[str, Callable[[Mapping[str, Any]], str]]:
    return "few_labels", make


PAGE = Page(PROJECT / "docs" / "tags.md", {"few_labels": _of(tables)}, {
    "words_alone": _of(_words_alone), "pointing_wrong": _of(_pointing_wrong), "opposite": _of(_opposite),
    **{f"ahead_counted_{marks}": _of(partial(_ahead, COUNTED, marks)) for marks in LABELS[1:]},
    "ahead_boosted_128": _of(partial(_ahead, BOOSTED, 128)),
    "kept": _of(partial(_kept, None)), **{f"kept_{marks}": _of(partial(_kept, marks)) for marks in LABELS[1:]},
})

if __name__ == "__main__":
    PAGE.write()
