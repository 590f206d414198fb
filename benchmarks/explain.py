"""What reasons cost, how steady and how faithful they are, beside shap's own text explainer on the same model.

``python -m benchmarks.explain [--workspace DIR] [--model NAME]`` prints tables and writes
``benchmarks/results/explain.json``. For a few shoppers with much history, these are timed:

- *events, 10 items*: ``explain_many`` over ten recommendations at once, by event;
- *tokens, 1 item*: ``why`` for the first of them, down to the tokens, with its trust measured;
- *tokens, 1 tag*: ``why_tag`` for the tag that her past moves most;
- *preview, 1 item*: integrated gradients;
- *shap.Explainer, 1 item*: what shap offers for text as it comes. History and item are one string, absent words become
  [MASK], the budget is shap's own.

Steadiness is Spearman's rank correlation of the values of two seeds; *exact* is the same against values of very many
orders. Faithfulness is measured on all tokens, for an item the history's and the item's: see
``benchmarks/_attributions.py``.
Loading the model and shap is not in the seconds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._attributions import Pair, Told, attention, faithful, gradient, leave_one_out, mean_of, stock
from benchmarks._record import write
from core.config import DEMO_WORKSPACE
from core.explain import check_additive, explain_many, preview, why, why_tag
from core.records import Explanation
from core.score import Scorer
from core.service import Shop
from core.text.words import Words

RESULTS = Path(__file__).parent / "results"
MANY, ONE, TAG = "events, 10 items", "tokens, 1 item", "tokens, 1 tag"
PREVIEW, STOCK = "preview, 1 item", "shap.Explainer, 1 item"
Curves = list[dict[str, dict[str, float]]]
#: Masks that make values all but exact.
EXACT = 2_000


def measure(
    shop: Shop, shoppers: Sequence[str], items: int, stock_evals: int | str
) -> tuple[pd.DataFrame, Curves, Curves]:
    """One row for each shopper and way to explain; and how faithful each way is to an item and a tag, by shopper."""
    scorer, rows, curves, of_tags = shop.scorer(), [], Curves(), Curves()
    for user in shoppers:
        ids = [item.item_id for item in shop.recommend(user, items)]
        explain_many(scorer, user, ids[:1], shop.as_of, max_evals=8)
        why(scorer, user, ids[0], shop.as_of, max_evals=8)  # loads shap
        preview(scorer, user, ids[0], shop.as_of)  # loads captum
        history, candidates = scorer.words(user, ids, shop.as_of)
        size = {"shopper": user, "history_tokens": len(history.ids), "events": len(history.events)}
        rows.append(size | _many(scorer, user, ids, shop))
        one, other = (why(scorer, user, ids[0], shop.as_of, seed=seed) for seed in (0, 1))
        rows.append(size | {"way": ONE} | _deep(one, other))
        told = _moved(scorer, history)
        key = scorer.tag_specs[told.tag].key
        tag, again = (why_tag(scorer, user, key, shop.as_of, seed=seed) for seed in (0, 1))
        rows.append(size | {"way": TAG} | _deep(tag, again))
        of_tags.append(faithful(told, {"ours": np.array(_tokens(tag)), "leave one out": leave_one_out(told),
                                       "random": np.random.default_rng(0).normal(size=told.inner)}))
        rows.append(size | {"way": PREVIEW, "seconds": preview(scorer, user, ids[0], shop.as_of).seconds})
        pair = Pair(scorer, history, candidates[0])
        theirs, seconds, texts, error = stock(pair, stock_evals, 0)
        second = stock(pair, stock_evals, 1)[0]
        same = None if theirs is None or second is None else alike(theirs, second)
        rows.append(size | {"way": STOCK, "seconds": seconds, "masks": texts, "additivity_error": error,
                            "seed_correlation": same})
        curves.append(faithful(pair, _orders(pair, one, theirs)))
    return pd.DataFrame(rows), curves, of_tags


def _deep(one: Explanation, other: Explanation) -> dict[str, Any]:
    """What an explanation down to the tokens cost, and how it agrees with that of another seed."""
    for found in (one, other):
        check_additive(found)
    return {"seconds": one.seconds, "masks": one.evaluations, "additivity_error": one.additivity_error,
            "faithfulness": one.faithfulness, "seed_correlation": alike(_tokens(one), _tokens(other))}


def _moved(scorer: Scorer, history: Words) -> Told:
    """The tag that this history moves most, away from what is said of nobody."""
    keep = np.ones((2, len(history.ids)), dtype=bool)
    keep[1, 1:-1] = False
    full, nothing = scorer.masked_tags(history, keep)
    return Told(scorer, history, int(np.abs(full - nothing).argmax()))


def _many(scorer: Scorer, user: str, ids: Sequence[str], shop: Shop) -> dict[str, Any]:
    many, other = (explain_many(scorer, user, ids, shop.as_of, seed=seed) for seed in (0, 1))
    exact = explain_many(scorer, user, ids, shop.as_of, max_evals=EXACT, seed=2, settled=0.0)
    for found in (*many, *other, *exact):
        check_additive(found)
    return {"way": MANY, "seconds": many[0].seconds, "masks": many[0].evaluations,
            "additivity_error": max(found.additivity_error for found in many),
            "seed_correlation": float(np.mean([alike(_events(a), _events(b))
                                               for a, b in zip(many, other, strict=True)])),
            "exact_correlation": float(np.mean([alike(_events(a), _events(b))
                                                for a, b in zip(many, exact, strict=True)]))}


def _orders(pair: Pair, ours: Explanation, theirs: np.ndarray | None) -> dict[str, np.ndarray]:
    """Values of the tokens by each way to attribute."""
    found = {
        "ours": np.array(_tokens(ours)),
        "leave one out": leave_one_out(pair),
        "integrated gradients": gradient(pair),
        "attention": attention(pair),
        "random": np.random.default_rng(0).normal(size=pair.inner),
    }
    return found if theirs is None else {**found, "shap.Explainer": theirs}


def _events(found: Explanation) -> list[float]:
    return [event.value for event in found.events]


def _tokens(found: Explanation) -> list[float]:
    return [token.value for token in found.tokens]


def alike(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation."""
    ranks = [pd.Series(list(values)).rank() for values in (one, other)]
    return float(ranks[0].corr(ranks[1]))


def summed(found: pd.DataFrame, curves: Curves, of_tags: Curves, items: int) -> dict[str, Any]:
    """Medians by way, the time for one explained recommendation, how many times less than stock, and faithfulness."""
    table = found.drop(columns=["shopper"]).groupby("way", sort=False).median()
    each = float(table.at[MANY, "seconds"]) / items
    return {
        "median": json.loads(table.to_json(orient="index")),
        "worst_additivity_error": float(found.loc[found["way"] != STOCK, "additivity_error"].max()),
        "seconds_each": {"ours": each, "stock": float(table.at[STOCK, "seconds"]),
                         "times_less": float(table.at[STOCK, "seconds"]) / each},
        "faithfulness": mean_of(curves),
        "faithfulness_of_tags": mean_of(of_tags),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--model")
    parser.add_argument("--shoppers", type=int, default=3)
    parser.add_argument("--items", type=int, default=10)
    parser.add_argument("--stock-evals", default="auto", type=lambda text: text if text == "auto" else int(text))
    parser.add_argument("--out", type=Path, default=RESULTS / "explain.json")
    given = parser.parse_args()
    shop = Shop(given.workspace, model=given.model)
    chosen = shop.find_shoppers("", given.shoppers)["user_id"].tolist()
    found, curves, of_tags = measure(shop, chosen, given.items, given.stock_evals)
    said = summed(found, curves, of_tags, given.items)
    print(pd.DataFrame(said["median"]).T.round(4).to_string(), "\n")
    for what in ("faithfulness", "faithfulness_of_tags"):
        print(f"{what}\n{pd.DataFrame(said[what]).T.round(3).to_string()}\n")
    print(json.dumps(said["seconds_each"]))
    write(given.out, {"workspace": given.workspace.name, "model": shop.model_name,
                      "device": shop.scorer().device_name, "shoppers": len(chosen), "items": given.items, **said})


if __name__ == "__main__":
    main()
