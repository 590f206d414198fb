"""The words of each item, as they are embedded, and a digest that tells when they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

#: Characters that are read of a description: what follows rarely says what the item is.
_READ = 300

_WORDS = f"""
WITH told AS (
    SELECT item_id, coalesce(kind, 'product') AS kind,
           trim(concat_ws(' ', title, replace(category, ' > ', ' '),
                          CASE WHEN NOT contains(lower(coalesce(title, '')), lower(brand)) THEN brand END,
                          left(description, {_READ}))) AS words
    FROM items
)
SELECT item_id, kind, CASE WHEN words = '' THEN item_id ELSE words END AS words FROM told ORDER BY item_id
"""

_FINGERPRINT = f"""
SELECT count(*), coalesce(sum(CAST(md5_number_lower(concat_ws('|', item_id, kind, words)) AS HUGEINT)), 0)
FROM ({_WORDS})
"""


def item_words(reader: Reader) -> pd.DataFrame:
    """Return ``item_id, kind, words`` of every item, in order of its id; an item without any words has its id."""
    return reader.frame(_WORDS)


def fingerprint(reader: Reader) -> str:
    """Return a text that is the same for the same items with the same words."""
    count, digests = reader.rows(_FINGERPRINT)[0]
    return f"{count}-{digests}"
