"""What a training would learn from, told before it starts: counted, nothing is read or loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import TrainSettings
from core.records import Outlook
from core.train.again import later, replays
from core.train.recipe import check
from core.train.splits import LEAST_LISTS, TAG_MOMENTS, Splits, moments, split

if TYPE_CHECKING:
    from core.store.workspace import Reader


def outlook(reader: Reader, settings: TrainSettings, old: Splits | None = None) -> Outlook:
    """Count what a training with these settings would learn from and be judged on.

    Parameters
    ----------
    old
        Days of the model that it would go on from.

    Raises
    ------
    InputError
        When the settings cannot be used.
    TooLittleData
        When the log spans too few days, or too few are new.
    """
    from core.store import examples, learnable

    check(settings)
    reader = reader.for_everyone(settings.everyone)
    first, last = examples.span(reader)
    splits = split(first, last) if old is None else later(old, last)
    begins, most, asked = splits.learns_from, settings.max_examples, settings.shoppers
    if old is not None:
        begins = old.end
        most, asked = (round((1 - settings.replay) * limit) for limit in (most, asked))
    shown = examples.has_lists(reader)
    there, people = learnable.lists(reader, begins, splits.train_end, shown)
    judged, _ = learnable.lists(reader, splits.val_end, splits.end, shown)
    times = moments(begins, splits.train_end, splits.horizon, TAG_MOMENTS)
    each = max(1, asked // max(1, len(times)))
    replayed, shows_forgetting = 0, True
    if old is not None:
        left = learnable.lists(reader, old.learns_from, old.train_end, shown)[0]
        replayed = min(left, replays(min(there, most), settings.replay))
        shows_forgetting = learnable.lists(reader, old.val_end, old.end, shown)[0] >= LEAST_LISTS
    return Outlook(
        shown=shown, lists=min(there, most), lists_there=there, people=people,
        shoppers=sum(min(each, known) for known in learnable.shoppers(reader, times)),
        judged=min(judged, settings.test_examples), first=begins, train_end=splits.train_end,
        val_end=splits.val_end, end=splits.end, replayed=replayed, shows_forgetting=shows_forgetting,
    )
