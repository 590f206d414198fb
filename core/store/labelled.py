"""What shoppers have told of themselves: columns of the users table that sort them into a few groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.schema import Col
from core.store.tags import ATTRIBUTE_VALUES

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader


def labelled(reader: Reader) -> pd.DataFrame:
    """Return the columns of few values: index ``user_id``, text or missing; no column where none is such."""
    users = reader.frame("SELECT * FROM users").set_index(Col.USER)
    few, many = ATTRIBUTE_VALUES
    kept = [name for name in users if few <= users[name].nunique() <= many]
    found = users[kept].astype("string").astype(object)
    return found.where(users[kept].notna(), None)
