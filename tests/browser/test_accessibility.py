"""Every page passes axe-core without a serious finding, in the light and in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from core.service import Shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
BAD = ("serious", "critical")
PAGES = ("", "segments", "tags", "shopper", "recommend", "why", "score", "model", "imports")


def findings(page: Page) -> list[str]:
    """What hinders people, with the markup that it was found in."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found if one["impact"] in BAD for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_finding(name, scheme, app_url, visit, workspace):
    chosen = ""
    if name in ("shopper", "recommend", "why"):
        chosen = f"?user={Shop(workspace, device='cpu').find_shoppers('')['user_id'][0]}"
    assert findings(visit(f"{app_url}/{name}{chosen}", color_scheme=scheme)) == []


def test_what_hinders_people_is_found(browser: Browser):
    page = browser.new_page()
    page.set_content("<main><h1>Shop</h1><p style='color:#bbb;background:#fff'>Too faint</p><img src='data:,'></main>")
    assert {"color-contrast", "image-alt"} <= {line.partition(":")[0] for line in findings(page)}
    page.close()
