"""Trainings that run, or were interrupted and can go on: whoever started them, and whatever stopped them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import ModelError
from core.jobs import LOST, LOST_PART
from core.language import say, to_say
from core.records import Job, Run
from core.train.run_folder import RunFolder, spoken

if TYPE_CHECKING:
    from core.store.workspace import Workspace

_CANCELLED = to_say("It was cancelled.")
_STOPPED = to_say("It was stopped: the computer, the worker or the command line ended before it was done.")


def runs(workspace: Workspace, jobs: Sequence[Job], asked: Mapping[str, str]) -> list[Run]:
    """Return the trainings that run or can go on, the newest first.

    Parameters
    ----------
    jobs
        Those of the workspace, newest first.
    asked
        Name of the model that a job trains, by the job's id.
    """
    found = []
    for folder in RunFolder.all(workspace.models):
        mine = [job for job in jobs if asked.get(job.id) == folder.name]
        try:
            found.append(_run(folder, mine))
        except ModelError:  # it was saved or started anew while we looked
            continue
    return found


def discard(workspace: Workspace, name: str) -> None:
    """Delete what an interrupted training could go on from.

    Raises
    ------
    ModelError
        When it runs.
    """
    folder = RunFolder(workspace.models, name)
    folder.mark()
    with folder.held():
        folder.remove()


def _run(folder: RunFolder, jobs: Sequence[Job]) -> Run:
    settings, version, began = folder.mark()
    diary, running = folder.diary(), folder.runs
    active = next((job for job in jobs if job.status in ("queued", "running")), None)
    rows = [row for row in diary if "step" in row]
    since = next((n for n, row in enumerate(reversed(diary)) if "resumed" in row or "goes_on" in row), 0)
    left = next((row["left"] for row in diary[len(diary) - since :][::-1] if "left" in row), None)
    return Run(
        name=folder.name, running=running, job=active.id if active else None, began=began, settings=asdict(settings),
        version=version, learns=next((row["learns"] for row in diary if "learns" in row), {}),
        step=max((row["step"] for row in rows), default=0),
        steps=next((row["steps"] for row in reversed(diary) if "steps" in row), 0),
        left=spoken(left) if running and left is not None else "", kept=folder.step, curve=curve(rows),
        ended="" if running or active else _why(jobs),
    )


def curve(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return losses by step: ``step, training, validation``."""
    points = [{"step": row["step"], "training": row.get("loss"), "validation": row.get("validation")} for row in rows]
    return pd.DataFrame(points, columns=["step", "training", "validation"]).astype(
        {"step": int, "training": float, "validation": float}
    )


def _why(jobs: Sequence[Job]) -> str:
    last, lost = (jobs[0] if jobs else None), (LOST, LOST_PART["train"])
    if last is None or last.status == "done" or last.error in (*lost, *map(say, lost)):
        return say(_STOPPED)
    return say(_CANCELLED if last.status == "cancelled" else last.error or _STOPPED)
