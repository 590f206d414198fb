"""Long work beside the dashboard: a kept queue, its records, and a worker process that is started when needed.

The queue is huey over SQLite, in the workspace. At most one worker serves a workspace: it holds a lock on a
file for as long as it lives, so a worker that was killed is known to be gone at the next look.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from core.config import PROJECT
from core.errors import InputError
from core.language import ENGLISH, say, spoken, to_say
from core.records import Job
from core.store.state import State

if TYPE_CHECKING:
    from huey import SqliteHuey

    from core.store.workspace import Workspace

KINDS = ("import", "try", "train", "profile", "vectors", "score", "drift", "audit", "export", "feature", "drivers",
         "map", "described")  # fmt: skip
LOST = to_say("The worker stopped before this was done; nothing half-done was kept. Start it again.")
#: The same, for work that goes on where it was interrupted.
LOST_PART = {
    "score": to_say("The worker stopped before this was done. What was scored is kept: go on from there."),
    "export": to_say("The worker stopped before this was done. What was found is kept: go on from there."),
    "train": to_say("The worker stopped before this was done. The steps up to the last checkpoint are kept: go on from "
                    "there."),
}
#: What a job calls the language of who asked for it, where that is not English: its messages are in it.
LANGUAGE = "language"
_LOCK = "worker.lock"
_STARTED = "worker_started"
#: Seconds that a worker may take to get its lock before another one is started.
_PATIENCE = 15.0
_children: list[subprocess.Popen[bytes]] = []


class Jobs:
    """The jobs of a workspace, for those who ask for work and watch it."""

    def __init__(self, workspace: Workspace, device: str = "auto") -> None:
        self.workspace = workspace
        self.device = device
        self.state = State(workspace.state_file)

    def submit(self, kind: str, args: Mapping[str, Any], id: str | None = None) -> Job:
        """Queue work and see to it that a worker is there.

        Parameters
        ----------
        kind
            One of ``KINDS``; ``try`` is an import that is not carried out.
        args
            What to do, as plain JSON values; see ``core.worker``.
        id
            What the job is to be known by; made up if none is given.

        Raises
        ------
        InputError
            When there is no such kind of work.
        """
        if kind not in KINDS:
            raise InputError(say("There is no work of kind {kind!r}. Choose one of: {kinds}.",
                                 kind=kind, kinds=", ".join(KINDS)))
        asked = args if spoken() == ENGLISH else {**args, LANGUAGE: spoken()}
        job = self.state.add_job(id or uuid4().hex[:12], kind, asked)
        enqueue(self.workspace, job.id)
        self._attend()
        return self.state.job(job.id)

    def again(self, id: str, kind: str, args: Mapping[str, Any]) -> None:
        """Queue a job once more that failed or was cancelled, or is forgotten; else do nothing."""
        try:
            self.state.job(id)
        except InputError:
            self.submit(kind, args, id)
            return
        if self.state.again(id):
            enqueue(self.workspace, id)
            self._attend()

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        found = self.state.jobs() if self.state.file.exists() else []
        if any(job.status in ("queued", "running") for job in found):
            self._attend()
            found = self.state.jobs()
        return [_said(job) for job in found]

    def get(self, id: str) -> Job:
        """Return a job.

        Raises
        ------
        InputError
            When there is none of this id.
        """
        job = self.state.job(id)
        if job.status in ("queued", "running"):
            self._attend()
            job = self.state.job(id)
        return _said(job)

    def trains(self, id: str) -> str:
        """Return the name of the model that a training is to make."""
        return str(self.state.args(id).get("name") or "latest")

    def cancel(self, id: str) -> None:
        """Stop a job: at once when it waits, at its next step when it runs."""
        self.state.stop(id)

    def _attend(self) -> None:
        """Mark what a dead worker left behind, and start a worker for what still waits."""
        with lock(self.workspace) as nobody_works:
            if not nobody_works:
                return
            for job in self.state.jobs():
                if job.status == "running":
                    self.state.end(job.id, "failed", error=LOST_PART.get(job.kind, LOST))
        waiting = any(job.status == "queued" for job in self.state.jobs())
        last = float(self.state.setting(_STARTED) or 0)
        if waiting and time.time() - last > _PATIENCE:
            self.state.decide(_STARTED, str(time.time()))
            start_worker(self.workspace, self.device)


def _said(job: Job) -> Job:
    """Say why a job ended, where whoever noticed wrote it down in English."""
    return replace(job, error=say(job.error)) if job.error else job


@contextmanager
def lock(workspace: Workspace, patience: float = 0.0) -> Iterator[bool]:
    """Take the worker's lock while the block runs; yields whether it was free within ``patience`` seconds."""
    import fcntl

    until = time.monotonic() + patience
    with (workspace.path / _LOCK).open("a") as file:
        mine = False
        while not mine:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                mine = True
            except BlockingIOError:
                if time.monotonic() >= until:
                    break
                time.sleep(0.05)
        yield mine  # closing the file lets go of the lock


def start_worker(workspace: Workspace, device: str) -> None:
    """Start a worker process that outlives this one."""
    logs = workspace.path / "logs"
    logs.mkdir(exist_ok=True)
    _children[:] = [child for child in _children if child.poll() is None]  # collects those that have ended
    env = {**os.environ, "SHOPPERLENS_DEVICE": device}
    command = [sys.executable, "-m", "core.worker", str(workspace.path.resolve())]
    with (logs / "worker.log").open("ab") as log:
        child = subprocess.Popen(
            command, cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    _children.append(child)


def enqueue(workspace: Workspace, id: str) -> None:
    """Put a job into the queue."""
    queue(workspace)[1](id)


def queue(workspace: Workspace, work: Callable[[str], None] | None = None) -> tuple[SqliteHuey, Callable[[str], Any]]:
    """Open the queue, and the task that travels in it: "do the job of this id".

    Parameters
    ----------
    work
        What a worker does for an id; those who only ask for work give none.
    """
    from huey import SqliteHuey
    from huey.registry import Message
    from huey.serializer import Serializer

    class Plain(Serializer):  # type: ignore[misc]
        """Tasks as JSON: a workspace that comes from elsewhere must not be able to run code."""

        def _serialize(self, data: Any) -> bytes:
            return json.dumps(data).encode()

        def _deserialize(self, data: bytes) -> Any:
            return Message(*json.loads(data))

    def do(id: str) -> None:
        if work is not None:
            work(id)

    file = workspace.path / "queue.sqlite"
    huey = SqliteHuey("jobs", filename=str(file), results=False, serializer=Plain(), strict_fifo=True, fsync=True)
    return huey, huey.task(name="do")(do)
