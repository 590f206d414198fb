"""The map on the command line."""

import json

import pandas as pd
import pytest

from core.__main__ import main
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop
from tests.core.map.crowd import RUNNERS, Clouds, crowd


@pytest.fixture
def scorer(monkeypatch):
    made = Clouds()
    made.model = type("M", (), {"info": INFO})
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: made)
    return made


def run(capsys, *argv):
    code = main(list(map(str, argv)))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_is_made_once_said_and_written_into_a_file(capsys, tmp_path, scorer):
    shop = crowd(tmp_path / "shop").path
    little_model(shop / "models" / "demo")
    code, out, _ = run(capsys, "map", "--workspace", shop, "--out", tmp_path / "map.csv", "--json")
    answer = json.loads(out)
    table = pd.read_csv(tmp_path / "map.csv", dtype={"user_id": str})
    assert code == 0 and list(table.columns) == ["user_id", "x", "y", "group"]
    assert len(table) == answer["shoppers"] == sum(one["shoppers"] for one in answer["clusters"]) + answer["between"]
    assert set(RUNNERS) < set(table["user_id"])
    assert set(table["group"].dropna()) == {one["name"] for one in answer["clusters"]}
    read = len(scorer.asked)
    code, out, _ = run(capsys, "map", "--workspace", shop)
    assert code == 0 and len(scorer.asked) == read
    assert out.startswith(f"A map of {answer['shoppers']} shoppers: version 1 of the data, model demo.\n  Group 1")
    run(capsys, "map", "--workspace", shop, "--anew")
    assert len(scorer.asked) > read


def test_too_few_shoppers_and_no_model_are_refused_in_one_line(capsys, tmp_path, scorer):
    shop = little_shop(tmp_path / "shop").path
    code, out, err = run(capsys, "map", "--workspace", shop)
    assert (code, out) == (2, "") and "as a model sees them" in err
    little_model(shop / "models" / "demo")
    code, out, err = run(capsys, "map", "--workspace", shop)
    assert (code, out) == (2, "") and "30 shoppers or more" in err
