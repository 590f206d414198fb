"""What suspicious words of titles are worth to the model: chances with and without them, over some shoppers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.explain.faithfulness import sigmoid
from core.explain.suspicious import foreign_names, suspect
from core.explain.what_if import Rewriter, Row
from core.language import say
from core.records import Progress, Suspect, no_progress

if TYPE_CHECKING:
    import pandas as pd


def suspects(titles: pd.DataFrame) -> list[Suspect]:
    """Find the suspicious titles of a catalogue: ``item_id, title, category, brand``."""
    names = foreign_names(titles["category"].unique().tolist(), titles["brand"].unique().tolist())
    rows = zip(titles["item_id"], titles["title"], titles["category"], titles["brand"], strict=True)
    found = (suspect(item, title, (category, brand), names) for item, title, category, brand in rows)
    return [one for one in found if one is not None]


def judged(
    scorer: Rewriter, found: Sequence[Suspect], users: Sequence[str], as_of: datetime, progress: Progress = no_progress
) -> list[Suspect]:
    """Score suspicious titles with and without their words, for some shoppers; those that gain most come first."""
    if not found or not users:
        return list(found)
    odds = np.zeros((2, len(found), len(users)))
    titles = {one.item_id: one.without for one in found}
    stated = {one.item_id: one.title for one in found}
    for at, user in enumerate(users):
        progress(at / len(users), say("{done:,} of {all:,} shoppers", done=at, all=len(users)))
        for row, called in enumerate((stated, titles)):
            odds[row, :, at] = log_odds(scorer, user, called, as_of)
    lifts = (odds[0] - odds[1]).mean(axis=1)
    chances = np.vectorize(sigmoid)(odds).mean(axis=2)
    done = [replace(one, p_with=float(chances[0, i]), p_without=float(chances[1, i]), lift=float(lifts[i]))
            for i, one in enumerate(found)]
    return sorted(done, key=lambda one: -(one.lift or 0.0))


def log_odds(scorer: Rewriter, user: str, called: Mapping[str, str], as_of: datetime) -> NDArray[np.float64]:
    """Log-odds of a click on items if they were called so (item → title), in their order."""

    def renamed(events: Sequence[Row], fits: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        return list(events), [{**fit, "title": called[fit["item_id"]]} for fit in fits]

    history, candidates = scorer.words_if(user, list(called), as_of, renamed)
    keeps = [np.ones((1, len(words.ids)), dtype=bool) for words in (history, *candidates)]
    found: NDArray[np.float64] = scorer.masked_clicks(history, candidates, keeps[0], keeps[1:])[0]
    return found
