"""What drives a prediction in a segment, on the command line."""

import json

import numpy as np
import pytest

from core.__main__ import main
from core.conditions import Group, Listed
from core.explain.parts import Part, Pushes
from core.service import Shop
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop


@pytest.fixture
def read(monkeypatch):
    """Note who was read; everybody's purchases push by one, ann's by two."""
    seen = []

    def pushes(scorer, user, as_of, seed, walks):
        seen.append(user)
        values = np.full((1, 2), 2.0 if user == "ann" else 1.0)
        return Pushes([Part("purchase", "category", "shoes")], values, np.full(2, -2.0), values[0] - 2)

    monkeypatch.setattr("core.explain.parts.tag_pushes", pushes)
    return seen


@pytest.fixture
def shop(tmp_path, monkeypatch):
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo")
    scorer = FakeScorer()
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)
    Shop(path).segments.save(Group("all", (Listed("A", "", ("ann",)),)), "Runners")
    return path


def run(capsys, *argv):
    code = main(list(map(str, argv)))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_answer_is_a_sentence_then_sizes_kinds_and_words(capsys, shop, read):
    code, out, _ = run(capsys, "explain", "--workspace", shop, "--segment", "Runners", "--tag", "Likely to buy")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("The model gives this shopper a 50 % chance of “Likely to buy”, everyone else 27 %.")
    assert lines[1] == f"Read: 1 of the 1 shoppers of Runners, {len(read) - 1} of {len(read) - 1} others."
    assert "  × 2.72  what they bought" in lines


def test_json_has_every_row(capsys, shop, read):
    _, out, _ = run(capsys, "explain", "--workspace", shop, "--segment", "Runners", "--tag", "intent:buy", "--json")
    answer = json.loads(out)
    assert answer["gap"] == pytest.approx(1.0) and answer["model"] == "demo"
    assert answer["rows"][0] | {"gap": 1.0} == {
        "level": "kind", "name": "purchase", "field": "", "here": 2.0, "there": 1.0, "gap": 1.0, "low": None,
        "high": None, "sure": False, "have_here": 1.0, "have_there": 1.0}


def test_what_was_read_is_used_again(capsys, shop, read):
    for tag in ("intent:buy", "interest:Shoes"):
        assert run(capsys, "explain", "--workspace", shop, "--segment", "Runners", "--tag", tag)[0] == 0
    assert len(read) == len(set(read))


@pytest.mark.parametrize(("argv", "said"), [
    (["--segment", "Nobody", "--tag", "intent:buy"], "No segment is called 'Nobody'"),
    (["--segment", "Runners", "--tag", "x"], "The model has no tag 'x'"),
    (["--segment", "Runners", "--item", "ZZ"], "No item has the id 'ZZ'"),
    (["--segment", "Runners", "--category", "Hats"], "no items in 'Hats'"),
    (["--segment", "Runners", "--tag", "intent:buy", "--sample", "0"], "--sample wants a number of shoppers"),
    (["--user", "ann", "--tag", "intent:buy"], "--item ID"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_one_line(argv, said, capsys, shop, read):
    code, out, err = run(capsys, "explain", "--workspace", shop, *argv)
    assert (code, out) == (2, "") and said in err and read == []


@pytest.mark.parametrize("argv", [["--segment", "Runners"], ["--user", "ann", "--segment", "Runners", "--item", "P1"]])
def test_a_question_that_is_half_or_double_is_refused(argv, shop):
    with pytest.raises(SystemExit):
        main(["explain", "--workspace", str(shop), *argv])
