"""Going on from a model: learning from what came after its days, with some of its own days in between.

What a network no longer sees it forgets (McCloskey and Cohen, 1989), so a share of what it learns from is replayed
from the days that the earlier model learned from. The days that it was judged on are never replayed: on them it is
measured what was forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.config import TrainSettings
from core.errors import InputError, TooLittleData
from core.language import day, say
from core.train.splits import Splits

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel, ModelInfo
    from core.model.writer import Writer
    from core.records import Progress, TagSpec
    from core.store.workspace import Reader, Workspace
    from core.train.examples import ClickSet, TagSet
    from core.train.sets import Part

#: New days below which there is nothing to go on with.
LEAST_DAYS = 4
#: Settings that make a network what it is: those of the earlier model are kept.
_SHAPE = ("base", "method", "lora_rank", "lora_alpha", "prefix_tokens", "layers")
#: Shares of the new days that judge and that calibrate.
_TEST, _VALIDATION = 0.3, 0.2


def inherited(workspace: Workspace, name: str, settings: TrainSettings) -> TrainSettings:
    """Return the settings with what has to be as in the model that is gone on from.

    Raises
    ------
    ModelError
        When that model is not there.
    InputError
        When the new model would take its name.
    TooLittleData
        When too little is new.
    """
    from core.model.checkpoint import read_info

    if name == settings.start_from:
        raise InputError(say("Give the new model another name than {name!r}: the one that it goes on from stays as "
                             "it is.", name=name))
    info = read_info(workspace.models / settings.start_from)
    plan(workspace.reader(), info)
    shape = {part: info.settings[part] for part in _SHAPE if part in info.settings}
    everyone = settings.everyone or info.settings.get("everyone", False)
    return replace(settings, **shape, term_width=info.settings.get("term_width", 0), everyone=everyone)


def free_name(earlier: str, taken: Collection[str]) -> str:
    """Return a name for what goes on from a model.

    Examples
    --------
    >>> free_name("spring", []), free_name("spring-again", ["spring", "spring-again"])
    ('spring-again', 'spring-again-2')
    """
    stem = re.sub(r"-again(-\d+)?$", "", earlier)
    names = (f"{stem}-again" if n == 1 else f"{stem}-again-{n}" for n in count(1))
    return next(name for name in names if name not in taken)


def earlier(workspace: Workspace, settings: TrainSettings, device: str) -> LoadedModel | None:
    """Load the model that is gone on from; None when there is none.

    Raises
    ------
    ModelError
        When it is not there, damaged, or made for another template or base.
    """
    from core.model.checkpoint import load

    return load(workspace.models / settings.start_from, device) if settings.start_from else None


def later(old: Splits, last: datetime) -> Splits:
    """Split what came after a model's days: learned from, calibrated on, judged on.

    Raises
    ------
    TooLittleData
        When too few days are new.

    Examples
    --------
    >>> old = Splits(datetime(2026, 5, 1), datetime(2026, 5, 20), datetime(2026, 5, 25), datetime(2026, 6, 1), 7)
    >>> new = later(old, datetime(2026, 6, 20, 18))
    >>> str(new.train_end.date()), str(new.val_end.date()), str(new.end.date())
    ('2026-06-09', '2026-06-15', '2026-06-21')
    """
    end = last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = max(0, (end - old.end).days)
    if days < LEAST_DAYS:
        raise TooLittleData(
            say("{days} days are newer than {end}, the last day that the model was judged on; to go on from it, at "
                "least {least} are needed. Import newer logs.",
                days=days, end=day(old.end - timedelta(days=1)), least=LEAST_DAYS)
        )
    least = min(old.horizon, days // 3)
    test, validation = max(least, round(_TEST * days)), max(least, round(_VALIDATION * days))
    val_end = end - timedelta(days=test)
    return Splits(old.start, val_end - timedelta(days=validation), val_end, end, old.horizon)


def plan(reader: Reader, info: ModelInfo) -> tuple[Splits, list[TagSpec]]:
    """Return how the new days are split, and the tags, which are those of the earlier model."""
    from core.store import examples

    return later(Splits.from_plain(info.data["splits"]), examples.span(reader)[1]), list(info.tags)


def training(reader: Reader, writer: Writer, info: ModelInfo, splits: Splits, settings: TrainSettings,
             progress: Progress) -> Part:
    """Build what is learned from: the new days up to ``splits.train_end``, and a share of the old ones.

    Raises
    ------
    TooLittleData
        When too little is new.
    """
    from core.train import sets
    from core.train.examples import click_set, tag_set

    old, specs, share = Splits.from_plain(info.data["splits"]), list(info.tags), settings.replay
    wanted = settings.teacher_examples
    most = max(settings.max_examples, sets.TEACHER_SHARE * settings.max_examples if wanted is None else wanted)

    def clicks(start: datetime, stop: datetime, limit: int) -> ClickSet:
        return click_set(reader, writer, start, stop, limit, settings.seed, settings.candidates, sets.PLACELESS)

    def tags(start: datetime, stop: datetime, limit: int) -> TagSet:
        return tag_set(reader, writer, specs, start, stop, limit, settings.seed, "train")

    progress(0.0, say("Reading what is new"))
    new = clicks(old.end, splits.train_end, round((1 - share) * most))
    sets.enough(new, say("that are new to learn from"), splits)
    progress(0.5, say("Reading some of the days before again"))
    replayed = clicks(old.learns_from, old.train_end, replays(len(new.examples), share))
    # Days that tags come true in must not reach into those that judge.
    whole = splits.end - splits.val_end >= timedelta(days=old.horizon)
    asked = round((1 - share) * settings.shoppers)
    told = tags(old.end, splits.train_end, asked) if whole else None
    again = tags(old.learns_from, old.train_end, replays(len(told.examples), share) if told else asked)
    return sets.Part(_clicks(new, replayed), again if told is None else _tags(told, again))


def replays(new: int, share: float) -> int:
    """Return how many old examples go with so many new ones.

    Examples
    --------
    >>> replays(300, 0.25), replays(300, 0.0)
    (100, 0)
    """
    return round(new * share / (1 - share))


def gated(workspace: Workspace, info: ModelInfo, network: Any, parts: tuple[Part, Part, Part],
          old: LoadedModel | None) -> ModelInfo:
    """Hold a model against the one that it goes on from, on new days and on old ones; see ``core.train.gate``.

    Of old days that are no longer in the log nothing is measured.
    """
    from core.model.writer import Writer
    from core.text.template import Template
    from core.text.tokens import TokenCache
    from core.train import gate, next_basket, sets
    from core.train.network import merged

    if old is None:
        return info
    settings, name = TrainSettings(**info.settings), old.info.name
    reader = workspace.reader(info.data["version"]).for_everyone(settings.everyone)
    writer = Writer(reader, Template(TokenCache(old.tokenizer), info.text))
    now, before = (Splits.from_plain(one.data["splits"]) for one in (info, old.info))
    models = (old.network.to(next(network.parameters()).device), old.info), (network, info)

    def compared(window: str, part: Part, days: Splits) -> list[gate.Row]:
        baskets = None
        if any(one.basket_calibration for _, one in models):
            baskets = next_basket.cases(reader, writer, days.val_end, days.end, sets.TEST_SEED, settings.test_examples)
        return list(gate.compared(window, part, *models, old.tokenizer.pad_token_id or 0, baskets))

    with merged(network.eval()):
        rows = compared("new", parts[2], now)
        try:
            rows += compared("old", sets.test(reader, writer, list(info.tags), before, settings), before)
        except TooLittleData:
            rows += gate.unmeasured("old")
    passed, reason = gate.verdict(rows, name)
    said = {"from": name, "since": before.end.isoformat(), "passed": passed, "reason": reason,
            "rows": [vars(row) for row in rows]}
    return replace(info, data={**info.data, "again": said})


def _clicks(first: ClickSet, second: ClickSet) -> ClickSet:
    from core.train.examples import ClickSet

    frames = _below(first.pairs, second.pairs)
    return ClickSet([*first.examples, *second.examples], frames, _joined(first.features, second.features))


def _tags(first: TagSet, second: TagSet) -> TagSet:
    from core.train.examples import TagSet

    asks = _below(first.asks, second.asks)
    labels = _joined(first.labels, second.labels).set_index(pd.Index(asks["ask_id"], name="ask_id"))
    return TagSet([*first.examples, *second.examples], asks, labels, _joined(first.features, second.features))


def _below(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """One table below the other; asks of the second are numbered on."""
    after = int(first["ask_id"].max()) + 1 if len(first) else 0
    return _joined(first, second.assign(ask_id=second["ask_id"] + after))


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    parts = [part for part in (first, second) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else first
