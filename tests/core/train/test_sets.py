from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.config import TextSettings, TrainSettings
from core.errors import TooLittleData
from core.model import base
from core.records import no_progress
from core.store.workspace import Reader
from core.train import sets
from core.train.run import plan, words_writer


def test_parts_do_not_overlap_and_held_out_days_are_the_same_for_every_model(
    small_reader: Reader, tiny_base: Path, small_settings: TrainSettings
) -> None:
    where, _ = base.locate(str(tiny_base))
    writer, (splits, specs) = words_writer(small_reader, where, TextSettings()), plan(small_reader)
    train = sets.training(small_reader, writer, specs, splits, small_settings, no_progress)
    val = sets.validation(small_reader, writer, specs, splits, small_settings)
    test = sets.test(small_reader, writer, specs, splits, small_settings)
    assert train.clicks.pairs["as_of"].max() < pd.Timestamp(splits.train_end) <= val.clicks.pairs["as_of"].min()
    assert val.clicks.pairs["as_of"].max() < pd.Timestamp(splits.val_end) <= test.clicks.pairs["as_of"].min()
    again = sets.test(small_reader, writer, specs, splits, replace(small_settings, seed=9, max_examples=10))
    pd.testing.assert_frame_equal(again.clicks.pairs, test.clicks.pairs)


def test_a_shop_with_too_few_purchases_is_told(tiny_reader: Reader, tiny_base: Path) -> None:
    where, _ = base.locate(str(tiny_base))
    with pytest.raises(TooLittleData, match=r"Import a longer"):
        splits, specs = plan(tiny_reader)
        sets.training(tiny_reader, words_writer(tiny_reader, where, TextSettings()), specs, splits, TrainSettings(),
                      no_progress)
