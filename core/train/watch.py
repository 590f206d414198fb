"""What looks on while a model learns: progress, the time that is left, cancelling, tracking, AdaLoRA's ranks."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from typing import Any

from torch import nn
from transformers import TrainerCallback

from core.config import TrainSettings
from core.errors import Cancelled
from core.language import say
from core.records import Progress
from core.train import recipe, together
from core.train.run_folder import TRACKS, RunFolder, spoken

#: Where runs are listed at Weights & Biases, unless WANDB_PROJECT says otherwise.
_PROJECT = "shopperlens"


class Watch(TrainerCallback):  # type: ignore[misc,unused-ignore]
    """Reports progress and notes the curves; a cancel writes a checkpoint and ends the training.

    Parameters
    ----------
    progress
        Told how far it is; it may raise ``Cancelled``.
    folder
        Whose diary the curves are noted in.
    after
        What is judged when the training is done, in validation sets.
    """

    def __init__(self, progress: Progress, folder: RunFolder, after: float = 0.0) -> None:
        self.cancelled: Cancelled | None = None
        self._progress, self._folder, self._after = progress, folder, after
        self._note = ""
        self._began, self._first, self._validating, self._validation = 0.0, 0, 0.0, 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock."""
        self._began, self._first = time.monotonic(), state.global_step
        if together.leads():
            self._folder.note(steps=state.max_steps, resumed=state.global_step)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Note a point of the curve."""
        if logs and "loss" in logs and together.leads():
            left = self._left(state)
            self._folder.note(step=state.global_step, loss=float(logs["loss"]), left=left)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
        """Remember the newest validation loss."""
        if not metrics:
            return
        self._validation = max(self._validation, time.monotonic() - self._validating)
        self._note = say(", validation loss {loss:.4f}", loss=metrics["eval_loss"])
        if together.leads():
            self._folder.note(step=state.global_step, validation=metrics["eval_loss"],
                              clicks=metrics["eval_click_loss"], tags=metrics["eval_tag_loss"])

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Report how far it is."""
        self._validating = time.monotonic()  # what comes next may be an evaluation
        left = self._left(state)
        soon = "" if left is None else say(", {left} left", left=spoken(left))
        try:
            self._progress(state.global_step / max(1, state.max_steps),
                           say("Step {step:,} of {steps:,}{note}{soon}", step=state.global_step, steps=state.max_steps,
                               note=self._note, soon=soon))
        except Cancelled as error:
            self.cancelled = error
            control.should_save = control.should_training_stop = True
            control.should_evaluate = False

    def _left(self, state: Any) -> float | None:
        """Seconds until the model is there, by the steps so far and the time that judging took; None at the start."""
        done: int = state.global_step - self._first
        if done < 1:
            return None
        pace = (time.monotonic() - self._began) / done
        return float(pace * (state.max_steps - state.global_step) + self._validation * self._after)


class Allocate(TrainerCallback):  # type: ignore[misc,unused-ignore]
    """Lets AdaLoRA move ranks to where they matter: freely at first, fewer and fewer, then settled."""

    def __init__(self, encoder: nn.Module) -> None:
        self._encoder: Any = encoder

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Plan it over the steps that there are; a training that goes on after ranks were settled keeps them."""
        config, total = self._encoder.peft_config["default"], state.max_steps
        config.total_step, config.tinit, config.tfinal = total, total // 10, total // 3
        config.deltaT = max(1, total // 50)
        if state.global_step >= total - config.tfinal:
            config.rank_pattern, config.tfinal = ranks(self._encoder), total

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Allocate ranks by the slopes of this step."""
        self._encoder.base_model.update_and_allocate(state.global_step)


def ranks(encoder: nn.Module) -> dict[str, list[bool]]:
    """Return for each matrix that AdaLoRA changes which of its ranks are not zero."""
    return {name.removeprefix("base_model.model."): (values != 0).flatten().tolist()
            for name, values in encoder.named_parameters() if name.endswith(".lora_E.default")}


class WandbRun(TrainerCallback):  # type: ignore[misc,unused-ignore]
    """Gives each training a run of its own at Weights & Biases, with our settings; transformers' own fills it.

    That one writes into whatever run is open and never closes it, and a worker trains one model after another. A
    training that is gone on with goes on in the run that it began.
    """

    def __init__(self, settings: TrainSettings, folder: RunFolder) -> None:
        import wandb

        self._wandb, self._settings, self._folder = wandb, settings, folder

    def on_init_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Open it; one that a training left open, which broke off, is closed."""
        begun = self._folder.tracked.get("wandb")
        named = begun or {"project": os.environ.get("WANDB_PROJECT", _PROJECT)}
        self._wandb.finish()
        self._wandb.init(name=self._folder.name, config=_said(self._settings, self._folder),
                         resume="allow" if begun else None, **named)
        if begun is None:
            self._folder.note(tracked={"wandb": {**named, "id": self._wandb.run.id}})

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Close it."""
        self._wandb.finish()


class MlflowRun(TrainerCallback):  # type: ignore[misc,unused-ignore]
    """The same at MLflow.

    The run is opened here in any case: transformers' own, if it opens one, ends whatever run is open when it is let go
    of, which may be in the midst of the next training.
    """

    def __init__(self, settings: TrainSettings, folder: RunFolder) -> None:
        import mlflow

        self._mlflow, self._settings, self._folder = mlflow, settings, folder

    def on_init_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Open it; one that a training left open, which broke off, is closed."""
        while self._mlflow.active_run() is not None:
            self._mlflow.end_run("FAILED")
        if "MLFLOW_RUN_ID" in os.environ:  # transformers' own opens the one that is named
            return
        begun = self._folder.tracked.get("mlflow")
        self._mlflow.start_run(**({"run_id": begun["id"]} if begun else {"run_name": self._folder.name}))

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Say what the recipe is and which data it is of; the run is open by now."""
        run = self._mlflow.active_run().info.run_id
        said = _said(self._settings, self._folder)
        self._mlflow.log_params({f"{part}/{name}": value if isinstance(value, str) else json.dumps(value)
                                 for part, values in said.items() for name, value in values.items()})
        if self._folder.tracked.get("mlflow") != {"id": run}:
            self._folder.note(tracked={"mlflow": {"id": run}})

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Close it."""
        self._mlflow.end_run()


def _said(settings: TrainSettings, folder: RunFolder) -> dict[str, dict[str, Any]]:
    """Return what trackers are told beside the curves: the recipe, and what is known of the data."""
    learns: Any = next((row["learns"] for row in folder.diary() if "learns" in row), {})
    return {"recipe": asdict(settings), "data": dict(learns)}


def trackers(settings: TrainSettings, folder: RunFolder) -> list[TrainerCallback]:
    """Return what writes the curves for TensorBoard, and what is to be said to others beside transformers' own."""
    asked = recipe.trackers(settings) if together.leads() else []
    return [*([_board(folder)] if "tensorboard" in asked else []),
            *([WandbRun(settings, folder)] if "wandb" in asked else []),
            *([MlflowRun(settings, folder)] if "mlflow" in asked else [])]


def _board(folder: RunFolder) -> TrainerCallback:
    from tensorboardX import SummaryWriter
    from transformers.integrations.integration_utils import TensorBoardCallback

    writer = SummaryWriter(str(folder.path / TRACKS), purge_step=folder.step or None)
    return TensorBoardCallback(writer)  # type: ignore[no-untyped-call]
