"""Open Bandit: its chances are kept, and each of its policies is estimated from the log of the other."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from core.advice import Ask
from core.offpolicy import Log, evaluate, mean, shares
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.real.published import MARKS

pytestmark = MARKS
ITEMS = 34  # of the campaign for men


def file(policy: str) -> Path:
    return Path(os.environ["REAL_DATA"]) / "open_bandit" / f"{policy}_men.csv.gz"


def read(policy: str) -> Log:
    with gzip.open(file(policy), "rt", encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        names = next(rows)
        places = [names.index(name) for name in ("position", "item_id", "click", "propensity_score")]
        table = np.array([[float(row[place]) for place in places] for row in rows])
    return Log(table[:, 0].astype(int) - 1, table[:, 1].astype(int), table[:, 2], table[:, 3])


def test_each_policy_is_estimated_from_the_log_of_the_other(monkeypatch):
    monkeypatch.setattr("core.offpolicy.DRAWS", 100)
    even, learned = read("random"), read("bts")
    own = mean(learned.reward)
    assert own.value == pytest.approx(0.0069)  # 69 clicks in 10,000
    found = evaluate(even, shares(learned.place, learned.item, (3, ITEMS)))
    assert found.logged.value == pytest.approx(0.0046)
    assert found.logged.high < own.value  # the rate of the log at hand is no estimate of the other policy
    for estimate in (found.ips, found.snips, found.doubly_robust):
        assert estimate.low < own.value < estimate.high
        assert estimate.value > found.logged.value
    assert found.kept.low < 1 < found.kept.high  # the chances are what they say
    assert 2_000 < found.effective < 4_000
    back = evaluate(learned, np.full((3, ITEMS), 1 / ITEMS))
    assert back.snips.low < 0.0046 < back.snips.high
    assert back.effective < 1_000
    assert back.clipped > 0


def test_chances_are_kept_by_the_import_and_a_suggestion_is_replayed(tmp_path):
    with gzip.open(file("random"), "rt", encoding="utf-8") as text:
        part = "".join(line for _, line in zip(range(1_001), text, strict=False))
    log = tmp_path / "random_men.csv"
    log.write_text(part, encoding="utf-8")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [log], preset="open-bandit")
    shop = Shop(workspace.path)
    places = shop.placing.places()
    assert places["chances"].all()
    assert 990 < places["shown"].sum() <= 1_000  # lines that look like a robot's or come twice are left out
    found = shop.placing.advise(Ask("position 1", "product", judge="counted"))
    assert found.replayed is not None
    assert found.replayed.n == places.set_index("slot")["shown"]["position 1"]
    # one item alone is suggested, the one that was clicked most: one in 34 of the choices say something of it
    assert found.replayed.effective < 30
    assert found.replayed.ips.low < found.replayed.logged.value
