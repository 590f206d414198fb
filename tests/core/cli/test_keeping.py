import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.answers import plain
from core.cli.keeping import drift_lines
from core.cli.show import text
from core.config import TrainSettings
from core.keeping.records import BAD, GOOD, RETRAIN, Drift, Moved, Sign
from core.service import Shop
from tests.core.little_model import little_model
from tests.core.little_shop import little_shop
from tests.pages.fake_models import AUDIT


def test_the_verdict_is_the_first_thing_that_is_said() -> None:
    found = Drift(
        "spring", RETRAIN, "Much came.", datetime(2026, 6, 1), datetime(2026, 6, 9), 4_321, 600, 599,
        (Sign("ratio", 1.0, 1.6, BAD, "Much came."), Sign("order", 0.7, 0.7, GOOD, "It orders well.")),
        (Moved("", "The chance", 0.3, 0.1, 0.2, 0.3), Moved("a", "Buys", 0.02, 0.1, 0.2, 0.21),
         Moved("b", "Walks", 0.4, 0.1, 0.2, 0.31)),
    )  # fmt: skip
    lines = list(drift_lines({**plain(found), "said": "Retrain now."}))
    assert lines[0] == "Retrain now. Much came."
    assert "4,321 events from 2026-06-01 to before 2026-06-09; 600 lists" in lines[1]
    assert lines[2:4] == ["! Much came.", "  It orders well."]
    assert lines[5:] == ["  Walks: 0.40 (chance 0.10); 20 %, 31 %", "  Buys: 0.02 (chance 0.10); 20 %, 21 %"]


def test_a_model_without_newer_events_says_so(small_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--workspace", str(small_model.parent.parent), "--model", small_model.name]
    assert main(["drift", *where]) == 0
    assert capsys.readouterr().out.startswith("Nothing new to check by. Nothing in the logs is newer than 30 June 2026")
    assert main(["drift", *where, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["verdict"], answer["events"], answer["generated"]) == ("nothing", 0, True)
    assert main(["drift", *where[:2], "--model", "nobody"]) == 2
    assert "no model 'nobody'" in capsys.readouterr().err


def test_a_model_that_went_on_from_another_says_first_whether_it_passed() -> None:
    rows = [{"window": "old", "figure": "gauc", "before": 0.72, "after": 0.68, "gain": -0.04, "low": -0.06,
             "high": None}]
    again = {"from": "spring", "passed": False, "reason": "It forgets.", "rows": rows}
    lines = text("train", {"model": "summer", "seconds": 3.0, "again": again}).splitlines()
    assert lines[0] == "It does not pass the gate and is kept, not used. It forgets."
    assert lines[2].split() == ["earlier", "days", "(forgetting):", "pairs", "in", "the", "right", "order", "0.7200",
                                "0.6800", "-0.0400", "(-0.0600", "to", "–)"]
    assert lines[3:] == ["model: summer", "seconds: 3"]


ROWS = [{"window": "new", "figure": "gauc", "before": 0.7, "after": 0.75, "gain": 0.05, "low": 0.01, "high": 0.09}]


@pytest.mark.parametrize(
    ("asked", "in_use", "passed", "first"),
    [
        ([], "spring", True, "It passes the gate. Better."),
        ([], "spring", False, "It does not pass the gate and is kept, not used. Worse."),
        (["--keep"], "spring", True, "It passes the gate. Better."),
        ([], "winter", True, "It passes the gate. Better. It is kept, not used: it was not compared with “winter”, "
                             "which is in use."),
    ],
)  # fmt: skip
def test_a_training_goes_on_from_a_model_and_says_what_came_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], asked: list[str], in_use: str,
    passed: bool, first: str,
) -> None:
    shop, told = Shop(little_shop(tmp_path / "shop").path), list[Any]()
    for name in ("spring", "spring-again", "winter"):
        little_model(shop.workspace.models / name)
    shop.use_model(in_use)

    def train(workspace: Any, name: str, settings: TrainSettings, device: str, resume: bool, progress: Any, use: bool
              ) -> dict[str, Any]:
        told.extend((name, settings.start_from, settings.replay))
        little_model(shop.workspace.models / name)
        return {"model": name, "seconds": 3.0, "kept": None, "again": {
            "from": "spring", "passed": passed, "reason": "Better." if passed else "Worse.", "rows": ROWS}}

    monkeypatch.setattr("core.train.run.train", train)
    where = ["--workspace", str(shop.workspace.path)]
    assert main(["train", "--from", "spring", "--replay", "0.25", *asked, *where]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert told == ["spring-again-2", "spring", 0.25]
    assert lines[0] == first
    assert lines[2].split()[-7:] == ["order", "0.7000", "0.7500", "0.0500", "(0.0100", "to", "0.0900)"]
    used = passed and not asked and in_use == "spring"
    assert shop.model_in_use() == ("spring-again-2" if used else in_use)


def test_an_audit_begins_with_its_answers_and_says_what_is_too_small() -> None:
    lines = text("audit", plain(AUDIT)).splitlines()
    assert lines[:3] == list(AUDIT.answers)
    assert "! place mail: 150 (130 to 170); 4.0 points; 300 shoppers" in lines
    assert "? too few to say: segment Gifts" in lines
    assert "! gender female, missed: 60 (55 to 65); 45" in lines
    assert lines[-2:] == ["! Well.", "? too few to say: age band 55+"]
