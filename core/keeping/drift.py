"""Whether a model still holds: the days after those that it was judged on, beside these.

The days that a model was judged on are what its figures stand for, and it neither learned from them nor was calibrated
on them. As everything is read as of its moment, they can be looked at again at any time: nothing has to be kept for it
when a model is made, and models from before can be checked too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.keeping import psi, verdict
from core.keeping.parts import difference
from core.keeping.records import BAD, GOOD, NOTHING, UNKNOWN, WATCH, Drift, Fresh, Moved, Sign
from core.keeping.seen import Seen, look
from core.language import Sayings, day, say
from core.records import Progress, no_progress
from core.store import novelty
from core.store.examples import has_lists
from core.tag_words import said
from core.train.intervals import LEAST_OWNERS, Interval, of_mean
from core.train.metrics import group_figures
from core.train.splits import Splits

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel, ModelInfo
    from core.store.workspace import Reader

#: Lists or baskets that are looked at on either side, at most.
LISTS = 600
_NAMES = Sayings({
    "items": "items", "categories": "categories", "brands": "brands", "words": "words of titles and searches",
})  # fmt: skip


def fresh(reader: Reader, info: ModelInfo) -> Fresh:
    """Count what came after the last day that a model was judged on."""
    end = Splits.from_plain(info.data["splits"]).end
    events, newest = novelty.fresh(reader, end)
    return Fresh(end, end if newest is None else _midnight_after(newest), events)


def drift(reader: Reader, model: LoadedModel, progress: Progress = no_progress) -> Drift:
    """Hold what is new against the days that a model was judged on.

    Without anything new there is no sign and the verdict says so: that is not "fine".
    """
    info, splits = model.info, Splits.from_plain(model.info.data["splits"])
    reader = reader.for_everyone(bool(info.settings.get("everyone")))
    new = fresh(reader, info)
    if not new.events:
        reason = say("Nothing in the logs is newer than {end}, the last day that “{name}” was judged on, so there is "
                     "nothing to check it by. Import newer logs.", end=_day(splits.end), name=info.name)
        return Drift(info.name, NOTHING, reason, new.since, new.until, 0, 0, 0)
    before = look(reader, model, splits.val_end, splits.end, LISTS, _within(progress, 0.05, 0.5))
    now = look(reader, model, new.since, new.until, LISTS, _within(progress, 0.5, 0.95))
    moved = list(_moved(info, before, now))
    what = say("clicks") if has_lists(reader) else say("purchases")
    signs = [*labels(before, now, what), *_spread(moved), *_novel(reader, splits, new)]
    told, reason = verdict.verdict(signs, now.lists)
    progress(1.0, say("Done"))
    return Drift(info.name, told, reason, new.since, new.until, new.events, now.lists, before.lists, tuple(signs),
                 tuple(moved))


def labels(before: Seen, now: Seen, what: str) -> Iterator[Sign]:
    """What came of what was predicted: how often, and in which order.

    Parameters
    ----------
    what
        The name of what is predicted, in the plural.
    """
    yield _ratio(before, now, what)
    yield _in_order(before, now)


def _ratio(before: Seen, now: Seen, what: str) -> Sign:
    if now.lists < verdict.LEAST_LISTS or not now.tells or _few(now.shown["user_id"]):
        return Sign("ratio", None, None, UNKNOWN,
                    say("Too little was chosen on the new days, or by too few, to check the percentages."))
    then, ratio = (happened(part) for part in (before, now))
    earlier = say("; on the days that it was judged on, {value:.0f}", value=100 * then.value)
    return Sign("ratio", _known(then.value), ratio.value, verdict.of_ratio(ratio.low, ratio.high),
                say("For every 100 {what} that it predicted, {value:.0f} came (95 % interval {low:.0f} to "
                    "{high:.0f}){earlier}.",
                    what=what, value=100 * ratio.value, low=100 * ratio.low, high=100 * ratio.high,
                    earlier=earlier if np.isfinite(then.value) else ""))


def _in_order(before: Seen, now: Seen) -> Sign:
    was, order = (_order(part) for part in (before, now))
    if now.lists < verdict.LEAST_LISTS or not np.isfinite(order.value):
        return Sign("order", None, None, UNKNOWN,
                    say("Too little was chosen on the new days, or by too few, to check the order."))
    if not np.isfinite(was.value):
        return Sign("order", None, order.value, UNKNOWN,
                    say("The order of items could not be compared with the days before."))
    change = difference(order, was)
    level = verdict.of_order(change.value, change.high)
    how = say("as well as when it was judged") if level == GOOD else say("less well than when it was judged")
    return Sign("order", was.value, order.value, level,
                say("It orders what is chosen and what is not {how}: {now:.0f} of 100 pairs are right ({then:.0f} "
                    "then).", how=how, now=100 * order.value, then=100 * was.value))


def happened(part: Seen) -> Interval:
    """How many were chosen for each one that was predicted, with its interval over shoppers."""
    pairs = part.shown
    if pairs.empty:
        return Interval(float("nan"), float("nan"), float("nan"))
    mean = float(pairs["chance"].mean())
    gap = of_mean(pairs["label"] - pairs["chance"], pairs["user_id"])
    return Interval(*(1 + value / mean for value in (gap.value, gap.low, gap.high)))


def _order(part: Seen) -> Interval:
    """Share of pairs in the right order within a list; not a number where too few shoppers show it."""
    pairs = part.pairs
    found = group_figures(pairs["label"].to_numpy(float), pairs["chance"].to_numpy(float),
                          pairs["ask_id"].to_numpy(np.int64))["gauc"] if len(pairs) else None
    owners = part.tags["user_id"].reindex([] if found is None else found.index)
    if found is None or _few(owners):
        return Interval(float("nan"), float("nan"), float("nan"))
    return of_mean(found, owners)


def _few(owners: pd.Series[str]) -> bool:
    return bool(owners.nunique() < LEAST_OWNERS)


def _moved(info: ModelInfo, before: Seen, now: Seen) -> Iterator[Moved]:
    """How the chance of a click, and each tag, is spread on either side; nothing where a side is empty."""
    if not before.lists or not now.lists:
        return
    chance = say("The chance of a click") if info.data["lists"] else say("The chance of a purchase")
    columns = [("", chance, before.shown, now.shown, "chance")]
    columns += [(spec.key, spec.label, before.tags, now.tags, spec.key) for spec in map(said, info.tags)]
    for key, label, then, here, column in columns:
        values = [part[column].to_numpy(float) for part in (then, here)]
        index, by_chance = psi.stability(values[0], values[1], (_codes(then), _codes(here)))
        yield Moved(key, label, index, by_chance, float(values[0].mean()), float(values[1].mean()))


def _codes(part: pd.DataFrame) -> psi.Ints:
    return np.asarray(pd.factorize(part["user_id"])[0], dtype=np.int64)


def _spread(moved: list[Moved]) -> Iterator[Sign]:
    if not moved:
        told = say("The days that it was judged on hold nothing any more to compare with.")
        yield Sign("scores", None, None, UNKNOWN, told)
        yield Sign("tags", None, None, UNKNOWN, told)
        return
    scores, tags = moved[0], moved[1:]
    level = verdict.of_index(scores.psi, scores.by_chance)
    much = {GOOD: say("as they were"), WATCH: say("somewhat differently")}.get(level, say("very differently"))
    yield Sign("scores", scores.before, scores.now, level,
               say("Its chances are spread {much} (stability index {psi:.2f}); on average they are {now:.1f} % and "
                   "were {before:.1f} %.", much=much, psi=scores.psi, now=100 * scores.now, before=100 * scores.before))
    bad = [tag for tag in tags if verdict.of_index(tag.psi, tag.by_chance) == BAD]
    which = say(", “{label}” most", label=max(bad, key=lambda tag: tag.psi).label) if bad else ""
    yield Sign("tags", 0.0, len(bad) / max(1, len(tags)), verdict.of_tags(len(bad), len(tags)),
               say("{bad} of {tags} tags are spread very differently among shoppers{which}.",
                   bad=len(bad), tags=len(tags), which=which))


def _novel(reader: Reader, splits: Splits, new: Fresh) -> Iterator[Sign]:
    """What the model had never met when it learned, and who is there for the first time."""
    then = novelty.novelty(reader, splits.val_end, splits.end, splits.train_end)
    here = novelty.novelty(reader, new.since, new.until, splits.train_end)
    for kind in novelty.KINDS:
        before, now = then[kind], here[kind]
        about = {"now": 100 * (now or 0.0), "names": _NAMES[kind], "before": _percent(before)}
        if now is None:
            told = say("There is nothing to see it by.")
        elif kind == "words":
            told = say("{now:.0f} % of the {names} were unknown when it learned ({before} when it was judged).",
                       **about)
        else:
            told = say("{now:.0f} % of what shoppers did is about {names} that it had not met when it learned "
                       "({before} when it was judged).", **about)
        yield Sign(kind, before, now, verdict.of_new(kind, before, now), told)
    first = [novelty.first_days(reader, *span) for span in ((splits.val_end, splits.end), (new.since, new.until))]
    rose = (first[1] or 0.0) - (first[0] or 0.0) >= verdict.FIRST_WATCH
    then_, now_ = map(_percent, first)
    yield Sign("first", first[0], first[1], WATCH if rose else GOOD,
               say("{now} of shoppers' days are their first here ({then} when it was judged).", now=now_, then=then_))


def _percent(share: float | None) -> str:
    return say("unknown") if share is None else say("{share:.0f} %", share=100 * share)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _day(end: datetime) -> str:
    return day(end - timedelta(days=1))


def _midnight_after(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _within(progress: Progress, low: float, high: float) -> Progress:
    return lambda share, message: progress(low + (high - low) * share, message)
