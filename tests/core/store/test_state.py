"""Jobs and settings outlive the process and never contradict themselves."""

import threading

import pytest

from core.errors import InputError
from core.language import speaking
from core.store import state as states
from core.store.state import State


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / "state.sqlite")


def test_a_setting_is_remembered_and_changed(state):
    assert state.setting("model") is None
    state.decide("model", "a")
    state.decide("model", "b")
    assert State(state.file).setting("model") == "b"


def test_a_job_from_waiting_to_done(state):
    job = state.add_job("j1", "train", {"name": "spring", "steps": 3})
    assert (job.status, job.progress, job.started) == ("queued", 0, None)
    assert state.args("j1") == {"name": "spring", "steps": 3}
    assert state.begin("j1")
    assert not state.begin("j1")  # once only
    assert not state.advance("j1", 0.4, "step 2")
    job = state.job("j1")
    assert (job.status, job.progress, job.message) == ("running", 0.4, "step 2")
    state.end("j1", "done", {"model": "spring"})
    job = state.job("j1")
    assert (job.status, job.progress, job.result) == ("done", 1.0, {"model": "spring"})
    assert job.created <= job.started <= job.finished


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(state):
    state.add_job("j1", "train", {})
    state.add_job("j2", "train", {})
    state.begin("j1")
    state.stop("j1")
    state.stop("j2")
    assert [job.status for job in state.jobs()] == ["cancelled", "running"]
    assert state.advance("j1", 0.5, "on")
    assert not state.begin("j2")


def test_that_a_job_is_stopping_is_said_in_the_language_that_is_spoken(state):
    state.add_job("j1", "train", {})
    state.begin("j1")
    with speaking("zh"):
        state.stop("j1")
    assert state.job("j1").message == "正在停止 …"


def test_a_finished_job_cannot_be_cancelled(state):
    state.add_job("j1", "train", {})
    state.begin("j1")
    state.end("j1", "done", {})
    state.stop("j1")
    assert state.job("j1").status == "done"


def test_running_jobs_fail_when_their_worker_is_gone(state):
    for name in ("a", "b", "c"):
        state.add_job(name, "score", {})
    state.begin("a")
    state.fail_running("gone")
    found = {job.id: (job.status, job.error) for job in state.jobs()}
    assert found == {"a": ("failed", "gone"), "b": ("queued", None), "c": ("queued", None)}


def test_an_unknown_job_is_refused(state):
    with pytest.raises(InputError, match="no job 'x'"):
        state.job("x")


def test_only_the_newest_finished_jobs_are_remembered(state, monkeypatch):
    monkeypatch.setattr(states, "KEPT_JOBS", 3)
    state.add_job("first", "score", {})
    for number in range(6):
        state.add_job(f"n{number}", "score", {})
        state.stop(f"n{number}")
    assert [job.id for job in state.jobs()] == ["n5", "n4", "n3", "first"]  # the first one still waits


def test_many_threads_may_write(state):
    def add(number):
        for n in range(10):
            state.add_job(f"{number}-{n}", "score", {})

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(state.jobs()) == 40
