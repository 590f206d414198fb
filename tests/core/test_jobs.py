"""Asking for work, and knowing when nobody does it any more."""

import subprocess
import sys

import pytest

from core import jobs as jobs_module
from core.config import PROJECT
from core.errors import InputError
from core.jobs import LOST, LOST_PART, Jobs, lock, queue
from core.store.workspace import Workspace


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """Jobs of an empty workspace; workers are noted, not started."""
    started = []
    monkeypatch.setattr(jobs_module, "start_worker", lambda workspace, device: started.append(device))
    made = Jobs(Workspace.create(tmp_path / "shop"), "cpu")
    made.started = started
    return made


def test_work_is_queued_and_a_worker_is_started_once(jobs):
    first, second = jobs.submit("profile", {"model": "demo"}), jobs.submit("score", {})
    assert (first.status, second.status) == ("queued", "queued")
    assert jobs.state.args(first.id) == {"model": "demo"}
    assert jobs.started == ["cpu"]  # one that was started a moment ago may still be on its way
    huey, _ = queue(jobs.workspace)
    assert [task.args[0] for task in huey.pending()] == [first.id, second.id]
    huey.storage.close()


def test_the_queue_holds_plain_json(jobs):
    jobs.submit("score", {})
    huey, _ = queue(jobs.workspace)
    (data,) = huey.storage.enqueued_items()
    huey.storage.close()
    assert data.startswith(b"[") and data.endswith(b"]")


def test_no_worker_is_started_beside_a_living_one(jobs):
    with lock(jobs.workspace) as mine:
        assert mine
        jobs.submit("score", {})
    assert jobs.started == []


def test_a_worker_that_never_came_is_started_again(jobs, monkeypatch):
    jobs.submit("score", {})
    monkeypatch.setattr(jobs_module, "_PATIENCE", -1.0)
    jobs.all()
    assert jobs.started == ["cpu", "cpu"]


def test_unknown_work_is_refused(jobs):
    with pytest.raises(InputError, match="no work of kind 'cook'"):
        jobs.submit("cook", {})
    assert jobs.all() == []


def test_a_workspace_without_jobs_is_left_as_it_is(jobs):
    assert jobs.all() == []
    assert not jobs.workspace.state_file.exists()


def test_what_waits_is_cancelled_at_once(jobs):
    job = jobs.submit("score", {})
    jobs.cancel(job.id)
    assert jobs.get(job.id).status == "cancelled"


def test_what_ended_badly_waits_again_under_its_id(jobs):
    job = jobs.submit("score", {"list": "x"})
    jobs.cancel(job.id)
    jobs.again(job.id, "score", {"list": "x"})
    again = jobs.get(job.id)
    assert (again.status, again.finished, again.error) == ("queued", None, None)
    huey, _ = queue(jobs.workspace)
    assert len(huey.pending()) == 2  # its first place in the queue leads nowhere once it was done
    jobs.again(job.id, "score", {"list": "x"})  # it waits already
    assert len(huey.pending()) == 2
    huey.storage.close()
    jobs.again("0123456789ab", "score", {"list": "y"})  # one that was forgotten
    assert jobs.state.args("0123456789ab") == {"list": "y"}


_DIES = """
import os, signal, sys
from pathlib import Path
from core.jobs import lock
from core.store.state import State
from core.store.workspace import Workspace

workspace = Workspace.open(Path(sys.argv[1]))
with lock(workspace) as mine:
    State(workspace.state_file).begin(sys.argv[2])
    print("running" if mine else "busy", flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("kind", "said"), [("profile", LOST), *((kind, LOST_PART[kind]) for kind in ("score", "train"))]
)
def test_a_killed_worker_leaves_its_job_failed_at_the_next_look(jobs, kind, said):
    job = jobs.submit(kind, {})
    worker = subprocess.Popen(
        [sys.executable, "-c", _DIES, str(jobs.workspace.path), job.id], cwd=PROJECT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )
    with worker:
        assert worker.stdout.readline() == "running\n"
        assert jobs.get(job.id).status == "running"  # as long as it lives
        worker.stdin.write("die\n")
        worker.stdin.flush()
        worker.wait(30)
    found = jobs.get(job.id)
    assert (found.status, found.error) == ("failed", said)
