"""The page about described tags says what was measured, in its tables as in its sentences."""

import re

import pytest

from benchmarks._tags_page import PAGE

CHILDREN = {
    "n": 401, "share": 0.36, "sentence": "a family", "auc": {
        "ours": {"0": [0.594, 0.55, 0.65], "8": [0.61, 0.56, 0.66]}, "words counted": {"8": [0.5, 0.45, 0.55]}},
    "ahead": {"words counted": {"8": [0.11, 0.05, 0.17], "32": [0.01, -0.02, 0.04], "128": [-0.03, -0.05, -0.01]},
              "LightGBM on counted features": {"128": [0.2, 0.1, 0.3]},
              "yes against no": {"0": [-0.01, -0.05, 0.03]}},
    "promised": {"8": {"told": 0, "of": 2, "said": None, "true": None, "inside": 0},
                 "32": {"told": 2, "of": 2, "said": 0.5, "true": 0.46, "inside": 2},
                 "128": {"told": 1, "of": 2, "said": 0.6, "true": 0.4, "inside": 0}},
}  # fmt: skip
RICH = {
    **CHILDREN, "auc": {"ours": {"0": [0.36, 0.31, 0.42]}},
    "ahead": {"words counted": {str(marks): [-0.1, -0.15, -0.05] for marks in (8, 32, 128)},
              "LightGBM on counted features": {"128": [0.1, -0.1, 0.3]},
              "yes against no": {"0": [-0.19, -0.28, -0.11]}},
}  # fmt: skip
FOUND = {"few_labels": {
    "seeds": "0,1", "minutes": 3.0, "date": "2026-06-01T10:00", "command": "python -m benchmarks.few_labels",
    "machine": {"cores": 2}, "tasks": {"Baskets": {"children in the household": CHILDREN}, "More": {"rich": RICH}},
}}  # fmt: skip


def filled(text: str) -> str:
    return PAGE.filled(text, FOUND)


def test_tables_say_rows_leads_and_promises() -> None:
    said = filled("before\n<!-- table few_labels -->\nstale\n<!-- end -->\nafter")
    assert "**Baskets: children in the household** (“a family”; true of 36% of 401 judged)" in said
    assert "| ours | 0.594 (0.550 – 0.650) | 0.610 (0.560 – 0.660) |  |  |" in said
    assert "| *ours ahead of words counted* |  | +0.110 (+0.050 – +0.170) | +0.010 (-0.020 – +0.040) |" in said
    assert "| a guess each time | 50% → 46%; 2 of 2 (0 guesses) | 60% → 40%; 0 of 1 (1 guesses) |" in said
    assert "stale" not in said
    assert said.startswith("before\n<!-- table few_labels -->\n")
    assert said.endswith("<!-- end -->\nafter")
    assert filled(said) == said


@pytest.mark.parametrize(("name", "said"), [
    ("words_alone", "0.59"), ("pointing_wrong", "1 of 2"),
    ("opposite", "better in 2 of 2 questions, surely in 1"),
    ("ahead_counted_8", "surely ahead in 1, surely behind in 1 of 2"),
    ("ahead_counted_32", "surely ahead in 0, surely behind in 1 of 2"),
    ("ahead_counted_128", "surely ahead in 0, surely behind in 2 of 2"),
    ("ahead_boosted_128", "surely ahead in 1, surely behind in 0 of 2"),
    ("kept_8", "0 of 0"), ("kept_32", "4 of 4"), ("kept_128", "0 of 2"), ("kept", "4 of 6"),
])  # fmt: skip
def test_figures_within_sentences(name: str, said: str) -> None:
    sentence = f"As <!-- figure {name} -->it was<!-- end -->, so it is."
    assert filled(sentence) == f"As <!-- figure {name} -->{said}<!-- end -->, so it is."


def test_a_figure_that_nothing_writes_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        filled("<!-- figure nonsense -->1<!-- end -->")


def test_the_page_says_what_was_measured() -> None:
    text = PAGE.file.read_text(encoding="utf-8")
    assert PAGE.filled(text, PAGE.results()) == text
    assert re.findall(r"<!-- table (\w+) -->", text) == list(PAGE.tables)
    assert set(re.findall(r"<!-- figure (\w+) -->", text)) <= set(PAGE.figures)
    assert PAGE.results(), "nothing was measured yet"
