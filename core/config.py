"""Typed settings, built once from the environment at the edge (app, command line)."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.language import say

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
            raise InputError(say("SHOPPERLENS_THREADS is {threads!r}; it should be a whole number, or 0 for all.",
                                 threads=threads))
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


#: Learning rate of each method with AdamW, unless another is given.
LEARNING_RATES = {
    "lora": 5e-4, "adalora": 1e-3, "prefix": 5e-3, "ia3": 5e-3, "layers": 1e-4, "head": 1e-3, "full": 5e-5,
}  # fmt: skip
#: How many times higher the rate is with SGD, whose steps do not grow by themselves where slopes are flat.
SGD_FACTOR = 100.0
#: How much lower the rate is for a model that goes on from another: it is to move, not to begin anew.
AGAIN_FACTOR = 0.3
OPTIMIZERS = ("adamw", "sgd")
SCHEDULES = ("linear", "cosine", "step")
PRECISIONS = ("auto", "bf16", "fp16", "off")
TRACKERS = ("tensorboard", "wandb", "mlflow", "none")


@dataclass(frozen=True)
class TrainSettings:
    """The fine-tuning recipe; every field has a default that works on two CPU cores.

    Attributes
    ----------
    base
        The BERT to start from: the embedded one, a folder, or a hub id.
    method
        What is trained, one of ``LEARNING_RATES``: an adapter (``lora``, ``adalora``, ``ia3``), learned tokens before
        every history (``prefix``), the last ``layers``, the heads alone (``head``), or everything (``full``).
    lora_rank, lora_alpha
        Width and strength of the adapter; AdaLoRA begins half as wide again and comes down to it.
    prefix_tokens
        Learned tokens of ``prefix``.
    layers
        How many of the last layers ``layers`` trains.
    term_width
        Numbers that the glossary learns of each word and phrase by itself (``core.train.glossary``); 0 for none.
    dropout
        Before the heads; inside the base where its own weights are trained.
    optimizer, schedule
        ``adamw`` or ``sgd`` (with momentum); ``linear`` or ``cosine`` decay, or ``step``: see ``core.train.recipe``.
    learning_rate
        None: that of the method.
    batch_size
        Lists of one step. What does not fit into memory at once is cut into parts, without changing the step.
    precision
        ``auto`` (bfloat16 where the hardware has it), ``bf16``, ``fp16`` (CUDA alone) or ``off`` (float32).
    gradient_checkpointing
        Compute again what would else be kept in memory: a third slower, for less memory.
    report_to
        Where the curves are tracked: ``tensorboard`` (in the model's folder), ``wandb``, ``mlflow``, with commas
        between several, or ``none``.
    max_examples
        Lists or baskets to learn clicks from.
    tag_examples
        Shoppers at a moment that teach the tags; None means as many as ``max_examples``. One costs a third of a list.
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
    eval_steps
        Steps between two evaluations, each of which is also a place to resume from.
    everyone
        Whether robots and test accounts, which an import sets aside, are learned from and judged on too.
    val_examples, test_examples
        Lists or baskets of the validation and of the test days.
    start_from, replay
        Name of a model to go on from, on what came after the days that it was judged on ("": start from the base);
        and the share of what is learned from then that is drawn from its own days. See ``core.train.again``.
    """

    base: str = EMBEDDED_BASE
    method: str = "lora"
    lora_rank: int = 16
    lora_alpha: int = 32
    prefix_tokens: int = 16
    layers: int = 2
    term_width: int = 24
    dropout: float = 0.1
    epochs: float = 2.0
    optimizer: str = "adamw"
    learning_rate: float | None = None
    weight_decay: float = 0.01
    warmup_ratio: float = 0.06
    schedule: str = "linear"
    batch_size: int = 16
    precision: str = "auto"
    gradient_checkpointing: bool = False
    report_to: str = "tensorboard"
    max_examples: int = 8_000
    tag_examples: int | None = None
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
    everyone: bool = False
    val_examples: int = 500
    test_examples: int = 1_500
    start_from: str = ""
    replay: float = 0.5
    seed: int = 0

    @property
    def shoppers(self) -> int:
        """Shoppers at a moment that teach the tags, at most."""
        return self.max_examples if self.tag_examples is None else self.tag_examples
