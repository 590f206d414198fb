"""Whatever is shown says of which data and model it is, and so does every file that leaves a page."""

from __future__ import annotations

import copy
import inspect
import json
import re

import pandas as pd
import pytest
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from pages._ui import resources, take_table
from tests.pages.conftest import PROJECT
from tests.pages.fake_placing import FakePlacing
from tests.pages.fake_shop import FakeShop
from tests.pages.test_every_page import CHOSEN, QUESTIONS, bend

FRESH = "As of 2 June 2026: version 3 of the data, model demo."
#: Pages with what they show only when asked.
ASKED = [
    *((name, CHOSEN.get(name, {})) for name in QUESTIONS),
    ("why", {"ask": "titles"}), ("why", {"user": "S00042", "tag": "intent:buy"}),
    ("recommend", {"for": "ad"}), ("recommend", {"for": "segment"}),
    *(("segments", {"where": '[["purchases",">=",3]]', "look": look}) for look in ("did", "when", "value", "came")),
]  # fmt: skip


@pytest.fixture
def files(monkeypatch):
    """Return the names of the files that pages offer."""
    named: list[str] = []
    button = DeltaGenerator._download_button
    places = inspect.signature(button)

    def noted(*given, **more):
        named.append(places.bind(*given, **more).arguments["file_name"])
        return button(*given, **more)

    monkeypatch.setattr(DeltaGenerator, "_download_button", noted)
    return named


def stamps(app: AppTest) -> list[str]:
    return [one.value for one in app.main.caption if one.value.startswith("As of") and "version" in one.value]


def pictures(app: AppTest) -> list[str]:
    """What charts are called as pictures."""
    configs = [json.loads(one.proto.config) for one in app.get("plotly_chart")]
    assert all(config["modeBarButtons"] == [["toImage"]] for config in configs)
    return [config["toImageButtonOptions"]["filename"] for config in configs]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_page_says_once_of_which_data_and_model_it_is(name, page, shop):
    assert stamps(page(name, **CHOSEN.get(name, {})))[0] == FRESH
    bend(shop, "no_model")
    assert stamps(page(name, **CHOSEN.get(name, {})))[0] == "As of 2 June 2026: version 3 of the data."
    bend(shop, "empty")
    assert stamps(page(name, **CHOSEN.get(name, {}))) == []


@pytest.mark.parametrize(("name", "address"), ASKED)
def test_every_file_of_every_page_is_named_by_data_model_and_day(name, address, page, shop, files, monkeypatch):
    monkeypatch.setattr(FakeShop, "placing", FakePlacing(shop), raising=False)
    app = page(name, **address)
    assert not app.exception
    taken = [one for one in files if one != "example.csv"]
    assert all(re.search(r"-data-3(-demo-\d{4}-\d\d-\d\d)?\.(csv|xlsx|parquet|svg|html)$", one) for one in taken)
    assert all(re.search(r"-data-3-demo-\d{4}-\d\d-\d\d$", one) for one in pictures(app))


def test_what_a_link_shows_is_of_its_own_data(page, shop, monkeypatch, files):
    page("segments", where='[["purchases",">=",3]]').button(key="make-link").click().run()
    then = copy.copy(shop)
    then.version = 2
    monkeypatch.setattr(resources, "seen", lambda *asked: then)
    files.clear()
    app = page("segments", view="v1")
    assert stamps(app)[0] == "As of 2 June 2026: version 2 of the data, model demo."
    assert pictures(app) and all("-data-2-demo-" in one for one in pictures(app))
    assert [one for one in files if one.startswith("Segment-data-2-demo-") and one.endswith(".html")]


def test_figures_of_another_model_are_named_by_it(page, shop, files):
    shop.names = ("demo", "newer")
    page("model", model="newer")
    figures = [one for one in files if one.startswith(("All-figures", "Tags"))]
    assert len(figures) == 6 and all("-newer-" in one for one in figures)
    models = [one for one in files if one.startswith("Models")]
    assert len(models) == 3 and all("-demo-" in one for one in models)


def test_a_table_is_taken_along_as_it_is_shown_in_percent_where_it_is(page):
    table = pd.DataFrame({"user_id": ["=1"], "tag": [40.0], "share": [0.25], "course": [[1, 2]], "n": [3]})
    config = {
        "user_id": st.column_config.TextColumn("Shopper"), "n": st.column_config.NumberColumn("Shopper"),
        "tag": st.column_config.ProgressColumn("Will buy – predicted", format="%.0f %%"),
        "share": st.column_config.NumberColumn(format="percent"), "course": st.column_config.LineChartColumn("Course"),
    }  # fmt: skip
    assert take_table.named(table, config).to_dict("list") == {
        "Shopper": ["=1"], "Will buy – predicted (%)": [40.0], "share (%)": [25.0], "Shopper [n]": [3],
    }  # fmt: skip


def test_no_table_offers_what_streamlit_would_write():
    assert "disableDataExport = true" in (PROJECT / ".streamlit" / "config.toml").read_text()
