"""Who teaches what people are, and who tests it: an attribute is judged on shoppers whose own it was not learned from.

What shoppers do changes, so the days after tell whether a guess was right. An age band or a gender stays: a model, or
a booster, that saw a shopper's label on Monday knows her again on Sunday by her habits, and looks better than it is on
those it is for, who never said. So shoppers are dealt out once and for all by their id: two thirds teach, a sixth
calibrates, a sixth judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import pandas as pd

from core.records import TagSpec
from core.schema import Family

#: Shoppers are dealt into this many hands; the first judges, the second calibrates, the others teach.
HANDS = 6
_HAND = {"test": 0, "val": 1}


def hands(users: pd.Series[str]) -> pd.Series[str]:
    """Return for each shopper whether she teaches, calibrates or judges: ``train``, ``val`` or ``test``."""
    names = {hand: part for part, hand in _HAND.items()}
    return users.map(lambda user: names.get(crc32(str(user).encode()) % HANDS, "train"))


def kept_apart(labels: pd.DataFrame, users: pd.Series[str], specs: Sequence[TagSpec], part: str) -> pd.DataFrame:
    """Forget the attributes of shoppers who are not there for them in this part.

    Parameters
    ----------
    labels
        A column for each tag, row by row with ``users``: 1, 0 or NaN.
    part
        ``train``, ``val`` or ``test``.

    Returns
    -------
    pandas.DataFrame
        The labels, with NaN for the attributes of others.
    """
    attributes = [spec.key for spec in specs if spec.family == Family.ATTRIBUTE and spec.key in labels]
    others = (hands(users) != part).to_numpy()
    return labels.assign(**{key: labels[key].mask(others) for key in attributes})
