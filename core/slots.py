"""For a place of the shop: which ad to show to whom, against how it was shown.

How likely and how much worth a click is are estimates (``core.showing``); how often each ad is then shown in each
segment is a linear programme (``core.allocate``). What that would have brought is estimated from the log alone where
the log wrote down the chances with which it chose (``core.offpolicy``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core import offpolicy
from core.advice import GOALS, JUDGES, Advice, Ask, Total
from core.allocate import Allocation, Limits, allocate
from core.chances import Floats, Ranker
from core.effects import Z95
from core.errors import InputError
from core.language import Sayings, say, to_say
from core.offpolicy import Estimate, Estimates, Log
from core.records import Progress, no_progress
from core.showing import RATE_STRENGTH, Shown, Spot, cells, judged, shown, worths
from core.store import examples, find, placements

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Share of the suggestion that the log may lack when it is asked what the suggestion would have brought.
MISSING = 0.05
NO_CHANCES = to_say(
    "The log does not say with what chance each ad was chosen there (an import keeps that as the value of an "
    "impression), so what the suggestion would have brought cannot be estimated from the log alone. Try it on a part "
    "of the shoppers before it goes to all."
)
_NOT_ABOVE_0 = Sayings({
    "days": "The number of days must be above 0, not {number:g}.",
    "repeat": "The number of times that an ad may be repeated must be above 0, not {number:g}.",
    "sample": "The number of shoppers of a sample must be above 0, not {number:g}.",
})


def advise(
    reader: Reader, scorer: Ranker | None, ask: Ask, people: pd.DataFrame, names: Sequence[str],
    folder: Path | None = None, progress: Progress = no_progress,
) -> Advice:
    """Return which ad to show to whom at a place.

    Parameters
    ----------
    scorer
        What judges; None where there is no model: then what was counted does.
    people
        ``user_id, group``: the segment of each shopper, as a place in ``names``.
    folder
        Where chances are kept.

    Raises
    ------
    InputError, TooLittleData
        When what is asked does not fit the log, nothing was shown, or limits cannot be kept to.
    """
    until = find.log_end(reader)
    since = examples.span(reader)[0] if ask.days is None else until - timedelta(days=ask.days)
    told_chances = _check(reader, ask)
    spot = Spot(reader, ask.slot, ask.kind, since, people, names)
    seen = shown(spot)
    by_model = scorer is not None and ask.judge == "model"
    samples = judged(scorer, spot, seen.ids, until, ask.sample, folder, progress) if scorer and by_model else None
    table, ads = cells(seen, samples), worths(spot, seen, ask.worth)
    chance = seen.counted if samples is None else table["model"].fillna(0).to_numpy().reshape(seen.shown.shape)
    value = ads["worth"].to_numpy(dtype=np.float64)
    worth = value if ask.goal == "value" else np.ones(len(value))
    found = allocate(chance * worth, _limits(ask, seen, chance), seen.titles)
    replayed, told = _replayed(spot, seen, found) if told_chances else (None, say(NO_CHANCES))
    sampled = [0 if samples is None else len(samples[s]) for s in range(len(names))]
    table = table.assign(chance=chance.ravel(), value=(chance * value).ravel(), suggested=found.shown.ravel())
    return Advice(
        ask=ask, judge="model" if by_model else "counted", since=since, until=until,
        segments=seen.segments.assign(sampled=sampled), cells=table, ads=ads.assign(suggested=found.shown.sum(axis=0)),
        clicked=int(seen.clicked.sum()), now=_total(seen.shown, chance, value),
        suggested=_total(found.shown, chance, value),
        ahead=_ahead((found.shown - seen.shown) * worth, chance, seen, samples), binds=_binds(found, seen),
        replayed=replayed, notes=[note for note in (*_notes(ask, scorer, seen), told) if note],
    )  # fmt: skip


def _check(reader: Reader, ask: Ask) -> bool:
    """Refuse what does not fit; return whether the log has the chances with which it chose there."""
    known = placements.places(reader)
    here = known[(known["slot"] == ask.slot) & (known["kind"] == ask.kind)]
    if here.empty:
        there = ", ".join(f"{row.slot} ({row.kind})" for row in known.itertuples()) or say("none")
        raise InputError(say("The log shows no {kind} at a place {place!r}. It has: {there}.",
                             kind=ask.kind, place=ask.slot, there=there))
    for name, value, allowed in (("goal", ask.goal, GOALS), ("judge", ask.judge, JUDGES)):
        if value not in allowed:
            raise InputError(say("The {name} cannot be {value!r}. It is one of: {allowed}.",
                                 name=name, value=value, allowed=", ".join(allowed)))
    for name, number in (("days", ask.days), ("repeat", ask.repeat), ("sample", ask.sample)):
        if number is not None and not number > 0:
            raise InputError(_NOT_ABOVE_0[name].format(number=number))
    signed = [ask.worth or 0, *(v for one in (ask.most, ask.least, ask.cost, ask.budget) for v in one.values())]
    if min(signed) < 0:
        raise InputError(say("Worth and cost of a click and limits of ads cannot be below 0; one is {least:g}.",
                             least=min(signed)))
    return bool(here["chances"].all())


def _limits(ask: Ask, seen: Shown, chance: Floats) -> Limits:
    for given in (ask.most, ask.least, ask.cost, ask.budget):
        strange = set(given) - set(seen.ids)
        if strange:
            raise InputError(say("No ad that is weighed here has the id {item!r}. They are {there}.",
                                 item=min(strange), there=", ".join(seen.ids)))

    def each(given: Mapping[str, float], otherwise: float) -> Floats:
        return np.array([given.get(item, otherwise) for item in seen.ids], dtype=np.float64)

    once = seen.segments["requests"].to_numpy(dtype=np.float64)
    if ask.repeat is not None:
        once = np.minimum(once, ask.repeat * seen.segments["shoppers"].to_numpy(dtype=np.float64))
    free = float("nan")
    return Limits(
        seen.segments["shown"].to_numpy(dtype=np.float64), np.repeat(once[:, None], len(seen.ids), axis=1),
        each(ask.most, free), each(ask.least, free), each(ask.cost, 0.0) * chance, each(ask.budget, free),
    )  # fmt: skip


def _total(times: Floats, chance: Floats, value: Floats) -> Total:
    return Total(float(times.sum()), float((times * chance).sum()), float((times * chance * value).sum()))


def _ahead(more: Floats, chance: Floats, seen: Shown, samples: Sequence[Floats] | None) -> Estimate:
    """Return what the suggestion is expected to be ahead: what is uncertain are the chances, by sample or by count."""
    if samples is None:
        variance = float((more**2 * chance * (1 - chance) / (seen.shown + RATE_STRENGTH)).sum())
    else:
        gains = [sample @ row for sample, row in zip(samples, more, strict=True)]
        left = [1 - len(g) / max(1, n) for g, n in zip(gains, seen.segments["everyone"], strict=True)]
        variance = sum(float(g.var(ddof=1)) / len(g) * f for g, f in zip(gains, left, strict=True) if len(g) > 1)
    value, half = float((more * chance).sum()), Z95 * float(np.sqrt(variance))
    return Estimate(value, value - half, value + half)


def _binds(found: Allocation, seen: Shown) -> pd.DataFrame:
    names = seen.segments["segment"].tolist()
    rows = [
        (one.what, "" if one.segment is None else names[one.segment], "" if one.ad is None else seen.ids[one.ad],
         "" if one.ad is None else seen.titles[one.ad], one.gain)
        for one in found.bounds
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["what", "segment", "item_id", "title", "gain"])


def _replayed(spot: Spot, seen: Shown, found: Allocation) -> tuple[Estimates | None, str]:
    """Return what the suggestion would have brought, or why that cannot be told."""
    rows = placements.choices(spot.reader, spot.slot, spot.kind, spot.since, spot.people)
    rows = rows[rows["item_id"].isin(seen.ids)]
    total = found.shown.sum(axis=1, keepdims=True)
    policy = np.where(total > 0, found.shown / np.maximum(total, 1e-12), 1 / len(seen.ids))
    number = {item: a for a, item in enumerate(seen.ids)}
    log = Log(
        rows["group"].to_numpy(dtype=np.int64), np.asarray(rows["item_id"].map(number), dtype=np.int64),
        rows["clicked"].to_numpy(dtype=np.float64), rows["chance"].to_numpy(dtype=np.float64),
    )  # fmt: skip
    try:
        return offpolicy.evaluate(log, policy, missing=MISSING), ""
    except InputError as error:
        return None, say("What the suggestion would have brought cannot be told from the log. {why}", why=error)


def _notes(ask: Ask, scorer: Ranker | None, seen: Shown) -> list[str]:
    notes = []
    if scorer is None and ask.judge == "model":
        notes.append(say("There is no model yet, so what was counted judges; few impressions are drawn to the mean."))
    if ask.judge == "counted":
        notes.append(say("Ads that look best by count are partly lucky, which the interval does not hold: expect "
                         "less."))
    if seen.left_out:
        notes.append(say("{number:,} ads that were shown least are left out.", number=seen.left_out))
    return notes
