"""Going on from a model, in the small shop whose log goes on."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch

from core.config import TextSettings, TrainSettings
from core.errors import InputError, ModelError, TooLittleData
from core.model.base import locate
from core.model.checkpoint import read_info, write_info
from core.model.onepass import OnePass
from core.records import no_progress
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace
from core.train import again, gate, loop
from core.train.run import words_writer
from core.train.run_folder import RunFolder
from core.train.splits import Splits
from tests.core.keeping import little_future

OLD = Splits(datetime(2026, 5, 1), datetime(2026, 5, 20), datetime(2026, 5, 25), datetime(2026, 6, 1), 7)


def days(splits: Splits) -> list[int]:
    """Count the new days that are learned from, calibrated on and judged on."""
    ends = (OLD.end, splits.train_end, splits.val_end, splits.end)
    return [(later - earlier).days for earlier, later in zip(ends, ends[1:], strict=False)]


@pytest.mark.parametrize(
    ("new", "parts"), [(4, [2, 1, 1]), (9, [3, 3, 3]), (21, [7, 7, 7]), (60, [30, 12, 18]), (100, [50, 20, 30])]
)
def test_new_days_are_split_in_three(new: int, parts: list[int]) -> None:
    splits = again.later(OLD, OLD.end + timedelta(days=new - 1, hours=12))
    assert days(splits) == parts
    assert (splits.start, splits.horizon) == (OLD.start, OLD.horizon)


def test_too_few_new_days_are_refused() -> None:
    with pytest.raises(TooLittleData, match="3 days are newer than 31 May 2026"):
        again.later(OLD, OLD.end + timedelta(days=2, hours=23))
    with pytest.raises(TooLittleData, match="0 days are newer"):
        again.later(OLD, OLD.end - timedelta(hours=1))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, small_settings: TrainSettings) -> Shop:
    """A shop with a model that learned next to nothing, and ten days that came after."""
    workspace, later = little_future.shop(tmp_path_factory.mktemp("again"))
    Shop(workspace.path, "cpu").train(
        "old", replace(small_settings, report_to="none", term_width=0, max_steps=1, learning_rate=1e-6, head_rate=1.0)
    )
    import_files(workspace, [later], generated=True)
    return Shop(workspace.path, "cpu")


def quick(settings: TrainSettings, **more: object) -> TrainSettings:
    """Settings that go on from the old model and look at the validation days once, at the end."""
    return replace(settings, **{"start_from": "old", "report_to": "none", "eval_steps": 60, **more})  # type: ignore[arg-type]


def digests(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in folder.rglob("*") if file.is_file()}


def test_what_is_new_is_mixed_with_days_that_the_model_learned_from(shop: Shop, small_settings: TrainSettings) -> None:
    info = read_info(shop.workspace.models / "old")
    old = Splits.from_plain(info.data["splits"])
    splits, specs = again.plan(shop.reader, info)
    assert specs == list(info.tags)
    writer = words_writer(shop.reader, locate(info.base)[0], TextSettings())
    settings = quick(small_settings, replay=0.25, max_examples=120, teacher_examples=120)
    part = again.training(shop.reader, writer, info, splits, settings, no_progress)
    when = part.clicks.pairs.drop_duplicates("ask_id")["as_of"]
    new, replayed = when[when >= pd.Timestamp(old.end)], when[when < pd.Timestamp(old.end)]
    assert (len(new), len(replayed)) == (90, 30)
    assert new.max() < splits.train_end
    assert replayed.min() >= old.learns_from and replayed.max() < old.train_end  # never the days it was judged on
    assert len(part.clicks.examples) == len(when) and len(part.clicks.features) == len(part.clicks.pairs)
    assert len(part.tags.examples) == len(part.tags.asks) == len(part.tags.labels) == len(part.tags.features) > 0
    assert part.tags.asks["ask_id"].is_unique
    found = shop.outlook({"start_from": "old", "replay": 0.25, "max_examples": 120})
    assert (found.lists, found.replayed, found.first, found.end) == (90, 30, old.end, splits.end)


def test_a_model_that_is_better_on_what_is_new_is_used_and_the_old_one_stays(
    shop: Shop, small_settings: TrainSettings
) -> None:
    before = digests(shop.workspace.models / "old")
    found = shop.train("better", quick(small_settings, max_steps=60, learning_rate=2e-3))
    compared = found["again"]
    assert compared["passed"], compared
    assert shop.model_in_use() == "better"
    assert digests(shop.workspace.models / "old") == before
    assert [(row["window"], row["figure"]) for row in compared["rows"]] == [
        (window, figure) for window in ("new", "old") for figure in ("gauc", "logloss", "tags")
    ]
    info = read_info(shop.workspace.models / "better")
    assert info.data["again"] == compared and compared["from"] == "old"
    assert info.data["splits"]["end"] == "2026-07-01T00:00:00"
    assert "| earlier (forgetting) | gAUC of clicks |" in (shop.workspace.models / "better" / "README.md").read_text()
    assert shop.evaluate()["click"] == pytest.approx(found["after"], abs=1e-6)  # it can be judged anew like any other
    with pytest.raises(TooLittleData):  # it has seen all there is
        shop.train("third", quick(small_settings, start_from="better"))


def replaced(shop: Shop, folder: Path, days: int) -> Shop:
    """The shop with another export, of the first days after those that the old model knows."""
    workspace = Workspace.open(Path(shutil.copytree(shop.workspace.path, folder / "shop")))
    span = {"first": pd.Timestamp("2026-06-21"), "stop": pd.Timestamp("2026-06-21") + pd.Timedelta(days=days)}
    for name, query, of in (("events", "SELECT * FROM events WHERE ts >= $first AND ts < $stop", span),
                            ("items", "SELECT * FROM items", {}), ("users", "SELECT * FROM users", {})):
        shop.reader.frame(query, of).dropna(axis=1, how="all").to_parquet(folder / f"{name}.parquet")
    files = [folder / f"{name}.parquet" for name in ("events", "items", "users")]
    import_files(workspace, files[:1], *files[1:], append=False, generated=True)
    return Shop(workspace.path, "cpu")


# Tags come true within three days: of five new days none are left for them to learn from.
@pytest.mark.parametrize("days", [10, 5])
def test_where_the_earlier_days_are_gone_nothing_learned_is_lost(
    shop: Shop, small_settings: TrainSettings, tmp_path: Path, days: int
) -> None:
    other = replaced(shop, tmp_path, days)
    other.use_model("old")
    found = other.outlook({"start_from": "old", "max_examples": 80})
    assert (found.replayed, found.shows_forgetting) == (0, False)
    compared = other.train("fresh", quick(small_settings, max_steps=6, eval_steps=6))["again"]
    assert {row["before"] for row in compared["rows"] if row["window"] == "old"} == {None}
    assert all(row["before"] is not None for row in compared["rows"] if row["window"] == "new")
    assert not compared["passed"]
    assert other.model_in_use() == "old" and "fresh" in other.models()
    card = (other.workspace.models / "fresh" / "README.md").read_text()
    assert "| earlier (forgetting) | gAUC of clicks | – | – | – | – to – |" in card


def test_what_a_fault_in_judging_leaves_is_judged_when_it_goes_on(
    shop: Shop, small_settings: TrainSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: Any) -> None:
        raise ZeroDivisionError("in judging")

    steps: list[str] = []
    with monkeypatch.context() as broken:
        broken.setattr(gate, "compared", fault)
        with pytest.raises(ZeroDivisionError):
            shop.train("judged", quick(small_settings, max_steps=6, eval_steps=3), use=False)
    folder = RunFolder(shop.workspace.models, "judged")
    assert (folder.step, folder.use) == (6, False)
    found = shop.train("judged", resume=True, progress=lambda share, said: steps.append(said))
    assert len([said for said in steps if said.startswith("Step")]) <= 1  # none is left to do
    assert len(found["again"]["rows"]) == 6 and "judged" in shop.models() and shop.model_in_use() != "judged"


def test_a_model_that_gets_worse_is_kept_and_not_used(
    shop: Shop, small_settings: TrainSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, fit = shop.model_in_use(), loop.fit

    def turned(network: OnePass, *rest: Any) -> list[dict[str, float]]:
        """Learn as the model before this one did, and then put last what is liked most."""
        logged = fit(network, *rest)
        with torch.no_grad():
            for part in network.click_head[-1].parameters():
                part.neg_()
        return logged

    monkeypatch.setattr(loop, "fit", turned)
    found = shop.train("wild", quick(small_settings, max_steps=60, learning_rate=2e-3))
    order = found["again"]["rows"][0]
    assert (order["window"], order["figure"]) == ("new", "gauc") and order["after"] < order["before"]
    assert found["again"]["passed"] is False
    assert shop.model_in_use() == used
    assert "wild" in shop.models()


def test_its_own_name_and_models_that_are_not_there_are_refused(shop: Shop, small_settings: TrainSettings) -> None:
    with pytest.raises(InputError, match="another name than 'old'"):
        shop.train("old", quick(small_settings))
    with pytest.raises(ModelError, match="holds no model"):
        shop.train("new", replace(small_settings, start_from="nobody"))
    assert not list(shop.workspace.models.glob(".*.training"))


def test_what_makes_a_network_what_it_is_is_that_of_the_earlier_model(shop: Shop) -> None:
    asked = TrainSettings(start_from="old", method="full", base="elsewhere", lora_rank=99, max_examples=7)
    found = again.inherited(shop.workspace, "new", asked)
    known = read_info(shop.workspace.models / "old").settings
    assert (found.method, found.base, found.lora_rank) == ("lora", known["base"], known["lora_rank"])
    assert found.max_examples == 7


def test_who_was_learned_from_too_is_again(shop: Shop) -> None:
    asked = TrainSettings(start_from="old")
    assert not again.inherited(shop.workspace, "new", asked).everyone
    info = read_info(shop.workspace.models / "old")
    write_info(shop.workspace.models / "old", replace(info, settings={**info.settings, "everyone": True}))
    assert again.inherited(shop.workspace, "new", asked).everyone
    write_info(shop.workspace.models / "old", info)


def test_without_newer_days_there_is_nothing_to_go_on_with(
    small_shop: Workspace, small_model: Path, small_settings: TrainSettings
) -> None:
    with pytest.raises(TooLittleData, match="0 days are newer"):
        Shop(small_shop.path, "cpu").outlook({"start_from": small_model.name})
