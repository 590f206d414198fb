"""How items look: pictures become neighbours and words, where an image encoder is at hand."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core import looks
from core.__main__ import main
from core.errors import InputError, ModelError
from core.model.writer import Writer
from core.service import Shop
from core.store import pictures as store
from core.store import retrieval
from core.store.workspace import Workspace
from core.text.template import Template
from core.text.tokens import TokenCache
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.pictured import Eyes, pictured_shop
from tests.tiny import tiny_clip

NOON = datetime(2026, 5, 6, 12)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A shop with two red pictures, a blue one, one on the web, one that is not there, and one that is damaged."""
    return pictured_shop(tmp_path)


def test_what_was_seen_is_counted(workspace: Workspace) -> None:
    eyes = Eyes()
    found = looks.make(workspace, workspace.reader(), eyes)
    assert found == {"pictures": 3, "named": 3, "elsewhere": 1, "missing": 2}
    assert eyes.seen == 3


def test_words_are_said_where_the_encoder_is_sure(workspace: Workspace) -> None:
    reader = workspace.reader()
    assert store.words(reader) == {}
    looks.make(workspace, reader, Eyes())
    assert store.words(reader) == {"i1": "red boots", "i2": "red boots", "i3": "blue boots"}


def test_it_says_nothing_where_two_words_fit_as_well() -> None:
    both = np.array([[0.6, 0.0, 0.8], [2**-0.5, 0.0, 2**-0.5], [0.0, 0.0, 1.0]], dtype=np.float32)
    assert looks.described(Eyes(), both, []) == ["blue", "", "blue"]
    assert looks.described(Eyes(), both, ["Boots"]) == ["blue", "", "blue"]  # one category tells nothing apart


def test_pictures_are_not_read_again(workspace: Workspace) -> None:
    looks.make(workspace, workspace.reader(), Eyes())
    again = Eyes()
    looks.make(workspace, workspace.reader(), again)
    assert again.seen == 0
    Image.new("RGB", (40, 30), (0, 255, 0)).save(workspace.path / "images" / "one.png")
    looks.make(workspace, workspace.reader(), again)
    assert again.seen == 1
    assert store.words(workspace.reader())["i1"] == "green"
    other = Eyes("other eyes")
    looks.make(workspace, workspace.reader(), other)
    assert other.seen == 3


def test_what_looks_like_what_she_saw_is_a_candidate(workspace: Workspace) -> None:
    reader = workspace.reader()
    assert looks.load(reader) is None
    looks.make(workspace, reader, Eyes())
    seen = looks.load(reader)
    assert seen is not None
    assert [item for item, _ in seen.near(seen.of(["i1"])[0], 2, ["i1"])] == ["i2", "i3"]
    found = retrieval.candidates(reader, "ann", NOON, ["product"], looks=[("i2", 0.99)]).set_index("item_id")
    assert "looks" in found.loc["i2", "sources"]
    assert "looks" not in found.loc["i3", "sources"]


def test_a_recommendation_says_that_it_looks_alike(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    little_model(workspace.models / "demo")
    scorer = FakeScorer()
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)

    def found() -> dict[str, bool]:
        items = Shop(workspace.path, "cpu").recommend("ann")
        return {item.item_id: "looks" in item.sources for item in items if item.item_id in ("i1", "i2", "i3")}

    assert found() == {"i1": False, "i2": False, "i3": False}  # nobody looked at the pictures yet
    looks.make(workspace, workspace.reader(), Eyes())
    assert found() == {"i1": False, "i2": True, "i3": True}  # she viewed the first herself


def test_the_ranker_reads_what_is_seen(workspace: Workspace, tiny_base: Path) -> None:
    from transformers import AutoTokenizer

    looks.make(workspace, workspace.reader(), Eyes())
    template = Template(TokenCache(AutoTokenizer.from_pretrained(tiny_base)))
    asks = pd.DataFrame({"ask_id": [0], "user_id": ["ann"], "as_of": [NOON]})
    pairs = pd.DataFrame({"ask_id": [0, 0], "item_id": ["i2", "i7"]})
    (one,) = Writer(workspace.reader(), template).write(asks, pairs)
    assert [span.field for span in one.candidates[0].spans][:3] == ["title", "category", "photo"]
    assert "its picture shows red boots" in one.candidates[0].said
    assert "photo" not in [span.field for span in one.candidates[1].spans]


def test_a_page_of_an_item_shows_what_looks_like_it(workspace: Workspace) -> None:
    shop = Shop(workspace.path, "cpu")
    assert shop.item_page("i1").looks == []
    looks.make(workspace, workspace.reader(), Eyes())
    page = Shop(workspace.path, "cpu").item_page("i1")
    assert [one.item_id for one in page.looks] == ["i2", "i3"]
    assert page.looks[0].why == "Their pictures look alike"
    assert Shop(workspace.path, "cpu").item_page("i7").looks == []  # it has no picture


def test_a_real_encoder_sees_the_same_in_the_same_picture(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    eyes = tiny_clip(tmp_path / "clip")
    shutil.copy(workspace.path / "images" / "one.png", workspace.path / "images" / "two.png")
    asked = ["pictures", "--encoder", str(eyes), "--workspace", str(workspace.path), "--json"]
    assert main(asked) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (said["pictures"], said["encoder"]) == (3, str(eyes))
    seen = looks.load(workspace.reader())
    assert seen is not None
    (nearest, cosine), *_ = seen.near(seen.of(["i1"])[0], 1, ["i1"])
    assert (nearest, cosine) == ("i2", pytest.approx(1.0, abs=1e-5))
    words = looks.Encoder(str(eyes), "cpu").of_words(["red shoe", "lamp"])
    assert words.shape[0] == 2 and np.linalg.norm(words, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_what_is_clear_is_seen_on_white(tmp_path: Path) -> None:
    encoder = looks.Encoder(str(tiny_clip(tmp_path / "clip")), "cpu")
    clear, white = Image.new("RGBA", (20, 20), (0, 0, 0, 0)), Image.new("RGB", (20, 20), "white")
    one, two = encoder.of_pictures([clear, white])
    assert one == pytest.approx(two, abs=1e-6)


def test_what_is_no_image_encoder_is_refused(workspace: Workspace, tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No image encoder can be loaded from"):
        looks.make(workspace, workspace.reader(), looks.Encoder(str(tmp_path / "nowhere"), "cpu"))
    with pytest.raises(ModelError, match="image encoder"):
        looks.make(workspace, workspace.reader(), looks.Encoder(str(tiny_base), "cpu"))
    assert looks.load(workspace.reader()) is None


def test_a_shop_without_pictures_is_told_what_to_do(workspace: Workspace) -> None:
    shutil.rmtree(workspace.path / "images")
    with pytest.raises(InputError, match="Put the files there that image_url names"):
        looks.make(workspace, workspace.reader(), Eyes())
