"""What every shopper chose, in order of time: all that rivals without words know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.store.aside import LEFT_OUT, left_out

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

_CHOICES = f"""
WITH left_out AS ({LEFT_OUT})
SELECT user_id, item_id, ts FROM events
WHERE item_id IS NOT NULL AND user_id NOT IN (SELECT user_id FROM left_out)
  AND CASE WHEN $purchases THEN event_type = 'purchase' ELSE event_type IN ('click', 'cart', 'purchase') END
GROUP BY ALL ORDER BY ts, user_id, item_id
"""


def choices(reader: Reader, purchases: bool) -> pd.DataFrame:
    """Every choice, ``user_id, item_id, ts`` in order of time; each item counts once at a moment.

    Parameters
    ----------
    purchases
        Whether only purchases are choices; else clicks and carts are, too.
    """
    return reader.frame(_CHOICES, {"purchases": purchases, "left_out": left_out(reader)})
