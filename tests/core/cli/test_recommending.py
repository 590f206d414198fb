"""Lists on the command line: how they are arranged, what moved each item, and the vectors that they are varied by."""

import json

import numpy as np
import pytest

from core import vectors
from core.__main__ import main
from core.service import Shop
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import little_model
from tests.core.little_shop import little_shop

RULES = """
[[rule]]
do = "boost"
brand = "Tamsin"
by = 3

[[rule]]
do = "pin"
item = "A1"
place = 2
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop whose scorer is a fake: of its products, the blue road shoes are the likeliest."""
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo")
    chances = {"P1": 0.38, "P2": 0.4, "P3": 0.32, "P4": 0.2, "A1": 0.05}
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: FakeScorer(chances))
    return path


@pytest.fixture
def run(capsys, shop):
    def go(*argv, as_json=True):
        code = main([*map(str, argv), "--workspace", str(shop), *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        return code, json.loads(said.out) if as_json and code == 0 else said.out.splitlines(), said.err

    return go


def ids(answer):
    return [item["item_id"] for item in answer["items"]]


def test_lists_are_varied_unless_that_is_turned_off(run):
    _, answer, _ = run("recommend", "--user", "ann")
    assert ids(answer) == ["P2", "P3", "P1", "P4"]  # the red shoes are of the same brand and department as the blue
    assert answer["items"][1]["was"] == 3
    assert answer["items"][1]["moved_by"] == ["it is unlike those above it"]
    assert (answer["expected"], answer["most"]) == (pytest.approx(1.3), pytest.approx(1.3))
    _, answer, _ = run("recommend", "--user", "ann", "--diversity", "0")
    assert ids(answer) == ["P2", "P1", "P3", "P4"]


def test_caps_and_rules(run, tmp_path):
    _, answer, _ = run("recommend", "--user", "ann", "--cap-brand", "1", "--diversity", "0")
    assert ids(answer) == ["P2", "P3"]
    assert answer["notes"] == ["Only 2 of 4 places are filled: the caps let no more through."]
    (tmp_path / "rules.toml").write_text(RULES)
    _, answer, _ = run("recommend", "--user", "ann", "--rules", tmp_path / "rules.toml", "--diversity", "0")
    assert ids(answer) == ["P3", "A1", "P4", "P2", "P1"]
    assert answer["items"][0]["moved_by"] == ["boosted 3 times: brand Tamsin"]
    assert (answer["items"][1]["source"], answer["items"][1]["was"]) == ("pinned", 5)


def test_for_people_each_item_says_what_moved_it(run):
    _, lines, _ = run("recommend", "--user", "ann", "-k", "2", "--cap-category", "1", as_json=False)
    assert lines[2] == "             by its chance alone at 3; it is unlike those above it"
    assert lines[-1] == "Clicks to expect of these: 0.72; of the likeliest as many: 0.78."


def test_a_search_shows_the_plain_order_beside(run):
    _, answer, _ = run("recommend", "--user", "ann", "--query", "shoes", "--diversity", "0")
    assert ids(answer) == ["P2", "P1"]
    assert [hit["item_id"] for hit in answer["plain"]] == ["P1", "P2"]
    _, lines, _ = run("recommend", "--user", "ann", "--query", "shoes", "-k", "1", as_json=False)
    assert lines == [" 1.  40.0 %  Road shoes, blue (P2; words)", "For nobody in particular:",
                     " 1. Trail shoes, red (P1; not here)"]  # fmt: skip
    _, lines, _ = run("recommend", "--user", "ann", "--query", "shoes under 20", as_json=False)
    assert "Nothing that matches costs up to 20, so other prices are shown. The cheapest is 45.00." in lines


@pytest.mark.parametrize(("options", "message"), [
    (["--diversity", "2"], "diversity is 2; it should be between 0 and 1"),
    (["--cap-brand", "0"], "at least one item must be allowed"),
    (["--rules", "nowhere.toml"], "nowhere.toml cannot be read as rules"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(run, options, message):
    code, _, said = run("recommend", "--user", "ann", *options)
    assert code == 2
    assert message in said


def test_a_pin_of_nothing_is_refused(run, tmp_path):
    (tmp_path / "rules.toml").write_text('[[rule]]\ndo = "pin"\nitem = "ZZ"\n')
    code, _, said = run("recommend", "--user", "ann", "--rules", tmp_path / "rules.toml")
    assert (code, "pins item 'ZZ', which is not in the catalogue" in said) == (2, True)


def test_vectors_are_made_and_then_used(run, shop, monkeypatch):
    class Encoder:
        def __init__(self, base, device):
            assert base == "all-MiniLM-L6-v2"

        def of(self, texts):
            return np.array([[1.0, 0.0] if "shoes" in text else [0.0, 1.0] for text in texts], dtype=np.float32)

    monkeypatch.setattr(vectors, "Encoder", Encoder)
    assert not Shop(shop).vectors_ready()
    code, answer, _ = run("vectors")
    assert (code, answer["items"]) == (0, 6)
    assert Shop(shop).vectors_ready()
    _, answer, _ = run("recommend", "--user", "bob")  # who looked at the blue shoes and has a tent in the cart
    assert {item["item_id"] for item in answer["items"] if "similar" in item["sources"]} == {"P1", "P3"}  # 0.32 near
