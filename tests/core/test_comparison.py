"""Two models side by side."""

from datetime import datetime

import pandas as pd

from core.comparison import compare
from core.records import ModelReport

DAYS = {"start": "2026-05-01T00:00:00", "train_end": "2026-06-15T00:00:00", "val_end": "2026-06-22T00:00:00",
        "end": "2026-07-01T00:00:00", "horizon": 7}  # fmt: skip


def report(name, after, settings=None, ap=(0.5, 0.7), **data):
    return ModelReport(
        name, "all-MiniLM-L6-v2", datetime(2026, 7, 1), {"after": after}, pd.DataFrame({"ap": list(ap)}),
        pd.DataFrame(), "", settings or {"method": "lora", "epochs": 2.0},
        data={"version": 1, "fingerprint": "f", "splits": DAYS, **data},
    )  # fmt: skip


def test_each_figure_says_which_is_better():
    first = report("old", {"auc": 0.8, "gauc": 0.7, "logloss": 0.3, "ece": 0.02, "ndcg@10": 0.5, "n": 10})
    second = report("new", {"auc": 0.9, "gauc": 0.7, "logloss": 0.2, "ece": 0.03, "mrr": 0.4}, ap=(0.5, 0.5))
    found = compare(first, second)
    assert (found.first, found.second) == ("old", "new")
    assert dict(zip(found.figures["figure"], found.figures["better"], strict=True)) == {
        "auc": "second", "gauc": "", "mrr": "", "ndcg@10": "", "logloss": "second", "ece": "first", "tags": "first",
    }  # fmt: skip
    tags = found.figures.set_index("figure").loc["tags"]
    assert (tags["first"], tags["second"]) == (0.6, 0.5)


def test_only_what_is_not_the_same_is_listed():
    first = report("old", {"auc": 0.8}, {"method": "lora", "epochs": 2.0})
    second = report("new", {"auc": 0.9}, {"method": "head", "epochs": 2.0, "optimizer": "sgd"}, version=2)
    found = compare(first, second)
    assert found.differs.to_numpy().tolist() == [
        ["version", 1, 2], ["method", "lora", "head"], ["optimizer", None, "sgd"],
    ]  # fmt: skip
    assert found.notes == []
    same = compare(first, first)
    assert same.differs.empty
    assert same.notes == []


def test_figures_of_different_days_are_not_taken_at_their_word():
    first, later = report("old", {"auc": 0.8}), report("new", {"auc": 0.9}, splits={**DAYS, "end": "2026-07-08"})
    found = compare(first, later)
    assert "different days" in found.notes[0]
    assert found.differs.to_numpy().tolist() == [
        ["judged on", "2026-06-22 to 2026-07-01", "2026-06-22 to 2026-07-08"]
    ]
    assert "logs had changed" in compare(first, report("new", {"auc": 0.9}, fingerprint="g")).notes[0]
    fewer = report("new", {"auc": 0.9}, {"method": "lora", "epochs": 2.0, "test_examples": 10})
    assert "different numbers of lists" in compare(first, fewer).notes[0]
