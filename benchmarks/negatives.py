"""What a next basket is told from, and how a catalogue is then ranked: the ways that were tried, on Online Retail.

``REAL_DATA=DIR python -m benchmarks.negatives [--baskets N] [--folder F]`` teaches LightGBM and the model's glossary,
which learn in seconds, from N baskets and negatives drawn in several ways. It judges them among items drawn by
popularity, and over the whole catalogue, on the same later baskets. It prints a row for each and writes
``benchmarks/results/negatives.json``; decision 25 says what was chosen.

- *popular*: negatives drawn by how often others bought them lately, ranked by the odds of that.
- *popular, corrected*: the same; over the catalogue, the logarithm of an item's popularity is added.
- *popular, own slopes*: the same; over the catalogue, what was learned, popularity and how often and lately she bought
  the very item have slopes of their own, fitted within baskets of the validation days. It was chosen.
- *all at once*: the same slopes, fitted over all pairs of these baskets at once.
- *counts alone*: popularity and her purchases with slopes of their own, and nothing that was learned.
- *corrected while learning*: the same, and what is learned is told of the correction.
- *hers and any*: a quarter of the negatives from what she bought before, and a quarter from everything.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks._record import real_data, write
from benchmarks.contest import catalogue
from benchmarks.contest.kit import Base, Sizes, imported, say
from benchmarks.contest.retail import FILE, NextBasket
from core.model.checkpoint import NextBasket as NextBasketScale
from core.store import examples as store
from core.train import baselines, glossary, next_basket, sets, teacher
from core.train.counted import repeats
from core.train.examples import ClickSet, asked_set
from core.train.intervals import of_mean
from core.train.metrics import click_metrics

RESULTS = Path(__file__).parent / "results"
Floats = NDArray[np.float64]
#: Share of the negatives from what she bought before, and from everything, where they are drawn so.
WIDE = 0.25
#: What a correction is measured from: the mean of log popularity, about, so that learning begins near base rates.
USUAL = 3.0


def popularity(clicks: ClickSet) -> Floats:
    """Log of how much was done with each item lately, about nought."""
    return next_basket.drawn_of(clicks.features) - USUAL


def widened(pairs: pd.DataFrame, bought: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Put other negatives in the place of half of them: what she bought before, and anything ever bought, in turns.

    Parameters
    ----------
    pairs
        ``ask_id, user_id, as_of, item_id, label``.
    bought
        ``ts, user_id, item_id`` of every purchase.
    """
    rng, parts = np.random.default_rng(seed), []
    first = bought.drop_duplicates("item_id")
    hers = dict(tuple(bought.groupby("user_id")))
    for (user, as_of), part in pairs.groupby(["user_id", "as_of"], sort=False):
        before = hers[user][hers[user]["ts"] < as_of] if user in hers else bought.iloc[:0]
        items, rows = part["item_id"].to_numpy(dtype=object, copy=True), np.flatnonzero(part["label"] == 0)
        count = round(WIDE * len(rows))
        for pool, places in ((before["item_id"], rows[:count]),
                             (first.loc[first["ts"] < as_of, "item_id"], rows[count : 2 * count])):
            fresh = pool[~pool.isin(items) & ~pool.isin(part["item_id"])].unique()
            new = rng.permutation(fresh)[: len(places)]
            items[places[: len(new)]] = new
        parts.append(part.assign(item_id=items))
    return pd.concat(parts, ignore_index=True)


def boosted(train: ClickSet, parts: Sequence[ClickSet], told: bool) -> list[Floats]:
    """Log-odds by LightGBM of each part's pairs; ``told`` of the correction, they are those without it."""
    import lightgbm as lgb

    columns = list(train.features.columns)
    known = baselines.encoded(train.features, train.features)
    start = -popularity(train) if told else np.zeros(len(train.pairs))
    data = lgb.Dataset(known, train.pairs["label"].to_numpy(float), init_score=start)
    booster = lgb.train({**baselines.CLICK_PARAMS, "seed": 0}, data, teacher.CLICK_ROUNDS)
    return [np.asarray(booster.predict(baselines.encoded(part.features.reindex(columns=columns), train.features),
                                       raw_score=True)) for part in parts]


def by_words(train: ClickSet, parts: Sequence[ClickSet], width: int) -> list[Floats]:
    """Log-odds by a glossary of each part's pairs; it learns from the teacher's chances as a training does."""
    chances = np.split(teacher.click_chances(train, 0), np.cumsum([len(one.clicks) for one in train.examples])[:-1])
    soft = [replace(one, clicks=((one.clicks + chance) / 2).astype(np.float32))
            for one, chance in zip(train.examples, chances, strict=True)]
    found = glossary.learn(soft, width)
    if found is None:
        raise SystemExit("Too few baskets to learn single words from.")
    return [glossary.alone(found, part.examples) for part in parts]


def figures(task: NextBasket, among: Floats, over: Floats) -> dict[str, float]:
    """Figures among items drawn by popularity, and over the whole catalogue: how far nDCG@10 there is ahead of repeats.

    Parameters
    ----------
    among, over
        Scores of the test pairs, and of the candidates of whole catalogues.
    """
    pairs = task.test.clicks.pairs
    inside = click_metrics(pairs["label"].to_numpy(float), 1 / (1 + np.exp(-among)), pairs["ask_id"].to_numpy(np.int64))
    hits, plain = (_hits(task, scores) for scores in (over, repeats(task.ranked.features)))
    ahead = of_mean(hits[:, 1] - plain[:, 1], task.baskets.owners)
    return {"gauc": inside.gauc, "ndcg@10": inside.ndcg10, "catalogue hr@10": float(hits[:, 0].mean()),
            "catalogue ndcg@10": float(hits[:, 1].mean()), "ahead": ahead.value, "low": ahead.low, "high": ahead.high}


def _hits(task: NextBasket, over: Floats) -> Floats:
    tops = catalogue.by_scores(task.baskets, over)
    return np.array([catalogue.figures_of_basket(wanted, top)
                     for wanted, top in zip(task.baskets.wanted, tops, strict=True)])


def all_at_once(words: Floats, found: ClickSet) -> NextBasketScale:
    """Slopes of a logistic regression over all pairs, none below nought."""
    from sklearn.linear_model import LogisticRegression

    known = np.column_stack([words, next_basket.drawn_of(found.features), next_basket.again_of(found.features)])
    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(known, found.pairs["label"])
    return NextBasketScale(*map(float, np.maximum(fitted.coef_[0], 0)), float(fitted.intercept_[0]))


def measure(task: NextBasket, sizes: Sizes) -> dict[str, dict[str, float]]:
    """Teach each way, and judge it."""
    settings, bought = sizes.settings(0), store.purchases(task.reader)
    train = sets.click_set(task.reader, task.writer, task.splits.learns_from, task.splits.train_end,
                           sets.TEACHER_SHARE * settings.max_examples, 0, settings.candidates)
    wide = asked_set(task.writer, widened(train.pairs, bought, 0))
    parts = [task.test.clicks, task.ranked, task.fitted_on]
    test, found, _ = (popularity(part) for part in parts)
    nothing = next_basket.fit(np.zeros(len(task.fitted_on.pairs)), task.fitted_on)
    rows = {"what she bought most": figures(task, *(repeats(part.features) for part in parts[:2])),
            "counts alone": figures(task, *(next_basket.odds(nothing, np.zeros(len(part.pairs)), part.features)
                                            for part in parts[:2]))}
    for who, learn in (("LightGBM", lambda one: boosted(one, parts, False)),
                       ("glossary", lambda one: by_words(one, parts, settings.term_width))):
        say(f"  {who}")
        among, over, before = learn(train)
        rows[f"{who}, popular"] = figures(task, among, over)
        rows[f"{who}, popular, corrected"] = figures(task, among, over + found)
        for how, fit in (("own slopes", next_basket.fit), ("all at once", all_at_once)):
            slopes = fit(before, task.fitted_on)
            rows[f"{who}, popular, {how}"] = figures(task, among, next_basket.odds(slopes, over, task.ranked.features))
        rows[f"{who}, hers and any"] = figures(task, *learn(wide)[:2])
    among, over, _ = boosted(train, parts, True)
    rows["LightGBM, corrected while learning"] = figures(task, among - test, over)
    return rows


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baskets", type=int, default=800, help="those of a training; thrice as many are read")
    parser.add_argument("--ranked", type=int, default=Sizes.ranked, help="baskets to rank the catalogue for")
    parser.add_argument("--folder", type=Path, help="where the imported log stays for the next run")
    parser.add_argument("--out", type=Path, default=RESULTS / "negatives.json")
    given = parser.parse_args()
    file = real_data(FILE)
    if file is None:
        return
    sizes = replace(Sizes(), lists=given.baskets, ranked=given.ranked)
    with tempfile.TemporaryDirectory() as spare:
        workspace = imported((given.folder or Path(spare)) / "retail", [file], "online-retail")
        found: dict[str, Any] = measure(NextBasket(Base.load(), workspace.reader(), sizes), sizes)
    print(pd.DataFrame(found).T.round(3).to_string())
    write(given.out, {"baskets": given.baskets, "ranked": given.ranked, "rows": found})


if __name__ == "__main__":
    main()
