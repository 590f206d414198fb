"""The table of how soon pages answer, against one that is worked out by hand."""

import pandas as pd
import pytest

from benchmarks.feel import PAGES, summed


def test_medians_and_percentiles_by_page_and_of_all():
    found = pd.DataFrame({
        "page": ["shopper"] * 3 + ["why"], "control": ["When", "Value", "When", "How"],
        "answered": [10.0, 30.0, 20.0, 100.0], "drawn": [100.0, 300.0, 200.0, 1_000.0],
    })
    table = summed(found).set_index("page")
    assert table.index.tolist() == ["shopper", "why", "all"]
    assert table["answers"].tolist() == [3, 1, 4]
    assert table.at["shopper", "answered_median"] == 20
    assert table.at["shopper", "drawn_p95"] == pytest.approx(200 + 0.9 * 100)  # nine tenths of the way to the slowest
    assert table.at["all", "drawn_median"] == 250
    assert table["slowest_control"].tolist() == ["Value", "How", "How"]
    assert table["slowest"].tolist() == [300, 1_000, 1_000]


def test_every_page_of_the_navigation_is_used():
    from pages._ui.nav import PAGES as NAVIGATION

    addresses = {address.partition("?")[0] for address in PAGES.values()}
    assert addresses == {"" if name == "overview" else name for name in NAVIGATION}
