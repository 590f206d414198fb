from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from benchmarks.contest import rivals
from core.train.counted import Chosen

STOP = datetime(2026, 3, 1)


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    """Two kinds of shoppers: some buy a, b, c in turn, others x, y, z; ``late`` was first bought afterwards."""
    rows = [(f"{kind}{n}", item, pd.Timestamp("2026-01-01") + pd.Timedelta(days=day))
            for kind in ("abc", "xyz") for n in range(40) for day, item in enumerate(kind)]
    frame = pd.DataFrame([*rows, ("abc0", "late", pd.Timestamp(STOP))], columns=["user_id", "item_id", "ts"])
    return Chosen(frame.sort_values("ts", kind="stable").reset_index(drop=True))


def order(chosen: Chosen, scores: np.ndarray) -> list[str]:
    return [str(chosen.items[i]) for i in np.argsort(-scores)]


def test_factorisation_knows_who_belongs_together(chosen: Chosen) -> None:
    rank = rivals.als(chosen, STOP, seed=0)
    history = np.array([chosen.number["a"], chosen.number["b"]])
    assert set(order(chosen, rank(history))[:3]) == set("abc")
    assert not rank(np.empty(0, dtype=np.int64)).any()  # a new shopper: nothing is known


def test_self_attention_knows_what_comes_next(chosen: Chosen) -> None:
    rank = rivals.sasrec(chosen, STOP, seed=0, passes=40)
    found = order(chosen, rank(np.array([chosen.number["x"], chosen.number["y"]])))
    assert found.index("z") < min(found.index(item) for item in "abc")
    assert found[-1] == "late"  # nobody had bought it
    assert len(rank(np.empty(0, dtype=np.int64))) == len(chosen.items)


def test_titles_are_words_with_their_category_or_the_number() -> None:
    items = pd.DataFrame({"item_id": ["a", "b"], "title": ["Red mug", None], "category": ["Kitchen > Mugs", None]})
    assert rivals.titles_of(items, ["b", "a", "gone"]) == ["b", "Red mug Kitchen Mugs", "gone"]
