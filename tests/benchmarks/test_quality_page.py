import json
import re

from benchmarks.contest import page

RESULTS = page.PROJECT / "benchmarks" / "results" / "quality.json"
FOUND = {
    "sizes": {"lists": 1200, "epochs": 2.0, "seeds": [0, 1], "all_seeds": False},
    "machine": {"cores": 2}, "minutes": 3.5, "date": "2026-11-25T05:00:00+00:00",
    "command": "python -m benchmarks.quality",
    "tables": {"baskets": {"n": 800, "about": "0.5 % of them", "rows": {
        "random": {"gauc": [0.5, 0.48, 0.52], "ahead": {"gauc": [0.25, 0.2, 0.3]}},
        "ours": {"gauc": [0.75, 0.7, None], "classes": [{"class": "yes", "n": 1, "precision": 1.0, "recall": 0.5,
                                                         "f1": 0.667, "auc": None}]},
    }}},
}


def test_the_page_says_what_the_results_say() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.filled(text, json.loads(RESULTS.read_text(encoding="utf-8"))) == text


def test_every_task_has_its_place_on_the_page() -> None:
    from benchmarks.quality import TASKS

    assert tuple(re.findall(r"<!-- table (\w+) -->", page.PAGE.read_text(encoding="utf-8"))) == TASKS


def test_a_table_in_markdown() -> None:
    text = page.filled("a\n<!-- table shop -->\nold\n<!-- end -->\nb", {"shop": FOUND})
    assert "old" not in text and text.startswith("a\n<!-- table shop -->") and text.endswith("<!-- end -->\nb")
    assert "| random | 0.500 (0.480 – 0.520) | +0.250 (+0.200 – +0.300) |" in text
    assert "| ours | 0.750 (0.700 – –) |  |" in text
    assert "| ours | yes | 1 | 1.000 | 0.500 | 0.667 | – |" in text
    assert "seeds 0, 1 (other networks: the first)" in text and "**Baskets** (n = 800, 0.5 % of them)" in text
    assert page.filled(text, {"shop": FOUND}) == text


def test_what_was_not_measured_says_so() -> None:
    assert "Not measured yet." in page.filled("<!-- table shop -->\n<!-- end -->", {})
