"""Online Retail: which items will be in the next basket of a wholesaler's customer?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import catalogue, cross_encoder, rivals
from benchmarks.contest.figures import OURS, Cases, list_rows
from benchmarks.contest.kit import Base, Sizes, click_logits, imported, learned, probabilities, say
from core.config import TextSettings, TrainSettings
from core.records import no_progress
from core.store.choices import choices
from core.store.workspace import Reader
from core.train import baselines, before, sets
from core.train.counted import Chosen, ItemNeighbours, at_random, pair_scores, repeats
from core.train.examples import ClickSet, asked_set
from core.train.run import plan, words_writer

Floats = NDArray[np.float64]
FILE = Path("online_retail") / "online_retail.csv.gz"
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

    @property
    def parts(self) -> list[ClickSet]:
        """What is scored: validation, test, and the candidates of whole catalogues."""
        return [self.val.clicks, self.test.clicks, self.ranked]

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

    def rankers(self, seed: int) -> dict[str, rivals.Ranker]:
        """Rows that score every item from a history of item numbers."""
        stop = self.splits.train_end
        items = self.reader.frame("SELECT item_id, title, category FROM items")
        say(f"  seed {seed}: item-kNN, ALS, SASRec, embeddings")
        return {
            "item-kNN": ItemNeighbours(self.chosen.matrix(stop)).scores,
            "ALS (implicit)": rivals.als(self.chosen, stop, seed),
            "SASRec (cornac)": rivals.sasrec(self.chosen, stop, seed, self.sizes.passes),
            "embedding cosine, zero-shot": rivals.cosine(self.base, self.chosen,
                                                         rivals.titles_of(items, self.chosen.items)),
        }

    def networks(self, seed: int, rows: set[str]) -> dict[str, list[Floats]]:
        """Rows that learn from words (and the boosting that learns from the same facts as numbers)."""
        settings = self.sizes.settings(seed)
        say(f"  seed {seed}: writes the training days")
        train = sets.training(self.reader, self.writer, self.specs, self.splits, settings, no_progress)
        found = {"LightGBM on counted features": self._boosted(train.clicks, seed)}
        if OURS in rows:
            say(f"  seed {seed}: ours")
            found[OURS] = self._learned(train, self.val, self.parts, settings)
        if "ours, no teacher" in rows:
            say(f"  seed {seed}: ours, no teacher")
            alone = self.sizes.settings(seed, teacher_weight=0.0)
            found["ours, no teacher"] = self._learned(train, self.val, self.parts, alone)
        if "cross-encoder, same base" in rows:
            say(f"  seed {seed}: cross-encoder")
            found["cross-encoder, same base"] = self._crossed(train.clicks, settings)
        if "ours, no context words" in rows:
            say(f"  seed {seed}: ours, no context words")
            found["ours, no context words"] = self._without_context(settings)
        return found

    def before_tuning(self) -> list[Floats]:
        """How near an item's words are to the history's in the base as published."""
        return [before.similarities(self.base.where, part.examples, self.base.pad, self.base.device)
                for part in self.parts]

    def _learned(self, train: sets.Part, val: sets.Part, parts: list[ClickSet],
                 settings: TrainSettings) -> list[Floats]:
        network = learned(self.base, (train, val), self.specs, settings)
        return [click_logits(self.base, network, part.examples) for part in parts]

    def _boosted(self, train: ClickSet, seed: int) -> list[Floats]:
        return baselines.lightgbm_scores(train, self.val.clicks, self.parts, seed)

    def _crossed(self, train: ClickSet, settings: TrainSettings) -> list[Floats]:
        drawn = np.sort(np.random.default_rng(settings.seed).permutation(len(train.examples))[: self.sizes.lists])
        examples = [train.examples[i] for i in drawn]  # the very lists that the model learns from
        labels = np.concatenate([example.clicks for example in examples]).astype(float)
        model = cross_encoder.learned(self.base, cross_encoder.pairs_of(self.base, examples), labels, settings)
        say("  cross-encoder: scores")
        return [cross_encoder.scores(self.base, model, cross_encoder.pairs_of(self.base, part.examples))
                for part in self.parts]

    def _without_context(self, settings: TrainSettings) -> list[Floats]:
        writer = words_writer(self.reader, self.base.where, TextSettings(context=False))
        train = sets.training(self.reader, writer, self.specs, self.splits, settings, no_progress)
        clicks = [asked_set(writer, part.pairs) for part in self.parts]
        return self._learned(train, sets.Part(clicks[0], self.val.tags), clicks, settings)


def measure(base: Base, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Train and judge every row; return the tables."""
    workspace = imported(folder / "retail", [data / FILE], "online-retail")
    task = NextBasket(base, workspace.reader(), sizes)
    raw: dict[str, list[list[Floats]]] = {}
    tops: dict[str, list[list[list[str]]]] = {}
    for seed in sizes.seeds:
        for name, ranker in task.rankers(seed).items():
            raw.setdefault(name, []).append([pair_scores(part.pairs, task.chosen, ranker) for part in task.parts[:2]])
            tops.setdefault(name, []).append(catalogue.by_ranker(task.baskets, task.chosen, ranker))
        found = {**task.counted(seed), **task.networks(seed, rows if sizes.all_seeds or seed == sizes.seeds[0] else {OURS})}
        for name, scores in found.items():
            raw.setdefault(name, []).append(scores[:2])
            if name not in ("popularity", "repeat purchases"):
                tops.setdefault(name, []).append(catalogue.by_scores(task.baskets, scores[2]))
    nearest = task.before_tuning()
    raw["ours, before fine-tuning"] = [nearest[:2]]
    tops["ours, before fine-tuning"] = [catalogue.by_scores(task.baskets, nearest[2])]
    for name, again in (("popularity", False), ("repeat purchases", True)):
        tops[name] = [catalogue.by_popularity(task.baskets, task.bought, task.chosen, again)]
    say("Online Retail: counts figures")
    return tables(task, raw, tops)


def tables(task: NextBasket, raw: dict[str, list[list[Floats]]],
           tops: dict[str, list[list[list[str]]]]) -> dict[str, Any]:
    """Figures of all baskets, of cold shoppers, of cold items, and of whole catalogues."""
    pairs = task.test.clicks.pairs
    scores = {name: [probabilities(val, test, task.val.clicks) for val, test in many] for name, many in raw.items()}
    cases = Cases.of(pairs)
    found: dict[str, Any] = {"baskets": {"n": int(pairs["ask_id"].nunique()), "rows": list_rows(cases, scores)}}
    for name, kept in (("cold shoppers", cold_shoppers(task)), ("cold items", cold_items(task))):
        lists = pairs.loc[kept & (pairs["label"] == 1), "ask_id"].nunique()
        some = {row: [value[kept] for value in many] for row, many in scores.items()}
        found[name] = {"n": int(lists), "rows": list_rows(cases.part(kept), some) if lists else {}}
    found["whole catalogue"] = {"n": len(task.baskets.asks), "reachable": catalogue.reachable(task.baskets),
                                "rows": catalogue.rows(task.baskets, tops)}
    return found


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
