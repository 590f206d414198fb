from pathlib import Path

import numpy as np
import torch

from core.model.predict import Pack
from core.train.before import similarities
from core.train.examples import Example


def test_an_item_in_the_words_of_the_history_is_nearest(tiny_base: Path) -> None:
    words = np.array([2, 40, 41, 42, 43, 3], dtype=np.int32)
    other = np.array([2, 90, 91, 92, 93, 3], dtype=np.int32)
    fit = np.array([2, 40, 41, 42, 43, 77, 78, 3], dtype=np.int32)
    own = np.full(6, -1, dtype=np.int16)
    with_fit = np.array([-1, -1, -1, -1, -1, 0, 0, -1], dtype=np.int16)
    example = Example(Pack(words, (other, words, fit)), np.zeros(3, dtype=np.float32), own, (own, own, with_fit),
                      np.empty(0, dtype=np.float32))
    found = similarities(str(tiny_base), [example, example], 0, torch.device("cpu"))
    assert found.shape == (6,)
    np.testing.assert_allclose(found[1], 1.0, atol=1e-2)  # bfloat16 where that is faster
    np.testing.assert_allclose(found[2], 1.0, atol=1e-2)  # words of fit are not the item's own
    assert found[0] < 0.99
    np.testing.assert_allclose(found[:3], found[3:], atol=1e-2)
