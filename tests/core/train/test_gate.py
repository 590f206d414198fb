"""The gate: what passes is better on what is new, and has forgotten nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from core.config import TrainSettings
from core.model.checkpoint import Scale
from core.model.onepass import OnePass
from core.records import TagSpec
from core.train import gate
from core.train.examples import ClickSet, Example, TagSet
from core.train.gate import Row
from core.train.loop import fit
from core.train.network import build
from core.train.sets import Part
from tests.core.train import little_lists
from tests.core.train.little_lists import GOOD

SPECS = tuple(TagSpec(key, "intent", key, "Will.", 7) for key in ("a", "b"))
INFO: Any = SimpleNamespace(tags=SPECS, click_calibration=Scale(), tag_calibration={})
QUICK = TrainSettings(
    method="full", epochs=6, batch_size=8, eval_steps=20, teacher_weight=0.0, event_dropout=0.0, report_to="none",
    precision="off", patience=50,
)  # fmt: skip


def row(window: str, figure: str, low: float, high: float) -> Row:
    return Row(window, figure, 0.5, 0.5, (low + high) / 2, low, high)


BETTER, SAME, WORSE = (0.01, 0.05), (-0.02, 0.03), (-0.05, -0.01)


@pytest.mark.parametrize(
    ("new", "old", "passed", "said"),
    [
        (BETTER, SAME, True, "surely better than “x” in order of lists, and it forgets nothing"),
        (BETTER, BETTER, True, "forgets nothing"),
        (BETTER, WORSE, False, "It forgets: on the earlier days"),
        (SAME, SAME, False, "not surely better"),
        (SAME, BETTER, False, "not surely better"),
        (WORSE, SAME, False, "On the new days it is surely worse"),
    ],
)
def test_better_on_new_and_not_worse_on_old(new: Any, old: Any, passed: bool, said: str) -> None:
    found = gate.verdict([row("new", "gauc", *new), row("old", "gauc", *old)], "x")
    assert found[0] is passed and said in found[1]


def test_one_thing_better_and_another_worse_does_not_pass() -> None:
    rows = [row("new", "logloss", *BETTER), row("new", "tags", *WORSE), row("old", "gauc", *SAME)]
    assert gate.verdict(rows, "x")[0] is False


def test_percentages_of_the_old_days_are_no_forgetting_but_tags_are() -> None:
    better = row("new", "gauc", *BETTER)
    assert gate.verdict([better, row("old", "logloss", *WORSE)], "x")[0] is True
    assert gate.verdict([better, row("old", "tags", *WORSE)], "x")[0] is False


def test_what_cannot_be_measured_is_neither_better_nor_worse() -> None:
    nothing = Row("new", "gauc", None, None, None, None, None)
    assert (nothing.better, nothing.worse) == (False, False)
    assert gate.verdict([nothing], "x")[0] is False


def test_what_it_forgot_has_to_be_known() -> None:
    better = row("new", "gauc", *BETTER)
    passed, reason = gate.verdict([better, *gate.unmeasured("old")], "x")
    assert not passed
    assert reason.startswith("On the new days it is surely better than “x” in order of lists. What it forgot cannot be")
    assert reason.endswith("to compare order of lists and tags.")
    # What is worse is said before that.
    assert "surely worse" in gate.verdict([better, row("new", "tags", *WORSE), *gate.unmeasured("old")], "x")[1]


@pytest.mark.parametrize(("shoppers", "sure"), [(1, False), (3, False), (30, True)])
def test_what_a_shopper_or_three_show_is_not_sure(shoppers: int, sure: bool) -> None:
    owners = np.array([f"u{n % shoppers}" for n in range(60)], dtype=object)
    found = gate._row("new", "gauc", np.full(60, 0.5), np.full(60, 0.75), owners, 1)
    assert (found.before, found.after, found.gain) == (0.5, 0.75, 0.25)
    assert (found.low, found.high) == ((0.25, 0.25) if sure else (None, None))
    assert found.better is sure and not found.worse
    # Lists that tell nothing do not count as shoppers who do.
    alone = np.where(owners == "u0", 0.75, np.nan)
    assert gate._row("new", "gauc", np.full(60, 0.5), alone, owners, 1).low is None


def test_a_model_without_tags_is_not_asked_about_them(knowing: OnePass) -> None:
    plain = SimpleNamespace(tags=(), click_calibration=Scale(), tag_calibration={})
    nobody = pd.DataFrame(columns=["ask_id", "user_id"])
    days = Part(part(70, GOOD).clicks, TagSet([], nobody, pd.DataFrame(), pd.DataFrame()))
    found = gate.compared("new", days, (knowing, plain), (knowing, plain), 0)  # type: ignore[arg-type]
    assert [row.figure for row in found] == ["gauc", "logloss"]


def test_losses_are_worked_out_by_hand() -> None:
    # ln 2 for a chance of a half, -ln 0.25 where three quarters were said of what did not happen.
    found = gate._loss(np.array([1.0, 0.0, np.nan]), np.array([0.5, 0.75, 0.5]))
    assert found[:2] == pytest.approx([0.6931, 1.3863], abs=1e-4) and np.isnan(found[2])


def lists(count: int, seed: int, good: int) -> list[Example]:
    """Lists in which the word ``good`` is what is clicked; the other of the two words is not."""
    swap = {GOOD: good, 61: 121 - good}
    return [
        replace(example, pack=replace(example.pack, candidates=tuple(
            np.array([swap.get(int(token), int(token)) for token in item], dtype=np.int32)
            for item in example.pack.candidates)))
        for example in little_lists.lists(count, seed)
    ]


def part(seed: int, good: int) -> Part:
    examples, people = lists(60, seed, good), little_lists.shoppers(40, seed + 1)
    rows = [{"ask_id": n, "user_id": f"u{n}", "label": label} for n, each in enumerate(examples)
            for label in each.clicks]
    asks = pd.DataFrame({"ask_id": range(len(people)), "user_id": [f"u{n}" for n in range(len(people))]})
    labels = pd.DataFrame([each.tags for each in people], columns=["a", "b"])
    return Part(ClickSet(examples, pd.DataFrame(rows), pd.DataFrame()), TagSet(people, asks, labels, pd.DataFrame()))


def taught(network: OnePass, folder: Path, examples: list[Example], settings: TrainSettings) -> OnePass:
    run = little_lists.folder(folder)
    run.path.mkdir(parents=True)
    torch.manual_seed(0)
    fit(network, (examples, examples[:24]), (little_lists.shoppers(24), little_lists.shoppers(8, 6)), 0, settings, run,
        torch.device("cpu"), lambda share, message: None)  # fmt: skip
    return network.eval()


def rows(new: int, before: OnePass, after: OnePass) -> list[Row]:
    """Compare on new days where the word ``new`` is clicked, and on old ones where ``GOOD`` is."""
    windows = (("new", part(70, new)), ("old", part(90, GOOD)))
    return [row for window, days in windows for row in gate.compared(window, days, (before, INFO), (after, INFO), 0)]


def copied(network: OnePass, base: Path) -> OnePass:
    other = build(str(base), 2, QUICK)
    other.load_state_dict(network.state_dict())
    return other


@pytest.fixture(scope="module")
def knowing(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> OnePass:
    """A network that knows that ``GOOD`` is clicked."""
    torch.manual_seed(0)
    network = build(str(tiny_base), 2, QUICK)
    return taught(network, tmp_path_factory.mktemp("knowing"), lists(120, 1, GOOD), QUICK)


def test_a_network_that_turned_round_is_refused_as_it_forgets(
    knowing: OnePass, tiny_base: Path, tmp_path: Path
) -> None:
    again = replace(QUICK, start_from="knowing")
    other = taught(copied(knowing, tiny_base), tmp_path / "turned", lists(120, 2, 61), again)
    found = rows(61, knowing, other)
    by = {(row.window, row.figure): row for row in found}
    assert by["new", "gauc"].better  # it learned what is new
    assert by["old", "gauc"].worse and (by["old", "gauc"].before or 0) > (by["old", "gauc"].after or 1)
    passed, reason = gate.verdict(found, "knowing")
    assert not passed and reason.startswith("It forgets")


def test_a_network_that_learned_more_of_the_same_passes(knowing: OnePass, tiny_base: Path) -> None:
    torch.manual_seed(0)
    young = build(str(tiny_base), 2, QUICK).eval()
    assert gate.verdict(rows(GOOD, young, knowing), "young")[0] is True
    # And the other way round it does not.
    assert gate.verdict(rows(GOOD, knowing, young), "knowing")[0] is False


def test_the_same_network_is_no_better(knowing: OnePass) -> None:
    found = rows(GOOD, knowing, knowing)
    assert {row.gain for row in found} == {0.0}
    passed, reason = gate.verdict(found, "knowing")
    assert (passed, reason) == (False, "On the new days it is not surely better than “knowing” in anything.")
