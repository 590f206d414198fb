"""Searching, and what suits an item, on the command line."""

import json

import pytest

from core.__main__ import main
from tests.core.assist.fake_endpoint import endpoint
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("cli") / "shop").path


@pytest.fixture
def modelled(tmp_path, monkeypatch):
    """A shop with a model whose scorer is a fake."""
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo")
    scorer = FakeScorer({"P1": 0.1, "P2": 0.4})
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)
    return path


@pytest.fixture
def run(capsys):
    def go(*argv, code=0, as_json=True):
        assert main([*map(str, argv), *(["--json"] if as_json else [])]) == code
        said = capsys.readouterr()
        return said.err if code else json.loads(said.out) if as_json else said.out.splitlines()

    return go


def test_a_search_is_understood_and_answered(run, plain):
    answer = run("search", "trail", "shoes", "under", "60", "--workspace", plain)
    assert [hit["item_id"] for hit in answer["hits"]] == ["P1"]
    assert [(part["what"], part["label"]) for part in answer["parts"]] == [
        ("category", "Trail"), ("category", "Shoes"), ("price", "up to 60")]  # fmt: skip
    assert answer["notes"][0].startswith("Nothing that matches costs up to 60")
    assert (answer["user_id"], answer["model"], answer["generated"]) == (None, None, False)
    assert answer["hits"][0]["moved"] is None


def test_for_a_shopper_it_says_what_moved(run, modelled):
    answer = run("search", "shoes", "--user", "ann", "--workspace", modelled)
    hits = [(hit["item_id"], hit["moved"], hit["p_click"]) for hit in answer["hits"]]
    assert hits == [("P2", 1, 0.4), ("P1", -1, 0.1)]
    assert [hit["item_id"] for hit in answer["plain"]] == ["P1", "P2"]
    assert (answer["user_id"], answer["model"]) == ("ann", "demo")


def test_without_a_model_a_shopper_changes_nothing(run, plain):
    answer = run("search", "shoes", "--user", "ann", "-k", "1", "--workspace", plain)
    assert ([hit["item_id"] for hit in answer["hits"]], answer["model"]) == (["P1"], None)


def test_a_search_for_people(run, plain, modelled):
    lines = run("search", "blue shoes", "--workspace", plain, as_json=False)
    assert lines == ["Understood: Shoes", "1 item matches", " 1. Road shoes, blue (P2, 45.00; by words)",
                     " 2. Trail shoes, red (P1, 100.00; by words)"]  # fmt: skip
    lines = run("search", "shoes", "--user", "ann", "--workspace", modelled, as_json=False)
    assert lines[1:3] == ["2 items match; ranked for shopper ann",
                          " 1.  40.0 %    +1  Road shoes, blue (P2, 45.00; by words)"]  # fmt: skip
    lines = run("search", "submarine", "--workspace", plain, as_json=False)
    assert lines == ["No item has “submarine”.", "Nothing matches. Try fewer or other words."]


def test_what_suits_an_item(run, plain):
    answer = run("similar", "--item", "P1", "--workspace", plain)
    assert answer["item"]["title"] == "Trail shoes, red"
    assert [(one["item_id"], one["why"]) for one in answer["similar"]] == [("P2", "Same brand; both say “shoes”")]
    assert (answer["goes_with"], answer["about"]) == ([], [])
    lines = run("similar", "--item", "P4", "--workspace", plain, as_json=False)
    assert lines == ["Tent for two (P4)", "Similar:", "  Camping lamp (P3): Same brand", "Goes with it:",
                     "  nothing is known", "About it:", "  How to choose a tent (A1): Says “tent”"]  # fmt: skip


def test_a_need_is_answered_and_gone_on_from(run, plain):
    answer = run("assist", "shoes", "please", "--then", "cheaper", "--workspace", plain)
    assert (answer["need"], answer["matching"]) == ("shoes under 99", 1)
    assert answer["answer"] == "One item matches Shoes, up to 99: Road shoes, blue."
    assert [one["hit"]["item_id"] for one in answer["offers"]] == ["P2"]
    lines = run("assist", "shoes", "--workspace", plain, as_json=False)
    assert lines[:3] == ["2 items match Shoes. Trail shoes, red fits best, then Road shoes, blue.",
                         " 1. Trail shoes, red (P1, 100.00)",
                         "    is in Trail; was wanted more than the others here, in the last four weeks"]  # fmt: skip
    lines = run("assist", "waterproof tent", "--workspace", plain, as_json=False)
    assert "    is in Tents; does not say “waterproof”" in lines


def test_for_a_shopper_the_assistant_says_what_is_predicted(run, modelled):
    answer = run("assist", "shoes", "--shopper", "ann", "-k", "1", "--workspace", modelled)
    (personal,) = [one["personal"] for one in answer["offers"]]
    assert personal == "40.0 % chance of a click, 1 place higher than for anybody"
    lines = run("assist", "shoes", "--shopper", "ann", "--workspace", modelled, as_json=False)
    assert "    40.0 % chance of a click, 1 place higher than for anybody" in lines


def test_a_language_model_words_the_answer_where_one_is_configured(run, plain, monkeypatch):
    with endpoint() as answers:
        monkeypatch.setenv("SHOPPERLENS_ASSISTANT_URL", answers.url)
        monkeypatch.setenv("SHOPPERLENS_ASSISTANT_MODEL", "little")
        answers.says = "Take [1], or [2]."
        answer = run("assist", "shoes", "--workspace", plain)
        assert (answer["answer"], answer["phrased_by"]) == ("Take Trail shoes, red, or Road shoes, blue.", "little")
        answers.says = "Take the Zephyr instead of [1]."
        lines = run("assist", "shoes", "--workspace", plain, as_json=False)
    assert lines[0].startswith("2 items match Shoes.")
    assert "What the language model wrote was left out: it names “Zephyr”" in lines[-1]


@pytest.mark.parametrize(("argv", "said"), [
    (("assist", "start over"), "Nothing is asked for"),
    (("assist", "shoes", "--shopper", "eve"), "No shopper has the id"),
    (("search", " "), "Nothing is asked for"), (("search", "shoes", "--user", "eve"), "No shopper has the id 'eve'"),
    (("search", "shoes", "-k", "0"), "At least one item"), (("similar", "--item", "P9"), "No item has the id 'P9'"),
])  # fmt: skip
def test_what_cannot_be_answered_is_said_in_a_line(run, plain, argv, said):
    assert said in run(*argv, "--workspace", plain, code=2, as_json=False)
