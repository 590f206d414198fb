"""Described tags on the command line."""

import json

import pandas as pd
import pytest

from core import vectors
from core.__main__ import main
from core.service import Shop
from tests.core.describing.counting_encoder import CountingEncoder
from tests.core.describing.test_door import LOG, TENTS
from tests.core.little_shop import little_shop


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "Encoder", CountingEncoder)
    monkeypatch.chdir(tmp_path)
    return little_shop(tmp_path / "shop", LOG).path


@pytest.fixture
def run(path, capsys):
    def go(*argv, as_json=True):
        code = main(["tag", *map(str, argv), "--workspace", str(path), *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        return code, json.loads(said.out) if as_json and code == 0 else said.out.splitlines(), said.err

    return go


def test_a_sentence_is_answered_without_being_kept(run):
    code, answer, _ = run(TENTS, "-k", 2)
    assert code == 0
    assert (answer["key"], answer["guess"], answer["marks"], answer["shoppers"], answer["known"]) == (
        None, True, 0, 10, 20)
    assert [fit["user_id"] for fit in answer["likely"]] == ["t0", "t1"]
    assert answer["likely"][0]["why"] == ["purchase Tent for two"]
    assert run()[1]["tags"] == []
    assert run(as_json=False)[1][0].startswith("No tag is described yet")


def test_marks_come_from_a_file_and_leave_as_one(run, tmp_path, path):
    code, _, _ = run(TENTS, "--to-mark", "some.csv")
    assert code == 0
    some = pd.read_csv("some.csv")
    assert set(some["drawn"]) == {"likely", "doubtful", "random"}
    some["fits"] = ["yes" if user.startswith("s") else "no" for user in some["user_id"]]
    some.to_csv("marks.csv", index=False)
    code, answer, _ = run(TENTS, "--marks", "marks.csv", "--save-marks", "kept.csv", "--out", "all.csv")
    assert (code, answer["key"], answer["marks"]) == (0, "described:sleeps-in-a-tent", len(some))
    assert answer["brought"]["marked"] == len(some)
    assert sorted(pd.read_csv("kept.csv")["user_id"]) == sorted(some["user_id"])
    assert len(pd.read_csv("all.csv")) == 20
    assert run(TENTS, "--undo")[1]["marks"] == 0


def test_a_threshold_is_kept_with_the_tag_and_a_tag_is_deleted(run):
    assert run(TENTS, "--keep", "--threshold", 0.01)[1]["shoppers"] == 20
    assert run(TENTS)[1]["threshold"] == 0.01
    assert run(as_json=False)[1] == [
        f"{TENTS}: A guess, given to 20 of 20 shoppers, from 1 %: 0 are marked, 0 of them from there on."]
    assert run(TENTS, "--delete", as_json=False)[1] == [f"“{TENTS}” and its marks are deleted."]
    assert run()[1]["tags"] == []


def test_how_often_it_is_right_is_said_with_its_interval(run, path):
    shop = Shop(path, device="cpu")
    run(TENTS, "--keep")
    shop.describing.mark("sleeps-in-a-tent", {f"t{n}": n != 0 for n in range(10)})
    said = run(TENTS, "--threshold", 0.2, as_json=False)[1]
    assert said[0] == f"“{TENTS}” (kept as described:sleeps-in-a-tent)"
    assert said[1].startswith("  Right ")
    assert "95 % interval" in said[1]


def test_shoppers_can_be_read_beforehand(run, path):
    assert run("--read")[1]["read"] == 0
    assert Shop(path, device="cpu").describing.ready()


@pytest.mark.parametrize(("argv", "why"), [
    (["a"], "in some words"), ([TENTS, "--marks", "none.csv"], "There is no file none.csv"),
    ([TENTS, "--save-marks", "kept.csv"], "Only a tag that is kept"), (["--keep"], "Say which"),
    (["never said", "--delete"], "No tag is described as"),
])
def test_what_cannot_be_done_is_said_in_one_line(run, argv, why):
    code, _, error = run(*argv)
    assert code == 2
    assert why in error.splitlines()[-1]


def test_a_tag_leaves_with_a_list(path, run, tmp_path):
    run(TENTS, "--keep")
    shop = Shop(path, device="cpu")
    from core.conditions import Group
    from core.records import Condition

    shop.segments.save(Group("all", (Condition("described:sleeps-in-a-tent", ">=", 0.12),)), "Campers")
    assert main(["segments", "export", "Campers", "--tags", "all", "--out", "campers.parquet", "--workspace",
                 str(path)]) == 0  # fmt: skip
    found = pd.read_parquet("campers.parquet")
    assert len(found) == 10
    assert found["described:sleeps-in-a-tent"].min() >= 0.12
