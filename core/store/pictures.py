"""Where items' pictures are, and in words what an image encoder saw in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Folder among the artefacts, and the file of a version: ``item_id, kind, words, digest, vector``.
FOLDER, NAME = "looks", "looks.parquet"


def places(reader: Reader, item_ids: Sequence[str] | None = None) -> dict[str, str]:
    """Return where the picture of each item is, as the shop wrote it; items without one are left out.

    Parameters
    ----------
    item_ids
        Items that are asked about; None for all.
    """
    asked = "" if item_ids is None else "AND list_contains($ids, item_id)"
    params = None if item_ids is None else {"ids": list(item_ids)}
    sql = f"SELECT item_id, trim(image_url) FROM items WHERE trim(image_url) <> '' {asked} ORDER BY item_id"
    return dict(reader.rows(sql, params))


def kinds(reader: Reader) -> dict[str, str]:
    """Return the kind of every item."""
    return dict(reader.rows("SELECT item_id, coalesce(kind, 'product') FROM items"))


def categories(reader: Reader, most: int) -> list[str]:
    """Return the narrowest categories, those of most items first."""
    rows = reader.rows("SELECT split_part(category, ' > ', -1) AS leaf FROM items WHERE category <> '' GROUP BY leaf "
                       "ORDER BY count(*) DESC, leaf LIMIT $most", {"most": most})  # fmt: skip
    return [str(leaf) for leaf, in rows]


def file_of(reader: Reader) -> Path:
    """Return the file of this version's looks; it may not be there."""
    return reader.artefacts / FOLDER / f"{reader.version:06d}" / NAME


def words(reader: Reader) -> dict[str, str]:
    """Return what is seen in items' pictures, in words; empty while nobody looked at them."""
    import pyarrow.parquet as pq

    file = file_of(reader)
    if not file.is_file():
        return {}
    found = pq.read_table(file, columns=["item_id", "words"]).to_pydict()
    return {item: said for item, said in zip(found["item_id"], found["words"], strict=True) if said}
