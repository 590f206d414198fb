"""Typed settings, built once from the environment at the edge (app, command line)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
        CPU threads for torch and DuckDB; 0 leaves it to them.
    """

    workspace: Path = DEMO_WORKSPACE
    device: str = "auto"
    threads: int = 0

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Settings with SHOPPERLENS_WORKSPACE, _DEVICE and _THREADS applied."""
        return cls(
            workspace=Path(env.get("SHOPPERLENS_WORKSPACE", str(DEMO_WORKSPACE))),
            device=env.get("SHOPPERLENS_DEVICE", "auto"),
            threads=int(env.get("SHOPPERLENS_THREADS", "0")),
        )


@dataclass(frozen=True)
class TextSettings:
    """Budgets of the words, in tokens of the base model."""

    history_tokens: int = 192
    candidate_tokens: int = 64
    title_tokens: int = 16


@dataclass(frozen=True)
class TrainSettings:
    """The fine-tuning recipe; every field has a default that works on two CPU cores."""

    base: str = EMBEDDED_BASE
    method: str = "lora"  # lora | full | head
    lora_rank: int = 16
    lora_alpha: int = 32
    dropout: float = 0.1
    epochs: float = 2.0
    learning_rate: float = 5e-4
    weight_decay: float = 0.01
    warmup_ratio: float = 0.06
    schedule: str = "linear"
    batch_size: int = 16
    max_examples: int = 20_000
    max_steps: int = -1
    candidates: int = 8
    event_dropout: float = 0.1
    tag_weight: float = 0.3
    listwise_weight: float = 0.3
    patience: int = 3
    eval_steps: int = 100
    seed: int = 0
