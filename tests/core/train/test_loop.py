from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import TrainingArguments

from core.config import TrainSettings
from core.model.predict import Pack
from core.train.examples import Example
from core.train.loop import Collate, OnePassTrainer, Step, Steps
from core.train.network import build


def example(history: int, candidates: int = 0, tags: int = 2, events: int = 1) -> Example:
    ids = np.arange(2, history + 2, dtype=np.int32)
    owner = np.resize(np.arange(events, dtype=np.int16), history)
    owner[0] = owner[-1] = -1
    words = np.arange(50, 55, dtype=np.int32)
    return Example(
        Pack(ids, (words,) * candidates), np.zeros(candidates, dtype=np.float32), owner,
        (np.array([-1, -1, 0, 0, -1], dtype=np.int16),) * candidates, np.zeros(tags, dtype=np.float32),
    )


def test_every_example_is_in_one_step() -> None:
    lists, shoppers = [example(5 + n % 7, 2) for n in range(50)], [example(6) for _ in range(23)]
    steps = Steps(lists, shoppers, 8, seed=0)
    assert len(steps) == 7
    found = [id(e) for i in range(len(steps)) for e in steps[i].lists]
    assert sorted(found) == sorted(map(id, lists))
    tagged = [id(e) for i in range(len(steps)) for e in steps[i].shoppers]
    assert sorted(tagged) == sorted(map(id, shoppers))


def test_a_shop_without_shoppers_to_tag_still_has_steps() -> None:
    assert [len(step.shoppers) for step in (Steps([example(5, 2)] * 3, [], 2, 0)[i] for i in range(2))] == [0, 0]


def test_padding_of_labels_is_not_a_number() -> None:
    found = Collate(0, 0.0)([Step([example(5, 3), example(5, 1)], [example(9)])])
    assert found["clicks"].shape == (2, 3)
    assert found["clicks"].isnan().sum() == 2
    assert found["lists_history"].shape == (2, 5)
    assert found["shoppers_candidates"].shape[1] == 0


def test_event_dropout_takes_an_event_and_what_derives_from_it_together() -> None:
    whole = example(12, 2, events=1)  # every token but the ends belongs to event 0, and so do two of each candidate
    torch.manual_seed(0)
    seen = set()
    for _ in range(40):
        found = Collate(0, 0.5)([Step([whole], [])])
        seen.add((int(found["lists_history_keep"].sum()), int(found["lists_candidates_keep"].sum())))
    assert seen == {(12, 10), (2, 6)}


def test_without_dropout_nothing_is_left_out() -> None:
    found = Collate(0, 0.0)([Step([example(12, 2, events=3)], [])])
    assert found["lists_history_keep"].all() and found["lists_candidates_keep"].all()


def test_heads_learn_faster_and_biases_do_not_decay(tiny_base: Path, tmp_path: Path) -> None:
    settings = TrainSettings(learning_rate=1e-4, head_rate=7.0, weight_decay=0.01)
    network = build(str(tiny_base), 2, settings)
    args = TrainingArguments(output_dir=str(tmp_path), learning_rate=1e-4, weight_decay=0.01, use_cpu=True)
    trainer = OnePassTrainer(model=network, args=args, settings=settings, lists=[], shoppers=[], pad_id=0)
    groups = trainer.create_optimizer().param_groups
    rates = {id(weight): (group["lr"], group["weight_decay"]) for group in groups for weight in group["params"]}
    names = {name: rates[id(weight)] for name, weight in network.named_parameters() if weight.requires_grad}
    assert len(rates) == len(names)  # every weight once
    assert names["click_head.1.weight"] == names["tag_head.4.weight"] == (pytest.approx(7e-4), 0.01)
    assert names["click_head.1.bias"] == (pytest.approx(7e-4), 0.0)
    assert {rate for name, rate in names.items() if "lora_" in name} == {(1e-4, 0.01)}
