"""Which device and precision to compute with."""

from __future__ import annotations

import platform
from contextlib import AbstractContextManager, nullcontext

import torch

from core.errors import ModelError
from core.language import say


def pick(name: str = "auto") -> torch.device:
    """Return the device of that name; ``auto`` takes CUDA, then Apple's GPU, then the CPU.

    Raises
    ------
    ModelError
        When the named device is not there.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(say("Device {name!r} cannot be used here. Set SHOPPERLENS_DEVICE to auto or cpu.",
                             name=name)) from error
    return torch.device(name)


def bf16_helps(device: torch.device) -> bool:
    """Whether bfloat16 is both there and faster: CUDA cards that have it, CPUs with avx512_bf16."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())


def autocast(device: torch.device, wanted: bool = True) -> AbstractContextManager[None]:
    """Return a context that computes in bfloat16 where that helps, and changes nothing elsewhere."""
    if wanted and bf16_helps(device):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def describe(device: torch.device) -> str:
    """Return the device in words, for people."""
    if device.type == "cuda":
        return say("GPU {device}", device=torch.cuda.get_device_name(device))
    return say("Apple GPU") if device.type == "mps" else say("CPU ({machine}, {get_num_threads} threads)",
                                                        machine=platform.machine(),
                                                        get_num_threads=torch.get_num_threads())
