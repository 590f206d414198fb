"""The examples of each part of the log, built the same way for training and for judging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.config import TrainSettings
from core.errors import TooLittleData
from core.language import say
from core.model.writer import Writer
from core.records import Progress, TagSpec
from core.train.examples import ClickSet, TagSet, click_set, tag_set, usable
from core.train.splits import LEAST_LISTS, Splits

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Seeds of the validation and test days: the same for every model, so that figures compare.
VALIDATION_SEED, TEST_SEED = 101, 202
#: Items of one list in validation and test; training takes fewer.
LONGEST_LIST = 40
#: Items of one basket and its negatives in validation and test.
BASKET_ITEMS = 20
#: Shoppers that tags are validated or judged on, at most.
TAGGED_SHOPPERS = 1_500
#: Share of the training lists that do not say where they were shown.
PLACELESS = 0.3
#: Lists or baskets that the teacher reads for each that the network does, unless said otherwise.
TEACHER_SHARE = 3


@dataclass(frozen=True)
class Part:
    """Click and tag examples of one part of the log."""

    clicks: ClickSet
    tags: TagSet


def training(reader: Reader, writer: Writer, specs: list[TagSpec], splits: Splits, settings: TrainSettings,
             progress: Progress) -> Part:
    """Build what the teacher learns from; the network learns from a part of it.

    Raises
    ------
    TooLittleData
        When there is too little to learn from.
    """
    start = splits.learns_from
    progress(0.0, say("Reading what was shown and bought"))
    wanted = settings.teacher_examples
    most = max(settings.max_examples, TEACHER_SHARE * settings.max_examples if wanted is None else wanted)
    clicks = click_set(reader, writer, start, splits.train_end, most, settings.seed, settings.candidates, PLACELESS)
    enough(clicks, say("to learn from"), splits)
    progress(0.6, say("Reading what shoppers did in the days after"))
    tags = tag_set(reader, writer, specs, start, splits.train_end, settings.shoppers, settings.seed, "train")
    return Part(clicks, tags)


def validation(reader: Reader, writer: Writer, specs: list[TagSpec], splits: Splits, settings: TrainSettings) -> Part:
    """Build the examples that stop training, calibrate and set thresholds."""
    return _held_out(reader, writer, specs, splits, "val", settings.val_examples)


def test(reader: Reader, writer: Writer, specs: list[TagSpec], splits: Splits, settings: TrainSettings) -> Part:
    """Build the examples of the last days, which only judge."""
    return _held_out(reader, writer, specs, splits, "test", settings.test_examples)


def _held_out(reader: Reader, writer: Writer, specs: list[TagSpec], splits: Splits, which: str, limit: int) -> Part:
    start, stop = (splits.train_end, splits.val_end) if which == "val" else (splits.val_end, splits.end)
    seed = VALIDATION_SEED if which == "val" else TEST_SEED
    clicks = click_set(reader, writer, start, stop, limit, seed, longest(reader))
    enough(clicks, say("to be judged on"), splits)
    tagged = min(start, stop - timedelta(days=splits.horizon))  # tags need days to come true in
    return Part(clicks, tag_set(reader, writer, specs, tagged, stop, min(limit, TAGGED_SHOPPERS), seed, which))


def longest(reader: Reader) -> int:
    """Return how many items of a list, or of a basket with its negatives, are judged at most."""
    from core.store.examples import has_lists

    return LONGEST_LIST if has_lists(reader) else BASKET_ITEMS


def enough(clicks: ClickSet, what: str, splits: Splits) -> None:
    """Refuse lists or baskets from which nothing can be learned or told.

    Raises
    ------
    TooLittleData
        It says how many are needed.
    """
    if len(clicks.examples) < LEAST_LISTS or not usable([clicks]):
        raise TooLittleData(
            say("Only {lists} lists or baskets with something chosen are there {what} (the log from {start:%d %B %Y} "
                "to {end:%d %B %Y} is split by time); at least {least} are needed. Import a longer or fuller log.",
                lists=len(clicks.examples), what=what, start=splits.start, end=splits.end, least=LEAST_LISTS)
        )
