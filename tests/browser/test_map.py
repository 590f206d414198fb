"""The map: a lasso by mouse becomes a segment."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from core.service import Shop
from tests.browser.serving import settle

pytestmark = pytest.mark.browser
#: Corners of a lasso around the left part of the map, as shares of its width and height.
LASSO = [(0.02, 0.02), (0.5, 0.02), (0.55, 0.5), (0.5, 0.98), (0.02, 0.98), (0.02, 0.5)]


@pytest.fixture(scope="module")
def mapped(workspace):
    """Make the map of the shop that is served; on the page it is a job."""
    return Shop(workspace, device="cpu").map.compute()


def number(text: str) -> int:
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def test_a_lasso_becomes_a_segment_of_as_many(app_url, visit, workspace, mapped):
    page = visit(f"{app_url}/segments?look=map")
    plane = page.locator(".js-plotly-plot .nsewdrag").last
    plane.scroll_into_view_if_needed()
    expect(page.get_by_text(re.compile(f"^{mapped.shoppers:,} shoppers of {mapped.shoppers:,}"))).to_be_visible()
    box = plane.bounding_box()
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in LASSO]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    settle(page)
    said = page.get_by_text("in the part that you chose")
    expect(said).to_be_visible()
    many = number(said.inner_text())
    assert 0 < many < mapped.shoppers

    page.get_by_role("button", name="Save as a segment").first.click()
    page.get_by_label("Name", exact=True).first.fill("On the left")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved as On the left")).to_be_visible()
    segments = Shop(workspace).segments
    saved = segments.named("On the left")
    assert len(segments.members(segments.meaning(saved))) == many
    assert saved.description.startswith("Chosen on the map of ")

    link = urlencode({"segment": saved.id, "where": segments.written(saved.tree)})
    other = visit(f"{app_url}/segments?{link}", color_scheme="dark")  # a browser that has seen nothing yet
    expect(other.get_by_role("heading", level=2).first).to_contain_text(f"{many:,} of ")
