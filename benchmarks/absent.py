"""What a word's absence should mean: left out of attention, closed up, or [MASK], on the same model in one run.

``python -m benchmarks.absent [--workspace DIR] [--model NAME] [--truth impressions.parquet]`` explains the first
recommendation and the likeliest tag of some shoppers under each meaning, and asks of each:

- *orders*: comprehensiveness (``benchmarks/_attributions.py``) of its order of words, in its own game and in those of
  the others: an order that holds in the others' games too owes little to what absent means;
- *causes*: how often the planted cause of a click is among the first three reasons, as in ``benchmarks.causes``;
- *seconds*: what a mask costs.

The three meanings are *left out* (ours: nobody attends to the word, all others keep their places), *closed up* (the
words that are left move together, as if the text had been written so) and *[MASK]* (the word is replaced). The glossary
reads the same in all three: a term is there while all of its words are. It writes ``benchmarks/results/absent.json``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks._attributions import Pair, Told, faithful, mean_of
from benchmarks._record import write
from benchmarks.causes import draw, measure, summed
from core.config import DEMO_WORKSPACE
from core.demo import DAYS, SEED, SHOPPERS
from core.explain import why, why_tag
from core.model.predict import Pack, logits
from core.records import Explanation
from core.score import Scorer
from core.service import Shop
from core.text.terms import Terms
from core.text.words import Words
from data.demo.generate import generate

RESULTS = Path(__file__).parent / "results"
LEFT_OUT, CLOSED, MASK = "left out", "closed up", "[MASK]"
Masks = NDArray[np.bool_]
Values = NDArray[np.float64]


class Otherwise:
    """A scorer for which absent means something else; in all else the one that it is made of."""

    def __init__(self, scorer: Scorer, meaning: str) -> None:
        self._scorer, self._meaning = scorer, meaning

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scorer, name)

    def masked_clicks(
        self, history: Words, candidates: Sequence[Words], history_keep: Masks, candidate_keep: Sequence[Masks],
        rough: bool = False,
    ) -> Values:
        """See ``Scorer.masked_clicks``."""
        packs = self._packs(Pack.of(history, candidates), [history_keep, *candidate_keep])
        clicks, _ = logits(self._scorer.model.network, packs, self._scorer.tokenizer.pad_token_id or 0, bf16=rough)
        return self._scorer._click_log_odds(np.stack(clicks), candidates)

    def masked_tags(self, history: Words, history_keep: Masks, rough: bool = False) -> Values:
        """See ``Scorer.masked_tags``."""
        packs = self._packs(Pack.of(history), [history_keep])
        _, tags = logits(self._scorer.model.network, packs, self._scorer.tokenizer.pad_token_id or 0, bf16=rough)
        return self._scorer._tag_log_odds(tags)

    def _packs(self, whole: Pack, keeps: Sequence[Masks]) -> list[Pack]:
        """One pack for each mask, as if it had been written so."""
        found = []
        for row in range(len(keeps[0])):
            parts = [keep[row] for keep in keeps]
            known_ids = (whole.history, *whole.candidates)
            ids = [self._ids(known, keep) for known, keep in zip(known_ids, parts, strict=True)]
            left = [Terms(*(column[known.there(keep[None])[0]] for column in known))
                    for known, keep in zip(whole.terms, parts, strict=True)]
            found.append(Pack(ids[0], tuple(ids[1:]), tuple(left)))
        return found

    def _ids(self, ids: NDArray[np.int32], keep: NDArray[np.bool_]) -> NDArray[np.int32]:
        if self._meaning == CLOSED:
            return ids[keep]
        return np.where(keep, ids, self._scorer.tokenizer.mask_token_id).astype(np.int32)


def scorers(scorer: Scorer) -> dict[str, Any]:
    """The scorer under each meaning."""
    return {LEFT_OUT: scorer, CLOSED: Otherwise(scorer, CLOSED), MASK: Otherwise(scorer, MASK)}


def orders(shop: Shop, shoppers: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Comprehensiveness by what is explained, then the meaning that the order was made under, then the game's."""
    ways = scorers(shop.scorer())
    rows: dict[str, dict[str, list[Any]]] = {what: {game: [] for game in ways} for what in ("clicks", "tags")}
    for user in shoppers:
        item = shop.recommend(user, 1)[0].item_id
        history, (words,) = ways[LEFT_OUT].words(user, [item], shop.as_of)
        full = np.ones((1, len(history.ids)), dtype=bool)
        at = int(ways[LEFT_OUT].masked_tags(history, full)[0].argmax())
        key = ways[LEFT_OUT].tag_specs[at].key
        of_click = {way: tokens(why(one, user, item, shop.as_of)) for way, one in ways.items()}
        of_tag = {way: tokens(why_tag(one, user, key, shop.as_of)) for way, one in ways.items()}
        for game, one in ways.items():
            rows["clicks"][game].append(faithful(Pair(one, history, words), of_click))
            rows["tags"][game].append(faithful(Told(one, history, at), of_tag))
    return {what: {way: {game: mean_of(some)[way]["comprehensiveness"] for game, some in games.items()} for way in ways}
            for what, games in rows.items()}


def tokens(found: Explanation) -> Values:
    """Values of all tokens."""
    return np.array([token.value for token in found.tokens])


def seconds(shop: Shop, user: str, masks: int = 64) -> dict[str, float]:
    """Milliseconds that a mask of a history and ten items takes under each meaning, half of the words being absent."""
    ids = [item.item_id for item in shop.recommend(user, 10)]
    random, found = np.random.default_rng(0), {}
    for way, scorer in scorers(shop.scorer()).items():
        history, candidates = scorer.words(user, ids, shop.as_of)
        keeps = [random.random((masks, len(words.ids))) < 0.5 for words in (history, *candidates)]
        for keep in keeps:
            keep[:, [0, -1]] = True
        scorer.masked_clicks(history, candidates, keeps[0], keeps[1:])
        started = time.perf_counter()
        scorer.masked_clicks(history, candidates, keeps[0], keeps[1:])
        found[way] = 1_000 * (time.perf_counter() - started) / masks
    return found


def causes(shop: Shop, truth: pd.DataFrame, items: pd.DataFrame) -> dict[str, Mapping[str, float]]:
    """Shares of the planted causes that are found, by meaning."""
    found = {}
    for way, scorer in scorers(shop.scorer()).items():
        row = summed(measure(scorer, truth, items)).loc["all"]
        found[way] = {"first": float(row["first"]), "among first 3": float(row["among first 3"])}
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--model")
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--shoppers", type=int, default=5)
    parser.add_argument("--clicks", type=int, default=60)
    parser.add_argument("--out", type=Path, default=RESULTS / "absent.json")
    given = parser.parse_args()
    shop = Shop(given.workspace, model=given.model)
    chosen = shop.find_shoppers("", given.shoppers)["user_id"].tolist()
    with tempfile.TemporaryDirectory() as folder:
        truth = given.truth or generate(Path(folder), SEED, SHOPPERS, DAYS).truth_impressions
        table, items = pd.read_parquet(truth), pd.read_parquet(truth.parent.parent / "items.parquet")
    said = {"shoppers": len(chosen), "clicks": given.clicks, "milliseconds": seconds(shop, chosen[0]),
            "orders": orders(shop, chosen), "causes": causes(shop, draw(table, 6, given.clicks, 0), items)}
    print(json.dumps(said, indent=1))
    write(given.out, {"workspace": given.workspace.name, "model": shop.model_name, **said})


if __name__ == "__main__":
    main()
