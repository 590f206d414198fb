from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.contest.kit import Kept, Sizes
from benchmarks.contest.networks import due
from benchmarks.contest.persons import labels, numbered
from benchmarks.contest.reviews import without_stars

QUESTIONS = {"age": {"young": "a young one", "old": "an old one"}, "pets": {"yes": "has a cat", "no": "has none"}}


def test_scores_that_are_there_are_not_computed_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def compute(value: float) -> list[np.ndarray]:
        asked.append("computed")
        return [np.array([value]), np.array([["a", "b"]])]

    sizes = Sizes(lists=5, seeds=(0, 1))
    first = Kept(tmp_path, "shop", sizes).scores("ours", 0, lambda: compute(1.0))
    again = Kept(tmp_path, "shop", replace(sizes, seeds=(0,))).scores("ours", 0, lambda: compute(2.0))
    assert first[0].tolist() == again[0].tolist() == [1.0] and again[1].tolist() == [["a", "b"]]
    assert len(asked) == 1
    others = [("ours", 1, sizes), ("theirs", 0, sizes), ("ours", 0, replace(sizes, lists=6))]
    assert all(Kept(tmp_path, "shop", one).scores(row, seed, lambda: compute(3.0))[0][0] == 3
               for row, seed, one in others)


def test_other_networks_are_trained_for_the_first_seed_alone_when_asked() -> None:
    rows, sizes = {"ours", "cross-encoder, same base"}, Sizes(seeds=(3, 4), all_seeds=False)
    assert due(rows, sizes, 3) == ["ours", "cross-encoder, same base"]
    assert due(rows, sizes, 4) == ["ours"]
    assert due(rows, replace(sizes, all_seeds=True), 4) == ["ours", "cross-encoder, same base"]


def test_classes_become_tags_and_numbers() -> None:
    values = pd.DataFrame({"age": ["old", None, "young"], "pets": ["yes", "no", None]}, index=[7, 8, 9])
    found = labels(values, QUESTIONS)
    assert found["age=old"].fillna(-1).tolist() == [1, -1, 0]
    assert found["pets=no"].fillna(-1).tolist() == [0, 1, -1]
    assert {name: codes.tolist() for name, codes in numbered(values, QUESTIONS).items()} == {
        "age": [1, -1, 0], "pets": [0, 1, -1]}


def test_stars_are_hidden_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,Rating,Review Text\n1,5,"So, so\nnice"\n2,1,NA\n')
    found = pd.read_csv(without_stars(tmp_path / "a.csv", tmp_path / "b.csv"), dtype=str, keep_default_na=False)
    assert found.to_dict("list") == {"id": ["1", "2"], "Rating": ["", ""], "Review Text": ["So, so\nnice", "NA"]}
