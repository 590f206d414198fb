import numpy as np
import pytest

from benchmarks.contest import cross_encoder
from benchmarks.contest.kit import Base, Sizes
from core.model.predict import Pack
from core.train.examples import Example


def test_it_sees_every_pair_as_often_as_the_model_does(base: Base) -> None:
    pairs = [("word " * n, "mug") for n in range(1, 71)]
    steps = cross_encoder._steps(pairs, Sizes(epochs=1.5).settings(0))
    seen = np.bincount(np.concatenate(steps), minlength=70)
    assert seen.sum() == 105 and set(seen) == {1, 2}
    assert max(map(len, steps)) <= cross_encoder.BATCH


def test_pairs_are_the_very_words_of_the_model(base: Base) -> None:
    def words(text: str) -> np.ndarray:
        return np.array(base.tokenizer(text)["input_ids"], dtype=np.int32)

    pack = Pack(words("bought red mug"), (words("tent"), words("blue mug")))
    example = Example(pack, np.zeros(2, dtype=np.float32), np.zeros(5, dtype=np.int16), (), np.empty(0, np.float32))
    assert cross_encoder.pairs_of(base, [example]) == [("bought red mug", "tent"), ("bought red mug", "blue mug")]


@pytest.mark.parametrize("classes", [1, 3])
def test_it_learns_what_can_be_read(base: Base, classes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_encoder, "RATE", 3e-3)  # a tiny network learns little at a large one's rate
    words = ["red", "blue", "green"][: max(2, classes)]
    labels = np.tile(np.arange(len(words), dtype=float), 160 // len(words))
    pairs = [("bought a mug", words[int(label)]) for label in labels]
    model = cross_encoder.learned(base, pairs, labels, Sizes(epochs=6).settings(0), classes)
    found = cross_encoder.scores(base, model, [("bought a mug", word) for word in words])
    assert found.shape == ((2,) if classes == 1 else (3, 3))
    assert found[1] > found[0] if classes == 1 else (found.argmax(axis=1) == [0, 1, 2]).all()
