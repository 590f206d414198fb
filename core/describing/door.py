"""Everything that can be asked about tags that people describe; ``core.service.Shop.describing`` is one of these."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.conditions import Marked
from core.describing import few, looks, marking
from core.describing.records import Answer, Brought, Fit, Push, Step, sides
from core.errors import InputError, TooLittleData
from core.jobs import Jobs
from core.language import say, to_say
from core.records import Described, Job, Mark, Progress, no_progress
from core.store import find, things
from core.store.described import DescribedTags, TagsThen, checked
from core.tables import whole

if TYPE_CHECKING:
    from core.describing.looks import Looks
    from core.store.workspace import Reader, Workspace
    from core.vectors import Base, Encoder

JOB = "described"
#: Descriptions whose answer is remembered, and files of chances that are kept: someone may still read the one before.
_REMEMBERED, _FILES = 12, 3
_UNREAD = to_say("The shoppers were not read for descriptions yet. Run: python -m core tag --read")
#: Reasons that are given for one shopper.
REASONS = 3


class Describing:
    """Questions about described tags.

    Parameters
    ----------
    reader, base, encoder
        Give the version that is looked at, and the base model that reads words.
    then
        The tags as they were when a link was made; those of now if none are given.
    """

    def __init__(
        self, workspace: Workspace, jobs: Jobs, reader: Callable[[], Reader], base: Callable[[], Base],
        encoder: Callable[[], Encoder], pinned: Callable[[], Mapping[str, Any]], device: str,
        then: Sequence[Marked] | None = None,
    ) -> None:
        self._workspace, self._jobs, self._device = workspace, jobs, device
        self._reader, self._base, self._encoder, self._pinned = reader, base, encoder, pinned
        self._of_then = then is not None
        self._tags = DescribedTags(workspace.state_file) if then is None else TagsThen(workspace.state_file, then)
        self._lock = threading.RLock()
        self._looks: Looks | None = None
        self._things: looks.Known | None = None
        self._judged: dict[str, tuple[few.Judge, Answer]] = {}
        self._sentences: dict[str, few.Floats] = {}
        self._steps: dict[str, few.Expected] = {}

    # ---- getting ready -------------------------------------------------------------

    def ready(self) -> bool:
        """Whether all shoppers were read, so that a description can be answered."""
        return looks.there(self._workspace, self._reader().version, self._base())

    def start(self) -> Job:
        """Read all shoppers, as a job."""
        return self._jobs.submit(JOB, dict(self._pinned()))

    def make(self, progress: Progress = no_progress) -> dict[str, Any]:
        """Read all shoppers and judge them by every tag that is kept: ``shoppers, tags, seconds``."""
        started = time.monotonic()
        with self._lock:
            self._looks = looks.make(self._workspace, self._reader(), self._base(), self._encoder(), self._device,
                                     progress)  # fmt: skip
        self.refresh()
        return {"shoppers": len(self._looks.users), "tags": len(self.tags()),
                "seconds": round(time.monotonic() - started, 2)}  # fmt: skip

    # ---- tags ----------------------------------------------------------------------

    def tags(self) -> list[Described]:
        """Return the tags that are kept, in the order of their sentences."""
        return self._tags.all()

    def get(self, id: str) -> Described:
        """Return a tag by its id or its sentence."""
        return self._tags.get(id)

    def keep(self, sentence: str, owner: str = "") -> Described:
        """Keep a description as a tag; from then on segments can ask for it.

        Raises
        ------
        InputError
            When hardly anything is said, or too much.
        """
        tag = self._tags.add(sentence, owner)
        self.refresh()
        return tag

    def give_from(self, id: str, threshold: float | None) -> Described:
        """Set the chance from which a tag is given; None for the one that is proposed."""
        return self._tags.give_from(id, threshold)

    def delete(self, id: str) -> None:
        """Delete a tag and its marks; who uses it (a saved segment, say) is asked by ``core.service.Shop``."""
        self._tags.delete(self._tags.get(id).id)
        self.refresh()

    # ---- answers -------------------------------------------------------------------

    def answer(self, said: str, threshold: float | None = None) -> Answer:
        """Return who fits a description: that of a tag, by its id or sentence, or one that is only tried.

        Parameters
        ----------
        threshold
            Chance from which it would be given; the tag's own, or else the proposed one, if none is named.

        Raises
        ------
        InputError, TooLittleData
            When hardly anything is said, or shoppers were not read yet.
        """
        _, answer = self._judge(said)
        at = threshold if threshold is not None else (answer.tag.threshold if answer.tag else None)
        return answer if at is None else replace(answer, expected=answer.expect(at))

    def expect(self, key: str, low: float, high: float = 1.0) -> few.Expected:
        """Return what to expect of those whose chance of the tag of a column lies between two ends."""
        return self.answer(key.partition(":")[2]).expect(low, high)

    def likeliest(self, answer: Answer, most: int, least: bool = False) -> list[Fit]:
        """Return those whom a description fits most, or least, each with reasons."""
        rows = answer.chances.iloc[::-1] if least else answer.chances
        return self._fits(answer, rows["user_id"].head(most).tolist(), -1 if least else 1)

    def of(self, answer: Answer, users: Sequence[str]) -> list[Fit]:
        """Return how a description fits some shoppers, in the order given."""
        return self._fits(answer, list(users))

    def to_mark(self, answer: Answer, each: int = 3, seed: int = 0) -> list[Fit]:
        """Return whom to mark next: likely, doubtful and random ones, none of them marked yet."""
        ranked = answer.chances.sort_values("user_id", ignore_index=True)
        seen = ranked["user_id"].isin({mark.user_id for mark in answer.marks}).to_numpy()
        found = few.to_mark(ranked["chance"].to_numpy(float), answer.threshold, seen, each, seed)
        whys = {str(ranked["user_id"].iloc[row]): why for row, why in found}
        return [replace(fit, why=whys[fit.user_id]) for fit in self._fits(answer, list(whys))]

    def course(self, said: str, most: int = 8) -> list[Step]:
        """Return how what is expected moved while shoppers were marked, after some numbers of marks."""
        _, answer = self._judge(said)
        total, steps = len(answer.marks), []
        for count in sorted({round(total * (i + 1) / most) for i in range(most)} - {0}):
            some = answer.marks[:count]
            key = json.dumps([answer.sentence, _told(some)])
            if key not in self._steps:
                self._steps[key] = self._of_marks(answer.sentence, answer.tag, some)[1].expected
            steps.append(Step(count, self._steps[key]))
        return steps

    # ---- marks ---------------------------------------------------------------------

    def mark(self, id: str, fits: Mapping[str, bool], who: str = "") -> None:
        """Mark shoppers in one step.

        Raises
        ------
        InputError
            When there is no such tag, or nobody of a given id.
        """
        here = find.known_shoppers(self._reader(), list(fits))
        gone = [user for user in fits if user not in here]
        if gone:
            raise InputError(say("No shopper has the id {gone!r}. Mark those that this shop knows.", gone=gone[0]))
        self._tags.mark(id, fits, who)
        self.refresh()

    def undo(self, id: str) -> list[str]:
        """Take the last step of marking back; return whom it was about."""
        about = self._tags.undo(self._tags.get(id).id)
        self.refresh()
        return about

    def marks(self, id: str) -> list[Mark]:
        """Return the marks of a tag that count, in the order of marking."""
        return self._tags.marks(self._tags.get(id).id)

    def bring(self, id: str, content: bytes, who: str = "") -> Brought:
        """Mark the shoppers of a CSV file, in one step; see ``core.describing.marking.read``."""
        said, unread = marking.read(content)
        here = find.known_shoppers(self._reader(), list(said))
        known = {user: fits for user, fits in said.items() if user in here}
        if not known:
            raise InputError(say("No id in this file is one of this shop's shoppers; ids must match letter by letter."))
        self._tags.mark(id, known, who)
        self.refresh()
        return Brought(len(known), tuple(user for user in said if user not in here), unread)

    def taken_along(self, id: str) -> bytes:
        """Return the marks of a tag as a CSV file that ``bring`` reads."""
        return marking.written(self.marks(id))

    # ---- as columns of shoppers ----------------------------------------------------

    def kept(self) -> Path | None:
        """Return the file of every tag's chances, as they are marked; None where there are no tags, or none yet."""
        file = self._file() if self.tags() else None
        if self._of_then and file is not None and not file.is_file():
            self.refresh()  # others were kept since
        return file if file is not None and file.is_file() else None

    def marked(self) -> tuple[Marked, ...]:
        """Return the tags that shoppers have, with their marks."""
        return tuple(Marked(tag, tuple(self._tags.marks(tag.id))) for tag in self.tags()) if self.kept() else ()

    def stamp(self) -> str:
        """Return a text that changes whenever a chance may have changed."""
        file = self.kept()
        return "" if file is None else file.stem

    def refresh(self) -> None:
        """Judge all shoppers by every tag anew, where they were read; what others read stays for them."""
        tags = self.tags()
        if not tags or not self.ready():
            return
        file = self._file()
        found = pd.DataFrame({"user_id": find.shopper_ids(self._reader())})
        for tag in tags:
            found = found.merge(self._judge(tag.id)[1].chances.rename(columns={"chance": tag.key}), how="left",
                                on="user_id")  # fmt: skip
        with whole(file) as part:
            found.to_parquet(part, index=False)
        if not self._of_then:
            for old in sorted(file.parent.glob("described-*.parquet"), key=lambda one: -one.stat().st_mtime)[_FILES:]:
                old.unlink(missing_ok=True)

    def _file(self) -> Path:
        told = [[tag.id, tag.sentence, _told(self._tags.marks(tag.id))] for tag in self.tags()]
        digest = hashlib.sha256(json.dumps([few.RECIPE, told]).encode()).hexdigest()[:16]
        folder = self._workspace.artefacts(self._base().folder, self._reader().version)
        return folder / f"described-{digest}.parquet"

    # ---- judging -------------------------------------------------------------------

    def _judge(self, said: str) -> tuple[few.Judge, Answer]:
        tag = next((tag for tag in self.tags() if said in (tag.id, tag.sentence)), None)
        sentence = tag.sentence if tag else checked(said)
        marks = self._tags.marks(tag.id) if tag else []
        key = json.dumps([sentence, tag.id if tag else "", _told(marks)])
        with self._lock:
            if key not in self._judged:
                self._judged[key] = self._of_marks(sentence, tag, marks)
                while len(self._judged) > _REMEMBERED:
                    self._judged.pop(next(iter(self._judged)))
            judge, answer = self._judged[key]
        return judge, replace(answer, tag=tag)

    def _of_marks(self, sentence: str, tag: Described | None, marks: Sequence[Mark]) -> tuple[few.Judge, Answer]:
        read = self._read()
        at = read.users.get_indexer(pd.Index([mark.user_id for mark in marks], dtype=object))
        there = at >= 0
        some, fits = read.matrix[at[there]], np.array([mark.fits for mark in marks], dtype=bool)[there]
        towards = self._vector(sentence)
        judge = few.learn(read.space, towards, some, fits)
        chances = few.chance(judge.log_odds(read.matrix))
        table = pd.DataFrame({"user_id": read.users.astype(str), "chance": chances})
        table = table.sort_values(["chance", "user_id"], ascending=[False, True], ignore_index=True)
        proposed = few.proposed(chances)
        free = np.delete(np.arange(len(read.users)), at[there])
        sample = np.random.default_rng(0).permutation(free)[: few.OTHERS]
        unseen = few.chance(few.held_out(read.space, towards, some, fits, read.matrix[sample]))
        expected = few.expected(proposed, chances, chances[free], unseen, fits)
        unknown = len(find.shopper_ids(self._reader())) - len(table)
        return judge, Answer(sentence, tag, tuple(marks), table, expected, proposed, unknown, unseen, fits,
                             chances[free])

    def _fits(self, answer: Answer, users: list[str], way: int = 0) -> list[Fit]:
        judge, _ = self._judge(answer.tag.id if answer.tag else answer.sentence)
        of = self._known()
        did = things.things(self._reader(), users)
        about = find.details(self._reader(), did.loc[did["kind"] == things.ITEM, "thing"])["title"].dropna()
        titles = {str(item): str(title) for item, title in about.items()}
        rows = answer.chances[answer.chances["user_id"].isin(users)]
        places = {user: (int(row) + 1, float(chance))
                  for row, user, chance in zip(rows.index, rows["user_id"], rows["chance"], strict=True)}  # fmt: skip
        said = {mark.user_id: mark.fits for mark in answer.marks}
        found = []
        for user in users:
            place, chance = places.get(user, (0, None))
            mine = did[did["user_id"] == user]
            pushes = _pushes(judge, of, mine, titles, way) if chance is not None else []
            given = chance is not None and chance >= answer.threshold
            found.append(Fit(user, chance, place, given, pushes, said.get(user)))
        return found

    def _read(self) -> Looks:
        with self._lock:
            if self._looks is None:
                self._looks = looks.load(self._workspace, self._reader().version, self._base())
            if self._looks is None:
                raise TooLittleData(_UNREAD)
            if not len(self._looks.users):
                raise TooLittleData(say("Nothing that shoppers did has words, so no description can be held against "
                                        "it."))
            return self._looks

    def _known(self) -> looks.Known:
        with self._lock:
            if self._things is None:
                self._things = looks.known(self._workspace, self._reader(), self._base())
            if self._things is None:
                raise TooLittleData(_UNREAD)
            return self._things

    def _vector(self, sentence: str) -> few.Floats:
        with self._lock:
            if sentence not in self._sentences:
                yes, no = sides(sentence)
                said = self._encoder().of([yes, no] if no else [yes]).astype(float)
                self._sentences[sentence] = said[0] - said[1] if no else said[0]
            return self._sentences[sentence]


def _pushes(
    judge: few.Judge, of: looks.Known, mine: pd.DataFrame, titles: Mapping[str, str], way: int
) -> list[Push]:
    """Return the things of a shopper that push most: for a description (1), against it (-1), or either way (0)."""
    found = of.of(mine)
    has = np.any(found != 0, axis=1)
    rows = mine[has].reset_index(drop=True)
    rows["value"] = judge.pushes(found[has], looks.shares(rows["weight"].tolist()))
    rows = rows[rows["value"] * way > 0] if way else rows
    first = rows["value"].abs().sort_values(ascending=False, kind="stable").index[:REASONS]
    return [
        Push(str(row["kind"]), str(row["thing"]), titles.get(str(row["thing"]), str(row["thing"])), str(row["deed"]),
             row["ts"].to_pydatetime(), float(row["value"]))
        for row in rows.loc[first].to_dict("records")
    ]  # fmt: skip


def _told(marks: Sequence[Mark]) -> list[tuple[str, bool]]:
    return [(mark.user_id, mark.fits) for mark in marks]
