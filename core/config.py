"""Typed settings, built once from the environment at the edge (app, command line)."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError

PROJECT = Path(__file__).resolve().parent.parent
DEMO_WORKSPACE = PROJECT / "data" / "workspaces" / "demo"
SHIPPED_MODEL = PROJECT / "data" / "demo" / "model"
EMBEDDED_BASE = "all-MiniLM-L6-v2"


@dataclass(frozen=True)
class Settings:
    """What the person who starts ShopperLens decides.

    Attributes
    ----------
    workspace
        Folder of the workspace that the dashboard opens.
    device
        ``auto`` (CUDA, then MPS, then CPU) or a torch device name.
    threads
        Processor threads for the model; 0 leaves it to torch.
    """

    workspace: Path = DEMO_WORKSPACE
    device: str = "auto"
    threads: int = 0

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Settings with SHOPPERLENS_WORKSPACE, _DEVICE and _THREADS applied.

        Raises
        ------
        InputError
            When the number of threads is none.
        """
        threads = env.get("SHOPPERLENS_THREADS", "0").strip() or "0"
        if not threads.isdecimal():
            raise InputError(f"SHOPPERLENS_THREADS is {threads!r}; it should be a whole number, or 0 for all.")
        return cls(
            workspace=Path(env.get("SHOPPERLENS_WORKSPACE", str(DEMO_WORKSPACE))),
            device=env.get("SHOPPERLENS_DEVICE", "auto"),
            threads=int(threads),
        )

    def limit_threads(self, env: MutableMapping[str, str] = os.environ) -> None:
        """Keep the numeric libraries to ``threads`` processor threads; to be called before they load."""
        if self.threads:
            env["OMP_NUM_THREADS"] = str(self.threads)


@dataclass(frozen=True)
class TextSettings:
    """Budgets of the words, in tokens of the base model, and whether items come with words of context.

    Attributes
    ----------
    quote_tokens
        What a search or a review may take.
    context
        False leaves an item its own words alone: nothing on how it suits the shopper, nor how popular it is. For
        measuring what these words are worth.
    """

    history_tokens: int = 192
    candidate_tokens: int = 64
    title_tokens: int = 16
    quote_tokens: int = 10
    context: bool = True


#: Learning rate of each method, unless another is given.
LEARNING_RATES = {"lora": 5e-4, "full": 5e-5, "head": 1e-3}


@dataclass(frozen=True)
class TrainSettings:
    """The fine-tuning recipe; every field has a default that works on two CPU cores.

    Attributes
    ----------
    max_examples
        Lists or baskets to learn clicks from; as many shoppers at a moment teach the tags.
    teacher_weight, teacher_examples
        How much of a label is the chance that boosting on counted features gives it (0: learn from labels alone), and
        the lists or baskets that boosting learns from, at most; None means three times ``max_examples``. See
        ``core.train.teacher``.
    candidates
        Items of one list that are learnt from at most.
    event_dropout
        Mean share of the history events that are left out, with the words of fit that derive from them.
    tag_weight, listwise_weight
        Weight of the tags' loss, and of the softmax over a list, next to the click's log loss.
    head_rate
        How many times faster the heads learn than the rest.
    patience
        Evaluations without a better validation loss after which training stops.
    val_examples, test_examples
        Lists or baskets of the validation and of the test days.
    """

    base: str = EMBEDDED_BASE
    method: str = "lora"  # lora | full | head
    lora_rank: int = 16
    lora_alpha: int = 32
    dropout: float = 0.1
    epochs: float = 2.0
    learning_rate: float | None = None
    weight_decay: float = 0.01
    warmup_ratio: float = 0.06
    schedule: str = "linear"
    batch_size: int = 16
    max_examples: int = 8_000
    teacher_weight: float = 0.5
    teacher_examples: int | None = None
    max_steps: int = -1
    candidates: int = 8
    event_dropout: float = 0.1
    tag_weight: float = 1.0
    listwise_weight: float = 0.3
    patience: int = 4
    head_rate: float = 7.0
    eval_steps: int = 100
    val_examples: int = 500
    test_examples: int = 1_500
    seed: int = 0
