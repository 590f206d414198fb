"""Saved segments on the command line."""

import json

import pandas as pd
import pytest

from core import trees
from core.__main__ import main
from core.service import Shop
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop

BUYERS = trees.read(json.dumps({"v": 1, "all": [{"did": "purchase"}]}))


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = little_shop(tmp_path / "shop").path
    Shop(path).segments.save(BUYERS, "Buyers", "Who bought", "Shop desk")
    little_model(path / "models" / "demo")
    scorer = FakeScorer({"P2": 0.4})
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture
def run(path, capsys):
    def go(*argv, as_json=True):
        code = main(["segments", *map(str, argv), "--workspace", str(path), *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        return code, json.loads(said.out) if as_json and code == 0 else said.out.splitlines(), said.err

    return go


def test_they_are_listed_with_their_size(run):
    code, answer, _ = run("list")
    assert code == 0
    assert [(one["name"], one["shoppers"], one["everyone"]) for one in answer["segments"]] == [("Buyers", 2, 4)]
    assert run("list", as_json=False)[1] == ["Buyers: 2 of 4 shoppers (follows the data, by Shop desk)"]


def test_one_is_shown_with_its_conditions_and_history(run):
    code, answer, _ = run("show", "buyers")
    assert code == 0
    assert trees.read(answer["conditions"]) == BUYERS
    assert [change["what"] for change in answer["history"]] == ["saved"]
    assert run("show", "buyers", as_json=False)[1][1] == "Who bought"


def test_one_is_exported_with_columns_tags_and_items(run, tmp_path):
    out = tmp_path / "buyers.parquet"
    code, answer, _ = run("export", "Buyers", "--columns", "spend", "--tags", "all", "--items", 1, "--out", out)
    assert (code, answer["shoppers"], answer["out"], answer["beside"]) == (0, 2, str(out), None)
    assert answer["columns"] == ["spend", "intent:buy", "interest:Shoes"]
    assert pd.read_parquet(out)["item_1"].tolist() == ["P2", "P2"]


def test_without_a_file_it_is_named_after_what_it_is_and_has_a_text_beside(run, tmp_path):
    code, answer, _ = run("export", "Buyers", "--format", "csv")
    assert code == 0
    (made,) = tmp_path.glob("Buyers-data-1-demo-*.csv")
    assert answer["out"] == made.name
    assert (tmp_path / answer["beside"]).read_text().startswith("List: Buyers\n")
    assert not any(key.startswith("intent") for key in answer["columns"])
    assert "2 shoppers are in " in run("export", "Buyers", as_json=False)[1][0]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("export", "VIP"), "No segment is called 'VIP'"),
        (("export",), "Say which segment"),
        (("export", "Buyers", "--columns", "shoe_size"), "no such column as 'shoe_size'"),
        (("export", "Buyers", "--tags", "spend"), "--tags: this shop has no such column as 'spend'"),
        (("export", "Buyers", "--format", "csv", "--out", "x.xlsx"), "say two things"),
        (("export", "Buyers", "--out", "x.doc"), "as 'doc'"),
        (("export", "Buyers", "--items", "99"), "Between 0 and 20"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(run, argv, said, tmp_path):
    code, _, err = run(*argv)
    assert code == 2
    assert said in err
    assert [line for line in err.splitlines() if not line[:3].strip().isdigit()] == [err.splitlines()[-1]]
    assert not list(tmp_path.glob("x.*"))
