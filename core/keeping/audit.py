"""Is a model right for everyone, and what does it give away? Asked of the days that it was judged on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.keeping import parts, reading
from core.keeping.records import BAD, GOOD, UNKNOWN, WATCH, Audit, Mistakes, Part, Readable
from core.language import say, say_many
from core.records import Progress, no_progress
from core.schema import Family
from core.store.examples import shoppers
from core.store.labelled import labelled
from core.train.people import hands
from core.train.splits import Splits

if TYPE_CHECKING:
    from core.score import Scorer
    from core.train.examples import ClickSet

Floats = NDArray[np.float64]
#: Lists or baskets, and shoppers, that are looked at, at most; items that each of these shoppers is asked about.
LISTS, SHOPPERS, ITEMS = 1_000, 900, 12
#: Baskets whose percentages are looked at, where these are of the next basket: each is about some hundred items.
BASKETS = 300
_MOST = 3


def audit(scorer: Scorer, segments: Mapping[str, frozenset[str]], progress: Progress = no_progress) -> Audit:
    """Measure percentages by segment, mistakes of tags by group, and what can be read from predictions.

    Parameters
    ----------
    segments
        Shoppers of each saved segment.

    Raises
    ------
    TooLittleData
        When the days that it was judged on hold too little.
    """
    from core.config import TrainSettings
    from core.model.predict import logits
    from core.model.writer import Writer
    from core.text.template import Template
    from core.text.tokens import TokenCache
    from core.train import next_basket, sets

    info, network = scorer.model.info, scorer.model.network
    reader = scorer.reader.for_everyone(bool(info.settings.get("everyone")))
    pad_id = scorer.tokenizer.pad_token_id or 0
    splits, specs = Splits.from_plain(info.data["splits"]), list(info.tags)
    told = labelled(reader)
    progress(0.05, say("Reading the days that it was judged on"))
    writer = Writer(reader, Template(TokenCache(scorer.tokenizer), info.text))
    days = sets.test(reader, writer, specs, splits, TrainSettings(test_examples=LISTS))
    progress(0.3, say("Scoring them"))
    shown = days.clicks if info.basket_calibration is None else next_basket.cases(
        reader, writer, splits.val_end, splits.end, sets.TEST_SEED, next_basket.SHARE * BASKETS, BASKETS)
    by_part = _parts(shown, next_basket.chances(network, info, shown, pad_id), told, segments)
    chances = scorer.calibrated_tags(logits(network, [example.pack for example in days.tags.examples], pad_id)[1])
    thresholds = np.array([info.thresholds.get(spec.key, 0.5) for spec in specs])
    plain = [i for i, spec in enumerate(specs) if spec.family != Family.ATTRIBUTE]
    true = days.tags.labels.to_numpy(float)
    wrong = list(parts.mistakes((chances >= thresholds)[:, plain], true[:, plain], days.tags.asks["user_id"], told))
    progress(0.5, say("Finding out what can be read from it"))
    read = _readable(scorer, told, days.clicks.pairs, splits, progress)
    said, level = answers(by_part, wrong, read, bool(len(told.columns)))
    progress(1.0, say("Done"))
    return Audit(info.name, splits.val_end, splits.end, tuple(said), level, tuple(read), tuple(by_part), tuple(wrong))


def _parts(shown: ClickSet, chances: Floats, told: pd.DataFrame, segments: Mapping[str, frozenset[str]]) -> list[Part]:
    pairs, known = shown.pairs.assign(chance=chances), shown.features["past active_days"].fillna(0).to_numpy(float)
    return [parts.part(kind, name, pairs[rows]) for kind, name, rows in
            parts.memberships(pairs, known, told, segments) if rows.any()]


def _readable(scorer: Scorer, told: pd.DataFrame, pairs: pd.DataFrame, splits: Splits,
              progress: Progress) -> list[Readable]:
    """Ask of shoppers as of the end of the judged days; those whose attributes were learned from are left out."""
    asks = shoppers(scorer.reader, splits.end, 10**9)
    asks = asks[asks["user_id"].isin(told.index[told.notna().any(axis=1)])]
    predicts = {spec.argument.split("=")[0] for spec in scorer.tag_specs if spec.family == Family.ATTRIBUTE}
    if predicts & set(told):
        asks = asks[hands(asks["user_id"]) != "train"]
    asks = asks.sample(min(SHOPPERS, len(asks)), random_state=0).sort_values("ask_id").reset_index(drop=True)
    if asks.empty:
        return []
    asks["ask_id"] = range(len(asks))
    answers_ = told.loc[asks["user_id"]].reset_index(drop=True)
    plain = [spec.key for spec in scorer.tag_specs if spec.family != Family.ATTRIBUTE]
    tags = scorer.tags(asks)[plain].reset_index(drop=True)
    progress(0.65, say("Finding out what can be read from it"))
    liked = pairs[pairs["label"] == 1]["item_id"].value_counts().index[:ITEMS]
    wide = asks[["ask_id"]].merge(pd.DataFrame({"item_id": liked}), how="cross")
    scores = pd.DataFrame(scorer.clicks(asks, wide).reshape(len(asks), len(liked)))
    progress(0.8, say("Finding out what can be read from it"))
    return [*reading.readable(tags, answers_, "tags"), *reading.readable(scores, answers_, "scores")]


def answers(by_part: Sequence[Part], wrong: Sequence[Mistakes], read: Sequence[Readable],
            told: bool) -> tuple[list[str], str]:
    """Return what was found in sentences, the gravest first, and how grave it is."""
    levels = [*(part.level for part in by_part), *(row.level for row in wrong), *(one.level for one in read)]
    level = next((one for one in (BAD, WATCH, GOOD) if one in levels), UNKNOWN)
    found = [_percentages(by_part)]
    if not told:
        unseen = say("No column of the shoppers sorts them into a few groups, so it cannot be seen whether it is "
                     "equally right for women and men, young and old, and the like.")
        return [*found, unseen], level
    return [*found, _wrong(wrong), _proxies(read)], level


def _percentages(by_part: Sequence[Part]) -> str:
    known = [part for part in by_part if part.level != UNKNOWN]
    off = sorted((part for part in known if part.level in (BAD, WATCH)), key=lambda part: -abs((part.ratio or 1) - 1))
    unsure = len(by_part) - len(known)
    few = [say("Of {count} more too little is known.", count=unsure)] if unsure else []
    if not known:
        return say("Too little was chosen to check the percentages of any group.")
    if not off:
        return " ".join([_hold(len(known)), *few])
    named = say("; ").join(say("{part} ({came:.0f} for every 100 predicted)", part=_named(part),
                               came=100 * (part.ratio or 0)) for part in off[:_MOST])  # fmt: skip
    some = say("Its percentages are off in {off} of {known} groups: {named}.", off=len(off), known=len(known),
               named=named)  # fmt: skip
    return " ".join([some, *few])


def _hold(groups: int) -> str:
    return say_many(groups, "Its percentages hold in the one group that was measured.",
                    "Its percentages hold in all {number} groups that were measured.")


def _named(part: Part) -> str:
    alone = part.kind in ("everyone", "history", "segment")
    return f"“{part.name}”" if alone else f"{part.kind.replace('_', ' ')} “{part.name}”"


def _wrong(wrong: Sequence[Mistakes]) -> str:
    known = [row for row in wrong if row.level != UNKNOWN]
    sure = sorted((row for row in known if row.level in (BAD, WATCH)), key=lambda row: -abs(row.more or 0))
    if not known:
        return say("Too few shoppers told who they are to compare mistakes between groups.")
    if not sure:
        groups = len({(row.attribute, row.value) for row in known})
        return say("Tags are wrong about as often in each of {groups} groups that shoppers told of themselves.",
                   groups=groups)
    how = {"missed": say("missed"), "wrong": say("wrongly given")}
    named = say("; ").join(
        say("{attribute} {value} ({how} {rate:.0f} % of the time, {others:.0f} % for others)",
            attribute=row.attribute.replace("_", " "), value=row.value, how=how[row.kind], rate=100 * (row.rate or 0),
            others=100 * (row.others or 0)) for row in sure[:_MOST]
    )  # fmt: skip
    return say("Tags are not wrong equally often: {named}.", named=named)


def _proxies(read: Sequence[Readable]) -> str:
    known = [row for row in read if row.auc is not None]
    told = sorted((row for row in known if row.level in (BAD, WATCH)), key=lambda row: -(row.auc or 0))
    if not known:
        return say("Too few shoppers told who they are to find out what can be read from its predictions.")
    if not told:
        return say("None of {groups} groups can be read from its predictions.",
                   groups=len({(row.attribute, row.value) for row in known}))
    return say("{said} Whoever selects by such predictions may select by who people are, even where no tag says so.",
               said=told[0].said)
