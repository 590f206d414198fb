import numpy as np
import torch

from core.model.predict import Pack
from core.train.examples import Example
from core.train.steps import Collate, Step, Steps, pieces, rows


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


def test_a_step_is_cut_into_steps_that_hold_all_of_it() -> None:
    whole = Collate(0, 0.0)([Step([example(5 + n, 3) for n in range(5)], [example(9) for _ in range(2)])])
    assert rows(whole) == 5
    parts = pieces(whole, 4)
    assert [len(part["clicks"]) for part in parts] == [2, 1, 1, 1]
    assert ["tags" in part for part in parts] == [True, True, False, False]
    for name, tensor in whole.items():
        assert torch.equal(torch.cat([part[name] for part in parts if name in part]), tensor)
    assert len(pieces(whole, 1)) == 1
