"""The registry of models on the command line: list, compare, use, roll back, delete."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from core.answers import plain
from core.errors import InputError
from core.records import ModelReport, Progress
from core.service import Shop

Answer = dict[str, Any]
_FIGURES = ("auc", "gauc", "ndcg@10", "logloss", "ece")


def run(given: argparse.Namespace, progress: Progress) -> Answer:
    """Do what was asked with a model, and say which there are then; a comparison says how two of them differ."""
    shop = Shop(given.workspace)
    if given.compare:
        return {"comparison": plain(shop.compare(*given.compare))}
    said: Answer = {}
    if given.use:
        shop.use_model(given.use)
    elif given.back:
        said = {"back_to": shop.roll_back()}
    elif given.delete:
        said = _delete(shop, given.delete, given.yes, given.force)
    in_use = shop.model_in_use()
    models = [_about(report, report.name == in_use) for report in shop.model_reports()]
    return {**said, "in_use": in_use, "before": shop.model_before(), "models": models,
            "history": plain(shop.model_history())}


def _delete(shop: Shop, name: str, sure: bool, force: bool) -> Answer:
    if not sure and name in shop.models():  # one that is not there is refused without asking
        if not sys.stdin.isatty():
            raise InputError(f"Nothing was deleted. Where nobody can be asked, say --yes: --delete {name} --yes")
        print(f"Delete model {name} for good? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise InputError(f"Nothing was deleted; model {name} stays.")
    shop.delete_model(name, force)
    return {"deleted": name}


def _about(report: ModelReport, in_use: bool) -> Answer:
    figures = {name: report.metrics.get("after", {}).get(name) for name in _FIGURES}
    data = {name: report.data.get(name) for name in ("version", "fingerprint", "events", "splits")}
    return dict(plain({
        "name": report.name, "in_use": in_use, "created": report.created, "base": report.base,
        "method": report.settings.get("method"), **figures, "seconds": report.seconds, "data": data,
        "settings": report.settings,
    }))


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the answer for people."""
    if "comparison" in answer:
        yield from _compared(answer["comparison"])
        return
    if "back_to" in answer:
        yield f"Back to {answer['back_to']}."
    if "deleted" in answer:
        yield f"Deleted {answer['deleted']}."
    if not answer["models"]:
        yield "There is no model yet. Train one with: python -m core train"
        return
    width = max(len(model["name"]) for model in answer["models"])
    yield f"  {'model':{width}}  {'made':16}  {'how':8}" + "".join(f"{name:>9}" for name in _FIGURES)
    for model in answer["models"]:
        figures = "".join(f"{_number(model[name]):>9}" for name in _FIGURES)
        mark, made = "*" if model["in_use"] else " ", model["created"][:16].replace("T", " ")
        yield f"{mark} {model['name']:{width}}  {made:16}  {model['method'] or '–':8}{figures}"
    yield f"* in use{'' if answer['before'] is None else '; before it: ' + answer['before']}"


def _compared(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'':10}{found['first']:>16}{found['second']:>16}  better"
    for row in found["figures"]:
        better = found[row["better"]] if row["better"] else ""
        yield f"{row['figure']:10}{_number(row['first']):>16}{_number(row['second']):>16}  {better}"
    for row in found["differs"]:
        yield f"{row['what'].replace('_', ' ')}: {row['first']} | {row['second']}"
    yield from found["notes"]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
