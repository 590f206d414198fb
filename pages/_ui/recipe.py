"""The recipe of a training, each ingredient with one line of help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.config import EMBEDDED_BASE, TrainSettings
from core.language import Sayings, say

#: How a model can be made, under the names of ``TrainSettings.method``.
METHODS = Sayings({
    "lora": "Adapter (LoRA): fast, small, usually best",
    "adalora": "Adapter that finds its own width (AdaLoRA): slower, for hard cases",
    "prefix": "Learned opening words (prefix): very small",
    "ia3": "Dials on what is there already ((IA)³): the smallest",
    "layers": "Only the last layers: for cards with little memory",
    "full": "All weights: slow, for large shops with a GPU",
    "head": "Only the answers on top: fastest, weakest",
})
NAMES = Sayings({
    "base": "Start from",
    "method": "How",
    "epochs": "Times through them",
    "max_examples": "Examples to learn from",
    "lora_rank": "Width of the adapter",
    "prefix_tokens": "Opening words",
    "layers": "Last layers",
    "term_width": "Words learned by themselves",
    "optimizer": "How it takes its steps",
    "learning_rate": "Size of its steps",
    "schedule": "How its steps shrink",
    "weight_decay": "Weight decay",
    "dropout": "Dropout",
    "batch_size": "Lists weighed together",
    "eval_steps": "Steps between looks",
    "patience": "Patience",
    "precision": "Numbers",
    "gradient_checkpointing": "Save memory",
    "report_to": "Curves are tracked by",
    "seed": "Draw of the lots",
    "everyone": "Robots and test accounts too",
    "start_from": "Went on from",
    "replay": "Earlier days in between",
    "train_lists": "Lists or baskets learned from",
    "train_shoppers": "Shoppers learned from",
    "version": "Version of the data",
    "fingerprint": "Fingerprint of the data",
    "events": "Events in the data",
    "learned from": "Learned from",
    "judged on": "Judged on",
})
_HELP = Sayings({
    "base": "The language model it learns on top of: a name on the Hugging Face hub, or a folder on this computer.",
    "lora_rank": "A wider adapter can learn finer differences, and needs more examples for it.",
    "prefix_tokens": "Learned words that every history begins with; more of them can say more.",
    "layers": "How many of the last layers change; more learn more, and are slower.",
    "term_width": "How finely it learns what each word says by itself, beside the language model; 0: not at all.",
    "optimizer": "AdamW finds how far to go by itself; SGD is plainer and takes longer to get there.",
    "learning_rate": "Too large, it forgets what it knew; too small, it learns little. Empty: as the method needs.",
    "schedule": "Small steps at the end let it settle.",
    "weight_decay": "Pulls every weight towards nothing, so that it does not learn your logs by heart.",
    "dropout": "Leaves parts of it out by chance while it learns, so that it relies on no single one.",
    "batch_size": "After so many lists it changes a little. What does not fit into memory is cut into parts by itself.",
    "eval_steps": "How often it is tried on days that it does not learn from; it can go on from there if stopped.",
    "patience": "It stops early when so many looks in a row found it no better.",
    "precision": "Short numbers are faster where the computer has them; automatic knows.",
    "gradient_checkpointing": "Works some things out twice instead of remembering them: slower, for small cards.",
    "report_to": "TensorBoard writes beside the model; the others must be installed and set up on this computer.",
    "seed": "The same number draws the same examples and gives the same model.",
})
OPTIMIZERS = {"adamw": "AdamW", "sgd": "SGD"}
SCHEDULES = Sayings({"linear": "Evenly", "cosine": "Slowly, fast, slowly (cosine)", "step": "In two falls"})
PRECISIONS = Sayings({"auto": "Automatic", "bf16": "Short (bf16)", "fp16": "Short (fp16, NVIDIA)", "off": "Long"})
TRACKERS = {"tensorboard": "TensorBoard", "wandb": "Weights & Biases", "mlflow": "MLflow"}
#: Settings that only one method has.
_OWN = {"lora": "lora_rank", "adalora": "lora_rank", "prefix": "prefix_tokens", "layers": "layers"}
_DEFAULTS = TrainSettings()


def settings(method: str) -> dict[str, Any]:
    """Draw the settings and return those that are not as they would be anyway."""
    chosen = {"base": st.text_input(NAMES["base"], EMBEDDED_BASE, help=_HELP["base"]).strip() or EMBEDDED_BASE}
    first, second, third = st.columns(3)
    own = _OWN.get(method)
    with first:
        if own:
            chosen[own] = _whole(own, 1, 256)
        chosen["term_width"] = _whole("term_width", 0, 256)
        chosen["batch_size"] = _whole("batch_size", 1, 512)
        chosen["eval_steps"] = _whole("eval_steps", 1, 10_000)
        chosen["patience"] = _whole("patience", 1, 100)
        chosen["seed"] = _whole("seed", 0, 2**31 - 1)
    with second:
        chosen["optimizer"] = _one("optimizer", OPTIMIZERS)
        chosen["schedule"] = _one("schedule", SCHEDULES)
        rate = st.number_input(
            NAMES["learning_rate"], 0.0, 10.0, None, step=0.0001, format="%g", help=_HELP["learning_rate"]
        )
        chosen["learning_rate"] = rate or None
        chosen["weight_decay"] = _part("weight_decay", 1.0)
        chosen["dropout"] = _part("dropout", 0.9)
    with third:
        chosen["precision"] = _one("precision", PRECISIONS)
        asked = st.multiselect(NAMES["report_to"], list(TRACKERS), ["tensorboard"], format_func=TRACKERS.__getitem__,
                               help=_HELP["report_to"])  # fmt: skip
        chosen["report_to"] = ",".join(asked) or "none"
        name = "gradient_checkpointing"
        chosen[name] = st.toggle(NAMES[name], _DEFAULTS.gradient_checkpointing, help=_HELP[name])
    return {name: value for name, value in chosen.items() if value != getattr(_DEFAULTS, name)}


def _whole(name: str, least: int, most: int) -> int:
    return int(st.number_input(NAMES[name], least, most, getattr(_DEFAULTS, name), step=1, help=_HELP[name]))


def _part(name: str, most: float) -> float:
    value = getattr(_DEFAULTS, name)
    return float(st.number_input(NAMES[name], 0.0, most, value, step=0.01, format="%g", help=_HELP[name]))


def _one(name: str, choices: Mapping[str, str]) -> str:
    start = list(choices).index(getattr(_DEFAULTS, name))
    return str(st.selectbox(NAMES[name], list(choices), start, format_func=choices.__getitem__, help=_HELP[name]))


def method(name: str) -> str:
    """Short name of a method, without what it is good for; an unknown one is shown as it is."""
    return METHODS.get(name, name).split(say(":"))[0]


def named(what: str) -> str:
    """Name of a setting, or of something else that tells two models apart."""
    return NAMES.get(what, what.replace("_", " ").capitalize())


#: How values of settings are said.
_SAID: Mapping[str, Callable[[Any], str]] = {
    "method": lambda value: method(value),
    "optimizer": lambda value: OPTIMIZERS.get(value, value),
    "schedule": lambda value: SCHEDULES.get(value, value),
    "precision": lambda value: PRECISIONS.get(value, value),
}


def said(what: str, value: Any) -> str:
    """Return a setting's value in words."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) and what != "seed" else f"{value:g}"
    return _SAID.get(what, str)(value)
