"""The benchmark of how soon pages answer: its sums and its moments against some that are worked out by hand."""

import os
import re

import pandas as pd
import pytest

from benchmarks._controls import Control, told_apart
from benchmarks.feel import PAGES, answer, copied, summed
from core.config import PROJECT


def test_medians_and_percentiles_by_page_and_of_all():
    found = pd.DataFrame({
        "page": ["shopper"] * 3 + ["why"], "control": ["When", "Value", "When", "How"],
        "first": [10.0, 30.0, 20.0, 100.0], "answered": [100.0, 301.0, 200.0, 1_000.0],
    })
    table = summed(found).set_index("page")
    assert table.index.tolist() == ["shopper", "why", "all"]
    assert table["answers"].tolist() == [3, 1, 4]
    assert table.at["shopper", "first_median"] == 20
    assert table.at["shopper", "answered_p95"] == pytest.approx(290.9)  # nine tenths from 200 to 301
    assert table.at["all", "answered_median"] == 250.5
    assert table["within"].tolist() == [pytest.approx(2 / 3), 0, 0.5]  # of 300 ms
    assert table["slowest_control"].tolist() == ["Value", "How", "How"]
    assert table["slowest"].tolist() == [301, 1_000, 1_000]


def test_a_spinner_is_a_sign_and_no_answer():
    # pressed at 1000; a spinner at 1040; the last row came at 1400, and at 1450 nothing was waited for any more
    assert answer(1_000, 1_040, 1_400, 1_450) == {"first": 40, "answered": 450}


def test_what_comes_when_the_app_rests_already_is_waited_for():
    assert answer(1_000, 1_040, 1_600, 1_450) == {"first": 40, "answered": 600}  # a chart is drawn after the run


def test_what_only_the_browser_does_is_answered_at_the_next_frame():
    assert answer(1_000, None, None, 1_016) == {"first": 16, "answered": 16}


def test_a_change_after_all_is_done_is_no_earlier_sign():
    assert answer(1_000, None, 900, 990) == {"first": 0, "answered": 0}


def test_of_controls_that_are_called_alike_one_is_used_and_none_that_begins_a_job():
    popover = Control("popover", "Save", 0)
    seen = [Control("link", "Why?", 0), Control("link", "Why?", 1), Control("button", "Why?", 2), popover,
            Control("button", "Start training", 3), Control("button", "Score another list", 4),
            Control("button", "Score", 5), Control("text", "Name", 0, popover)]  # fmt: skip
    kept = told_apart(seen)
    assert [(one.kind, one.name, one.number) for one in kept] == [
        ("link", "Why?", 0), ("button", "Why?", 2), ("popover", "Save", 0), ("button", "Score another list", 4),
        ("text", "Save › Name", 0),
    ]  # fmt: skip


def test_the_copy_shares_what_never_changes_and_nothing_else(tmp_path):
    shop = tmp_path / "demo"
    (shop / "versions").mkdir(parents=True)
    (shop / "versions" / "1.duckdb").write_bytes(b"facts")
    (shop / "state.sqlite").write_bytes(b"state")
    copy = copied(shop, tmp_path / "copies")
    assert os.path.samefile(shop / "versions" / "1.duckdb", copy / "versions" / "1.duckdb")
    assert not os.path.samefile(shop / "state.sqlite", copy / "state.sqlite")
    assert (copy / "state.sqlite").read_bytes() == b"state"


def test_every_page_of_the_navigation_is_used():
    from pages._ui.nav import PAGES as NAVIGATION

    addresses = {address.partition("?")[0] for address in PAGES.values()}
    assert addresses == {"" if name == "overview" else name for name in NAVIGATION}


def test_every_look_at_a_segment_and_every_use_of_recommendations_is_used():
    from pages._ui.look import _PANELS

    uses = re.findall(r'^    "(\w+)": \(to_say\("', (PROJECT / "pages" / "recommend.py").read_text(), re.MULTILINE)
    addresses = list(PAGES.values())
    assert len(_PANELS) == 7
    assert all(any(f"look={look}" in address for address in addresses) for look in _PANELS)
    assert uses == ["shopper", "segment", "item", "search", "assist", "ad"]
    assert all(use == "shopper" or any(f"for={use}" in address for address in addresses) for use in uses)
