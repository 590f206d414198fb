"""The worker does what is queued, says how it ended, and goes."""

import time
from pathlib import Path

import pytest

from core import language, worker
from core.config import TrainSettings
from core.errors import InputError
from core.jobs import KINDS, LOST_PART, Jobs, lock, queue
from core.language import say, speaking
from core.records import Job
from core.store.workspace import Workspace
from tests.core.little_shop import little_shop


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    return Jobs(Workspace.create(tmp_path / "shop"))


def work(monkeypatch, do):
    monkeypatch.setitem(worker.WORK, "score", do)


def test_jobs_are_done_in_order_and_their_results_kept(jobs, monkeypatch):
    done = []

    def note(path, args, device, progress):
        done.append(args["n"])
        return {"n": args["n"], "nan": float("nan")}

    work(monkeypatch, note)
    ids = [jobs.submit("score", {"n": n}).id for n in range(3)]
    assert worker.serve(jobs.workspace, idle=0) == 3
    assert done == [0, 1, 2]
    assert [jobs.get(id).result for id in ids] == [{"n": n, "nan": None} for n in range(3)]
    assert {jobs.get(id).status for id in ids} == {"done"}


def test_progress_is_seen_from_outside(jobs, monkeypatch):
    seen = []

    def slow(path, args, device, progress):
        progress(0.5, "half of it")
        seen.append(jobs.all()[0])
        return {}

    work(monkeypatch, slow)
    jobs.submit("score", {})
    worker.serve(jobs.workspace, idle=0)
    assert (seen[0].status, seen[0].progress, seen[0].message) == ("running", 0.5, "half of it")


def test_what_a_person_can_mend_is_said_as_it_is(jobs, monkeypatch):
    def refuse(path, args, device, progress):
        raise InputError("The file is empty.")

    work(monkeypatch, refuse)
    job = jobs.submit("score", {})
    worker.serve(jobs.workspace, idle=0)
    assert (jobs.get(job.id).status, jobs.get(job.id).error) == ("failed", "The file is empty.")


def test_a_job_speaks_the_language_of_who_asked_for_it(jobs, monkeypatch):
    spoken = []

    def refuse(path, args, device, progress):
        spoken.append(language.spoken())
        raise InputError(say("No file of events is given."))

    work(monkeypatch, refuse)
    with speaking("zh"):
        chinese = jobs.submit("score", {})
    english = jobs.submit("score", {})
    worker.serve(jobs.workspace, idle=0)
    assert spoken == ["zh", "en"]
    said = [jobs.get(job.id).error for job in (chinese, english)]
    assert said == ["没有给出事件文件。", "No file of events is given."]


def test_why_a_job_was_lost_is_said_to_everyone_in_their_language(jobs, monkeypatch):
    job = jobs.submit("score", {})
    jobs.state.begin(job.id)
    with speaking("zh"):
        assert jobs.get(job.id).error == "后台进程在完成之前停止了。已打分的部分已保留：可从那里继续。"
    assert jobs.get(job.id).error == LOST_PART["score"]


def test_a_fault_is_one_line_and_its_story_is_in_a_log(jobs, monkeypatch):
    work(monkeypatch, lambda path, args, device, progress: 1 / 0)
    job = jobs.submit("score", {})
    worker.serve(jobs.workspace, idle=0)
    found = jobs.get(job.id)
    log = jobs.workspace.path / "logs" / f"{job.id}.log"
    assert found.status == "failed"
    assert found.error == f"A fault of ShopperLens: ZeroDivisionError: division by zero. The whole story is in {log}."
    assert "Traceback" in log.read_text()


def test_a_running_job_stops_at_its_next_step(jobs, monkeypatch):
    reached = []

    def long(path, args, device, progress):
        jobs.cancel(jobs.all()[0].id)
        progress(0.3, "on")
        reached.append("too far")
        return {}

    work(monkeypatch, long)
    job = jobs.submit("score", {})
    worker.serve(jobs.workspace, idle=0)
    assert jobs.get(job.id).status == "cancelled"
    assert reached == []


def test_a_cancelled_job_is_not_begun(jobs, monkeypatch):
    work(monkeypatch, lambda path, args, device, progress: pytest.fail("it was cancelled"))
    job = jobs.submit("score", {})
    jobs.cancel(job.id)
    worker.serve(jobs.workspace, idle=0)
    assert jobs.get(job.id).status == "cancelled"


def test_a_second_worker_steps_back(jobs, monkeypatch):
    work(monkeypatch, lambda path, args, device, progress: {})
    jobs.submit("score", {})
    with lock(jobs.workspace):
        assert worker.serve(jobs.workspace, idle=0) == 0
    assert worker.serve(jobs.workspace, idle=0) == 1


def test_a_job_whose_place_in_the_queue_was_lost_is_done(jobs, monkeypatch):
    work(monkeypatch, lambda path, args, device, progress: {})
    job = jobs.submit("score", {})
    huey, _ = queue(jobs.workspace)
    assert huey.dequeue() is not None  # as by a worker that died at once
    huey.storage.close()
    assert worker.serve(jobs.workspace, idle=0) == 1
    assert jobs.get(job.id).status == "done"


def ended(jobs: Jobs, id: str, patience: float = 60) -> Job:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        job = jobs.get(id)
        if job.status not in ("queued", "running"):
            return job
        time.sleep(0.1)
    pytest.fail(f"the job is still {job.status}: {(jobs.workspace.path / 'logs' / 'worker.log').read_text()}")


def test_a_real_worker_process_does_the_work(tmp_path, monkeypatch):
    """Two jobs by one process: one that must fail for want of a model, one that imports."""
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "1")
    workspace = little_shop(tmp_path / "shop")
    (tmp_path / "log.csv").write_text("user_id,event_type,ts,item_id\neve,view,2026-06-05 10:00,P1\n")
    jobs = Jobs(workspace, "cpu")
    profile = jobs.submit("profile", {})
    logs = jobs.submit("import", {"events": [str(tmp_path / "log.csv")], "append": False})
    found = ended(jobs, profile.id)
    assert found.status == "failed"
    assert found.error.startswith("No model is here yet.")
    found = ended(jobs, logs.id)
    assert (found.status, found.result["events"], found.result["version"]) == ("done", 1, 2), found.error
    assert workspace.version() == 2
    assert Path(workspace.path / "logs" / "worker.log").is_file()
    with lock(workspace, patience=30) as gone:
        assert gone


def test_an_import_deletes_uploads_once_they_are_in_and_keeps_them_when_it_fails(jobs):
    texts = {"good": "user_id,event_type,ts,item_id\neve,view,2026-06-05 10:00,P1\n", "bad": "a,b\n1,2\n"}
    for name, text in texts.items():
        (jobs.workspace.path / "uploads" / name).mkdir(parents=True)
        (jobs.workspace.path / "uploads" / name / "log.csv").write_text(text)
    files = {name: str(jobs.workspace.path / "uploads" / name / "log.csv") for name in ("good", "bad")}
    ids = [jobs.submit("import", {"events": [file], "discard": [file]}).id for file in files.values()]
    assert worker.serve(jobs.workspace, idle=0) == 2
    assert [jobs.get(id).status for id in ids] == ["done", "failed"]
    assert not Path(files["good"]).parent.exists()
    assert Path(files["bad"]).is_file()  # to be tried again


def test_an_import_is_tried_without_being_carried_out_and_says_when_dates_must_be_asked_for(jobs):
    log = jobs.workspace.path / "log.csv"
    log.write_text("user_id,event_type,ts,item_id\neve,view,03/04/2026,P1\nann,view,05/04/2026,P1\n")
    asked = jobs.submit("try", {"events": [str(log)]})
    told = jobs.submit("try", {"events": [str(log)], "orders": {str(log): "dmy"}})
    before = jobs.workspace.version()
    assert worker.serve(jobs.workspace, idle=0) == 2
    assert jobs.get(asked.id).result["asks"] == "dates"
    found = jobs.get(told.id).result
    assert (found["imported"], found["version"], found["first_ts"]) == (2, 0, "2026-04-03T00:00:00")
    assert (jobs.workspace.version(), log.is_file()) == (before, True)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, ("latest", TrainSettings(), False, None)),
        ({"name": "spring", "settings": {"method": "ia3"}, "use": False},
         ("spring", TrainSettings(method="ia3"), False, False)),
        ({"name": "spring", "resume": True}, ("spring", None, True, None)),
    ],
)
def test_a_training_is_told_what_was_asked(jobs, monkeypatch, args, expected):
    asked = []

    def train(shop, name, settings, resume, progress, use):
        asked.append((name, settings, resume, use))
        return {"model": name}

    monkeypatch.setattr("core.service.Shop.train", train)
    job = jobs.submit("train", args)
    worker.serve(jobs.workspace, idle=0)
    assert (jobs.get(job.id).status, asked) == ("done", [expected])
    assert jobs.trains(job.id) == expected[0]


def test_settings_that_there_are_none_of_are_refused(jobs):
    job = jobs.submit("train", {"settings": {"colour": "red"}})
    worker.serve(jobs.workspace, idle=0)
    assert "training settings cannot be used" in jobs.get(job.id).error


def test_all_that_it_does_can_be_asked_for_and_nothing_else(jobs):
    assert set(worker.WORK) == set(KINDS)
    assert {jobs.submit(kind, {}).kind for kind in KINDS} == set(KINDS)
    with pytest.raises(InputError, match="no work of kind 'sweep'"):
        jobs.submit("sweep", {})
