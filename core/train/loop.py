"""The training loop: transformers' Trainer over steps that mix lists to rank and shoppers to tag."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, cast

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch.optim.lr_scheduler import LambdaLR
from transformers import EarlyStoppingCallback, Trainer
from transformers.trainer_pt_utils import safe_globals

from core.config import TrainSettings
from core.errors import ModelError
from core.language import say
from core.model.onepass import Batch, OnePass
from core.model.predict import logits
from core.records import Progress
from core.train import recipe, together
from core.train.arguments import arguments
from core.train.examples import Example
from core.train.losses import known_log_loss, listwise_loss, orthogonality
from core.train.network import adapter, merged, start_at_base_rates
from core.train.run_folder import RunFolder
from core.train.steps import Collate, Steps, batch_of, pieces, rows
from core.train.watch import Allocate, Watch, trackers

#: Weight of AdaLoRA's orthogonality in the loss, as its authors have it.
_ORTHOGONAL = 0.5


class OnePassTrainer(Trainer):  # type: ignore[misc,unused-ignore]
    """Trainer with the losses of the one-pass model, judged on the validation days."""

    def __init__(self, *args: Any, settings: TrainSettings, lists: Sequence[Example], shoppers: Sequence[Example],
                 pad_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settings, self._lists, self._shoppers, self._pad = settings, lists, shoppers, pad_id
        self._adapter = adapter(cast("OnePass", self.model))
        self._cut = 1  # parts of a step, so that each fits into memory
        self._whole: torch.Tensor | None = None

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """Make the optimizer; the heads, which begin from nothing, learn faster than the base, which is good already.

        Factors of (IA)³ begin at 1 and do not decay.
        """
        if self.optimizer is None:
            network = cast("Any", self.model)
            decaying = {name for name in self.get_decay_parameter_names(network) if "ia3_" not in name}
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

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """Make the schedule; ``step`` is our own."""
        if self.lr_scheduler is None and self._settings.schedule == "step":
            warmup = self.args.get_warmup_steps(num_training_steps)
            changed = cast("torch.optim.Optimizer", optimizer or self.optimizer)
            self.lr_scheduler = LambdaLR(changed, lambda step: recipe.step_share(step, warmup, num_training_steps))
            self._created_lr_scheduler = True
        return super().create_scheduler(num_training_steps, optimizer)

    def training_step(
        self, model: Any, inputs: dict[str, torch.Tensor], num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """Do a step; when it does not fit into memory, do it again in twice as many parts, here and from then on."""
        from accelerate.utils.memory import clear_device_cache, should_reduce_batch_size

        while True:
            try:
                return self._step_in_parts(model, inputs, num_items_in_batch)
            except RuntimeError as error:
                if not should_reduce_batch_size(error):
                    raise
                if self._cut >= rows(inputs) or together.processes() > 1:
                    raise ModelError(
                        say("A step of the training does not fit into memory. Choose a smaller batch size, fewer "
                            "candidates, or gradient checkpointing.")
                    ) from error
            model.zero_grad()
            clear_device_cache(garbage_collection=True)
            self._cut *= 2

    def _step_in_parts(self, model: Any, inputs: dict[str, torch.Tensor], items: Any) -> torch.Tensor:
        if self._cut == 1:
            return super().training_step(model, inputs, items)
        self._whole = _counted(inputs)
        try:
            losses = [super(OnePassTrainer, self).training_step(model, part, items)
                      for part in pieces(inputs, self._cut)]
        finally:
            self._whole = None
        return torch.stack(losses).sum()

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], return_outputs: bool = False,
                     num_items_in_batch: Any = None) -> Any:
        """See ``loss_of``."""
        total = loss_of(model, inputs, self._settings, self._whole, together.processes() > 1)
        if self._adapter == "ADALORA":
            total = total + _ORTHOGONAL * orthogonality(cast("Any", self.model)) / self._cut
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
            settings: TrainSettings, whole: torch.Tensor | None = None, touch_all: bool = False) -> torch.Tensor:
    """Log loss of clicks, softmax over lists and log loss of tags of a step, weighted as the settings say.

    Parameters
    ----------
    whole
        How many labels the whole step has, when ``inputs`` are a part of it: the losses of its parts then add up to
        that of the whole.
    touch_all
        Whether every output has to have a gradient, as processes that train together expect.
    """
    total = torch.zeros((), device=next(iter(inputs.values())).device)
    shares = [1.0] * 3 if whole is None else (_counted(inputs) / whole.clamp(min=1)).tolist()
    for name, labels in (("lists", "clicks"), ("shoppers", "tags")):
        if labels not in inputs:
            continue
        click, tags = network(batch_of(inputs, name))
        if labels == "clicks":
            total = total + shares[0] * known_log_loss(click, inputs[labels])
            total = total + shares[1] * settings.listwise_weight * listwise_loss(click, inputs[labels])
        else:
            total = total + shares[2] * settings.tag_weight * known_log_loss(tags, inputs[labels])
        if touch_all:
            total = total + 0 * (click.sum() + tags.sum())
    return total


def _counted(inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Return how many labels of clicks, lists with a click and labels of tags there are: float ``[3]``."""
    nothing = torch.zeros(1, 0)
    clicks, tags = inputs.get("clicks", nothing), inputs.get("tags", nothing)
    counts = (~clicks.isnan()).sum(), (clicks.nan_to_num().sum(dim=1) > 0).sum(), (~tags.isnan()).sum()
    return torch.stack([count.cpu() for count in counts]).float()


def _loss(predicted: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> float:
    if not predicted or not labels:
        return 0.0
    flat = (torch.from_numpy(np.concatenate([np.asarray(part, dtype=np.float32) for part in side]))
            for side in (predicted, labels))
    return float(known_log_loss(*flat))


def _readable(checkpoint: Path) -> None:
    """Refuse a checkpoint that is damaged, before anything of it is used. Torch's files are read as numbers alone."""
    try:
        with safe_open(checkpoint / "model.safetensors", "pt"), safe_globals():  # type: ignore[no-untyped-call]
            for file in sorted(checkpoint.glob("*.pt*")):  # the optimizer, the schedule, the lots to be drawn
                torch.load(file, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, EOFError, RuntimeError, ValueError, UnpicklingError, SafetensorError) as error:
        raise ModelError(say("What the training would go on from is damaged, or holds more than numbers: {folder}. "
                             "Start it anew.", folder=checkpoint)) from error


def fit(
    network: OnePass,
    lists: tuple[Sequence[Example], Sequence[Example]],
    shoppers: tuple[Sequence[Example], Sequence[Example]],
    pad_id: int,
    settings: TrainSettings,
    folder: RunFolder,
    device: torch.device,
    progress: Progress,
    after: float = 0.0,
) -> list[dict[str, float]]:
    """Train the network in place and leave it with its best weights; go on from the folder's last checkpoint.

    Parameters
    ----------
    lists, shoppers
        Training and validation examples of clicks and of tags.
    folder
        Where checkpoints and the diary go.
    after
        What is judged when the training is done, in validation sets: it counts for the time that is left.

    Returns
    -------
    list of dict
        What was logged: losses by step.

    Raises
    ------
    Cancelled
        When ``progress`` raised it; a checkpoint was written first.
    ModelError
        When the checkpoint to go on from is damaged, or holds anything but numbers.
    """
    if not settings.start_from:  # whose heads know already how often things happen
        start_at_base_rates(network, [each.clicks for each in lists[0]], [each.tags for each in shoppers[0]])
    steps = Steps(lists[0], shoppers[0], settings.batch_size, settings.seed)
    each = math.ceil(len(steps) / together.processes())
    total = settings.max_steps if settings.max_steps > 0 else math.ceil(each * settings.epochs)
    last, watch = folder.checkpoint(), Watch(progress, folder, after)
    callbacks = [watch, EarlyStoppingCallback(early_stopping_patience=settings.patience), *trackers(settings, folder)]
    if adapter(network) == "ADALORA":
        callbacks.append(Allocate(network.encoder))
    trainer = OnePassTrainer(
        model=network, args=arguments(settings, folder, device, total), train_dataset=steps, eval_dataset=steps,
        data_collator=Collate(pad_id, settings.event_dropout), settings=settings, lists=lists[1],
        shoppers=shoppers[1], pad_id=pad_id, callbacks=callbacks,
    )
    if last:
        _readable(last)
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    if watch.cancelled is not None:
        raise watch.cancelled
    return [dict(row) for row in trainer.state.log_history]
