"""The recipe as transformers' Trainer takes it."""

from __future__ import annotations

import math
from typing import Any

import torch
from transformers import TrainingArguments

from core.config import TrainSettings
from core.errors import InputError
from core.language import say
from core.model import device as devices
from core.train import recipe
from core.train.run_folder import RunFolder

_MOMENTUM = 0.9


def arguments(settings: TrainSettings, folder: RunFolder, device: torch.device, total: int) -> TrainingArguments:
    """Return the arguments for a training of ``total`` steps.

    Raises
    ------
    InputError
        When the device does not have the precision that was asked for.
    """
    every = max(1, min(settings.eval_steps, total // 2))
    more: dict[str, Any] = _precision(settings.precision, device)
    if settings.optimizer == "sgd":
        more |= {"optim": "sgd", "optim_args": f"momentum={_MOMENTUM}"}
    found = TrainingArguments(
        output_dir=str(folder.path),
        run_name=folder.name,
        max_steps=total,
        per_device_train_batch_size=1,  # a step is one batch, made by Steps
        learning_rate=recipe.learning_rate(settings),
        weight_decay=settings.weight_decay,
        warmup_steps=math.ceil(settings.warmup_ratio * total),
        lr_scheduler_type="linear" if settings.schedule == "step" else settings.schedule,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,  # how often in a row it got no better
        metric_for_best_model="eval_loss",
        logging_steps=max(1, every // 4),
        use_cpu=device.type == "cpu",
        seed=settings.seed,
        dataloader_num_workers=0,
        remove_unused_columns=False,
        disable_tqdm=True,
        report_to=[name for name in recipe.trackers(settings) if name != "tensorboard"] or "none",
        ddp_find_unused_parameters=False,
        ddp_broadcast_buffers=False,
        **more,
    )
    if found.n_gpu > 1:  # several cards under one process would be fed halves of what cannot be halved
        found._n_gpu = 1
    return found


def _precision(wanted: str, device: torch.device) -> dict[str, bool]:
    if wanted == "fp16" and device.type != "cuda":
        raise InputError(say("fp16 needs an NVIDIA card. Use precision auto, bf16 or off here."))
    if wanted == "bf16" and device.type == "cuda" and not devices.bf16_helps(device):
        raise InputError(say("This card has no bfloat16. Use precision auto, fp16 or off here."))
    return {"bf16": wanted == "bf16" or (wanted == "auto" and devices.bf16_helps(device)), "fp16": wanted == "fp16"}
