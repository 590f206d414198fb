"""Pictures stand beside items that have one, wherever items are listed; nothing of them becomes markup."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import streamlit as st

from pages._ui import take_table
from tests.pages.fake_placing import FakePlacing
from tests.pages.fake_shop import FakeShop

NASTY = 'https://cdn.example/"><script>alert(1)</script>'


class Everything(dict[str, str]):
    """A picture for every item."""

    def __contains__(self, item: object) -> bool:
        return True

    def __missing__(self, item: str) -> str:
        return NASTY

    def get(self, item: str, default: object = None) -> str:
        return NASTY


def seen(app: Any) -> list[str]:
    return [block.value for block in app.html if "<img" in block.value]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("shopper", {"user": "S00042"}),
        ("recommend", {"user": "S00042"}),
        ("recommend", {"for": "search", "q": "shoes"}),
        ("recommend", {"for": "search", "q": "shoes", "user": "S00042"}),
        ("recommend", {"for": "item", "item": "I003"}),
        ("recommend", {"for": "assist", "need": "shoes"}),
    ],
    ids=["shopper", "recommend", "search", "personal search", "item", "assistant"],
)
def test_items_with_a_picture_show_it(name: str, address: dict[str, str], page: Any, shop: FakeShop) -> None:
    shop.pictured = Everything()
    app = page(name, **address)
    assert not app.exception
    found = seen(app)
    assert found
    assert all('src="https://cdn.example/&quot;&gt;&lt;script&gt;' in one and "<script" not in one for one in found)
    assert all('alt="' in one and 'referrerpolicy="no-referrer"' in one for one in found)


@pytest.mark.parametrize("use", ["segment", "ad"])
def test_tables_of_items_show_their_pictures(use: str, page: Any, shop: FakeShop, monkeypatch: Any) -> None:
    monkeypatch.setattr(FakeShop, "placing", FakePlacing(shop), raising=False)
    shop.pictured = Everything()
    app = page("recommend", **{"for": use})
    assert not app.exception
    pictured = [frame.value for frame in app.dataframe if "Picture" in frame.value]
    assert pictured
    assert all(set(table["Picture"]) == {NASTY} and next(iter(table)) == "Picture" for table in pictured)
    if use == "segment":  # and beside each line of both lists
        assert len(seen(app)) == 16


def test_pictures_do_not_leave_with_a_table() -> None:
    table = pd.DataFrame({"Picture": [NASTY], "Item": ["Boots"]})
    config = {"Picture": st.column_config.ImageColumn(width="small")}
    assert list(take_table.named(table, config)) == ["Item"]


def test_tables_of_items_without_one_have_no_column_of_them(page: Any, shop: FakeShop, monkeypatch: Any) -> None:
    monkeypatch.setattr(FakeShop, "placing", FakePlacing(shop), raising=False)
    tables = [frame.value for frame in page("recommend", **{"for": "segment"}).dataframe]
    assert tables
    assert not any("Picture" in table for table in tables)


def test_items_without_one_show_none(page: Any) -> None:
    assert seen(page("recommend", user="S00042")) == []
