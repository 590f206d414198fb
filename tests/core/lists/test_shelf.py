"""The lists of a shop: handed in, scored as jobs, interrupted, gone on with, and kept with their results."""

import itertools
import json
import os
import shutil
import signal
import time

import pandas as pd
import pytest

from core import jobs as jobs_module
from core import worker
from core.errors import InputError, ModelError
from core.jobs import LOST_PART, lock
from core.lists import ListAsk
from core.lists.parts import Parts
from core.service import Shop
from core.store import versions
from core.store.state import State
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop, write_version

PAIRS = "user_id,item_id,city\nann,P1,York\nbob,P2,Ely\ncy,P3,\nann,ZZ,York\n"
PLAIN = ListAsk()


class Breaks(FakeScorer):
    """A scorer that breaks down once it was asked so many times."""

    breaks_at = 10**9

    def clicks(self, asks, pairs, progress=None):
        if len(self.asked) >= self.breaks_at:
            raise InputError("The disk is full.")
        return super().clicks(asks, pairs, progress)


@pytest.fixture
def scorer(monkeypatch):
    made = Breaks({"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2})
    made.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: made)
    return made


@pytest.fixture
def shop(tmp_path, monkeypatch, scorer):
    """A shop with a model; workers are not started, and parts have one row each."""
    monkeypatch.setattr(jobs_module, "start_worker", lambda workspace, device: None)
    for name in ("FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(f"core.lists.pace.{name}", 1)
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo")
    (tmp_path / "may list.csv").write_text(PAIRS)
    return Shop(path, "cpu")


def handed_in(shop, ask=PLAIN, name="../may list.csv"):
    return shop.lists.start(shop.workspace.path.parent / "may list.csv", name, ask).id


def work(shop):
    worker.serve(shop.workspace, "cpu", idle=0)


def test_a_list_is_scored_as_a_job_and_kept_with_its_result(shop, scorer):
    id = handed_in(shop)
    waits = shop.lists.get(id)
    assert (waits.name, waits.kind, waits.rows, waits.status) == ("may list.csv", "pairs", 4, "queued")
    (shop.workspace.path.parent / "may list.csv").unlink()  # it was copied
    work(shop)
    done = shop.lists.get(id)
    assert (done.status, done.reached, done.report["scored"], done.report["failed"]) == ("done", 4, 3, 1)
    assert done.report["faults"] == {"unknown item: it is not in this shop": 1}
    table = pd.read_csv(done.result / "result.csv", keep_default_na=False)
    assert table["city"].tolist() == ["York", "Ely", "", "York"]
    assert table["p_click"].tolist() == ["0.1", "0.4", "0.3", ""]
    typed = pd.read_parquet(done.result / "result.parquet")
    assert typed["p_click"].tolist()[:3] == [0.1, 0.4, 0.3]
    assert pd.read_parquet(done.result / "best.parquet")["user_id"].tolist() == ["bob", "cy", "ann", "ann"]
    assert sorted(path.name for path in done.result.iterdir()) == [
        "best.parquet", "given-may list.csv", "list.json", "report.json", "result.csv", "result.parquet",
    ]
    assert [job.status for job in shop.jobs()] == ["done"]


def test_what_was_scored_before_a_failure_is_kept_and_not_scored_again(shop, scorer):
    id = handed_in(shop)
    scorer.breaks_at = 2
    work(shop)
    broken = shop.lists.get(id)
    assert (broken.status, broken.error, broken.reached, broken.result) == ("failed", "The disk is full.", 3, None)
    before = [asked["user_id"].tolist() for asked in scorer.asked]
    scorer.breaks_at = 10**9
    shop.lists.resume(id)
    assert shop.lists.get(id).status == "queued"
    work(shop)
    done = shop.lists.get(id)
    assert (done.status, done.report["kept_from_before"]) == ("done", 3)
    assert before == [["ann"], ["bob"]]  # of her two rows one cannot be scored
    assert [asked["user_id"].tolist() for asked in scorer.asked[2:]] == [["cy"]]
    assert pd.read_csv(done.result / "result.csv")["p_click"].tolist()[:3] == [0.1, 0.4, 0.3]


def test_a_running_list_is_cancelled_between_two_parts_and_goes_on(shop, scorer, monkeypatch):
    monkeypatch.setattr(worker, "_STEP", 0.0)
    id = handed_in(shop)
    clicks = Breaks.clicks

    def cancelling(self, asks, pairs, progress=None):
        found = clicks(self, asks, pairs, progress)
        if len(self.asked) == 2:
            assert shop.lists.get(id).status == "running"
            shop.lists.cancel(id)
        return found

    monkeypatch.setattr(Breaks, "clicks", cancelling)
    work(shop)
    cancelled = shop.lists.get(id)
    # Of Ann's two rows one cannot be scored; Bob's was being scored and is kept, Cy's is not begun.
    assert (cancelled.status, cancelled.reached, cancelled.resumable) == ("cancelled", 3, True)
    assert [asked["user_id"].tolist() for asked in scorer.asked] == [["ann"], ["bob"]]
    work(shop)
    assert shop.lists.get(id).status == "cancelled"  # it waits to be asked for
    shop.lists.resume(id)
    work(shop)
    done = shop.lists.get(id)
    assert (done.status, done.report["kept_from_before"]) == ("done", 3)
    assert [asked["user_id"].tolist() for asked in scorer.asked[2:]] == [["cy"]]
    assert pd.read_csv(done.result / "result.csv")["p_click"].tolist()[:3] == [0.1, 0.4, 0.3]


def test_several_lists_go_in_turn_and_the_newest_is_told_first(shop):
    ids = [handed_in(shop, name=f"{n}.csv") for n in range(3)]
    work(shop)
    assert [one.id for one in shop.lists.all()] == ids[::-1]
    ended = [shop.job(id).finished for id in ids]
    assert ended == sorted(ended)


def test_a_list_goes_on_with_the_data_and_the_model_that_it_began_with(shop, scorer):
    id = handed_in(shop)
    scorer.breaks_at = 1
    work(shop)
    write_version(shop.workspace, 2, events=[("ann", "P1", "view", "2026-08-01 10:00", {})])
    little_model(shop.workspace.models / "second")
    shop.use_model("second")
    scorer.breaks_at = 10**9
    shop.lists.resume(id)
    work(shop)
    moments = {str(moment) for asked in scorer.asked for moment in asked["as_of"]}
    assert moments == {"2026-06-03 23:40:01"}
    assert shop.lists.get(id).status == "done"


def test_the_data_that_an_interrupted_list_goes_on_with_is_not_swept(shop, scorer):
    id = handed_in(shop)
    scorer.breaks_at = 1
    work(shop)
    for number in range(2, 7):
        write_version(shop.workspace, number)
    for file in (shop.workspace.path / "versions").iterdir():
        os.utime(file, (0, 0))
    versions.sweep(shop.workspace)
    assert [shop.workspace.version_file(n).exists() for n in (1, 2, 4)] == [True, False, True]
    scorer.breaks_at = 10**9
    shop.lists.resume(id)
    work(shop)
    versions.sweep(shop.workspace)
    assert not shop.workspace.version_file(1).exists()


def test_halves_by_two_models_are_not_put_together(shop, scorer):
    id = handed_in(shop)
    scorer.breaks_at = 1
    work(shop)
    little_model(shop.workspace.models / "demo", created="2026-07-01T00:00:00+00:00")
    shop.lists.resume(id)
    work(shop)
    assert "trained anew since this list was begun" in shop.lists.get(id).error


def test_a_list_whose_job_is_forgotten_can_go_on_under_its_id(shop, scorer):
    id = handed_in(shop)
    scorer.breaks_at = 1
    work(shop)
    for file in shop.workspace.path.glob("state.sqlite*"):
        file.unlink()
    assert (shop.lists.get(id).status, shop.lists.get(id).reached) == ("failed", 2)
    scorer.breaks_at = 10**9
    shop.lists.resume(id)
    work(shop)
    assert shop.lists.get(id).status == "done"


def test_a_list_is_deleted_with_all_that_is_of_it_but_not_while_it_waits(shop):
    id = handed_in(shop)
    with pytest.raises(InputError, match="still being scored"):
        shop.lists.delete(id)
    shop.lists.cancel(id)
    assert shop.lists.get(id).status == "cancelled"
    shop.lists.delete(id)
    assert shop.lists.all() == []
    with pytest.raises(InputError, match="not there any more"):
        shop.lists.get(id)


@pytest.mark.parametrize("id", ["../../models", "0123456789ab", ""])
def test_an_address_leads_to_lists_alone(shop, id):
    with pytest.raises(InputError, match="not there any more"):
        shop.lists.get(id)


def test_items_of_a_campaign_are_kept_with_the_list(shop, tmp_path):
    (tmp_path / "items.csv").write_text("sku\nP2\nP3\n")
    ask = ListAsk(items=["P1"], items_file=str(tmp_path / "items.csv"), mapping={"item_id": ""})
    id = handed_in(shop, ask)
    (tmp_path / "items.csv").unlink()
    work(shop)
    done = shop.lists.get(id)
    assert (done.kind, done.report["rows"]) == ("campaign", 12), done.error
    assert [item["item_id"] for item in done.report["items"]] == ["P2", "P3", "P1"]


def test_what_cannot_be_understood_is_not_handed_in(shop, tmp_path):
    (tmp_path / "may list.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="says who the shopper is"):
        handed_in(shop)
    assert (shop.lists.all(), shop.jobs()) == ([], [])


def test_without_a_model_nothing_is_handed_in(tmp_path):
    shop = Shop(little_shop(tmp_path / "shop").path)
    (tmp_path / "may list.csv").write_text(PAIRS)
    with pytest.raises(ModelError, match="No model is here yet"):
        handed_in(shop)


def test_the_time_is_told_by_the_rate_of_this_machine(shop, scorer, monkeypatch):
    file = shop.workspace.path.parent / "may list.csv"
    assert shop.lists.plan(file, PLAIN).seconds is None
    clock = itertools.count()
    monkeypatch.setattr("core.lists.run.time.monotonic", lambda: float(next(clock)))
    monkeypatch.setattr("core.lists.run.MEASURED", 4)
    seen = shop.lists.plan(file, PLAIN, measured=True)
    # Three items and three histories took a second, and so they would again.
    assert (seen.seconds, seen.rate) == (pytest.approx(1.0), pytest.approx(3.0))
    assert shop.lists.plan(file, ListAsk(reasons=True)).seconds is None


# ---- into a file --------------------------------------------------------------------


def test_a_scoring_into_a_file_goes_on_from_its_parts(shop, scorer, tmp_path):
    file, out = tmp_path / "may list.csv", tmp_path / "out.parquet"
    scorer.breaks_at = 1
    with pytest.raises(InputError, match="disk is full"):
        shop.lists.score(file, out, PLAIN)
    assert not out.exists()
    scorer.breaks_at = 10**9
    with pytest.raises(InputError, match="is of another list"):
        shop.lists.score(file, out, ListAsk(tags=True), resume=True)
    found = shop.lists.score(file, out, PLAIN, resume=True)
    assert (found["rows"], found["kept_from_before"]) == (4, 2)
    assert pd.read_parquet(out)["p_click"].tolist()[:3] == [0.1, 0.4, 0.3]
    assert not (tmp_path / "out.parquet.parts").exists()


def test_without_resume_it_begins_anew(shop, scorer, tmp_path):
    file, out = tmp_path / "may list.csv", tmp_path / "out.csv"
    scorer.breaks_at = 1
    with pytest.raises(InputError):
        shop.lists.score(file, out, PLAIN)
    scorer.breaks_at = 10**9
    assert shop.lists.score(file, out, PLAIN)["kept_from_before"] == 0
    assert shop.lists.score(file, out, PLAIN, resume=True)["kept_from_before"] == 0  # nothing is left to go on from


# ---- a real worker, killed -----------------------------------------------------------


def until(is_so, patience=240):
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


def test_a_killed_worker_loses_nothing_that_was_scored(small_shop, small_model, tmp_path, monkeypatch):
    """One of the parts from before the kill is marked, and the mark is in the result: it was not scored again."""
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "1")
    monkeypatch.setenv("SHOPPERLENS_THREADS", "1")
    path = tmp_path / "shop"
    shutil.copytree(small_shop.path, path, ignore=shutil.ignore_patterns(".*", "models", "artefacts", "state.sqlite*"))
    shutil.copytree(small_model, path / "models" / "small")
    shop = Shop(path, "cpu")
    users, items = shop.find_shoppers("", 160)["user_id"], shop.find_items("", 10)["item_id"]
    rows = [(user, item) for item in items for user in users]  # each shopper's rows lie far apart
    file = tmp_path / "list.csv"
    pd.DataFrame([*rows, ("nobody", "nothing")], columns=["user_id", "item_id"]).to_csv(file, index=False)
    whole = tmp_path / "whole.csv"
    shop.lists.score(file, whole, PLAIN)

    id = shop.lists.start(file, "list.csv", PLAIN).id
    parts = Parts(path / "scored" / id / "parts")
    until(lambda: parts.reached() >= 128)
    os.kill(jobs_module._children[-1].pid, signal.SIGKILL)
    jobs_module._children[-1].wait(30)
    killed = shop.lists.get(id)
    assert (killed.status, killed.error) == ("failed", LOST_PART["score"])
    assert 128 <= killed.reached < len(rows)
    first = parts.files()[0]
    marked = pd.read_parquet(first)
    marked.assign(note="marked").to_parquet(first, index=False)

    State(shop.workspace.state_file).decide("worker_started", "0")  # or it waits, as for one that is on its way
    shop.lists.resume(id)
    until(lambda: not shop.lists.get(id).active)
    done = shop.lists.get(id)
    assert (done.status, done.report["kept_from_before"]) == ("done", killed.reached), done.error
    found, undisturbed = (pd.read_csv(one, keep_default_na=False) for one in (done.result / "result.csv", whole))
    assert found.index[found["note"] == "marked"].tolist() == sorted(marked["__line"])
    same = ["user_id", "item_id", "fault"]
    pd.testing.assert_frame_equal(found[same], undisturbed[same])
    chances = (pd.to_numeric(table["p_click"]) for table in (found, undisturbed))
    pd.testing.assert_series_equal(*chances, atol=1e-2)  # bfloat16, where the processor has it
    assert json.loads((done.result / "report.json").read_text())["failed"] == 1
    with lock(shop.workspace, patience=30) as gone:
        assert gone
