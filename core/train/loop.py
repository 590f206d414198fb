"""The training loop: transformers' Trainer over steps that mix lists to rank and shoppers to tag."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from core.config import LEARNING_RATES, TrainSettings
from core.model import device as devices
from core.model.batch import pad
from core.model.onepass import Batch, OnePass
from core.model.predict import logits
from core.records import Progress
from core.train.examples import Example
from core.train.losses import known_log_loss, listwise_loss
from core.train.network import merged, start_at_base_rates

#: Steps whose examples are sorted by length before they are cut, so that a step pads little.
_WINDOW = 40
_PARTS = tuple(part.name for part in fields(Batch))


@dataclass(frozen=True)
class Step:
    """Examples of one optimiser step; either part may be empty, not both."""

    lists: Sequence[Example]
    shoppers: Sequence[Example]


class Steps(Dataset[Step]):
    """The examples, cut into steps: like lengths together, shoppers spread evenly."""

    def __init__(self, lists: Sequence[Example], shoppers: Sequence[Example], size: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        cut = _cut([lists[i] for i in rng.permutation(len(lists))], size)
        count = max(1, len(cut))
        mixed = [shoppers[i] for i in rng.permutation(len(shoppers))]
        share = math.ceil(len(mixed) / count)
        self._steps = [Step(cut[i] if cut else [], mixed[i * share : (i + 1) * share]) for i in range(count)]

    def __len__(self) -> int:
        """Count the steps of one epoch."""
        return len(self._steps)

    def __getitem__(self, index: int) -> Step:
        """Return one step."""
        return self._steps[index]


def _cut(examples: Sequence[Example], size: int) -> list[Sequence[Example]]:
    steps: list[Sequence[Example]] = []
    for start in range(0, len(examples), _WINDOW * size):
        window = sorted(examples[start : start + _WINDOW * size], key=lambda example: example.pack.tokens)
        steps += [window[i : i + size] for i in range(0, len(window), size)]
    return steps


@dataclass(frozen=True)
class Collate:
    """Makes tensors of a step; leaves history events out by chance."""

    pad_id: int
    event_dropout: float

    def __call__(self, steps: Sequence[Step]) -> dict[str, torch.Tensor]:
        """Return tensors named ``lists_*`` and ``shoppers_*``, with ``clicks`` and ``tags``."""
        (step,) = steps
        found: dict[str, torch.Tensor] = {}
        for name, examples in (("lists", step.lists), ("shoppers", step.shoppers)):
            if examples:
                batch = self._batch(examples)
                found.update({f"{name}_{part}": getattr(batch, part) for part in _PARTS
                              if getattr(batch, part) is not None})
        if step.lists:
            found["clicks"] = _padded([example.clicks for example in step.lists])
        if step.shoppers:
            found["tags"] = _padded([example.tags for example in step.shoppers])
        return found

    def _batch(self, examples: Sequence[Example]) -> Batch:
        keeps = [self._keep(example) for example in examples]
        return pad(
            [example.pack.history for example in examples],
            [example.pack.candidates for example in examples],
            self.pad_id,
            [keep for keep, _ in keeps],
            [keep for _, keep in keeps],
        )

    def _keep(self, example: Example) -> tuple[np.ndarray, list[np.ndarray]]:
        events = int(example.history_owner.max(initial=-1)) + 1
        # The share differs by example, its mean is ``event_dropout``: mostly little goes, sometimes nearly
        # all, so that what explanations ask about (few events present) is nothing new to the model.
        share = torch.rand(()) ** (1 / self.event_dropout - 1) if self.event_dropout > 0 else torch.zeros(())
        # The last place is for tokens of no event (-1): they always stay.
        present = torch.cat((torch.rand(events) >= share, torch.ones(1, dtype=torch.bool))).numpy()
        return present[example.history_owner], [present[owner] for owner in example.candidate_owner]


def _padded(rows: Sequence[np.ndarray]) -> torch.Tensor:
    return pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True, padding_value=float("nan"))


class OnePassTrainer(Trainer):  # type: ignore[misc,unused-ignore]
    """Trainer with the losses of the one-pass model, judged on the validation days."""

    def __init__(self, *args: Any, settings: TrainSettings, lists: Sequence[Example], shoppers: Sequence[Example],
                 pad_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settings, self._lists, self._shoppers, self._pad = settings, lists, shoppers, pad_id

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW; the heads, which begin from nothing, learn faster than the base that is already good."""
        if self.optimizer is None:
            network = cast("Any", self.model)
            decaying = set(self.get_decay_parameter_names(network))
            kind, options = self.get_optimizer_cls_and_kwargs(self.args, network)
            rate = options["lr"]
            groups = [
                {"params": [weight for name, weight in network.named_parameters()
                            if weight.requires_grad and ("_head." in name) == head and (name in decaying) == decays],
                 "lr": rate * (self._settings.head_rate if head else 1),
                 "weight_decay": self.args.weight_decay if decays else 0.0}
                for head in (True, False) for decays in (True, False)
            ]
            self.optimizer = kind([group for group in groups if group["params"]], **options)
        return self.optimizer

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], return_outputs: bool = False,
                     num_items_in_batch: Any = None) -> Any:
        """See ``loss_of``."""
        total = loss_of(model, inputs, self._settings)
        return (total, None) if return_outputs else total

    def evaluate(self, eval_dataset: Any = None, ignore_keys: Any = None,
                 metric_key_prefix: str = "eval") -> dict[str, float]:
        """Losses on the validation days."""
        network = cast("OnePass", self.model).eval()
        with merged(network):
            click, _ = logits(network, [example.pack for example in self._lists], self._pad)
            _, tags = logits(network, [example.pack for example in self._shoppers], self._pad)
        found = {"click_loss": _loss(click, [e.clicks for e in self._lists]),
                 "tag_loss": _loss(list(tags), [e.tags for e in self._shoppers])}
        found["loss"] = found["click_loss"] + self._settings.tag_weight * found["tag_loss"]
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in found.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def loss_of(network: Callable[[Batch], tuple[torch.Tensor, torch.Tensor]], inputs: Mapping[str, torch.Tensor],
            settings: TrainSettings) -> torch.Tensor:
    """Log loss of clicks, softmax over lists and log loss of tags of a step, weighted as the settings say."""
    total = torch.zeros((), device=next(iter(inputs.values())).device)
    if "clicks" in inputs:
        click, _ = network(_batch(inputs, "lists"))
        total = total + known_log_loss(click, inputs["clicks"])
        total = total + settings.listwise_weight * listwise_loss(click, inputs["clicks"])
    if "tags" in inputs:
        _, tags = network(_batch(inputs, "shoppers"))
        total = total + settings.tag_weight * known_log_loss(tags, inputs["tags"])
    return total


def _batch(inputs: Mapping[str, torch.Tensor], name: str) -> Batch:
    return Batch(**{part: inputs[f"{name}_{part}"] for part in _PARTS if f"{name}_{part}" in inputs})


def _loss(predicted: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> float:
    if not predicted or not labels:
        return 0.0
    flat = (torch.from_numpy(np.concatenate([np.asarray(part, dtype=np.float32) for part in side]))
            for side in (predicted, labels))
    return float(known_log_loss(*flat))


class Watch(TrainerCallback):  # type: ignore[misc,unused-ignore]
    """Reports progress; a cancel raises through it and ends the training."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._note = ""

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
        """Remember the newest validation loss."""
        self._note = f", validation loss {metrics['eval_loss']:.4f}" if metrics else ""

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Report how far it is."""
        self._progress(state.global_step / max(1, state.max_steps),
                       f"Step {state.global_step:,} of {state.max_steps:,}{self._note}")


def fit(
    network: OnePass,
    lists: tuple[Sequence[Example], Sequence[Example]],
    shoppers: tuple[Sequence[Example], Sequence[Example]],
    pad_id: int,
    settings: TrainSettings,
    folder: Path,
    device: torch.device,
    resume: bool,
    progress: Progress,
) -> list[dict[str, float]]:
    """Train the network in place and leave it with its best weights.

    Parameters
    ----------
    lists, shoppers
        Training and validation examples of clicks and of tags.
    folder
        Where checkpoints go.
    resume
        Whether to go on from the last checkpoint, where there is one.

    Returns
    -------
    list of dict
        What was logged: losses by step.
    """
    start_at_base_rates(network, [example.clicks for example in lists[0]], [example.tags for example in shoppers[0]])
    steps = Steps(lists[0], shoppers[0], settings.batch_size, settings.seed)
    total = settings.max_steps if settings.max_steps > 0 else math.ceil(len(steps) * settings.epochs)
    trainer = OnePassTrainer(
        model=network, args=_arguments(settings, folder, device, total), train_dataset=steps, eval_dataset=steps,
        data_collator=Collate(pad_id, settings.event_dropout), settings=settings, lists=lists[1],
        shoppers=shoppers[1], pad_id=pad_id,
        callbacks=[Watch(progress), EarlyStoppingCallback(early_stopping_patience=settings.patience)],
    )
    last = get_last_checkpoint(str(folder)) if resume else None  # type: ignore[no-untyped-call]
    trainer.train(resume_from_checkpoint=last)
    return [dict(row) for row in trainer.state.log_history]


def _arguments(settings: TrainSettings, folder: Path, device: torch.device, total: int) -> TrainingArguments:
    every = max(1, min(settings.eval_steps, total // 2))
    rate = settings.learning_rate if settings.learning_rate is not None else LEARNING_RATES[settings.method]
    return TrainingArguments(
        output_dir=str(folder),
        max_steps=total,
        per_device_train_batch_size=1,  # a step is one batch, made by Steps
        learning_rate=rate,
        weight_decay=settings.weight_decay,
        warmup_steps=math.ceil(settings.warmup_ratio * total),
        lr_scheduler_type=settings.schedule,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        logging_steps=max(1, every // 4),
        bf16=devices.bf16_helps(device),
        use_cpu=device.type == "cpu",
        seed=settings.seed,
        dataloader_num_workers=0,
        remove_unused_columns=False,
        disable_tqdm=True,
        report_to="none",
    )
