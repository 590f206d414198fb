"""The worker process: ``python -m core.worker WORKSPACE`` does the jobs of a workspace until none is left."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from core.answers import plain
from core.config import Settings, TrainSettings
from core.drivers import About
from core.errors import AmbiguousDates, Cancelled, InputError, ShopperLensError
from core.jobs import LANGUAGE, lock, queue
from core.language import ENGLISH, say, speaking
from core.records import ImportPlan, Progress
from core.service import Shop
from core.store.state import State
from core.store.workspace import Workspace

#: Seconds without work after which a worker goes.
IDLE = 120.0
#: Seconds between two notes of progress.
_STEP = 0.3
#: How far a worker steps back behind the dashboard that somebody looks at (niceness).
_COURTESY = 10
Work = Callable[[Path, Mapping[str, Any], str, Progress], Mapping[str, Any]]


def do_import(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Import files. Args: those of ImportPlan (``append`` is not unless it is said), and ``discard``.

    The files of ``discard`` are uploads: once they are imported, they are deleted.
    """
    from core.store.plans import import_plan

    report = import_plan(Workspace.create(path), _plan(args), progress)
    for file in args.get("discard", ()):
        Path(file).unlink(missing_ok=True)
        with suppress(OSError):  # its folder, when nothing else is in it
            Path(file).parent.rmdir()
    return dict(plain(report))


def do_try(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Find out what an import would do. Args: those of ImportPlan.

    Dates that may be day-first or month-first are no failure but what was to be found out: the result has ``asks``.
    """
    from core.store.plans import import_plan

    try:
        return dict(plain(import_plan(Workspace.create(path), _plan(args), progress, dry_run=True)))
    except AmbiguousDates as error:
        return {"asks": "dates", "said": str(error)}


def _plan(args: Mapping[str, Any]) -> ImportPlan:
    known = {field.name for field in fields(ImportPlan)}
    return ImportPlan(**{"events": [], "append": False, **{name: args[name] for name in known & args.keys()}})


def do_train(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Train a model on the newest data, or go on with an interrupted training.

    Args: ``name``, ``settings`` (of TrainSettings; those of the interrupted training where none are given), ``resume``,
    ``use`` (whether it becomes the model in use; it does unless it is said not to, when it began or now).
    """
    resume = bool(args.get("resume"))
    try:
        settings = None if resume and not args.get("settings") else TrainSettings(**(args.get("settings") or {}))
    except TypeError as error:
        raise InputError(say("The training settings cannot be used: {error}.", error=error)) from error
    return Shop(path, device).train(
        str(args.get("name") or "latest"), settings, resume, progress, args.get("use")
    )


def do_profile(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Predict the tags of every shopper. Args: ``version``, ``model``."""
    return Shop(path, device, args.get("version"), args.get("model")).compute_profiles(progress)


def do_vectors(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Make the vectors of the items. Args: ``version``, ``model``."""
    return Shop(path, device, args.get("version"), args.get("model")).compute_vectors(progress)


def do_described(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Read all shoppers, and judge them by the tags that people described. Args: ``version``, ``model``."""
    return Shop(path, device, args.get("version"), args.get("model")).describing.make(progress)


def do_score(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Score a list that was handed in, from where it was interrupted on. Args: ``list``, its id."""
    return Shop(path, device).lists.work(str(args["list"]), progress)


def do_drift(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Check whether a model still holds. Args: ``version``, ``model``."""
    return dict(plain(Shop(path, device, args.get("version")).keeping.check(str(args["model"]), progress)))


def do_export(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Write a list that leaves, from where it was interrupted on. Args: ``export``, its id."""
    return Shop(path, device).exports.work(str(args["export"]), progress)


def do_feature(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Find out what to feature for a segment, and keep it. Args: ``segment`` (None: all), ``version``, ``model``."""
    shop = Shop(path, device, args.get("version"), args.get("model"))
    found = shop.placing.feature(args.get("segment"), progress=progress)
    return {"segment": found.segment, "shoppers": found.shoppers, "reach": found.reach.value}


def do_drivers(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Read shoppers of a segment and others. Args: ``version, model, tree, what, key, sample``."""
    shop = Shop(path, device, args.get("version"), args.get("model"))
    tree, about = shop.segments.read(str(args["tree"])), About(str(args["what"]), str(args.get("key") or ""))
    read = shop.driving.read(tree, about, int(args["sample"]), progress=progress)
    return {"read": int(read.parts["shopper"].nunique()), "seconds": round(read.seconds, 1)}


def do_map(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Lay out every shopper. Args: ``version``, ``model``."""
    made = Shop(path, device, args.get("version"), args.get("model")).map.compute(progress)
    return {"shoppers": made.shoppers, "groups": len(made.clusters), "seconds": made.seconds}


def do_audit(path: Path, args: Mapping[str, Any], device: str, progress: Progress) -> Mapping[str, Any]:
    """Audit a model. Args: ``version``, ``model``."""
    return dict(plain(Shop(path, device, args.get("version")).keeping.examine(str(args["model"]), progress)))


WORK: dict[str, Work] = {
    "import": do_import, "try": do_try, "train": do_train, "profile": do_profile, "vectors": do_vectors,
    "score": do_score, "drift": do_drift, "audit": do_audit, "export": do_export, "feature": do_feature,
    "drivers": do_drivers, "described": do_described, "map": do_map,
}


def serve(workspace: Workspace, device: str = "auto", idle: float = IDLE) -> int:
    """Do jobs until none came for ``idle`` seconds; return how many were done. Does nothing beside another worker."""
    state, done = State(workspace.state_file), 0

    def work(id: str) -> None:
        run(workspace, state, id, device)

    huey, again = queue(workspace, work)
    waiting = True
    while waiting:
        with lock(workspace, patience=2.0) as mine:
            if not mine:
                break
            _requeue(state, huey, again)
            until = time.monotonic() + idle
            while time.monotonic() <= until or len(huey):
                task = huey.dequeue()
                if task is None:
                    time.sleep(min(0.2, idle))
                    continue
                huey.execute(task)
                done, until = done + 1, time.monotonic() + idle
        waiting = len(huey) > 0  # what came between the last look and letting go of the lock
    huey.storage.close()
    return done


def _requeue(state: State, huey: Any, again: Callable[[str], Any]) -> None:
    """Queue those waiting jobs whose place in the queue died with an earlier worker."""
    queued = {task.args[0] for task in huey.pending()}
    for job in reversed(state.jobs()):
        if job.status == "queued" and job.id not in queued:
            again(job.id)


def run(workspace: Workspace, state: State, id: str, device: str) -> None:
    """Do one job and note how it ended; never raises but to end the process."""
    if state.begin(id):
        with speaking(state.args(id).get(LANGUAGE, ENGLISH)):
            _do(workspace, state, id, device)


def _do(workspace: Workspace, state: State, id: str, device: str) -> None:
    job = state.job(id)
    try:
        result = WORK[job.kind](workspace.path, state.args(id), device, _progress(state, id))
        state.end(id, "done", plain(result))
    except Cancelled:
        state.end(id, "cancelled")
    except ShopperLensError as error:
        state.end(id, "failed", error=str(error))
    except Exception as error:  # whatever it is: the job must not look as if it still ran
        log = workspace.path / "logs" / f"{id}.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text(traceback.format_exc(), encoding="utf-8")
        what = " ".join(str(error).split())[:200]
        fault = say("A fault of ShopperLens: {kind}: {what}. The whole story is in {log}.",
                    kind=type(error).__name__, what=what, log=log)
        state.end(id, "failed", error=fault)


def _progress(state: State, id: str) -> Progress:
    last = 0.0

    def progress(fraction: float, message: str) -> None:
        nonlocal last
        if fraction < 1 and time.monotonic() - last < _STEP:
            return
        last = time.monotonic()
        if state.advance(id, fraction, message):
            raise Cancelled(say("This was cancelled; nothing half-done was kept."))

    return progress


def main() -> int:
    """Serve the workspace named on the command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    idle = float(os.environ.get("SHOPPERLENS_WORKER_IDLE", IDLE))
    settings = Settings.from_environment()
    settings.limit_threads()
    os.nice(_COURTESY)
    serve(Workspace.open(Path(sys.argv[1])), settings.device, idle)
    return 0


if __name__ == "__main__":
    sys.exit(main())
