import re

import pytest

from benchmarks._shown_page import PAGE

HOW = {"command": "python -m benchmarks.any", "date": "2026-11-30T05:00+00:00",
       "machine": {"cores": 2, "processor": "A chip"}}
ROW = {"hr@10": [0.5, 0.25, 0.75], "ndcg@10": [0.125, 0.0, 0.25], "coverage": 0.0651, "cold": 0.01, "novelty": 5.42}
LATENCY = {**HOW, "shoppers": 20, "median": {"near": 0.003, "the whole list": 0.25}, "p95": 0.5}
FOUND = {
    "recommend": {"pieces": {
        "demo": {**HOW, "cases": 1150, "shoppers": 144, "items": 2150, "from": "2026-06-22T00:00:00",
                 "candidates": {"reached": [0.98, 0.95, 1.0]},
                 "rows": {"popularity": {**ROW, "ahead": {"hr@10": [0.25, -0.125, 0.5], "ndcg@10": [0.5, 0.25, 0.75]}},
                          "union + BERT": ROW}},
        "latency 100000": {**LATENCY, "items": 100_000}, "latency 2000": {**LATENCY, "items": 2_000},
    }},
    "search": {**HOW, "searches": 30, "shoppers": 28, "ndcg@10": {
        "BM25": {"asked for": [0.5, 0.25, 0.75], "would click": [0.25, 0.0, 0.5], "under a price": [1.0, 0.5, 1.0],
                 "ms": [183.4]}}},
    "offpolicy": {**HOW, "rows": [{"campaign": "men", "policy": "bts", "clip": None, "effective": 2869,
                                   "estimate": "IPS", "value": 0.00566, "low": 0.0029, "high": 0.0084, "own": 0.0069,
                                   "own_low": 0.00546, "own_high": 0.00872, "agrees": False}]},
    "speed": {**HOW, "device": "CPU", "scored": {
        "20 a shopper": {"pairs": 2000, "pairs_a_second": 250.4, "hours_a_million": 1.11}}},
}


def test_the_page_says_what_the_results_say() -> None:
    text = PAGE.file.read_text(encoding="utf-8")
    assert PAGE.filled(text, PAGE.results()) == text
    assert set(re.findall(r"<!-- table (\w+) -->", text)) == set(PAGE.tables)


@pytest.mark.parametrize(("name", "lines"), [
    ("demo", ["| popularity | 0.500 (0.250 – 0.750) | 0.125 (0.000 – 0.250) | +0.250 (-0.125 – +0.500) | "
              "+0.500 (+0.250 – +0.750) | 6.5 % | 1.0 % | 5.4 |",
              "1,150 days of 144 shoppers from 2026-06-22 on, 2,150 items",
              "`python -m benchmarks.any`, 2026-11-30, 2 cores (A chip)."]),
    ("retail", ["Not measured yet."]),
    ("latency", ["| items | near | the whole list | 95th percentile |\n| --- | --- | --- | --- |\n"
                 "| 2,000 | 0.00 s | 0.25 s | 0.50 s |\n| 100,000 |"]),
    ("search", ["| BM25 | 0.500 (0.250 – 0.750) | 0.250 (0.000 – 0.500) | 1.000 (0.500 – 1.000) | 183 ms |",
                "30 searches by 28 shoppers"]),
    ("policies", ["| men | Bernoulli Thompson, from the random log | none | 2,869 | IPS | 0.57 % (0.29 – 0.84) | "
                  "0.69 % (0.55 – 0.87) | no |"]),
    ("scored", ["| 20 a shopper | 2,000 | 250 | 1.1 h |"]),
])
def test_tables(name: str, lines: list[str]) -> None:
    found = PAGE.filled(f"a\n<!-- table {name} -->\nold\n<!-- end -->\nb", FOUND)
    assert "\nold\n" not in found
    for line in lines:
        assert line in found
    assert PAGE.filled(found, FOUND) == found


def test_what_was_not_measured_says_so() -> None:
    assert "Not measured yet." in PAGE.filled("<!-- table search -->\n<!-- end -->", {})
