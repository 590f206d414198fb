"""Items as vectors: near means alike, made once, kept whole, and taken over where words did not change."""

import numpy as np
import pandas as pd
import pytest

from core import vectors
from core.store import item_words
from core.vectors import Base, Encoder, Vectors
from tests.core.little_shop import little_shop, write_version

ROWS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], dtype=np.float32)


@pytest.fixture
def four():
    return Vectors(["a", "b", "c", "d"], ["product", "product", "article", "product"], ROWS)


def test_the_nearest_come_first(four):
    found = four.near(ROWS[0], 3)
    assert [item for item, _ in found] == ["a", "b", "c"]
    assert [cosine for _, cosine in found] == pytest.approx([1, 0.8, 0])


def test_items_and_kinds_can_be_left_out(four):
    assert [item for item, _ in four.near(ROWS[0], 9, without=["a", "nobody"], kinds={"product"})] == ["b", "d"]
    assert four.near(ROWS[0], 9, kinds={"ad"}) == []


def test_equally_near_ones_keep_their_order():
    same = Vectors(["x", "y", "z"], ["product"] * 3, np.array([[1, 0]] * 3, dtype=np.float32))
    assert [item for item, _ in same.near(ROWS[0], 3)] == ["x", "y", "z"]


def test_the_mean_is_weighted_and_of_length_one(four):
    assert four.mean(["a", "c"], [3, 4]) == pytest.approx([0.6, 0.8])
    assert four.mean(["a", "nobody"], [1, 9]) == pytest.approx([1, 0])
    assert four.mean(["nobody"], [1]) is None
    assert four.mean(["a", "d"], [1, 1]) is None  # they cancel out: she leans nowhere


def test_unknown_items_are_zeros(four):
    assert four.of(["c", "nobody"]).tolist() == [[0, 1], [0, 0]]


def test_no_items_at_all():
    none = Vectors([], [], np.empty((0, 2), dtype=np.float32))
    assert none.near(ROWS[0], 3) == []
    assert none.of(["a"]).tolist() == [[0, 0]]


def test_words_are_title_category_and_brand(tmp_path):
    words = item_words.item_words(little_shop(tmp_path / "shop").reader()).set_index("item_id")
    assert words.loc["P1", "words"] == "Trail shoes, red Shoes Trail Norvale"
    assert words.loc["A1", "words"] == "How to choose a tent Outdoor Tents"
    assert words["kind"].to_dict()["D1"] == "ad"


class Counting:
    """Stands for the encoder: a text's vector says how long it is; what was asked is kept."""

    asked: list[str] = []

    def __init__(self, base, device):
        assert (base, device) == ("some base", "cpu")

    def of(self, texts):
        self.asked.extend(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setattr(vectors, "Encoder", Counting)
    monkeypatch.setattr(Counting, "asked", [])
    return Counting.asked


BASE = Base("some base", "f" * 64)


def make(workspace, version=None):
    return vectors.make(workspace, workspace.reader(version), BASE, "cpu")


def test_they_are_made_once_and_read_again(tmp_path, asked):
    workspace = little_shop(tmp_path / "shop")
    assert vectors.load(workspace, workspace.reader(), BASE) is None
    made = make(workspace)
    assert len(asked) == len(made) == 6
    read = vectors.load(workspace, workspace.reader(), BASE)
    assert read.index.tolist() == made.index.tolist() == ["A1", "D1", "P1", "P2", "P3", "P4"]
    assert (read.matrix == made.matrix).all() and read.matrix.dtype == np.float32
    assert read.near(read.of(["P1"])[0], 9, kinds={"ad"})[0][0] == "D1"
    make(workspace)
    assert len(asked) == 6
    assert vectors.load(workspace, workspace.reader(), Base("other", "0" * 64)) is None


def test_only_what_changed_its_words_is_made_anew(tmp_path, asked, monkeypatch):
    from tests.core import little_shop as shop

    workspace = little_shop(tmp_path / "shop")
    make(workspace)
    changed = [("P1", "Trail shoes, green", *shop.ITEMS[0][2:]), *shop.ITEMS[1:]]
    monkeypatch.setattr(shop, "ITEMS", changed)
    write_version(workspace, 2)
    asked.clear()
    made = make(workspace, 2)
    assert asked == ["Trail shoes, green Shoes Trail Norvale"]
    assert len(made) == 6
    assert vectors.load(workspace, workspace.reader(1), BASE) is not None


def test_vectors_of_other_items_do_not_count(tmp_path, asked, monkeypatch):
    workspace = little_shop(tmp_path / "shop")
    make(workspace)
    monkeypatch.setattr(item_words, "fingerprint", lambda reader: "other")
    assert vectors.load(workspace, workspace.reader(), BASE) is None


def test_a_damaged_file_is_made_again(tmp_path, asked):
    workspace = little_shop(tmp_path / "shop")
    make(workspace)
    (workspace.artefacts(BASE.folder, 1) / vectors.NAME).write_bytes(b"PAR1 but no more")
    assert vectors.load(workspace, workspace.reader(), BASE) is None
    assert len(make(workspace)) == 6
    assert vectors.load(workspace, workspace.reader(), BASE) is not None


def test_nothing_half_made_stays(tmp_path, asked):
    workspace = little_shop(tmp_path / "shop")

    def cancel(fraction, message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vectors.make(workspace, workspace.reader(), BASE, "cpu", cancel)
    assert not list(workspace.artefacts(BASE.folder, 1).iterdir())


def test_the_base_reads_what_is_written_and_nothing_else(tiny_base):
    encoder = Encoder(str(tiny_base), "cpu")
    found = encoder.of(["red shoes", "red shoes", "blue tent [SEP]", "", "x" * 999])
    assert found.shape == (5, 32) and found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert found[0] == pytest.approx(found[1], abs=1e-5)
    assert found[0] @ found[2] < 0.999
    assert encoder.of([]).shape == (0, 32)


def test_digests_tell_words_apart():
    assert len(set(vectors._digests(pd.Series(["a", "b", "a"])))) == 2


def test_a_job_makes_them(tmp_path, monkeypatch):
    from core.records import no_progress
    from core.worker import WORK

    monkeypatch.setattr(vectors, "Encoder", lambda base, device: Counting("some base", device))
    path = little_shop(tmp_path / "shop").path
    answer = WORK["vectors"](path, {"version": 1, "model": None}, "cpu", no_progress)
    assert (answer["items"], answer["note"]) == (6, "")
