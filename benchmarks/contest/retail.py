"""Online Retail: which items will be in the next basket of a wholesaler's customer?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import catalogue, networks, rivals
from benchmarks.contest.figures import Cases, list_rows
from benchmarks.contest.kit import Base, Kept, Sizes, click_logits, imported, learned, probabilities, say
from core.config import TextSettings, TrainSettings
from core.records import no_progress
from core.store.choices import choices
from core.store.workspace import Reader
from core.train import baselines, before, next_basket, sets
from core.train.calibrate import fit_scale
from core.train.counted import Chosen, ItemNeighbours, at_random, pair_scores, repeats
from core.train.examples import ClickSet, asked_set
from core.train.run import plan, words_writer

Floats = NDArray[np.float64]
FILE = Path("online_retail") / "online_retail.csv.gz"
#: Rows that know who bought what and no words of this shopper's.
RANKERS = ("item-kNN", "ALS (implicit)", "SASRec (cornac)", "embedding cosine, zero-shot")
#: A shopper with at most so many purchases before is cold.
COLD = 0


class NextBasket:
    """The task: its data, and every row's raw scores for validation pairs, test pairs and ranked candidates."""

    def __init__(self, base: Base, reader: Reader, sizes: Sizes) -> None:
        self.base, self.reader, self.sizes = base, reader, sizes
        self.splits, self.specs = plan(reader)
        self.bought = choices(reader, purchases=True)
        self.chosen = Chosen(self.bought)
        self.writer = words_writer(reader, base.where, TextSettings())
        settings = sizes.settings(0)
        say("Online Retail: writes the days to be judged on")
        self.val = sets.validation(reader, self.writer, self.specs, self.splits, settings)
        self.test = sets.test(reader, self.writer, self.specs, self.splits, settings)
        self.baskets = catalogue.baskets(reader, self.splits, sizes.ranked)
        self.ranked = asked_set(self.writer, self.baskets.found)
        self.fitted_on = next_basket.cases(reader, self.writer, self.splits.train_end, self.splits.val_end,
                                           sets.VALIDATION_SEED, next_basket.SHARE * sizes.ranked)

    @property
    def parts(self) -> list[ClickSet]:
        """What is scored: validation, test, and the candidates of whole catalogues, in the test and validation days."""
        return [self.val.clicks, self.test.clicks, self.ranked, self.fitted_on]

    def counted(self, seed: int) -> dict[str, list[Floats]]:
        """Rows that need no words and no training."""
        pairs = [part.pairs for part in self.parts]
        popular = [np.log1p(part.features["fit popularity"].fillna(0).clip(lower=0).to_numpy(float))
                   for part in self.parts]
        return {
            "random": [at_random(len(part), 10 * seed + i) for i, part in enumerate(pairs)],
            "popularity": popular,
            "repeat purchases": [repeats(part.features) for part in self.parts],
        }

    def ranker(self, name: str, seed: int) -> list[NDArray[Any]]:
        """Scores of pairs by a row that knows item numbers alone, and the ten first of everything for each basket."""
        stop = self.splits.train_end
        if "kNN" in name:
            rank = ItemNeighbours(self.chosen.matrix(stop)).scores
        elif "ALS" in name:
            rank = rivals.als(self.chosen, stop, seed)
        elif "SASRec" in name:
            rank = rivals.sasrec(self.chosen, stop, seed, self.sizes.passes)
        else:
            items = self.reader.frame("SELECT item_id, title, category FROM items")
            rank = rivals.cosine(self.base, self.chosen, rivals.titles_of(items, self.chosen.items))
        scores = [pair_scores(part.pairs, self.chosen, rank) for part in self.parts[:2]]
        return [*scores, np.array(catalogue.by_ranker(self.baskets, self.chosen, rank), dtype=str)]

    def network(self, name: str, seed: int) -> list[Floats]:
        """Scores of a row that learns from words, or of the boosting that learns from the same facts as numbers."""
        settings = self.sizes.settings(seed)
        if "no context" in name:
            return self._without_context(settings)
        train = self._training(seed)
        if "LightGBM" in name:
            return baselines.lightgbm_scores(train.clicks, self.val.clicks, self.parts, seed)
        if "cross" in name:
            return networks.crossed(self.base, train.clicks, self.parts, settings)
        if "no teacher" in name:
            settings = replace(settings, teacher_weight=0.0)
        return self._learned(train, self.val, self.parts, settings)

    @cache  # noqa: B019 - as long as the task, which is as long as the run
    def _training(self, seed: int) -> sets.Part:
        say(f"  seed {seed}: writes the training days")
        return sets.training(self.reader, self.writer, self.specs, self.splits, self.sizes.settings(seed), no_progress)

    def over_catalogue(self, scores: list[Floats]) -> Floats:
        """Log-odds of each candidate found, for a row that learned to tell baskets from what is popular."""
        return drawn_back(scores, self.parts)

    def before_tuning(self) -> list[Floats]:
        """How near an item's words are to the history's in the base as published."""
        return [before.similarities(self.base.where, part.examples, self.base.pad, self.base.device)
                for part in self.parts]

    def _learned(self, train: sets.Part, val: sets.Part, parts: list[ClickSet],
                 settings: TrainSettings) -> list[Floats]:
        network = learned(self.base, (train, val), self.specs, settings)
        return [click_logits(self.base, network, part.examples) for part in parts]

    def _without_context(self, settings: TrainSettings) -> list[Floats]:
        writer = words_writer(self.reader, self.base.where, TextSettings(context=False))
        train = sets.training(self.reader, writer, self.specs, self.splits, settings, no_progress)
        clicks = [asked_set(writer, part.pairs) for part in self.parts]
        return self._learned(train, sets.Part(clicks[0], self.val.tags), clicks, settings)


def measure(base: Base, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Train and judge every row; return the tables."""
    workspace = imported(folder / "retail", [data / FILE], "online-retail")
    task, kept = NextBasket(base, workspace.reader(), sizes), Kept(folder, "retail", sizes)
    raw: dict[str, list[list[Floats]]] = {}
    tops: dict[str, list[list[list[str]]]] = {}
    for seed in sizes.seeds:
        for name in RANKERS:
            found = kept.scores(name, seed, lambda name=name, seed=seed: task.ranker(name, seed))
            raw.setdefault(name, []).append(found[:2])
            tops.setdefault(name, []).append(found[2].tolist())
        for name, scores in task.counted(seed).items():
            raw.setdefault(name, []).append(scores[:2])
        named = {"LightGBM on counted features", *rows}
        networks.add(raw, named, kept, sizes, seed, lambda name, seed=seed: task.network(name, seed))
    for name in ("LightGBM on counted features", *rows):
        tops[name] = [catalogue.by_scores(task.baskets, task.over_catalogue(scores)) for scores in raw[name]]
    nearest = task.before_tuning()
    raw["ours, before fine-tuning"] = [nearest[:2]]
    tops["ours, before fine-tuning"] = [catalogue.by_scores(task.baskets, nearest[2])]
    dice = np.random.default_rng(0)
    tops["random"] = [catalogue.by_ranker(task.baskets, task.chosen, lambda _: dice.random(len(task.chosen.items)))]
    for name, again in (("popularity", False), ("repeat purchases", True)):
        tops[name] = [catalogue.by_popularity(task.baskets, task.bought, task.chosen, again)]
    say("Online Retail: counts figures")
    return tables(task, raw, tops)


def tables(task: NextBasket, raw: dict[str, list[list[Floats]]],
           tops: dict[str, list[list[list[str]]]]) -> dict[str, Any]:
    """Figures of all baskets, of cold shoppers, of cold items, and of whole catalogues."""
    pairs = task.test.clicks.pairs
    scores = {name: [probabilities(one[0], one[1], task.val.clicks) for one in many] for name, many in raw.items()}
    cases = Cases.of(pairs)
    found: dict[str, Any] = {"baskets": {"n": int(pairs["ask_id"].nunique()), "rows": list_rows(cases, scores)}}
    for name, kept in (("cold shoppers", cold_shoppers(task)), ("cold items", cold_items(task))):
        lists = pairs.loc[kept & (pairs["label"] == 1), "ask_id"].nunique()
        some = {row: [value[kept] for value in many] for row, many in scores.items()}
        found[name] = {"n": int(lists), "rows": list_rows(cases.part(kept), some) if lists else {}}
    found["whole catalogue"] = {"n": len(task.baskets.asks), "reachable": catalogue.reachable(task.baskets),
                                "rows": catalogue.rows(task.baskets, tops)}
    return found


def drawn_back(scores: list[Floats], parts: list[ClickSet]) -> Floats:
    """Make scores of candidates log-odds of the next basket, as the product does.

    Parameters
    ----------
    scores
        Of the validation pairs, of the test pairs, of the candidates of the test days, of those of the validation days.
    parts
        The same pairs.
    """
    val, _, found, before = parts
    scale = fit_scale(scores[0], val.pairs["label"].to_numpy(float))
    words = [scale.scale * some + scale.shift for some in (scores[2], scores[3])]
    basket = next_basket.fit(words[1], before)
    return next_basket.odds(basket, words[0], found.features)


def cold_shoppers(task: NextBasket) -> NDArray[np.bool_]:
    """Pairs of shoppers who had bought nothing before."""
    pairs = task.test.clicks.pairs
    before_now = [len(task.chosen.before(str(user), as_of)) for user, as_of in
                  zip(pairs["user_id"], pairs["as_of"], strict=True)]
    return np.asarray(before_now) <= COLD


def cold_items(task: NextBasket) -> NDArray[np.bool_]:
    """Pairs of baskets with an item that nobody had bought in the training days; other bought items are left out."""
    pairs = task.test.clicks.pairs
    old = set(task.bought.loc[task.bought["ts"] < pd.Timestamp(task.splits.train_end), "item_id"])
    fresh = ~pairs["item_id"].isin(old)
    wanted = pairs.loc[fresh & (pairs["label"] == 1), "ask_id"]
    return np.asarray(pairs["ask_id"].isin(wanted) & (fresh | (pairs["label"] == 0)))
