"""Lists that jobs work on: each in a folder of its own, named by its job, with what was asked and what came of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from core.answers import plain
from core.errors import InputError
from core.jobs import Jobs
from core.language import say
from core.records import Job
from core.store.scored import LIST, REPORT
from core.tables import whole


class Kept(Protocol):
    """What is told of a list on a shelf."""

    @property
    def created(self) -> datetime:
        """When it was asked for."""

    @property
    def active(self) -> bool:
        """Whether it waits or is being worked on."""

    @property
    def resumable(self) -> bool:
        """Whether it was interrupted, and can go on."""


One = TypeVar("One", bound=Kept)


class Standing(NamedTuple):
    """How far a list is: its job's status, message and error, and what came of it, empty before it is done."""

    status: str
    message: str
    error: str | None
    report: dict[str, Any]


class Shelf(Generic[One]):
    """The lists of one kind of job.

    Parameters
    ----------
    folder
        Holds a folder for each.
    jobs
        Does the work.
    """

    #: Kind of the job, the name by which it is told which list to work on, and why a list cannot be deleted yet.
    KIND: ClassVar[str]
    NAMED: ClassVar[str]
    BUSY: ClassVar[str]

    def __init__(self, folder: Path, jobs: Jobs) -> None:
        self.folder, self._jobs = folder, jobs

    def all(self) -> list[One]:
        """Return the lists, newest first."""
        jobs = {job.id: job for job in self._jobs.all()}
        folders = self.folder.glob(f"*/{LIST}") if self.folder.is_dir() else ()
        found = [self._one(file.parent, jobs.get(file.parent.name)) for file in folders]
        return sorted(found, key=lambda one: one.created, reverse=True)

    def get(self, id: str) -> One:
        """Return a list.

        Raises
        ------
        InputError
            When there is none of this id.
        """
        folder = self._at(id)
        job = None
        with suppress(InputError):  # jobs are forgotten in time, their lists are not
            job = self._jobs.get(id)
        return self._one(folder, job)

    def resume(self, id: str) -> None:
        """Let an interrupted list go on, with the data and the model that it began with."""
        if self.get(id).resumable:
            self._jobs.again(id, self.KIND, {self.NAMED: id})

    def cancel(self, id: str) -> None:
        """Stop a list; what is there of it stays, and it can go on."""
        self._jobs.cancel(id)

    def delete(self, id: str) -> None:
        """Delete a list and what came of it.

        Raises
        ------
        InputError
            When it is still being worked on.
        """
        if self.get(id).active:
            raise InputError(say(self.BUSY))
        shutil.rmtree(self._at(id), ignore_errors=True)

    def _submit(self, id: str) -> Job:
        return self._jobs.submit(self.KIND, {self.NAMED: id}, id)

    def _at(self, id: str) -> Path:
        folder = self.folder / id
        if not re.fullmatch(r"[0-9a-f]{12}", id) or not (folder / LIST).is_file():
            raise InputError(say("This list is not there any more. It may have been deleted."))
        return folder

    def _one(self, folder: Path, job: Job | None) -> One:
        raise NotImplementedError


def standing(folder: Path, job: Job | None) -> Standing:
    """Return how far a list is; its job may be forgotten."""
    if (folder / REPORT).is_file():  # what is told of the job may be older than what it has just written
        return Standing("done", job.message if job else "", None, read(folder / REPORT))
    status = job.status if job and job.status != "done" else "failed"
    return Standing(status, job.message if job else "", job.error if job else say("It was interrupted."), {})


def read(file: Path) -> dict[str, Any]:
    """Read what ``write`` wrote."""
    return dict(json.loads(file.read_text(encoding="utf-8")))


def write(file: Path, what: Mapping[str, Any]) -> None:
    """Write what is told of a list, at once."""
    with whole(file) as part:
        part.write_text(json.dumps(plain(what), ensure_ascii=False), encoding="utf-8")
