"""Pictures stand beside items that have one, wherever items are listed; nothing of them becomes markup."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages.fake_shop import FakeShop

NASTY = 'https://cdn.example/"><script>alert(1)</script>'


class Everything(dict[str, str]):
    """A picture for every item."""

    def __contains__(self, item: object) -> bool:
        return True

    def __missing__(self, item: str) -> str:
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


def test_items_without_one_show_none(page: Any) -> None:
    assert seen(page("recommend", user="S00042")) == []
