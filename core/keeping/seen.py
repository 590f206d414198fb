"""What a model says of some days: chances of each item shown or asked about, tags of each shopper at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import say
from core.records import Progress, no_progress

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel
    from core.store.workspace import Reader

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """Lists or baskets of some days as a model judges them.

    Attributes
    ----------
    pairs
        A row for each item asked about: ``ask_id, user_id, as_of, item_id, label, chance`` and, for lists, ``slot``.
    tags
        A row for each list or basket, indexed by ``ask_id``: ``user_id`` and a calibrated chance for each tag.
    shown
        Rows as those of ``pairs`` whose ``chance`` is what pages show: the very same, or, where that is the chance of
        the next basket, the items found for some of the baskets.
    """

    pairs: pd.DataFrame
    tags: pd.DataFrame
    shown: pd.DataFrame

    @property
    def lists(self) -> int:
        """Count the lists or baskets."""
        return len(self.tags)

    @property
    def tells(self) -> bool:
        """Whether there is both something chosen and something left."""
        return 0 < self.shown["label"].sum() < len(self.shown)


def look(
    reader: Reader, model: LoadedModel, start: datetime, stop: datetime, limit: int, progress: Progress = no_progress
) -> Seen:
    """Judge a random ``limit`` of the lists shown, or of the baskets, in [start, stop), each as of its own moment.

    A basket is set among items drawn by how often others bought them.
    """
    from core.model.checkpoint import Scale
    from core.model.predict import logits
    from core.model.writer import Writer
    from core.text.template import Template
    from core.text.tokens import TokenCache
    from core.train import next_basket, sets
    from core.train.examples import click_set
    from core.train.judge import sigmoid

    info, pad_id = model.info, model.tokenizer.pad_token_id or 0
    writer = Writer(reader, Template(TokenCache(model.tokenizer), info.text))
    asked = click_set(reader, writer, start, stop, limit, sets.TEST_SEED, sets.longest(reader))
    packs = [example.pack for example in asked.examples]

    def done(count: int) -> None:
        progress(count / len(packs), say("{count:,} of {packs:,} lists or baskets", count=count, packs=len(packs)))

    clicks, tags = logits(model.network, packs, pad_id, done=done)
    flat = np.concatenate(clicks) if clicks else np.empty(0)
    pairs = asked.pairs.assign(chance=sigmoid(flat, info.click_calibration))
    asks = pairs.drop_duplicates("ask_id").set_index("ask_id")[["user_id"]]
    chances = {
        spec.key: sigmoid(tags[:, i], info.tag_calibration.get(spec.key, Scale())) if packs else np.empty(0)
        for i, spec in enumerate(info.tags)
    }
    shown = pairs
    if info.basket_calibration is not None:
        found = next_basket.cases(reader, writer, start, stop, sets.TEST_SEED, limit)
        shown = found.pairs.assign(chance=next_basket.chances(model.network, info, found, pad_id))
    return Seen(pairs, asks.assign(**chances), shown)
