"""The model card: what the model is, what it learned from, how good it is, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.model.checkpoint import ModelInfo
from core.schema import Family

_ROWS = {
    "after": "this model",
    "before": "its base before fine-tuning (similarity of embeddings)",
    "popularity": "popularity of four weeks",
    "lightgbm": "LightGBM on counted features",
    "glossary": "its glossary alone (words one by one, no encoder)",
    "oracle": "oracle (knows the true probability; demo only)",
}
_MARKUP = frozenset("\\`*_{}[]()<>#+!|~:$&")
_FIGURES = ("auc", "gauc", "mrr", "ndcg@5", "ndcg@10", "logloss", "ece")


def card(info: ModelInfo) -> str:
    """Write the card in Markdown."""
    data, settings = info.data, info.settings
    what = "clicks on what was shown" if data.get("lists") else "purchases among items that others bought lately"
    generated = " The data is generated: it is the demo shop's." if data.get("generated") else ""
    parts = [
        f"# {info.name}",
        f"Fine-tuned from `{info.base}` ({settings.get('method')}) on {info.created[:10]} in "
        f"{info.seconds / 60:.0f} minutes. It reads a shopper's history as words and predicts {what}, and "
        f"{len(info.tags)} profile tags.{generated}",
        "## Data",
        f"Version {data.get('version')} of the workspace{_print(data)}: {data.get('events', 0):,} events. Learned from "
        f"{data.get('train_lists', 0):,} lists or baskets and {data.get('train_shoppers', 0):,} shoppers at a moment "
        f"before {data['splits']['train_end'][:10]}{_taught(info)}; calibrated up to "
        f"{data['splits']['val_end'][:10]}; judged on the days after.",
        "## Clicks on the test days",
        _click_table(info.metrics),
        "Group figures (gAUC, MRR, nDCG) are means over the lists or baskets with both a hit and a miss; ECE is over "
        "15 bins of equal count." + ("" if data.get("lists") else _BASKETS),
        *_next_basket(data.get("next_basket")),
        "## Tags on the test days",
        _tag_table(info.tag_table) + _people(info),
        *_again(info),
        "## Limits",
        "Probabilities hold for shoppers and lists like those it was judged on; they drift as the shop changes. "
        "What an explanation names as a reason moved the model's prediction; it is no proof of a cause. Predicted "
        "attributes of people are guesses and must not decide on anything that the law protects.",
    ]
    return "\n\n".join(parts) + "\n"


def _print(data: Mapping[str, Any]) -> str:
    return f" (fingerprint {data['fingerprint']})" if "fingerprint" in data else ""


def _taught(info: ModelInfo) -> str:
    weight, lists = info.settings.get("teacher_weight", 0), info.data.get("teacher_lists", 0)
    return f", with a teacher that counts ({lists:,} lists, weight {weight:g})" if weight else ""


_BASKETS = (
    " The log holds no lists that were shown, so each basket is set among items drawn by how often others bought "
    "them in the four weeks before: these figures are of telling one from the others."
)


def _next_basket(found: Mapping[str, Any] | None) -> list[str]:
    """Write how good the chances are that are shown where the log holds no lists."""
    if not found:
        return []
    table = ["| | gauc | ndcg@10 | ece |", "|---|---|---|---|"]
    for name, ending in (("this model", ""), ("what she bought most", "_repeats")):
        row = (_number(found.get(figure + ending)) for figure in ("gauc", "ndcg@10", "ece"))
        table.append(f"| {name} | {' | '.join(row)} |")
    about = (
        f"A chance that ShopperLens shows is that of being in the shopper's next basket. It was judged on "
        f"{found['baskets']:,} baskets of the test days, each among the items that a recommendation would have looked "
        f"at: {found['items']:,} in all, of which {100 * found['bought']:.1f} % were bought."
    )
    return ["## The next basket, out of the whole catalogue", about, "\n".join(table)]


#: Of tags that say what people are, by whether their judges were kept apart (``core.train.people``).
_PEOPLE = {
    True: "What people are (an age band, a gender) was judged on shoppers whose own label was not learned from.",
    False: "What people are (an age band, a gender) was judged on shoppers whose own label was learned from at an "
           "earlier moment, this model's as well as LightGBM's: of shoppers who never said, expect less of both.",
}


#: Figures of the gate (``core.train.gate``) as the card names them.
_GATE = {"gauc": "gAUC of clicks", "logloss": "log loss of clicks", "tags": "log loss of tags"}


def _again(info: ModelInfo) -> list[str]:
    """Write what a model that goes on from another gained on new days, and what it forgot of the earlier ones."""
    found = info.data.get("again")
    if not found:
        return []
    rows = ["| days | figure | before | after | better by | 95 % interval |", "|---|---|---|---|---|---|"]
    for row in found["rows"]:
        days = "new" if row["window"] == "new" else "earlier (forgetting)"
        before, after, gain, low, high = (_number(row[name]) for name in ("before", "after", "gain", "low", "high"))
        rows.append(f"| {days} | {_GATE[row['figure']]} | {before} | {after} | {gain} | {low} to {high} |")
    gate = "passed the gate" if found["passed"] else "did not pass the gate"
    about = f"It goes on from `{found['from']}` and {gate}. {found['reason']}"
    return ["## What it gained, and what it forgot", about, "\n".join(rows)]


def _people(info: ModelInfo) -> str:
    if not any(tag.family == Family.ATTRIBUTE for tag in info.tags):
        return ""
    return "\n\n" + _PEOPLE[bool(info.data.get("people_apart"))]


def _click_table(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [f"| | {' | '.join(_FIGURES)} | n |", f"|---|{'---|' * (len(_FIGURES) + 1)}"]
    for name, figures in metrics.items():
        shown = " | ".join(_number(figures.get(figure)) for figure in _FIGURES)
        rows.append(f"| {_ROWS.get(name, name)} | {shown} | {int(figures.get('n') or 0):,} |")
    return "\n".join(rows)


def _tag_table(table: tuple[Mapping[str, Any], ...]) -> str:
    rows = ["| tag | base rate | average precision | LightGBM | precision when given | n |", f"|{'---|' * 6}"]
    for row in table:
        shown = (_number(row[name]) for name in ("base_rate", "ap", "ap_lightgbm", "precision"))
        rows.append(f"| {escaped(row['label'])} | {' | '.join(shown)} | {row['n']:,} |")
    return "\n".join(rows)


def escaped(text: str) -> str:
    """Text from the data, so that nothing in it is markup: labels hold categories as the shop wrote them."""
    return "".join(f"\\{sign}" if sign in _MARKUP else sign for sign in " ".join(text.split()))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
