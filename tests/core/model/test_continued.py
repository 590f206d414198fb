"""A network that goes on from a model begins where that one was."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import LEARNING_RATES, TrainSettings
from core.errors import ModelError
from core.model import weights
from core.model.continued import go_on
from core.model.glossary import Glossary
from core.train.network import build
from tests.core.train import little_lists

QUICK = TrainSettings(lora_rank=4, prefix_tokens=3, layers=1, precision="off")


@pytest.mark.parametrize("method", LEARNING_RATES)
def test_it_says_the_same_before_it_learns_on(tiny_base: Path, tmp_path: Path, method: str) -> None:
    settings = TrainSettings(**{**asdict(QUICK), "method": method})
    torch.manual_seed(0)
    first = build(str(tiny_base), 2, settings)
    with torch.no_grad():
        for weight in first.parameters():
            if weight.requires_grad:
                weight += 0.05 * torch.randn_like(weight)
    weights.save(tmp_path, first, "a-base", asdict(settings))
    torch.manual_seed(1)
    second = build(str(tiny_base), 2, settings)
    apart = [np.abs(ours - theirs).max() for ours, theirs in
             zip(little_lists.scores(first), little_lists.scores(second), strict=True)]
    assert min(apart) > 1e-3  # it does not say the same by itself
    go_on(second, tmp_path, asdict(settings))
    for ours, theirs in zip(little_lists.scores(first), little_lists.scores(second), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert [name for name, weight in first.named_parameters() if weight.requires_grad] == [
        name for name, weight in second.named_parameters() if weight.requires_grad
    ]


def test_glossaries_are_gone_on_from(tiny_base: Path, tmp_path: Path) -> None:
    first = build(str(tiny_base), 2, QUICK)
    first.glossary = Glossary(torch.tensor([-7, 8, 90]), 5)
    first.tag_glossary = Glossary(torch.tensor([-7, 8]), 5, outputs=2)
    weights.save(tmp_path, first, "a-base", asdict(QUICK))
    second = build(str(tiny_base), 2, QUICK)
    go_on(second, tmp_path, asdict(QUICK))
    for one, other in ((first.glossary, second.glossary), (first.tag_glossary, second.tag_glossary)):
        assert other is not None
        for name, weight in one.state_dict().items():
            assert torch.equal(weight, other.state_dict()[name])


def test_a_model_of_another_shape_is_refused(tiny_base: Path, tmp_path: Path) -> None:
    weights.save(tmp_path, build(str(tiny_base), 2, QUICK), "a-base", asdict(QUICK))
    with pytest.raises(ModelError, match="do not fit"):
        go_on(build(str(tiny_base), 3, QUICK), tmp_path, asdict(QUICK))
