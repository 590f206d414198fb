"""Lists on the command line: what is said of them, a dry run, and going on."""

import json

import pandas as pd
import pytest

from core import worker
from core.__main__ import main
from core.lists import ListAsk
from core.service import Shop
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop


@pytest.fixture
def score(tmp_path, monkeypatch, capsys):
    """Score a list of a shop with a fake model; return the exit code, the answer and what was said beside."""
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo")
    scorer = FakeScorer({"P1": 0.1, "P2": 0.4, "P3": 0.3})
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)

    def go(text, *argv, as_json=True):
        (tmp_path / "list.csv").write_text(text)
        file = [str(tmp_path / "list.csv")] if text else []
        code = main(["score", *file, *map(str, argv), "--workspace", str(path),
                     *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        return code, json.loads(said.out) if as_json and code == 0 else said.out.splitlines(), said.err

    return go


def test_a_campaign_by_ids_and_by_a_file(score, tmp_path):
    (tmp_path / "items.csv").write_text("sku\nP1\n")
    out = tmp_path / "out.parquet"
    said = ("--item", "P2", "--items", tmp_path / "items.csv", "--tags")
    code, answer, _ = score("shopper\nann\nbob\n", "--out", out, *said)
    assert (code, answer["rows"], answer["scored"], answer["kind"]) == (0, 4, 4, "campaign")
    table = pd.read_parquet(out)
    assert table["p_click"].tolist() == [0.4, 0.1, 0.4, 0.1]
    assert table["interest:Shoes"].tolist() == [0.25] * 4


def test_columns_are_said(score, tmp_path):
    code, answer, _ = score("a,b\nann,P1\n", "--out", tmp_path / "o.csv", "--map", "user_id=a", "item_id=b")
    assert (code, answer["scored"]) == (0, 1)
    code, _, said = score("a,b\nann,P1\n", "--out", tmp_path / "o.csv")
    assert code == 2 and "says who the shopper is. It has: a, b. Say which one it is: --map user_id=COLUMN." in said
    code, _, said = score("a,b\nann,P1\n", "--out", tmp_path / "o.csv", "--map", "user_id")
    assert code == 2 and "--map wants canonical=column" in said


def test_words_for_what_was_done_are_said(score, tmp_path):
    text = "user_id,item_id,event_type,ts\nzoe,P1,kup,2026-06-01\n"
    code, _, said = score(text, "--out", tmp_path / "o.csv")
    assert code == 2 and "Say what its words mean: --map event_type:WORD=view" in said
    code, answer, _ = score(text, "--out", tmp_path / "o.csv", "--map", "event_type:kup=purchase")
    assert (code, answer["kind"], answer["scored"]) == (0, "log", 1)
    code, answer, _ = score(text, "--out", tmp_path / "o.csv", "--kind", "pairs")
    assert (code, answer["kind"], answer["scored"]) == (0, "pairs", 1)


def test_lists_that_were_handed_in_are_told_cancelled_and_gone_on_with(score, tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    _, lines, _ = score("", "--lists", as_json=False)
    assert lines == ["No list was handed in yet."]
    (tmp_path / "may.csv").write_text("user,item\nann,P1\nbob,ZZ\n")
    shop = Shop(tmp_path / "shop", "cpu")
    id = shop.lists.start(tmp_path / "may.csv", "may.csv", ListAsk()).id
    statuses = []
    for argv in (["--lists"], ["--cancel", id], ["--lists"], ["--go-on", id]):
        code, answer, _ = score("", *argv)
        assert (code, [one["id"] for one in answer["lists"]]) == (0, [id])
        statuses.append(answer["lists"][0]["status"])
    assert statuses == ["queued", "cancelled", "cancelled", "queued"]
    worker.serve(shop.workspace, "cpu", idle=0)
    _, lines, _ = score("", "--lists", as_json=False)
    assert lines[0].startswith(f"{id}  done       2 of 2 rows (pairs)  may.csv, ")
    assert lines[1] == f"  {shop.lists.get(id).result / 'result.csv'}"
    code, _, said = score("", "--cancel", "0123456789ab")
    assert code == 2 and "not there any more" in said


def test_a_dry_run_says_what_would_be_made_and_writes_nothing(score, tmp_path):
    code, answer, _ = score("shopper,sku\nann,P1\nann,ZZ\n", "--dry-run")
    assert (code, answer["makes"], answer["can"], answer["unknown_items"]) == (0, 2, 1, 1)
    assert answer["seconds"] > 0  # measured on the spot
    assert "preview" not in answer
    _, lines, _ = score("shopper,sku\nann,P1\nann,ZZ\n", "--dry-run", as_json=False)
    assert lines[0] == "Nothing was scored. This is what would be: 2 rows, 1 of them scored."
    assert any(line.startswith("  It would take about ") for line in lines)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "shop"]


def test_without_a_place_for_the_result_it_asks_for_one(score):
    code, _, said = score("user,item\nann,P1\n")
    assert code == 2 and "--out RESULT.csv" in said


def test_what_is_scored_before_it_is_stopped_is_kept(score, tmp_path, monkeypatch):
    for name in ("FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(f"core.lists.pace.{name}", 1)
    clicks, asked = FakeScorer.clicks, []

    def stopped(self, asks, pairs, progress=None):
        asked.append(pairs["item_id"].tolist())
        if len(asked) == 2:
            raise KeyboardInterrupt
        return clicks(self, asks, pairs, progress)

    monkeypatch.setattr(FakeScorer, "clicks", stopped)
    text, out = "user,item\nann,P1\nbob,P2\n", tmp_path / "out.csv"
    code, _, said = score(text, "--out", out)
    assert code == 2 and "with --resume to go on" in said
    code, lines, _ = score(text, "--out", out, "--resume", as_json=False)
    assert code == 0
    assert lines[:2] == [f"2 rows, 2 of them scored, are in {out}.", "1 of them had been scored in the run before."]
    assert asked == [["P1"], ["P2"], ["P2"]]
    assert pd.read_csv(out)["p_click"].tolist() == [0.1, 0.4]


def test_figures_of_a_labelled_list_for_people(score, tmp_path):
    text = "user,item,clicked\nann,P2,1\nbob,P3,0\nann,P1,0\nann,ZZ,1\n"
    _, lines, _ = score(text, "--out", tmp_path / "out.csv", as_json=False)
    assert lines[1:4] == [
        "  not scored, unknown item: it is not in this shop: 1", "3 rows have a label, 1 of them yes (33.3 %).",
        "  AUC 1.000 (95 %: 1.000 to 1.000); chances are off by 33.3 points on average",
    ]
    assert lines[4] == "  tenth  1:  40.0 % predicted, 100.0 % happened, lift 3.00"
    assert lines[-1].startswith("Only 1 of 3 labels say yes")
