from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.answers import plain
from core.config import TrainSettings
from core.errors import ModelError
from core.keeping import drift, kept, verdict
from core.keeping.drift import happened, labels
from core.keeping.records import BAD, EARLY, FINE, GOOD, NOTHING, RETRAIN, UNKNOWN, Drift, Moved
from core.keeping.seen import Seen
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.core.keeping import little_future


def seen(lists: int, chance: float, clicked: int, right: bool = True, shoppers: int = 1_000) -> Seen:
    """Lists of two items, dealt to shoppers; in the first ``clicked`` the first item (or the other) was chosen."""
    rows = [
        {"ask_id": n, "user_id": f"u{n % shoppers}", "item_id": f"i{place}",
         "chance": chance + (0.01 if place == 0 else -0.01), "label": int(n < clicked and (place == 0) == right)}
        for n in range(lists) for place in (0, 1)
    ]
    pairs = pd.DataFrame(rows, columns=["ask_id", "user_id", "item_id", "chance", "label"])
    return Seen(pairs, pairs.drop_duplicates("ask_id").set_index("ask_id")[["user_id"]], pairs)


def level(before: Seen, now: Seen) -> list[str]:
    return [sign.level for sign in labels(before, now, "clicks")]


def test_what_happened_is_counted_for_what_was_predicted() -> None:
    found = happened(seen(200, 0.25, 100))  # 100 of 400 clicked, a quarter predicted
    assert found.value == pytest.approx(1.0) and found.low < 1 < found.high
    assert happened(seen(200, 0.25, 200)).value == pytest.approx(2.0)
    assert np.isnan(happened(seen(0, 0.25, 0)).value)


def test_twice_the_clicks_are_bad_and_the_same_are_good() -> None:
    assert level(seen(200, 0.25, 100), seen(200, 0.25, 100)) == [GOOD, GOOD]
    said = list(labels(seen(200, 0.25, 100), seen(200, 0.25, 200), "clicks"))
    assert said[0].level == BAD
    assert said[0].said.startswith("For every 100 clicks that it predicted, 200 came")
    assert said[0].said.endswith("on the days that it was judged on, 100.")


def test_an_order_that_turned_round_is_bad() -> None:
    assert level(seen(200, 0.25, 100), seen(200, 0.25, 100, right=False))[1] == BAD
    assert level(seen(200, 0.25, 100, right=False), seen(200, 0.25, 100))[1] == GOOD


def test_too_few_lists_and_lists_without_a_choice_tell_nothing() -> None:
    before = seen(200, 0.25, 100)
    assert level(before, seen(29, 0.25, 15)) == [UNKNOWN, UNKNOWN]
    assert level(before, seen(200, 0.25, 0)) == [UNKNOWN, UNKNOWN]
    assert level(before, seen(0, 0.25, 0)) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(("shoppers", "levels"), [(1, [UNKNOWN] * 2), (3, [UNKNOWN] * 2), (30, [BAD] * 2)])
def test_what_a_shopper_or_three_chose_tells_nothing(shoppers: int, levels: list[str]) -> None:
    before, now = seen(200, 0.25, 100), seen(60, 0.25, 60, right=False, shoppers=shoppers)
    assert level(before, now) == levels
    assert (verdict.verdict(list(labels(before, now, "clicks")), now.lists)[0] == RETRAIN) is (shoppers == 30)
    few = seen(200, 0.25, 100, shoppers=shoppers)  # who were there then: the order cannot be compared
    assert level(few, seen(60, 0.25, 60, right=False)) == [BAD, levels[1]]


def test_what_is_spread_very_differently_is_bad() -> None:
    def moved(key: str, psi: float, by_chance: float) -> Moved:
        return Moved(key, f"Tag {key}", psi, by_chance, 0.2, 0.3)

    still = [moved(str(n), 0.02, 0.1) for n in range(4)]
    scores, tags = drift._spread([moved("", 0.31, 0.1), moved("a", 0.4, 0.1), moved("b", 0.26, 0.2), *still])
    assert (scores.level, tags.level, tags.now) == (BAD, BAD, 2 / 6)
    assert scores.said == ("Its chances are spread very differently (stability index 0.31); on average they are 30.0 % "
                           "and were 20.0 %.")
    assert tags.said == "2 of 6 tags are spread very differently among shoppers, “Tag a” most."
    assert verdict.verdict([scores, tags], 500) == (RETRAIN, f"{scores.said} {tags.said}")
    scores, tags = drift._spread([moved("", 0.31, 0.35), moved("a", 0.4, 0.45), *still])  # which chance alone reaches
    assert (scores.level, tags.level) == (GOOD, GOOD)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "LISTS", 150)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, small_settings: TrainSettings) -> tuple[Workspace, pd.DataFrame]:
    """A shop with a model, and the events that came after."""
    workspace, later = little_future.shop(tmp_path_factory.mktemp("future"))
    Shop(workspace.path, "cpu").train("old", replace(small_settings, report_to="none"))
    return workspace, pd.read_parquet(later)


def checked(past: tuple[Workspace, pd.DataFrame], folder: Path, later: pd.DataFrame) -> Drift:
    """Bring these events into a copy of the shop, and check its model there."""
    workspace = Workspace.open(Path(shutil.copytree(past[0].path, folder / "shop")))
    later.to_parquet(folder / "later.parquet")
    import_files(workspace, [folder / "later.parquet"], generated=True)
    shop = Shop(workspace.path, "cpu")
    assert shop.keeping.drift("old") is None  # what was found on an earlier version does not count
    found = shop.keeping.check("old")
    assert shop.keeping.drift("old") == found
    return found


def test_without_new_events_it_is_not_called_fine(past: tuple[Workspace, pd.DataFrame]) -> None:
    shop = Shop(past[0].path, "cpu")
    found = shop.keeping.check("old")
    assert (found.verdict, found.events, found.signs) == (NOTHING, 0, ())
    assert "20 June 2026" in found.reason and "fine" not in found.reason.lower()
    assert shop.keeping.fresh("old").days == 0
    assert shop.keeping.drift("old") == found


def test_what_came_after_is_held_against_what_it_was_judged_on(
    past: tuple[Workspace, pd.DataFrame], tmp_path: Path
) -> None:
    found = checked(past, tmp_path, past[1])
    by_key = {sign.key: sign for sign in found.signs}
    assert set(by_key) == {"ratio", "order", "scores", "tags", "items", "categories", "brands", "words", "first"}
    assert found.events == len(past[1]) and found.until - found.since == pd.Timedelta(days=little_future.LATER)
    assert found.lists == found.judged == 150
    assert [by_key[key].level for key in ("scores", "tags", "items", "categories", "brands", "words")] == [GOOD] * 6
    assert found.verdict in (FINE, RETRAIN) and (found.verdict == RETRAIN) == any(s.level == BAD for s in found.signs)


def test_days_like_those_that_it_was_judged_on_are_fine(past: tuple[Workspace, pd.DataFrame], tmp_path: Path) -> None:
    judged = past[0].reader().frame("SELECT * FROM events WHERE ts >= TIMESTAMP '2026-06-16'")
    later = judged[[name for name in past[1] if name in judged]]
    again = {name: later[name] + "-again" for name in ("impression_id", "session_id")}
    found = checked(past, tmp_path, later.assign(ts=later["ts"] + pd.Timedelta(days=5), **again))
    assert (found.verdict, found.lists) == (FINE, 150), found.signs
    levels = {sign.key: sign.level for sign in found.signs}
    assert levels["ratio"] == levels["order"] == GOOD
    assert found.reason.startswith("For every 100 clicks that it predicted, ")


def test_a_shop_that_sells_other_things_asks_for_a_training(
    past: tuple[Workspace, pd.DataFrame], tmp_path: Path
) -> None:
    later = past[1].copy()
    later["query"] = "zzyzx quux"
    found = checked(past, tmp_path, later)
    assert found.verdict == RETRAIN
    assert next(sign for sign in found.signs if sign.key == "words").level == BAD
    assert "words of titles and searches were unknown when it learned" in found.reason


def test_a_day_without_lists_is_too_early_to_tell(past: tuple[Workspace, pd.DataFrame], tmp_path: Path) -> None:
    later = past[1][past[1]["event_type"] == "view"].head(40)
    found = checked(past, tmp_path, later)
    assert (found.verdict, found.lists) == (EARLY, 0)
    assert "0 new lists" in found.reason


def test_another_model_of_the_name_has_no_answer_yet(past: tuple[Workspace, pd.DataFrame]) -> None:
    workspace, version = past[0], past[0].version() or 0
    kept.keep(workspace, "old", version, "2020-01-01T00:00:00+00:00", "drift", {"verdict": FINE})
    assert Shop(workspace.path, "cpu").keeping.drift("old") is None
    with pytest.raises(ModelError, match="no model 'young'"):
        Shop(workspace.path, "cpu").keeping.check("young")


def test_what_is_kept_comes_back_as_it_was() -> None:
    found = Drift("m", NOTHING, "Why.", pd.Timestamp("2026-06-01").to_pydatetime(),
                  pd.Timestamp("2026-06-03").to_pydatetime(), 3, 0, 0)
    assert Drift.from_plain(plain(found)) == found
