import math

import pytest
import torch

from core.train.losses import known_log_loss, listwise_loss

NAN = float("nan")


def test_log_loss_counts_known_labels_alone() -> None:
    logits = torch.tensor([[0.0, 2.0], [5.0, -1.0]])
    labels = torch.tensor([[1.0, NAN], [NAN, 0.0]])
    wanted = (math.log(2) + math.log(1 + math.exp(-1))) / 2
    assert known_log_loss(logits, labels).item() == pytest.approx(wanted)


def test_nothing_known_is_no_loss_but_still_has_a_gradient() -> None:
    logits = torch.zeros(2, 2, requires_grad=True)
    for loss in (known_log_loss(logits, torch.full((2, 2), NAN)), listwise_loss(logits, torch.zeros(2, 2))):
        assert loss.item() == 0
        loss.backward()


def test_listwise_loss_by_hand() -> None:
    logits = torch.tensor([[1.0, 0.0, 9.0], [3.0, 3.0, 3.0]])
    labels = torch.tensor([[1.0, 0.0, NAN], [0.0, 0.0, 0.0]])  # padding; a list without a click
    assert listwise_loss(logits, labels).item() == pytest.approx(math.log(1 + math.exp(-1)))


def test_two_clicks_share_the_weight_of_their_list() -> None:
    logits = torch.zeros(1, 4)
    assert listwise_loss(logits, torch.tensor([[1.0, 1.0, 0.0, 0.0]])).item() == pytest.approx(math.log(4))
