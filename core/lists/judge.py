"""What a model says of the rows of a list: chances, tags, likeliest items and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import Cancelled, ShopperLensError
from core.language import say
from core.recommend import REASON_EVALUATIONS, recommend
from core.records import Progress
from core.store.uploads import ITEM, USER

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Items that one run of reasons answers for.
REASONS_AT_ONCE = 16
#: What is told of each shopper without a list of items, and the candidates that are ranked for it.
TOP_ITEMS, TOP_CANDIDATES = 3, 60


@dataclass(frozen=True)
class Judge:
    """A model, and the moment as of which it judges shoppers of a shop."""

    reader: Reader
    scorer: Any
    as_of: datetime

    @property
    def tag_keys(self) -> list[str]:
        """Keys of the model's tags."""
        return [spec.key for spec in self.scorer.tag_specs]

    def chances(self, pairs: pd.DataFrame, progress: Progress) -> NDArray[np.float64]:
        """Chance of a click for each pair; one that comes twice is scored once.

        Parameters
        ----------
        pairs
            ``__user, __item``.
        """
        asks, ask_id = self._asks(pairs[USER])
        asked = pd.DataFrame({"ask_id": ask_id, "item_id": pairs[ITEM].to_numpy()})
        unique = asked.drop_duplicates(ignore_index=True)
        found = unique.assign(p_click=self.scorer.clicks(asks, unique, progress))
        return asked.merge(found, on=["ask_id", "item_id"], how="left")["p_click"].to_numpy(dtype=float)

    def tags(self, users: pd.Series[str], progress: Progress) -> pd.DataFrame:
        """Chance of each tag for each of these shoppers, in their order."""
        asks, ask_id = self._asks(users)
        return self.scorer.tags(asks, progress).iloc[ask_id].reset_index(drop=True)  # type: ignore[no-any-return]

    def reasons(self, pairs: pd.DataFrame, progress: Progress) -> tuple[list[str], list[str]]:
        """Why each pair gets its chance, in words, and why it could not be said; one of both is "" for each."""
        said: dict[tuple[str, str], tuple[str, str]] = {}
        groups = pairs[[USER, ITEM]].drop_duplicates().groupby(USER, sort=False)[ITEM]
        for number, (user, items) in enumerate(groups):
            progress(number / len(groups), "reasons")
            for start in range(0, len(items), REASONS_AT_ONCE):
                some = items.iloc[start : start + REASONS_AT_ONCE].tolist()
                said.update({(str(user), item): words for item, words in self._why(str(user), some)})
        found = [said[pair] for pair in zip(pairs[USER], pairs[ITEM], strict=True)]
        return [reason for reason, _ in found], [fault for _, fault in found]

    def likeliest(self, user: str, reasons: bool) -> dict[str, str]:
        """The items that a shopper is likeliest to click, in words, and why the first of them, if asked."""
        items = recommend(self.reader, self.scorer, user, self.as_of, TOP_ITEMS, explain=reasons, cap=TOP_CANDIDATES)
        top = "; ".join(f"{item.title} ({item.item_id}, {100 * item.p_click:.0f} %)" for item in items)
        return {"top_items": top, **({"reason": items[0].reason if items else ""} if reasons else {})}

    def _why(self, user: str, items: Sequence[str]) -> list[tuple[str, tuple[str, str]]]:
        from core.explain import explain_many

        try:
            found = explain_many(self.scorer, user, list(items), self.as_of, REASON_EVALUATIONS)
        except Cancelled:
            raise
        except ShopperLensError as error:  # that one shopper cannot be explained must not cost the others
            return [(item, ("", say("no reason: {error}", error=error))) for item in items]
        return [(why.item_id, (why.sentence, "")) for why in found]

    def _asks(self, users: pd.Series[str]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        ask_id, unique = pd.factorize(users)
        asks = pd.DataFrame({"ask_id": range(len(unique)), "user_id": list(unique), "as_of": pd.Timestamp(self.as_of)})
        return asks, np.asarray(ask_id, dtype=np.int64)
