"""A chart is kept as a picture: it is called what it shows and of which data, and can be read on any paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE
from tests.browser.serving import PROJECT, started

pytestmark = pytest.mark.browser
#: Paper of the two themes, as `.streamlit/config.toml` has it.
PAPER = {"light": (255, 255, 255), "dark": (18, 22, 28)}
#: How far the sum of red, green and blue of text is from that of its paper, at least.
FAR = 540


@pytest.fixture(scope="module")
def fake_url() -> Iterator[str]:
    """Serve the made-up shop."""
    with started([str(PROJECT / "tests/browser/fake_app.py")]) as address:
        yield address


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)])
def test_a_chart_is_kept_as_a_picture(scheme, viewport, fake_url, visit):
    page = visit(f"{fake_url}/segments?where=%5B%5B%22purchases%22%2C%22%3E%3D%22%2C3%5D%5D", color_scheme=scheme,
                 viewport=viewport)  # fmt: skip
    chart = page.locator(".js-plotly-plot").first
    button = chart.get_by_role("button")
    expect(button).to_have_accessible_name("Keep as a picture (PNG)")
    button.focus()  # it shows itself to the keyboard, too
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert re.fullmatch(r"differences-data-3-demo-\d{4}-\d\d-\d\d\.png", download.value.suggested_filename)
    with Image.open(download.value.path()) as picture:
        box = chart.bounding_box()
        assert picture.format == "PNG"
        assert picture.size == pytest.approx((2 * box["width"], 2 * box["height"]), abs=2)
        colours = picture.convert("RGBA")
        assert colours.getpixel((0, 0)) == (*PAPER[scheme], 255)
        assert max(abs(sum(one[:3]) - sum(PAPER[scheme])) for _, one in colours.getcolors(1 << 24)) > FAR
    expect(page.get_by_text("The picture is made")).to_be_visible()
