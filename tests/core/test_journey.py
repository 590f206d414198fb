"""The service with a real model: a tiny one, so its figures mean little, but everything must fit together."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from core import looks
from core.__main__ import main
from core.arrange import LIKELIEST
from core.explain import check_additive
from core.records import Condition
from core.service import Shop
from core.store.workspace import Workspace
from tests.core.pictured import Eyes, pictured_shop


@pytest.fixture(scope="module")
def shop(small_shop: Workspace, small_model: Path, tmp_path_factory) -> Shop:
    """A copy of the small shop with the trained model alone."""
    path = tmp_path_factory.mktemp("journey") / "shop"
    shutil.copytree(small_shop.path, path, ignore=shutil.ignore_patterns(".*", "artefacts"))
    for folder in (path / "models").iterdir():
        if folder.name != small_model.name:
            shutil.rmtree(folder)
    (path / "artefacts").mkdir()
    return Shop(path, device="cpu")


@pytest.fixture(scope="module")
def busy(shop) -> str:
    return str(shop.find_shoppers("", 1)["user_id"].iloc[0])


def test_a_shopper_has_facts_tags_and_recommendations(shop, busy):
    view = shop.shopper(busy)
    tags, items = shop.tags(busy), shop.recommend(busy, how=LIKELIEST)
    assert len(view.facts) > 10
    assert all(fact.help for fact in view.facts if fact.group != "Their record")
    assert {tag.spec.key for tag in tags} >= {"intent:buy", "lifecycle:quiet"}
    assert all(0 < tag.probability < 1 for tag in tags)
    assert all(tag.checked.low <= tag.checked.high for tag in tags)
    chances = [item.p_click for item in items]
    assert len(chances) == 10
    assert chances == sorted(chances, reverse=True)
    assert {item.kind for item in items} == {"product"}


def test_what_a_shopper_stated_is_not_predicted(shop):
    told = {bool(row[1]): row[0] for row in shop.reader.rows(
        "SELECT user_id, gender IS NOT NULL FROM users JOIN shopper_facts USING (user_id) ORDER BY user_id")}
    predicted = {known: {tag.spec.argument.split("=")[0] for tag in shop.tags(user) if tag.spec.family == "attribute"}
                 for known, user in told.items()}
    assert "gender" in predicted[False]
    assert "gender" not in predicted[True]


def test_the_reason_explains_the_chance_that_was_shown(shop, busy):
    item = shop.recommend(busy, 1)[0]
    why = shop.why(busy, item.item_id)
    check_additive(why)
    assert why.p_click == pytest.approx(item.p_click, abs=2e-2)  # bfloat16 where that is faster
    assert why.title == item.title
    assert why.sentence


def test_recommendations_say_why_when_asked(shop, busy):
    items = shop.recommend(busy, 3, explain=True)
    assert all(item.reason for item in items)


def test_what_a_picture_shows_has_its_part_in_the_reason(small_model: Path, tmp_path):
    workspace = pictured_shop(tmp_path)
    shutil.copytree(small_model, workspace.models / small_model.name)
    looks.make(workspace, workspace.reader(), Eyes())
    pictured = Shop(workspace.path, device="cpu")
    why = pictured.why("ann", "i2")
    check_additive(why)
    photo = [word for word in why.words if word.field == "photo"]
    assert " ".join(word.text for word in photo) == "photo red boots"
    assert any(abs(word.value) > 1e-6 for word in photo)
    assert not [word for word in pictured.why("ann", "i7").words if word.field == "photo"]  # it has no picture


def test_ads_and_articles_have_their_places(shop, busy):
    assert {item.kind for item in shop.recommend(busy, 5, slot="ad")} == {"ad"}


def test_everyone_is_profiled_and_found_again(shop, busy):
    assert shop.compute_profiles()["shoppers"] == shop.info().users
    assert shop.profiles_ready() == 1
    tag = next(t for t in shop.tags(busy) if t.spec.key == "intent:buy")
    row = shop.segment([Condition("events", ">=", 1)], ["intent:buy"], limit=9_999).table.set_index("user_id")
    assert row.loc[busy, "intent:buy"] == pytest.approx(tag.probability, abs=2e-2)


def test_pairs_and_logs_are_scored(shop, busy, tmp_path):
    item = shop.recommend(busy, 1)[0]
    (tmp_path / "pairs.csv").write_text(f"user_id,item_id\n{busy},{item.item_id}\nstranger,{item.item_id}\n")
    result = shop.score_file(tmp_path / "pairs.csv", tmp_path / "out.csv", reasons=True)
    assert result["scored"] == 2
    table = pd.read_csv(tmp_path / "out.csv", dtype={"user_id": str})
    assert table["p_click"][0] == pytest.approx(item.p_click, abs=2e-2)
    assert table["reason"].str.len().min() > 0
    (tmp_path / "log.csv").write_text(
        "user_id,event_type,ts,item_id\n"
        f"new1,view,2026-06-20 10:00,{item.item_id}\nnew1,cart,2026-06-20 10:01,{item.item_id}\n"
    )
    assert shop.score_file(tmp_path / "log.csv", tmp_path / "log.out.csv")["scored"] == 1
    table = pd.read_csv(tmp_path / "log.out.csv")
    assert 0 < table["intent:buy"][0] < 1
    assert table["top_items"].str.count(";").tolist() == [2]


def test_the_report_has_every_figure(shop):
    report = shop.model_report()
    assert {"after", "before", "popularity", "lightgbm", "glossary"} <= set(report.metrics)
    assert len(report.tags) == len(report.tags.dropna(subset=["threshold"]))
    assert report.card.startswith("#")


def test_the_command_line_answers_in_json_with_a_real_model(shop, busy, capsys):
    where = ["--workspace", str(shop.workspace.path), "--json"]
    for argv, keys in (
        (["recommend", "--user", busy, "-k", "2"], {"user_id", "items"}),
        (["profile", "--user", busy], {"shoppers", "model"}),
    ):
        assert main([*argv, *where]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert keys <= set(answer)
    assert answer["shoppers"][0]["tags"]
