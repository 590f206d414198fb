"""The map of a shop of two kinds of shoppers: made, kept, found again, looked at, drawn on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import worker
from core.errors import Cancelled, ModelError, TooLittleData
from core.map import door, kept
from core.map.door import ShopperMap
from core.map.records import Area, View
from core.service import Shop
from core.store.shoppers import people
from tests.core.little_shop import little_shop, write_version
from tests.core.map.crowd import CAMPERS, EACH, RUNNERS, Clouds, crowd


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return Shop(crowd(tmp_path_factory.mktemp("crowd") / "shop").path)


def opened(shop, folder, scorer=None, created="2026-06-01"):
    return ShopperMap(lambda: people(shop.reader, None, ()), lambda: scorer, lambda: folder, lambda: ("m", created),
                      shop._jobs, lambda: {"version": 1, "model": "m"})  # fmt: skip


@pytest.fixture(scope="module")
def made(shop, tmp_path_factory):
    """Make the map once: of its folder, its reader and what was said of its making."""
    folder, scorer, told = shop.workspace.artefacts("m", 1), Clouds(), []
    here = opened(shop, folder, scorer)
    here.compute(lambda fraction, message: told.append((fraction, message)))
    return here, scorer, told


def test_everybody_is_on_it_once_and_is_read_once(made, shop):
    here, scorer, told = made
    table = here.table()
    assert sorted(table["user_id"]) == sorted(sum(scorer.asked, [])) and table["user_id"].is_unique
    assert {*RUNNERS, *CAMPERS} < set(table["user_id"])
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0


def test_the_two_kinds_are_two_groups_named_by_what_was_counted(made):
    here, _, _ = made
    found = here.kept()
    assert found.shoppers == len(here.table()) and found.learned == found.shoppers and found.version == 1
    kinds = {kind: {one.number for one in found.clusters if set(here.members(one.number)) <= set(users)}
             for kind, users in (("run", RUNNERS), ("tent", [*CAMPERS, "ann", "bob", "cy", "dot"]))}  # fmt: skip
    assert kinds["run"] and kinds["tent"] and len(kinds["run"] | kinds["tent"]) == len(found.clusters)
    runners = next(one for one in found.clusters if one.number in kinds["run"])
    assert runners.traits and all(abs(trait.low) >= 0.2 or abs(trait.high) >= 0.2 for trait in runners.traits)
    assert all(np.sign(trait.low) == np.sign(trait.high) for one in found.clusters for trait in one.traits)
    assert sum(one.shoppers for one in found.clusters) + found.between == found.shoppers


def test_it_is_kept_for_this_model_and_no_other(made, shop):
    here, _, _ = made
    folder = here._folder()
    assert opened(shop, folder).kept() == here.kept() is not None
    assert opened(shop, folder, created="2026-07-01").kept() is None
    assert opened(shop, folder, created="2026-07-01").earlier() == here.kept()
    assert opened(shop, shop.workspace.artefacts("n", 1)).earlier().model == "m"
    assert here.earlier() is None


def test_a_damaged_file_is_no_map(tmp_path):
    (tmp_path / kept.NAME).write_text("PAR1")
    assert kept.about(tmp_path / kept.NAME) is None
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / kept.NAME)
    assert kept.about(tmp_path / kept.NAME) is None


def test_few_are_drawn_one_by_one_coloured_by_a_fact_a_list_or_the_group(made):
    here, _, _ = made
    whole = here.kept().whole
    single = here.drawn(whole, "purchases", ["views"])
    assert single.single and single.shoppers == len(single.rows) == here.kept().shoppers
    by_id = single.rows.set_index("user_id")
    assert by_id.loc["run02", "value"] == 5 and by_id.loc["run02", "of views"] == 5
    assert by_id.loc["tent00", "value"] == 0
    listed = here.drawn(whole, pd.DataFrame({"user_id": RUNNERS[:3]})).rows
    assert set(listed.loc[listed["value"] == 1, "user_id"]) == set(RUNNERS[:3])
    assert set(here.drawn(whole).rows["value"]) == set(here.table()["cluster"])


def test_many_are_counted_by_squares_and_anew_in_a_part(made):
    here, _, _ = made
    whole = here.kept().whole
    counted = here.drawn(whole, "purchases", single=10)
    table = here.table()
    assert not counted.single and counted.rows["shoppers"].sum() == counted.shoppers == len(table)
    for square in counted.rows.itertuples():  # one that is opened holds as many as it counts
        assert len(here.inside(whole.square(square.x, square.y))) == square.shoppers
    half = View(whole.left, (whole.left + whole.right) / 2, whole.bottom, whole.top)
    part = here.drawn(half, single=10)
    assert part.shoppers == (table["x"] <= half.right).sum() == part.rows["shoppers"].sum() < len(table)
    assert (part.rows["x"] <= half.right + part.view.side).all()


def test_what_is_drawn_holds_exactly_who_lies_in_it(made):
    here, _, _ = made
    table = here.table()
    runners = table[table["user_id"].isin(RUNNERS)]
    box = {"x": [runners["x"].min() - 0.01, runners["x"].max() + 0.01],
           "y": [runners["y"].min() - 0.01, runners["y"].max() + 0.01]}  # fmt: skip
    assert here.inside(Area.drawn([box], [])) == RUNNERS
    far = {"x": [1e6, 2e6], "y": [1e6, 2e6]}
    assert here.inside(Area.drawn([far], [])) == []


def test_of_many_the_layout_is_learned_from_some_and_all_are_placed(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(door, "SAMPLE", 40)
    monkeypatch.setattr(door, "_CHUNK", 7)
    scorer = Clouds()
    made = opened(shop, tmp_path, scorer).compute()
    read = sum(scorer.asked, [])
    assert made.learned == 40 and len(read) == len(set(read)) == made.shoppers
    table = opened(shop, tmp_path).table().set_index("user_id")
    middle = {kind: table.loc[users, ["x", "y"]].mean() for kind, users in (("r", RUNNERS), ("c", CAMPERS))}
    nearer = [np.linalg.norm(table.loc[user, ["x", "y"]] - middle["r"])
              < np.linalg.norm(table.loc[user, ["x", "y"]] - middle["c"]) for user in RUNNERS]  # fmt: skip
    assert all(nearer) and len(RUNNERS) == EACH


def test_without_a_model_or_with_too_few_shoppers_there_is_no_map(tmp_path, shop):
    with pytest.raises(ModelError, match="as a model sees them"):
        opened(shop, tmp_path).compute()
    few = Shop(little_shop(tmp_path / "few").path)
    with pytest.raises(TooLittleData, match="30 shoppers or more"):
        opened(few, tmp_path, Clouds()).compute()
    assert not (tmp_path / kept.NAME).exists() and few.map.kept() is None and few.map.earlier() is None


def test_who_cancels_leaves_nothing(tmp_path, shop):
    def stop(fraction, message):
        raise Cancelled("This was cancelled.")

    with pytest.raises(Cancelled):
        opened(shop, tmp_path, Clouds()).compute(stop)
    assert list(tmp_path.iterdir()) == []


def test_it_is_made_as_a_job_and_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    here = Shop(crowd(tmp_path / "shop").path)
    write_version(here.workspace, 2)
    first = opened(here, tmp_path)
    job = first.start()
    assert first.start().id == job.id == first.job().id and job.kind == "map"
    assert opened(here, tmp_path, created="later").job() is None
    asked = {}
    monkeypatch.setattr(worker, "Shop", lambda path, device, version, model: asked.update(version=version, model=model)
                        or type("S", (), {"map": opened(here, tmp_path, Clouds())})())  # fmt: skip
    found = worker.do_map(here.workspace.path, {"version": 1, "model": "m"}, "cpu", lambda fraction, message: None)
    assert asked == {"version": 1, "model": "m"} and found["shoppers"] == first.kept().shoppers
