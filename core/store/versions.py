"""Makes the next version of a workspace's data: drafted beside the others, published in one step.

A killed import leaves a draft, which nothing reads and the next import removes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import WorkspaceError
from core.language import say
from core.store import saved, scored
from core.store.connect import literal
from core.store.workspace import POINTER, connect

if TYPE_CHECKING:
    import duckdb

    from core.records import Progress
    from core.store.workspace import Workspace

#: Seconds to wait for another import to finish.
LOCK_WAIT = 120.0
#: Versions that are kept, and the age in seconds below which none is swept: a job may have its number.
KEEP, YOUNG = 3, 3600.0
#: Name under which a draft sees the version before it.
OLD = "old"
_DRAFTS = "draft-*"


@contextmanager
def locked(workspace: Workspace, progress: Progress, wait: float | None = None) -> Iterator[None]:
    """Hold the workspace's import lock; the system lets go of it when a process dies.

    Raises
    ------
    WorkspaceError
        When another import holds it for longer than ``wait`` seconds (``LOCK_WAIT``), or the folder
        cannot be written to.
    """
    deadline = time.monotonic() + (LOCK_WAIT if wait is None else wait)
    try:
        lock = (workspace.path / "import.lock").open("w")
    except OSError as error:
        raise WorkspaceError(say("{path} cannot be written to: {strerror}.",
                                 path=workspace.path, strerror=error.strerror or error)) from error
    with lock as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise WorkspaceError(
                        say("Another import into {path} is still at work. Try again when it is done.",
                            path=workspace.path)
                    ) from None
                progress(0.0, say("Waiting for another import to finish"))
                time.sleep(0.2)
        yield


@contextmanager
def drafted(
    workspace: Workspace, append: bool, publish: bool = True
) -> Iterator[tuple[duckdb.DuckDBPyConnection, int, bool]]:
    """Open an empty draft of the next version, and publish it, if it is to be, when the block ends without an error.

    Yields
    ------
    connection, number, has_old
        The draft's connection and number, and whether the current version is attached as ``old``.

    Raises
    ------
    WorkspaceError
        When it cannot be written, say because the disk is full.
    """
    import duckdb

    for left in (workspace.path / "versions").glob(_DRAFTS):
        remove(left)
    current = workspace.version()
    number = max([current or 0, *_numbers(workspace)]) + 1
    draft = workspace.path / "versions" / f"draft-{number:06d}.duckdb"
    connection = None
    try:
        connection = connect(draft)
        has_old = append and current is not None
        if current is not None and has_old:
            connection.execute(f"ATTACH {literal(str(workspace.version_file(current)))} AS {OLD} (READ_ONLY)")
        yield connection, number, has_old
        if publish:
            connection.execute("CHECKPOINT")
            connection.close()
            _publish(workspace, draft, number)
    except (
        OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException
    ) as error:  # whatever it is called where a disk is full
        why = str(error).splitlines()[0]
        raise WorkspaceError(say("The import cannot be written into {path}: {why}",
                                 path=workspace.path, why=why)) from error
    finally:
        if connection is not None:
            connection.close()
        for left in (workspace.path / "versions").glob(_DRAFTS):
            remove(left)


def sweep(workspace: Workspace) -> None:
    """Remove old versions and what was computed from them; who has one open keeps it until they close it.

    A version that a frozen segment or a link refers to stays, see ``core.store.saved``; so does one that a list goes on
    with which is not scored to its end.
    """
    numbers = sorted(_numbers(workspace), reverse=True)
    referred = saved.referred(workspace.state_file) | scored.unfinished_versions(workspace.path)
    for number in (number for number in numbers[KEEP:] if number not in referred):
        file = workspace.version_file(number)
        if time.time() - file.stat().st_mtime > YOUNG:
            remove(file)
            remove(rejects_file(workspace, number))
            remove(mend_folder(workspace, number))
            for folder in (workspace.path / "artefacts").glob(f"*/{number:06d}"):
                remove(folder)


def before(workspace: Workspace, number: int) -> int | None:
    """Return the newest version that is kept of those before a version, or None."""
    return max((one for one in _numbers(workspace) if one < number), default=None)


def rejects_file(workspace: Workspace, number: int) -> Path:
    """File that lists the lines that the import of a version rejected."""
    return workspace.path / "rejects" / f"{number:06d}.csv"


def mend_folder(workspace: Workspace, number: int) -> Path:
    """Folder of the lines that the import of a version rejected, in their files' own columns."""
    return workspace.path / "rejects" / f"{number:06d}"


def _publish(workspace: Workspace, draft: Path, number: int) -> None:
    _flush(draft)
    os.replace(draft, workspace.version_file(number))
    pointer = workspace.path / f"{POINTER}.new"
    pointer.write_text(f"{number}\n")
    _flush(pointer)
    os.replace(pointer, workspace.path / POINTER)


def _flush(file: Path) -> None:
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _numbers(workspace: Workspace) -> list[int]:
    files = (workspace.path / "versions").glob("[0-9]*.duckdb")
    return [int(file.stem) for file in files if file.stem.isdigit()]


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
