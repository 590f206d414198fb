"""What a training would learn from is counted as the training itself will find it."""

from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from core.config import TextSettings, TrainSettings
from core.errors import InputError, TooLittleData
from core.records import no_progress
from core.store.workspace import Reader, Workspace
from core.train.outlook import outlook
from tests.core.little_shop import little_shop


def test_it_is_what_the_training_reads(small_reader: Reader, small_settings: TrainSettings) -> None:
    from core.model.base import locate
    from core.train import sets
    from core.train.run import plan, words_writer

    settings = replace(small_settings, max_examples=60, teacher_examples=60, tag_examples=42)
    found = outlook(small_reader, settings)
    splits, specs = plan(small_reader)
    writer = words_writer(small_reader, locate(settings.base)[0], TextSettings())
    part = sets.training(small_reader, writer, specs, splits, settings, no_progress)
    assert (found.lists, found.shoppers) == (len(part.clicks.examples), len(part.tags.examples)) == (60, 42)
    assert found.first <= part.clicks.pairs["as_of"].min()
    assert part.clicks.pairs["as_of"].max() < found.train_end == splits.train_end
    assert (found.val_end, found.end, found.shown) == (splits.val_end, splits.end, True)


def test_lists_that_are_there_are_counted_whole(small_reader: Reader) -> None:
    found = outlook(small_reader, TrainSettings(max_examples=10**6, test_examples=10**6))
    assert found.lists == found.lists_there
    shown = small_reader.frame("SELECT impression_id, user_id, item_id, ts FROM events WHERE event_type = 'impression'")
    for start, stop, count in ((found.first, found.train_end, found.lists), (found.val_end, found.end, found.judged)):
        some = shown[(shown["ts"] >= start) & (shown["ts"] < stop)]
        sizes = some.groupby("impression_id")["item_id"].nunique()
        # The demo shop's robots and test accounts are left out of what is learned from.
        assert 0 <= (sizes >= 2).sum() - count <= 0.05 * count
        assert count > 0


def test_robots_count_when_they_are_learned_from(small_reader: Reader) -> None:
    found, all_of_them = (outlook(small_reader, TrainSettings(everyone=everyone)) for everyone in (False, True))
    assert all_of_them.shoppers > found.shoppers  # the demo shop's robots look at items and are shown no lists


def test_the_training_reads_whom_its_settings_say(
    small_shop: Workspace, small_settings: TrainSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.train import run

    seen = []

    def parts(reader: Reader, *rest: object) -> None:
        seen.append(reader.everyone)
        raise TooLittleData("enough is seen")

    monkeypatch.setattr(run, "_parts", parts)
    for everyone in (False, True):
        with pytest.raises(TooLittleData, match="enough"):
            run.train(small_shop, "aside", replace(small_settings, everyone=everyone), device="cpu")
    run.RunFolder(small_shop.models, "aside").remove()
    assert seen == [False, True]


def test_baskets_of_a_shop_without_lists(tmp_path: object, tiny_reader: Reader) -> None:
    times = pd.date_range("2026-05-01", periods=80, freq="12h")
    events = [(f"u{n % 4}", f"P{1 + n % 4}", "purchase", str(when), {}) for n, when in enumerate(times)]
    reader = little_shop(tmp_path / "shop", events).reader()  # type: ignore[operator]
    found = outlook(reader, TrainSettings(max_examples=30))
    # 40 days: horizon 5, test 7, validation 5, so training is 1 to 28 May, the first 2.8 days are history alone.
    assert [str(when.date()) for when in (found.first, found.train_end, found.val_end, found.end)] == [
        "2026-05-03", "2026-05-29", "2026-06-03", "2026-06-10",
    ]  # fmt: skip
    # Two purchases a day by different shoppers, 26 days to learn from.
    assert (found.shown, found.lists_there, found.lists, found.people, found.judged) == (False, 52, 30, 4, 14)
    assert found.shoppers == 6 * 4  # all four are known at each of six moments, five of each would be taken
    reader.close()


def test_of_the_earlier_days_what_is_left_is_counted(small_reader: Reader) -> None:
    from core.store import learnable
    from core.train.splits import Splits

    # The log is that of 7 to 30 June: of a model of May to 20 June, the last days are there, of one of May none.
    there = Splits(*(datetime(2026, *day) for day in ((5, 1), (6, 10), (6, 14), (6, 20))), 3)
    settings = TrainSettings(start_from="old", replay=0.5, max_examples=400)
    found = outlook(small_reader, settings, there)
    assert found.replayed == learnable.lists(small_reader, datetime(2026, 6, 7), datetime(2026, 6, 10), True)[0]
    assert 0 < found.replayed < found.lists and found.shows_forgetting
    few = outlook(small_reader, replace(settings, max_examples=20), there)
    assert (few.lists, few.replayed) == (10, 10)
    gone = Splits(*(datetime(2026, *day) for day in ((5, 1), (5, 20), (5, 25), (6, 1))), 3)
    found = outlook(small_reader, settings, gone)
    assert (found.replayed, found.shows_forgetting) == (0, False) and found.lists == 200


def test_what_cannot_be_trained_is_said_before(tmp_path: object, small_reader: Reader) -> None:
    reader = little_shop(tmp_path / "shop").reader()  # type: ignore[operator]
    with pytest.raises(TooLittleData, match="span 3 days"):
        outlook(reader, TrainSettings())
    reader.close()
    with pytest.raises(InputError, match="no method"):
        outlook(small_reader, TrainSettings(method="magic"))


def test_an_empty_span_has_nobody(small_shop: Workspace) -> None:
    from core.store import learnable

    reader = small_shop.reader()
    assert learnable.shoppers(reader, []) == []
    reader.close()
