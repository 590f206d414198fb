"""What a training would learn from, told before it starts: counted, nothing is read or loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import TrainSettings
from core.records import Outlook
from core.train.recipe import check
from core.train.splits import TAG_MOMENTS, moments, split

if TYPE_CHECKING:
    from core.store.workspace import Reader


def outlook(reader: Reader, settings: TrainSettings) -> Outlook:
    """Count what a training with these settings would learn from and be judged on.

    Raises
    ------
    InputError
        When the settings cannot be used.
    TooLittleData
        When the log spans too few days.
    """
    from core.store import examples, learnable

    check(settings)
    splits = split(*examples.span(reader))
    shown = examples.has_lists(reader)
    there, people = learnable.lists(reader, splits.learns_from, splits.train_end, shown)
    judged, _ = learnable.lists(reader, splits.val_end, splits.end, shown)
    times = moments(splits.learns_from, splits.train_end, splits.horizon, TAG_MOMENTS)
    each = max(1, settings.max_examples // max(1, len(times)))
    return Outlook(
        shown=shown, lists=min(there, settings.max_examples), lists_there=there, people=people,
        shoppers=sum(min(each, known) for known in learnable.shoppers(reader, times)),
        judged=min(judged, settings.test_examples), first=splits.learns_from, train_end=splits.train_end,
        val_end=splits.val_end, end=splits.end,
    )
