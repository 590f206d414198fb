"""Words of the catalogue: which of them tell its items apart, and which do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Share of a category's items whose titles hold a word that says no more than the category does, and the items
#: that a category needs for that to be said of it.
DULL_SHARE, LEAST_ITEMS = 0.6, 5

_DULL = """
WITH titled AS (
    SELECT coalesce(category, '') AS category,
           list_distinct(regexp_extract_all(lower(title), '[\\pL\\pN_]{3,}|\\p{Nd}+')) AS words
    FROM items WHERE title IS NOT NULL
),
sizes AS (SELECT category, count(*) AS n FROM titled GROUP BY category HAVING count(*) >= $least),
counted AS (
    SELECT category, word, count(*) AS n
    FROM (SELECT category, unnest(words) AS word FROM titled) GROUP BY category, word
)
SELECT category, list(word ORDER BY word) AS words
FROM counted JOIN sizes USING (category) WHERE counted.n > $share * sizes.n
GROUP BY category ORDER BY category
"""


def dull_words(reader: Reader) -> dict[str, frozenset[str]]:
    """Words that most titles of a category hold, by category; "" holds the items without one."""
    found = reader.rows(_DULL, {"share": DULL_SHARE, "least": LEAST_ITEMS})
    return {str(category): frozenset(words) for category, words in found}
