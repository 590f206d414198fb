"""Every page runs on a made-up shop, put where the real one would be built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages._ui import nav, resources
from tests.pages.fake_shop import FakeShop

PROJECT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeShop:
    """Return the shop that all pages see; a test bends it before it opens a page."""
    (tmp_path / "harbour-street").mkdir()
    made = FakeShop(tmp_path / "harbour-street")

    def build(path: Path, device: str, version: int | None) -> FakeShop:
        made.version = version or made.version
        made.newer = None if version else made.newer
        return made

    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(resources, "build", build)
    return made


@pytest.fixture
def page(shop: FakeShop, tmp_path: Path) -> Open:
    """Return a function that opens a page by its file's name with what its address carries.

    The router runs from a folder without ``pages/``, as in a server that knows it: AppTest forgets it between runs.
    """
    router = tmp_path / "app.py"
    router.write_text((PROJECT / "app.py").read_text())

    def open_page(name: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(router), default_timeout=180)
        app.query_params.update(address)
        if name != "overview":  # that is where an address without a path leads
            app.switch_page(str(nav.path(name)))
        return app.run()

    return open_page
