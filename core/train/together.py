"""One training by several processes, a graphics card each: ``accelerate launch -m core train``."""

from __future__ import annotations

import os


def processes() -> int:
    """Return how many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def leads() -> bool:
    """Whether this process is the one that writes and speaks."""
    return int(os.environ.get("RANK", "0")) == 0


def meet() -> None:
    """Find the other processes, at the first call, and wait until all are here; alone, do nothing."""
    if processes() > 1:
        from accelerate import PartialState

        PartialState().wait_for_everyone()
