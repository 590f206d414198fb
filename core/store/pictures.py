"""What the catalogue says of where items' pictures are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.store.workspace import Reader


def places(reader: Reader, item_ids: Sequence[str]) -> dict[str, str]:
    """Return where the picture of each item is, as the shop wrote it; items without one are left out."""
    rows = reader.rows(
        "SELECT item_id, trim(image_url) FROM items WHERE list_contains($ids, item_id) AND trim(image_url) <> ''",
        {"ids": list(item_ids)},
    )
    return dict(rows)
