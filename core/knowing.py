"""What is known of one shopper beside facts and tags: how these came, whom she is like, where she belongs, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.conditions import Group, Listed, SavedSegment
from core.errors import InputError, ModelError, UnknownUser
from core.language import say
from core.records import Alike, Course, Note
from core.schema import Col, Family
from core.store import find, neighbours
from core.store.notes import Notes

if TYPE_CHECKING:
    from core.profiles import Tagger
    from core.segmenting import Segments
    from core.store.shoppers import Column, People

#: Days before the end of the log at which it is asked what was thought then.
AGO = (90, 60, 30, 14, 7, 0)
FACTS, TAGS = "facts", "tags"
#: Shoppers whose likes are looked for at once.
MOST_CHOSEN = 50
#: Facts in words that shoppers are alike in, beside the numbers that tell most.
_TASTE = ("top_category", "top_brand", "price_band", "favourite_time")


class Knowing:
    """Questions about one shopper.

    Parameters
    ----------
    people, segments
        Give the shoppers and the segments of the version that is looked at.
    scorer
        Gives the model that judges, or None.
    notes
        What people noted.
    """

    def __init__(
        self, people: Callable[[], People], segments: Callable[[], Segments], scorer: Callable[[], Tagger | None],
        notes: Notes,
    ) -> None:
        self._people, self._segments, self._scorer, self._notes = people, segments, scorer, notes

    def course(self, user_id: str) -> Course:
        """Return what the model in use says of a shopper at the end of the log and at earlier moments.

        Raises
        ------
        UnknownUser, ModelError
            When the shopper or a model is not there.
        """
        scorer, reader = self._scorer(), self._known(user_id).reader
        if scorer is None:
            raise ModelError(say("What would have been predicted earlier is known once a model is trained."))
        end = find.log_end(reader)
        counted = find.done_before(reader, user_id, [end - timedelta(days=days) for days in AGO])
        there = [(when, events) for when, events in counted if events]
        asks = pd.DataFrame({Col.USER: user_id, "as_of": [pd.Timestamp(when) for when, _ in there]})
        asks.insert(0, "ask_id", range(len(asks)))
        tags = tuple(spec for spec in scorer.tag_specs if spec.family != Family.ATTRIBUTE)
        keys = [spec.key for spec in tags]
        chances = scorer.tags(asks)[keys].reset_index(drop=True) if there else pd.DataFrame(columns=keys)
        return Course(tuple(when for when, _ in there), tuple(events for _, events in there), tags, chances)

    def belongs(self, user_id: str) -> tuple[list[SavedSegment], list[SavedSegment]]:
        """Return the saved segments that a shopper is in, and those of which that cannot be said now; none archived.

        Raises
        ------
        UnknownUser
            When the shopper is not there.
        """
        self._known(user_id)
        segments, inside, unclear = self._segments(), [], []
        alone = Listed("", ids=(user_id,))  # so that not everybody of a large segment is read
        for one in (one for one in segments.all() if not one.archived):
            try:
                if len(segments.members(Group("all", (segments.meaning(one), alone)))):
                    inside.append(one)
            except InputError:  # a tag that is not predicted yet, say: that one segment must not hide the others
                unclear.append(one)
        return inside, unclear

    def alike(self, user_id: str, by: str = FACTS, k: int = 6) -> list[Alike]:
        """Return the shoppers who are most like one, the nearest first; see ``alike_to``."""
        return self.alike_to([user_id], by, k)

    def alike_to(self, user_ids: Sequence[str], by: str = FACTS, k: int = 6) -> list[Alike]:
        """Return the shoppers who are most like some, the nearest first, each with what is the same as of all of them.

        Parameters
        ----------
        by
            ``facts`` for what is counted of them, ``tags`` for what is predicted; none where nothing is.

        Raises
        ------
        UnknownUser, InputError
            When one of the shoppers is not there, or they are more than ``MOST_CHOSEN``.
        """
        people = self._known(*user_ids)
        if len(user_ids) > MOST_CHOSEN:
            raise InputError(say("Choose up to {most} shoppers; these are {chosen}.",
                                 most=MOST_CHOSEN, chosen=len(user_ids)))
        columns = [column for column in people.columns if _of(column, by)]
        if not columns:
            return []
        words = [column for column in columns if column.type == "text"]
        return [
            Alike(str(row[Col.USER]), float(row["distance"]), tuple(
                (column.label, str(row[column.key])) for column in words if not pd.isna(row[column.key])
            ))
            for row in neighbours.nearest(people, user_ids, columns, k).to_dict("records")
        ]  # fmt: skip

    def notes(self, user_id: str) -> list[Note]:
        """Return what was noted about a shopper, the newest first."""
        return self._notes.of(user_id)

    def note(self, user_id: str, text: str, who: str = "") -> Note:
        """Note something about a shopper.

        Raises
        ------
        UnknownUser, InputError
            When the shopper is not there, or nothing is said, or too much.
        """
        self._known(user_id)
        return self._notes.add(user_id, text, who)

    def forget_note(self, id: int) -> None:
        """Delete a note."""
        self._notes.delete(id)

    def _known(self, *user_ids: str) -> People:
        people = self._people()
        here = find.known_shoppers(people.reader, user_ids)
        for user_id in user_ids:
            if user_id not in here:
                raise UnknownUser(say("No shopper has the id {user_id!r}. Search for another, or import their events.",
                                      user_id=user_id))
        return people


def _of(column: Column, by: str) -> bool:
    if by == TAGS:
        return column.kind == "predicted"
    return column.kind == "observed" and (column.key in _TASTE or (column.telling and column.type == "number"))
