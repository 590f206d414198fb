"""What a recipe may say, checked before anything is loaded, and the schedule that no library has."""

from __future__ import annotations

import os
from importlib.util import find_spec

from core.config import (
    AGAIN_FACTOR,
    LEARNING_RATES,
    OPTIMIZERS,
    PRECISIONS,
    SCHEDULES,
    SGD_FACTOR,
    TRACKERS,
    TrainSettings,
)
from core.errors import InputError
from core.language import say

#: Shares of the steps after which the rate of the schedule ``step`` falls, and to what part of it each time.
STEPS_AT, STEP_TO = (0.5, 0.75), 0.3
_CHOICES = {
    "method": tuple(LEARNING_RATES), "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "precision": PRECISIONS,
}  # fmt: skip
_SHARES = ("dropout", "event_dropout", "teacher_weight", "warmup_ratio", "replay")
_COUNTS = (
    "lora_rank", "lora_alpha", "prefix_tokens", "layers", "batch_size", "max_examples", "candidates", "patience",
    "eval_steps", "val_examples", "test_examples",
)  # fmt: skip


def check(settings: TrainSettings) -> None:
    """Refuse a recipe that cannot be cooked.

    Raises
    ------
    InputError
        It names the setting and what it may be.
    """
    for name, choices in _CHOICES.items():
        if getattr(settings, name) not in choices:
            raise InputError(say("There is no {name} {settings!r}. Use one of: {choices}.",
                                 name=name, settings=getattr(settings, name), choices=", ".join(choices)))
    for name in _SHARES:
        if not 0 <= getattr(settings, name) < 1 and not (name == "teacher_weight" and settings.teacher_weight == 1):
            raise InputError(say("{name} is {settings!r}; it should be a share from 0 to below 1.",
                                 name=name, settings=getattr(settings, name)))
    for name in _COUNTS:
        if getattr(settings, name) < 1:
            raise InputError(say("{name} is {settings!r}; it should be a whole number of 1 or more.",
                                 name=name, settings=getattr(settings, name)))
    if settings.epochs <= 0 or (settings.learning_rate is not None and settings.learning_rate <= 0):
        raise InputError(say("epochs and learning_rate should be above 0."))
    if settings.tag_examples is not None and settings.tag_examples < 1:
        raise InputError(say("tag_examples is {tag_examples!r}; it should be a whole number of 1 or more.",
                             tag_examples=settings.tag_examples))
    if settings.term_width < 0:
        raise InputError(say("term_width is {term_width!r}; it should be a whole number of 0 or more.",
                             term_width=settings.term_width))
    if settings.weight_decay < 0:
        raise InputError(say("weight_decay is {weight_decay!r}; it should be 0 or more.",
                             weight_decay=settings.weight_decay))
    for name in trackers(settings):
        _check_tracker(name)


def learning_rate(settings: TrainSettings) -> float:
    """Return the rate that was given, or that of the method and the optimizer, lower when it goes on from a model."""
    if settings.learning_rate is not None:
        return settings.learning_rate
    factor = (SGD_FACTOR if settings.optimizer == "sgd" else 1) * (AGAIN_FACTOR if settings.start_from else 1)
    return LEARNING_RATES[settings.method] * factor


def step_share(step: int, warmup: int, total: int) -> float:
    """Return the share of the learning rate at a step of the schedule ``step``: it falls at half way, and once more.

    Examples
    --------
    >>> [round(step_share(step, 2, 20), 2) for step in (0, 1, 2, 9, 10, 14, 15, 19)]
    [0.0, 0.5, 1.0, 1.0, 0.3, 0.3, 0.09, 0.09]
    """
    if step < warmup:
        return step / warmup
    return STEP_TO ** sum(step >= at * total for at in STEPS_AT)


def trackers(settings: TrainSettings) -> list[str]:
    """Return the names of those that track the curves; none for ``none``.

    Raises
    ------
    InputError
        When one is not known.
    """
    asked = list(dict.fromkeys(name.strip() for name in settings.report_to.split(",") if name.strip()))
    unknown = [name for name in asked if name not in TRACKERS]
    if unknown:
        raise InputError(say("Curves cannot be tracked by {unknown!r}. Use any of: {trackers}.",
                             unknown=unknown[0], trackers=", ".join(TRACKERS)))
    return [name for name in asked if name != "none"]


def _check_tracker(name: str) -> None:
    if name == "wandb":
        if find_spec("wandb") is None:
            raise InputError(say("Weights & Biases is not installed. Run: pip install wandb; or track without wandb."))
        offline = os.environ.get("WANDB_MODE") in ("offline", "disabled", "dryrun")
        if not offline and "WANDB_API_KEY" not in os.environ and not _logged_in():
            raise InputError(
                say("Weights & Biases does not know you. Run: wandb login; or set WANDB_API_KEY, or "
                    "WANDB_MODE=offline.")
            )
    if name == "mlflow":
        if find_spec("mlflow") is None:
            raise InputError(say("MLflow is not installed. Run: pip install mlflow; or track without mlflow."))
        if "MLFLOW_TRACKING_URI" not in os.environ:
            raise InputError(
                say("MLflow is not told where to write. Set MLFLOW_TRACKING_URI to your server, or to a folder "
                    "(file:runs).")
            )


def _logged_in() -> bool:
    """Whether ``wandb login`` has left a key, without asking wandb, which would want to ask the person."""
    import netrc

    try:
        return netrc.netrc().authenticators("api.wandb.ai") is not None
    except (OSError, netrc.NetrcParseError):
        return False
