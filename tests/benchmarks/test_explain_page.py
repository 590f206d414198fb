import re

import pytest

from benchmarks._explain_page import PAGE

HOW = {"command": "python -m benchmarks.explain", "date": "2026-11-25T05:00+00:00",
       "machine": {"cores": 2, "processor": "A chip"}}
EXPLAIN = {
    **HOW, "shoppers": 3, "seconds_each": {"ours": 0.125, "stock": 20.5, "times_less": 164.0},
    "median": {"events, 10 items": {"seconds": 1.25, "masks": 30.0, "additivity_error": 5e-7, "seed_correlation": 0.98,
                                    "exact_correlation": 0.99, "history_tokens": 181.0, "events": 8.0},
               "shap": {"seconds": 20.5, "masks": None, "additivity_error": 0.002}},
    "faithfulness": {"ours": {"comprehensiveness": 0.5, "sufficiency": 0.25, "deletion": 0.75, "pairs": 3}},
}
ABSENT = {**HOW, "shoppers": 5, "clicks": 60, "milliseconds": {"left out": 20.4, "[MASK]": 41.0},
          "causes": {"left out": {"first": 0.3, "among first 3": 0.77}, "[MASK]": {"first": 0.3, "among first 3": 0.7}},
          "orders": {what: {"left out": {"left out": 1.25, "[MASK]": 1.125}, "[MASK]": {"left out": 0.5, "[MASK]": 1.0}}
                     for what in ("clicks", "tags")}}
SUSPICIOUS = {**HOW, "attacks": {"commands": {"titles": 40, "found": 0.975, "gain": 0.301, "left": -0.004}},
              "honest": {"demo": {"titles": 1500, "accused": 2}}}


def test_the_page_says_what_the_results_say() -> None:
    text = PAGE.file.read_text(encoding="utf-8")
    assert PAGE.filled(text, PAGE.results()) == text
    assert tuple(re.findall(r"<!-- table (\w+) -->", text)) == tuple(PAGE.tables)
    assert "Not measured yet." not in text


@pytest.mark.parametrize(("name", "lines"), [
    ("cost", ["3 shoppers, 181 tokens and 8 events", "takes 0.12 s against 20.5 s: 164 times less.",
              "| events, 10 items | 1.25 s | 30 | under 0.0001 | 0.980 | 0.990 |",
              "| shap | 20.50 s |  | 0.0020 |  |  |"]),
    ("absent", ["| absent means | a mask of ten items | causes found | played “left out” | played “[MASK]” |",
                "| [MASK] | 41 ms | 70 % | 0.50 / 0.50 | 1.00 / 1.00 |", "5 shoppers, 60 clicks."]),
    ("faithfulness", ["| ours | 0.50 | 0.25 | 0.75 | 3 |"]),
    ("suspicious", ["| commands | 40 | 98 % | +0.30 | -0.00 |", "Honest titles accused: 2 of 1,500 in demo."]),
])
def test_tables(name: str, lines: list[str]) -> None:
    text = f"a\n<!-- table {name} -->\nold\n<!-- end -->\nb"
    found = PAGE.filled(text, {"absent": ABSENT, "explain": EXPLAIN, "suspicious": SUSPICIOUS})
    assert "old" not in found
    for line in lines:
        assert line in found
    assert PAGE.filled(found, {"absent": ABSENT, "explain": EXPLAIN, "suspicious": SUSPICIOUS}) == found


def test_what_was_not_measured_says_so() -> None:
    assert "Not measured yet." in PAGE.filled("<!-- table cost -->\n<!-- end -->", {})
