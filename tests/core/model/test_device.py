from __future__ import annotations

import pytest
import torch

from core.errors import ModelError
from core.model import device


def test_auto_takes_what_is_there():
    assert device.pick().type in ("cuda", "mps", "cpu")
    assert device.pick("cpu") == torch.device("cpu")


def test_auto_prefers_cuda_then_mps(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device.pick("auto").type == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device.pick("auto").type == "mps"


@pytest.mark.parametrize("name", ["nonsense", "cuda:99"])
def test_a_device_that_is_not_there_is_refused(name):
    with pytest.raises(ModelError, match="SHOPPERLENS_DEVICE"):
        device.pick(name)


@pytest.mark.parametrize(("helps", "wanted", "dtype"), [
    (True, True, torch.bfloat16), (True, False, torch.float32), (False, True, torch.float32)])
def test_autocast_computes_in_bfloat16_only_where_it_helps(monkeypatch, helps, wanted, dtype):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: helps)
    with device.autocast(torch.device("cpu"), wanted):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


def test_bfloat16_never_helps_on_apple():
    assert not device.bf16_helps(torch.device("mps"))


def test_the_device_in_words():
    assert device.describe(torch.device("cpu")).startswith("CPU (")
    assert device.describe(torch.device("mps")) == "Apple GPU"
