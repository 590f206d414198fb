"""Which ad for whom, and what to feature, on the command line."""

import json

import pytest

from core import worker
from core.__main__ import main
from core.conditions import Group, Listed
from core.service import Shop
from tests.core.ad_log import ad_shop
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model


@pytest.fixture
def path(tmp_path):
    return ad_shop(tmp_path / "shop").path


@pytest.fixture
def modelled(path, monkeypatch):
    little_model(path / "models" / "demo")
    scorer = FakeScorer({"D1": 0.2, "D2": 0.1, "P1": 0.1, "P3": 0.3})
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)
    return path


@pytest.fixture
def run(capsys):
    def go(*argv, as_json=True):
        code = main([*map(str, argv), *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        return code, json.loads(said.out) if as_json and code == 0 else said.out.splitlines(), said.err

    return go


def test_without_a_place_the_places_are_said(run, path):
    code, answer, _ = run("slot", "--workspace", path)
    assert (code, [place["slot"] for place in answer["places"]]) == (0, ["banner"])
    assert run("slot", "--workspace", path, as_json=False)[1] == ["banner (ad): shown 10 times, 3 clicks"]


def test_an_ad_for_whom(run, modelled):
    Shop(modelled).segments.save(Group("all", (Listed("A", "", ("ann", "bob")),)), "Shoes")
    typed = ["slot", "--slot", "banner", "--segment", "shoes", "--most", "D1=7", "--workspace", modelled]
    code, answer, _ = run(*typed)
    assert code == 0
    assert (answer["judge"], answer["model"], answer["ask"]["most"]) == ("model", "demo", {"D1": 7})
    assert {one["segment"] for one in answer["cells"]} == {"Shoes", "Everyone else"}
    assert answer["suggested"]["clicks"] == pytest.approx(7 * 0.2 + 3 * 0.1)
    lines = run(*typed, as_json=False)[1]
    assert lines[0].startswith("Suggested: 2 clicks worth ")
    assert any("Holds back: Sale: all shoes may not be shown more often; one more would add 0.1000" in x for x in lines)
    assert any(line.startswith("  Clicks of 100 shown, doubly robust: ") for line in lines)


def test_what_was_counted_judges_without_a_model(run, path):
    code, answer, _ = run("slot", "--slot", "banner", "--by", "age_band", "--goal", "value", "--workspace", path)
    assert (code, answer["judge"], answer["model"]) == (0, "counted", None)
    assert len(answer["segments"]) == 3


def test_what_to_feature(run, modelled, monkeypatch):
    code, answer, _ = run("feature", "-k", "2", "--workspace", modelled)
    assert (code, answer["segment"], answer["shoppers"]) == (0, "Everyone", 4)
    assert [one["item_id"] for one in answer["together"]] == ["P3", "P1"]
    lines = run("feature", "-k", "2", "--workspace", modelled, as_json=False)[1]
    assert lines[0].startswith("Everyone: 4 shoppers, 4 of them asked about. These 2 reach 37.0 %")
    assert "One by one, by clicks if all of them saw it:" in lines
    assert answer["of"] == "click"
    monkeypatch.setattr(Shop, "baskets", True)
    lines = run("feature", "-k", "2", "--workspace", modelled, as_json=False)[1]
    assert "One by one, by buyers who will have it in their next basket:" in lines
    assert any(" buyers (95 %: " in line for line in lines)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["slot", "--slot", "moon"], "no ad at a place 'moon'"),
        (["slot", "--slot", "banner", "--most", "D1"], "--most wants an ad's id and a number"),
        (["slot", "--slot", "banner", "--segment", "VIP"], "No segment is called 'VIP'"),
        (["feature"], "needs a model"),
    ],
)
def test_what_a_person_can_mend_is_one_line(run, path, argv, said):
    code, lines, error = run(*argv, "--workspace", path)
    assert (code, lines) == (2, [])
    assert said in error.splitlines()[-1]


def test_what_to_feature_is_found_as_a_job_and_then_there(run, modelled, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    shop = Shop(modelled)
    one = shop.segments.save(Group("all", (Listed("A", "", ("ann", "bob")),)), "Shoes")
    assert (shop.placing.featured(one.id), shop.featuring_job(one.id)) == (None, None)
    job = shop.start_featuring(one.id)
    assert worker.serve(shop.workspace, idle=0) == 1
    done = shop.featuring_job(one.id)
    assert (done.id, done.status, done.error, done.result["segment"]) == (job.id, "done", None, "Shoes")
    assert shop.placing.featured(one.id).shoppers == 2
    assert shop.featuring_job() is None  # nobody asked about everyone
    monkeypatch.setattr("core.score.Scorer.open", None)  # it is there: no model is read for it
    assert run("feature", "--segment", "Shoes", "--workspace", modelled)[1]["reach"]["value"] > 0


def test_a_job_for_nobody_says_why(modelled, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    shop = Shop(modelled)
    one = shop.segments.save(Group("all", (Listed("A", "", ("nobody",)),)), "Ghosts")
    shop.start_featuring(one.id)
    worker.serve(shop.workspace, idle=0)
    assert "Nobody is in the segment 'Ghosts'" in shop.featuring_job(one.id).error
