"""Ways to say which words of a history and of an item matter, and how faithful each is. For ``benchmarks.explain``."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.onepass import one_pass_attention
from core.model.predict import Pack, logits
from core.score import Scorer
from core.text.terms import Terms
from core.text.words import Words

Values = NDArray[np.float64]
#: Shares of the tokens that are left out, or alone kept, for AOPC.
SHARES = (0.05, 0.1, 0.2, 0.35, 0.5)
#: Points of the deletion curve.
CURVE = 10
_SEEN = "one_pass_seen"


@dataclass(frozen=True)
class Pair:
    """A shopper's history and one item, as words. Their tokens, the history's first, are what is left out or kept."""

    scorer: Scorer
    history: Words
    item: Words

    @property
    def past(self) -> int:
        """Tokens of the history without [CLS] and [SEP]."""
        return len(self.history.ids) - 2

    @property
    def inner(self) -> int:
        """Tokens of both without [CLS] and [SEP]."""
        return self.past + len(self.item.ids) - 2

    @property
    def places(self) -> NDArray[np.int64]:
        """Where they stand when the history's ids and the item's are one line."""
        h, c = len(self.history.ids), len(self.item.ids)
        return np.concatenate([np.arange(1, h - 1), np.arange(h + 1, h + c - 1)])

    def odds(self, keeps: NDArray[np.bool_]) -> Values:
        """Log-odds ``[n]`` when these tokens are kept, ``[n, inner]``."""
        line = np.ones((len(keeps), len(self.history.ids) + len(self.item.ids)), dtype=bool)
        line[:, self.places] = keeps
        history, item = np.split(line, [len(self.history.ids)], axis=1)
        return self.scorer.masked_clicks(self.history, [self.item], history, [item])[:, 0]


@dataclass(frozen=True)
class Told:
    """A shopper's history and one of her tags, by its place among those of the scorer."""

    scorer: Scorer
    history: Words
    tag: int

    @property
    def inner(self) -> int:
        """Tokens of the history without [CLS] and [SEP]."""
        return len(self.history.ids) - 2

    def odds(self, keeps: NDArray[np.bool_]) -> Values:
        """Log-odds ``[n]`` of the tag when these tokens are kept, ``[n, inner]``."""
        full = np.ones((len(keeps), len(self.history.ids)), dtype=bool)
        full[:, 1:-1] = keeps
        return self.scorer.masked_tags(self.history, full)[:, self.tag]


def stock(pair: Pair, evals: int | str, seed: int) -> tuple[Values | None, float, int, float]:
    """Attribute by ``shap.Explainer`` as it comes: history and item are one string, the model a function of strings.

    Returns
    -------
    tuple
        Values of the tokens (None where the string falls into others), seconds, texts read, and how far the values
        are from adding up.
    """
    import shap

    scorer, texts = pair.scorer, 0
    pad_id = scorer.tokenizer.pad_token_id or 0
    scale = scorer.model.info.click_calibration

    def model(given: Sequence[str]) -> Values:
        nonlocal texts
        texts += len(given)
        found = scorer.tokenizer([str(text) for text in given], truncation=True, max_length=pair.inner + 2)
        packs = [_tampered(pair, np.array(ids, dtype=np.int32)) for ids in found["input_ids"]]
        clicks, _ = logits(scorer.model.network, packs, pad_id, bf16=False)
        return scale.scale * np.array([click[0] for click in clicks]) + scale.shift

    ids = [*pair.history.ids[1:-1].tolist(), *pair.item.ids[1:-1].tolist()]
    text = scorer.tokenizer.decode(ids)
    explain: Any = shap.Explainer(model, shap.maskers.Text(scorer.tokenizer), silent=True)
    np.random.seed(seed)
    started = time.perf_counter()
    found = explain([text], max_evals=evals, silent=True) if evals != "auto" else explain([text], silent=True)
    seconds, spent = time.perf_counter() - started, texts
    values = np.asarray(found.values[0], dtype=float)
    error = abs(float(found.base_values[0]) + values.sum() - float(model([text])[0]))
    same = scorer.tokenizer(text)["input_ids"][1:-1] == ids
    inner = values[1:-1] if len(values) == pair.inner + 2 else values
    return (inner if same and len(inner) == pair.inner else None), seconds, spent, error


def _tampered(pair: Pair, ids: NDArray[np.int32]) -> Pack:
    """The pair with other tokens, whose terms are gone where a token is another.

    Parameters
    ----------
    ids
        Of history and item as one text, [CLS] and [SEP] around it.
    """
    whole, first, last = Pack.of(pair.history, [pair.item]), ids[:1], ids[-1:]
    parts = [np.concatenate([first, part, last]) for part in np.split(ids[1:-1], [pair.past])]
    left = []
    for mine, other, known in zip((pair.history.ids, pair.item.ids), parts, whole.terms, strict=True):
        same = np.zeros(len(mine), dtype=bool)
        least = min(len(mine), len(other))
        same[:least] = mine[:least] == other[:least]
        there = known.there(same[None])[0]
        left.append(Terms(*(column[there] for column in known)))
    return Pack(parts[0], (parts[1],), tuple(left))


def leave_one_out(pair: Pair | Told) -> Values:
    """What the prediction loses without each token alone."""
    full = np.ones((1, pair.inner), dtype=bool)
    return pair.odds(full)[0] - pair.odds(~np.eye(pair.inner, dtype=bool))


def gradient(pair: Pair) -> Values:
    """Integrated gradients, as in the preview."""
    return pair.scorer.click_gradients(pair.history, pair.item)[pair.places]


def attention(pair: Pair) -> Values:
    """How much the item's [CLS] attends to each token in the last layer, mean over heads. It has no sign."""
    from transformers import AttentionInterface

    from core.model.batch import pad

    seen: list[Values] = []
    h = len(pair.history.ids)

    def noting(module: Any, query: Any, key: Any, value: Any, mask: Any, scaling: float, **more: Any) -> Any:
        weights = ((query[0, :, h : h + 1] @ key[0].transpose(-1, -2)) * scaling).softmax(-1)
        seen.append(weights[:, 0].mean(0).double().cpu().numpy())
        return one_pass_attention(module, query, key, value, mask, scaling, **more)

    AttentionInterface.register(_SEEN, noting)
    network = copy.deepcopy(pair.scorer.model.network)
    network.encoder.config._attn_implementation = _SEEN
    batch = pad([pair.history.ids], [[pair.item.ids]], pair.scorer.tokenizer.pad_token_id or 0)
    import torch

    with torch.inference_mode():
        network(batch.to(pair.scorer.model.device))
    return seen[-1][pair.places]


def faithful(pair: Pair | Told, orders: dict[str, Values]) -> dict[str, dict[str, float]]:
    """Comprehensiveness, sufficiency and deletion of orders of tokens, in log-odds towards the prediction.

    Parameters
    ----------
    orders
        Values of the tokens by way; those that push the prediction away from what it is without words come first.

    Returns
    -------
    dict
        For each way: ``comprehensiveness``, the mean loss when the first tokens go (more is better);
        ``sufficiency``, the mean loss when they alone stay (less is better); ``deletion``, the mean loss along the
        whole curve (more is better). ``change``: what the words change at all.
    """
    full, nothing = pair.odds(np.array([[True] * pair.inner, [False] * pair.inner]))
    side = 1.0 if full >= nothing else -1.0
    points = np.arange(1, CURVE) / CURVE
    found = {}
    for way, values in orders.items():
        order = np.argsort(-side * values, kind="stable") if values.min() < 0 else np.argsort(-values, kind="stable")
        rank = np.empty(pair.inner, dtype=int)
        rank[order] = np.arange(pair.inner)
        first = np.array([rank < max(1, round(share * pair.inner)) for share in (*SHARES, *points)])
        gone = side * (full - pair.odds(~first))
        alone = side * (full - pair.odds(first[: len(SHARES)]))
        found[way] = {"comprehensiveness": float(gone[: len(SHARES)].mean()), "sufficiency": float(alone.mean()),
                      "deletion": float(gone[len(SHARES) :].mean()), "change": float(abs(full - nothing))}
    return found


def mean_of(rows: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Means over pairs, as shares of what the words change on average."""
    ways: dict[str, dict[str, float]] = {}
    for way in rows[0]:
        some = [row[way] for row in rows if way in row]
        change = sum(row["change"] for row in some)
        ways[way] = {what: sum(row[what] for row in some) / change for what in some[0] if what != "change"}
        ways[way]["pairs"] = len(some)
    return ways
