"""Beyond a million items an index answers, where faiss is there; what it cannot answer is searched exactly.

What faiss finds is tested on faiss; the rest by a stand-in, which keeps the rows in a file of
numbers and finds the nearest of a part of them, as cells do.
"""

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from core import vector_index, vectors
from core.vectors import Base, Vectors
from tests.core.little_shop import little_shop

ROWS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], dtype=np.float32)
BASE = Base("some base", "f" * 64)


class Cells:
    """An index that looks at the first rows alone."""

    def __init__(self, rows=None):
        self.rows, self.nprobe, self.learned = rows, 0, 0

    @property
    def ntotal(self):
        return len(self.rows)

    def train(self, rows):
        self.learned = len(rows)

    def add(self, rows):
        self.rows = rows

    def search(self, towards, most):
        scores = (self.rows[:3] @ towards[0])[:most]
        order = np.argsort(-scores)
        missing = most - len(order)
        return np.array([[*scores[order], *[0.0] * missing]]), np.array([[*order, *[-1] * missing]])


@pytest.fixture
def faiss(monkeypatch):
    module = ModuleType("faiss")
    module.__spec__ = ModuleSpec("faiss", None)
    module.METRIC_INNER_PRODUCT = 0
    made = []
    module.index_factory = lambda width, kind, metric: made.append((width, kind)) or Cells()
    module.write_index = lambda index, file: np.savetxt(file, index.rows)
    module.extract_index_ivf = lambda index: index

    def read_index(file):
        try:
            return Cells(np.loadtxt(file).astype(np.float32))
        except ValueError as error:
            raise RuntimeError("no index") from error

    module.read_index = read_index
    monkeypatch.setitem(sys.modules, "faiss", module)
    monkeypatch.setattr(vector_index, "EXACT", 3)
    return made


def test_an_index_is_kept_and_answers(faiss, tmp_path):
    file = tmp_path / "some.faiss"
    vector_index.build(ROWS, file)
    assert faiss == [(2, "IVF8,SQ8")]
    index = vector_index.load(file, 4)
    assert index.nprobe == 200
    assert vector_index.search(index, ROWS[0], 9) == [(0, 1.0), (1, pytest.approx(0.8)), (2, 0.0)]
    assert vector_index.load(file, 5) is None  # it is of other items
    file.write_text("no numbers")
    assert vector_index.load(file, 4) is None
    assert vector_index.load(tmp_path / "none", 4) is None


def test_faiss_itself_finds_nearly_what_an_exact_search_finds(tmp_path):
    random, file = np.random.default_rng(0), tmp_path / "some.faiss"
    rows = random.standard_normal((40, 16))[random.integers(0, 40, 2_000)] + 0.3 * random.standard_normal((2_000, 16))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    vector_index.build(rows, file)
    index = vector_index.load(file, 2_000)
    shares = []
    for row in rows[::100]:
        exact = set(np.argsort(-(rows @ row))[:10])
        found = vector_index.search(index, row, 10)
        assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)
        shares.append(len(exact & {number for number, _ in found}) / 10)
    assert np.mean(shares) > 0.9
    assert vector_index.load(file, 1_999) is None  # it is of other items
    file.write_bytes(b"no index")
    assert vector_index.load(file, 2_000) is None


def test_what_an_index_cannot_answer_is_searched_exactly():
    space = Vectors(list("abcd"), ["product", "product", "article", "product"], ROWS, Cells(ROWS))
    assert [item for item, _ in space.near(ROWS[0], 2)] == ["a", "b"]
    assert [item for item, _ in space.near(ROWS[0], 1, without=["a"])] == ["b"]
    # d is in no cell that is looked at:
    assert [item for item, _ in space.near(ROWS[0], 3, kinds={"product"})] == ["a", "b", "d"]
    assert space.near(ROWS[2], 1, kinds={"article"}) == [("c", 1.0)]


def test_large_catalogues_get_one_where_faiss_is_there(faiss, tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "Encoder", lambda base, device: SimpleNamespace(
        of=lambda texts: np.array([[len(text), 1.0] for text in texts], dtype=np.float32)))  # fmt: skip
    workspace = little_shop(tmp_path / "shop")
    made = vectors.make(workspace, workspace.reader(), BASE, "cpu")
    assert made.approximate.ntotal == 6
    assert vectors.load(workspace, workspace.reader(), BASE).approximate is not None
    assert vectors.advice(made) == ""


def test_without_faiss_search_is_exact_and_says_what_would_help(monkeypatch):
    monkeypatch.setattr(vector_index, "EXACT", 3)
    monkeypatch.setattr(vector_index, "installed", lambda: False)
    space = Vectors(list("abcd"), ["product"] * 4, ROWS)
    assert "pip install faiss-cpu" in vectors.advice(space)
    assert vector_index.load(Path(__file__), 4) is None
    monkeypatch.setattr(vector_index, "EXACT", 4)
    assert vectors.advice(space) == ""
