from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.config import TrainSettings
from core.train.network import build, start_at_base_rates


def trainable(network: nn.Module) -> set[str]:
    return {name for name, part in network.named_parameters() if part.requires_grad}


def test_lora_trains_adapters_and_heads_alone(tiny_base: Path) -> None:
    names = trainable(build(str(tiny_base), 3, TrainSettings()))
    assert names
    assert all("lora_" in name or "_head." in name for name in names)
    assert any("lora_" in name and ".query." in name for name in names)


def test_head_trains_the_heads_alone(tiny_base: Path) -> None:
    assert all("_head." in name for name in trainable(build(str(tiny_base), 3, TrainSettings(method="head"))))


def test_full_trains_everything(tiny_base: Path) -> None:
    network = build(str(tiny_base), 3, TrainSettings(method="full"))
    assert trainable(network) == {name for name, _ in network.named_parameters()}


def test_dropout_acts_inside_the_base_in_full_training_alone(tiny_base: Path) -> None:
    for method, inside in (("lora", 0.0), ("head", 0.0), ("full", 0.2)):
        network = build(str(tiny_base), 3, TrainSettings(method=method, dropout=0.2))
        assert {part.p for part in network.encoder.modules() if isinstance(part, nn.Dropout)} == {inside}
        assert {part.p for part in network.click_head if isinstance(part, nn.Dropout)} == {0.2}


def test_heads_start_at_base_rates(tiny_base: Path) -> None:
    network = build(str(tiny_base), 2, TrainSettings())
    none = float("nan")
    start_at_base_rates(network, [np.array([0, 0, 1, 0], np.float32), np.array([0, 0], np.float32)],
                        [np.array(row, np.float32) for row in ([1, none], [1, none], [0, 1])])
    # One thing seen of each kind is added, so that nothing is impossible: 2 of 8, 3 of 5, 2 of 3.
    for head, rates in ((network.click_head, [2 / 8]), (network.tag_head, [3 / 5, 2 / 3])):
        np.testing.assert_allclose(torch.sigmoid(head[-1].bias).detach(), rates, rtol=1e-5)
    before = network.tag_head[-1].bias.clone()
    start_at_base_rates(network, [np.array([1], np.float32)], [])
    assert torch.equal(network.tag_head[-1].bias, before)
