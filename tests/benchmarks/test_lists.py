"""Lists of ten are judged as one would by hand, in a shop of four products."""

import json
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from benchmarks import _many_items, recommend
from benchmarks.contest import listed
from core.vectors import Vectors
from tests.core.fake_scorer import FakeScorer
from tests.core.little_shop import little_shop

START, STOP = datetime(2026, 5, 9), datetime(2026, 5, 12)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Eight days on which many buy the lamp and some the tent; then three on which shoes are bought."""
    old = [(f"u{n}", item, "purchase", f"2026-05-{day:02d} 12:00", {"price": 9.0})
           for day in range(1, 9) for n, item in enumerate(("P3", "P3", "P4")) if (day + n) % 2]  # fmt: skip
    late = [("u0", "P3", "purchase", "2026-05-09 09:00", {}), ("u0", "P1", "purchase", "2026-05-09 18:00", {}),
            ("u1", "P2", "purchase", "2026-05-10 12:00", {}), ("u2", "P4", "purchase", "2026-05-11 12:00", {})]
    return little_shop(tmp_path_factory.mktemp("listed") / "shop", [*old, *late]).reader()


@pytest.fixture(scope="module")
def shelf(reader):
    return listed.Shelf.of(reader, START)


def test_days_of_shoppers_are_asked_for_just_before_their_first_choice(shelf):
    given = listed.cases(shelf.bought, START, STOP, 9, 0)
    assert given.asks["user_id"].tolist() == ["u0", "u1", "u2"]
    assert given.asks["as_of"].astype(str).tolist() == [
        "2026-05-09 09:00:00", "2026-05-10 12:00:00", "2026-05-11 12:00:00",
    ]  # fmt: skip
    assert given.wanted == [{"P1", "P3"}, {"P2"}, {"P4"}]
    assert len(listed.cases(shelf.bought, START, STOP, 2, 0).asks) == 2


def test_what_a_list_shows_by_hand(shelf):
    assert shelf.before().to_dict() == {"P3": 2, "P4": 1}  # u0 and u1; u2
    found = listed.shown(shelf, [["P3", "P4"], ["P3", "P1"]])
    bits = -np.log2((np.array([2, 1, 2, 0]) + 1) / 4).mean()
    assert found == {"coverage": 0.75, "novelty": round(bits, 3), "cold": 0.25, "categories": 2.0}


def test_rows_are_held_against_the_model(shelf):
    given = listed.cases(shelf.bought, START, STOP, 9, 0)
    tops = {listed.BERT: [["P1"], ["P2"], ["P3"]], "popularity": [["P3"], ["P3"], ["P3"]]}
    rows = listed.table(shelf, given, tops)
    assert rows[listed.BERT]["hr@10"][0] == pytest.approx(2 / 3, abs=1e-5)
    assert rows["popularity"]["hr@10"][0] == pytest.approx(1 / 3, abs=1e-5)
    assert rows["popularity"]["ahead"]["hr@10"][0] == pytest.approx(1 / 3, abs=1e-5)
    assert rows["popularity"]["coverage"] == 0.25
    assert "hr@10" in recommend.shown(rows)


def test_every_row_is_made_by_the_steps_of_the_product(reader, shelf):
    given = listed.cases(shelf.bought, START, STOP, 9, 0)
    space = Vectors(["P1", "P2", "P3", "P4"], ["product"] * 4, np.eye(4, dtype=np.float32))
    scorer = FakeScorer({"P1": 0.4, "P2": 0.3, "P3": 0.2, "P4": 0.1})
    tops, reached = listed.made(reader, shelf, given, scorer, space, lambda text: None)
    assert set(tops) == {"popularity", "repeats, then popularity", "item-kNN", "ALS (implicit)", "semantic only",
                         "retrieval union", listed.BERT, listed.ARRANGED}  # fmt: skip
    assert tops[listed.BERT] == [["P1", "P2", "P3", "P4"]] * 3
    assert tops["popularity"][0][0] == "P3"
    assert tops["semantic only"][2][0] == "P4"
    assert tops[listed.ARRANGED][0][0] == "P1" and sorted(tops[listed.ARRANGED][0]) == ["P1", "P2", "P3", "P4"]
    assert reached["reached"][0] == 1
    assert reached["clicks"][0] == pytest.approx(1)


def test_pieces_are_kept_beside_each_other(tmp_path):
    file = tmp_path / "recommend.json"
    recommend.keep(file, "demo", {"cases": 3})
    recommend.keep(file, "latency 2000", {"items": 2_000})
    kept = json.loads(file.read_text())["pieces"]
    assert (kept["demo"]["cases"], kept["latency 2000"]["items"]) == (3, 2_000)
    assert kept["demo"]["machine"]["cores"] >= 1


def test_a_list_is_timed_in_a_generated_shop(tmp_path, monkeypatch):
    monkeypatch.setattr(recommend.Scorer, "open", lambda reader, model: FakeScorer({"p0": 0.5}))
    monkeypatch.setattr(recommend, "TIMED", 2)
    workspace = _many_items.shop(tmp_path / "items-50", 50)
    items = workspace.reader().frame("SELECT * FROM items ORDER BY item_id")
    assert len(items) == 50 and pd.notna(items[["title", "category", "brand", "price"]]).all(axis=None)
    space = _many_items.vectors(50)
    assert np.linalg.norm(space.matrix, axis=1) == pytest.approx(1, abs=1e-5)
    found = recommend.timed(workspace, space, tmp_path)
    assert (found["items"], found["shoppers"]) == (50, 2)
    assert found["median"]["all other sources"] > 0
    assert 0 < found["median"]["the whole list"] <= found["p95"]  # parts are timed apart, so that they may be slower
    assert found["processor"]["the whole list"] > 0


def test_without_the_real_file_it_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("REAL_DATA", raising=False)
    recommend.main(["--shop", "retail", "--folder", str(tmp_path), "--out", str(tmp_path / "out.json")])
    assert "Left out" in capsys.readouterr().out
    assert not (tmp_path / "out.json").exists()
