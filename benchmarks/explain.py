"""What reasons cost and how steady they are, beside shap's own text explainer on the same model.

``python -m benchmarks.explain [--workspace DIR] [--model NAME]`` prints a table and writes
``benchmarks/results/explain.json``. For a few shoppers with much history, three things are timed:

- *events, 10 items*: ``explain_many`` over ten recommendations at once, by event;
- *tokens, 1 item*: ``why`` for the first of them, down to the tokens;
- *shap.Explainer, 1 item*: what shap offers for text as it comes. The history is one string, the
  item stays fixed, absent words become [MASK]. It explains the history alone, with a smaller budget.

Steadiness is Spearman's rank correlation of the token values of two seeds. Loading the model and
shap is not in the seconds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.config import DEMO_WORKSPACE
from core.explain import check_additive, explain_many, why
from core.score import Scorer
from core.service import Shop
from core.text.words import Words

RESULTS = Path(__file__).parent / "results"
STOCK = "shap.Explainer, 1 item"


def measure(shop: Shop, shoppers: Sequence[str], items: int, stock_evals: int) -> pd.DataFrame:
    """One row for each shopper and way to explain."""
    scorer, rows = shop.scorer(), []
    for user in shoppers:
        ids = [item.item_id for item in shop.recommend(user, items)]
        explain_many(scorer, user, ids[:1], shop.as_of, max_evals=8)  # loads shap
        history, candidates = scorer.words(user, ids, shop.as_of)
        size = {"shopper": user, "history_tokens": len(history.ids), "events": len(history.events)}
        many = explain_many(scorer, user, ids, shop.as_of)
        error = max(found.additivity_error for found in many)
        rows.append(size | {"way": f"events, {len(ids)} items", "seconds": many[0].seconds,
                            "masks": many[0].evaluations, "additivity_error": error})
        one, other = (why(scorer, user, ids[0], shop.as_of, seed=seed) for seed in (0, 1))
        for found in (*many, one, other):
            check_additive(found)
        values = [[token.value for token in found.tokens] for found in (one, other)]
        rows.append(size | {"way": "tokens, 1 item", "seconds": one.seconds, "masks": one.evaluations,
                            "additivity_error": one.additivity_error, "faithfulness": one.faithfulness,
                            "seed_correlation": _alike(*values)})
        rows.append(size | {"way": STOCK, **_stock(scorer, history, candidates[0], stock_evals)})
    return pd.DataFrame(rows)


def _stock(scorer: Scorer, history: Words, item: Words, evals: int) -> dict[str, float]:
    import shap

    masks = 0

    def model(texts: Sequence[str]) -> np.ndarray:
        nonlocal masks
        masks += len(texts)
        return np.array([_log_odds(scorer, history, item, str(text)) for text in texts])

    text = scorer.tokenizer.decode(history.ids[1:-1].tolist())
    explainer: Callable[..., Any] = shap.Explainer(model, shap.maskers.Text(scorer.tokenizer), silent=True)
    values, seconds = [], []
    for seed in (0, 1):
        np.random.seed(seed)
        started = time.perf_counter()
        found = explainer([text], max_evals=evals, silent=True)
        seconds.append(time.perf_counter() - started)
        values.append(np.asarray(found.values[0], dtype=float))
    error = abs(float(found.base_values[0]) + values[1].sum() - float(model([text])[0]))
    return {"seconds": seconds[0], "masks": masks / 2, "additivity_error": error, "seed_correlation": _alike(*values)}


def _log_odds(scorer: Scorer, history: Words, item: Words, text: str) -> float:
    ids = scorer.tokenizer(text, truncation=True, max_length=len(history.ids))["input_ids"]
    words = replace(history, ids=np.array(ids, dtype=np.int32))
    keep, item_keep = np.ones((1, len(ids)), dtype=bool), np.ones((1, len(item.ids)), dtype=bool)
    return float(scorer.masked_clicks(words, [item], keep, [item_keep])[0, 0])


def _alike(one: Sequence[float], other: Sequence[float]) -> float:
    ranks = [pd.Series(values).rank() for values in (one, other)]
    return float(ranks[0].corr(ranks[1]))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--model")
    parser.add_argument("--shoppers", type=int, default=3)
    parser.add_argument("--items", type=int, default=10)
    parser.add_argument("--stock-evals", type=int, default=100)
    parser.add_argument("--out", type=Path, default=RESULTS / "explain.json")
    given = parser.parse_args()
    shop = Shop(given.workspace, model=given.model)
    chosen = shop.find_shoppers("", given.shoppers)["user_id"].tolist()
    found = measure(shop, chosen, given.items, given.stock_evals)
    table = found.drop(columns=["shopper"]).groupby("way", sort=False).median()
    print(table.round(4).to_string())
    said = {"workspace": given.workspace.name, "model": shop.model_name, "device": shop.scorer().device_name,
            "shoppers": len(chosen), "median": json.loads(table.to_json(orient="index"))}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
