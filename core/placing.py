"""Everything that can be asked about whom to show what at a place of the shop; ``core.service.Shop.placing`` is one."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from core import featuring, slots
from core.advice import Advice, Ask, Featured, Weighed
from core.answers import plain
from core.conditions import EVERYONE, Group, Node
from core.errors import InputError, ModelError
from core.language import say, spoken, to_say
from core.records import Condition, Progress, no_progress
from core.store import placements
from core.store.aside import left_out
from core.tables import whole

if TYPE_CHECKING:
    from pathlib import Path

    from core.chances import Ranker
    from core.segmenting import Segments
    from core.store.workspace import Reader

#: Segments that a place is planned for at most, and values of a fact by which shoppers are parted.
MOST_SEGMENTS, MOST_VALUES = 8, 5
EVERYONE_NAME, REST_NAME = to_say("Everyone"), to_say("Everyone else")
#: Answers that are remembered.
_REMEMBERED = 12


class Placing:
    """Questions about places and segments.

    Parameters
    ----------
    reader, segments
        Give the data and the segments of the version that is looked at.
    scorer
        Gives the model that judges, or None.
    folder
        Gives the folder in which that model's chances and what to feature are kept.
    made
        Tells when the model was made: another may come under its name.
    """

    def __init__(
        self, reader: Callable[[], Reader], segments: Callable[[], Segments], scorer: Callable[[], Ranker | None],
        folder: Callable[[], Path | None], made: Callable[[], str] = str,
    ) -> None:
        self._reader, self._segments, self._scorer, self._folder = reader, segments, scorer, folder
        self._made = made
        self._found: dict[str, Any] = {}
        self._lock = threading.Lock()

    def places(self) -> pd.DataFrame:
        """Return the places of the log, those with ads first; see ``core.store.placements.places``."""
        found: pd.DataFrame = self._once("places", lambda: placements.places(self._reader()))
        return found

    def advise(self, ask: Ask, progress: Progress = no_progress) -> Advice:
        """Return which ad to show to whom at a place.

        Raises
        ------
        InputError, TooLittleData
            When what is asked does not fit the log, nothing was shown, or limits cannot be kept to.
        """
        trees = self._trees(ask)

        def work() -> Advice:
            names, people = self._parted(trees)
            scorer = self._scorer() if ask.judge == "model" else None
            return slots.advise(self._reader(), scorer, ask, people, names, self._folder(), progress)

        found: Advice = self._once(f"{ask} {self._keys(trees)} {spoken()}", work)
        return found

    def feature(
        self, segment: str | None = None, k: int = 8, sample: int = 120, progress: Progress = no_progress
    ) -> Featured:
        """Return what to feature for a saved segment, by its id, or for everyone; what was found is kept.

        Raises
        ------
        InputError, ModelError, TooLittleData
            When there is no such segment, no model, or nobody in it.
        """
        if k < 1:
            raise InputError(say("At least one item must be featured."))
        known = self.featured(segment, k, sample)
        if known is not None:
            return known
        scorer, (name, tree) = self._scorer(), self._named(segment)
        if scorer is None:
            raise ModelError(say("What to feature needs a model. Train one on the Model page, or: python -m core "
                                 "train"))
        folder = self._folder()
        found = featuring.weighed(self._reader(), scorer, self._members(tree), name, sample, folder, progress)
        if folder is not None:
            with whole(self._kept(folder, segment, sample)) as part:
                part.write_text(json.dumps(plain(found)), encoding="utf-8")
        return self._shown(found, segment, k)

    def featured(self, segment: str | None = None, k: int = 8, sample: int = 120) -> Featured | None:
        """Return what to feature if it was worked out before, else None; no model is loaded for it."""
        folder = self._folder()
        if folder is None:
            return None
        try:
            kept = json.loads(self._kept(folder, segment, sample).read_text(encoding="utf-8"))
            return self._shown(Weighed.read(kept), segment, k)
        except (OSError, ValueError, KeyError, TypeError):  # none, or a damaged one, is worked out again
            return None

    @staticmethod
    def _shown(found: Weighed, segment: str | None, k: int) -> Featured:
        shown = found.shown(k)
        return replace(shown, segment=say(EVERYONE_NAME)) if segment is None else shown

    def feature_key(self, segment: str | None, sample: int = 120) -> str:
        """Return what stands for the answer of ``feature``: it changes with the segment's conditions and the model."""
        name, tree = self._named(segment)
        about = f"{self._made()} {name} {sample} {self._keys([(name, tree)])}"
        return hashlib.md5(about.encode(), usedforsecurity=False).hexdigest()[:16]

    def _kept(self, folder: Path, segment: str | None, sample: int) -> Path:
        return folder / f"featured-{self.feature_key(segment, sample)}.json"

    def _named(self, segment: str | None) -> tuple[str, Node]:
        return (EVERYONE_NAME, EVERYONE) if segment is None else self._saved(segment)

    def _trees(self, ask: Ask) -> list[tuple[str, Node]]:
        if ask.by and ask.segments:
            raise InputError(say("Shoppers are parted by segments or by a fact, not by both. Leave one of them out."))
        if ask.by:
            values = self._segments().values(ask.by)[:MOST_VALUES]
            return [(value, Group("all", (Condition(ask.by, "==", value),))) for value in values]
        if len(ask.segments) > MOST_SEGMENTS:
            raise InputError(say("A place is planned for {most} segments at most, not for {number}.",
                                 most=MOST_SEGMENTS, number=len(ask.segments)))
        return [self._saved(one) for one in ask.segments]

    def _saved(self, id: str) -> tuple[str, Node]:
        found = self._segments().get(id)
        return found.name, self._segments().meaning(found)

    def _members(self, tree: Node) -> list[str]:
        """Return who is in a segment, without robots and test accounts."""
        out = set(left_out(self._reader()))
        users = self._segments().table(tree, [], None)["user_id"]
        return [str(user) for user in users if user not in out]

    def _parted(self, trees: Sequence[tuple[str, Node]]) -> tuple[list[str], pd.DataFrame]:
        """Return the names of the groups, and in which each shopper is: the first that she meets."""
        names = [name for name, _ in trees] + [say(REST_NAME if trees else EVERYONE_NAME)]
        frames = [pd.DataFrame({"user_id": self._members(tree), "group": n}) for n, (_, tree) in enumerate(trees)]
        frames.append(pd.DataFrame({"user_id": self._members(EVERYONE), "group": len(trees)}))
        people = pd.concat(frames, ignore_index=True).drop_duplicates("user_id", ignore_index=True)
        left = [n for n in range(len(names)) if (people["group"] == n).any()]
        return [names[n] for n in left], people.assign(group=people["group"].map({n: i for i, n in enumerate(left)}))

    def _keys(self, trees: Sequence[tuple[str, Node]]) -> str:
        """Return a text that changes when who is in these segments may have changed."""
        return " ".join(f"{name}={self._segments().key(tree)}" for name, tree in trees)

    def _once(self, key: str, work: Callable[[], Any]) -> Any:
        """Return what was found before, or work it out; the page asks again with every click."""
        with self._lock:
            if key in self._found:
                return self._found[key]
        found = work()
        with self._lock:
            self._found[key] = found
            while len(self._found) > _REMEMBERED:
                self._found.pop(next(iter(self._found)))
        return found
