"""Everything that can be asked about the map of all shoppers; ``core.service.Shop.map`` is one."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import ModelError
from core.language import say, to_say
from core.map import kept, layout, shapes, traits
from core.map.records import BETWEEN, Area, Cluster, Drawn, Made, Trait, View
from core.records import Job, Progress, no_progress
from core.store import find, mapped

if TYPE_CHECKING:
    from core.jobs import Jobs
    from core.store.shoppers import People

#: Kind of the jobs that make maps.
JOB = "map"
#: Shoppers that the layout is learned from at most; the others are placed into it.
SAMPLE = 20_000
#: Shoppers that are drawn one by one at most; more are counted by squares.
SINGLE = 3_000
#: Shoppers that are read and placed between two notes of progress.
_CHUNK = 2_000
_NO_MODEL = to_say("The map shows shoppers as a model sees them. Train one on the Model page, or: python -m core train")


class Reads(Protocol):
    """What a map needs of ``core.score.Scorer``."""

    def states(self, asks: pd.DataFrame, progress: Progress = no_progress) -> NDArray[np.float32]:
        """The model's state of each history, ``[n, width]``."""


class ShopperMap:
    """Questions about the map of all shoppers of one version, as one model sees them.

    Parameters
    ----------
    people
        Gives the shoppers of the version that is looked at.
    scorer
        Gives the model that reads them, or None.
    folder
        Gives the folder of what this model made of this version, or None without a model.
    made_by
        Gives the name of the model, and when it was made: another may come under its name.
    jobs
        Where making is asked for.
    pinned
        Gives the version and the model of the shop, as a job is told them.
    """

    def __init__(
        self, people: Callable[[], People], scorer: Callable[[], Reads | None], folder: Callable[[], Path | None],
        made_by: Callable[[], tuple[str, str]], jobs: Jobs, pinned: Callable[[], Mapping[str, object]],
    ) -> None:
        self._people, self._scorer, self._folder, self._made_by = people, scorer, folder, made_by
        self._jobs, self._pinned = jobs, pinned

    # ---- making it -----------------------------------------------------------------

    def start(self) -> Job:
        """Make the map as a job; one that is on its way already is returned."""
        running = self.job()
        if running is not None and running.status in ("queued", "running"):
            return running
        return self._jobs.submit(JOB, dict(self._pinned()), f"{self._name()}{uuid4().hex[:6]}")

    def job(self) -> Job | None:
        """Return the newest job that makes, or did make, this map."""
        return next((job for job in self._jobs.all() if job.id.startswith(self._name())), None)

    def compute(self, progress: Progress = no_progress, seed: int = 0) -> Made:
        """Read every shopper, lay them out and keep the map.

        Raises
        ------
        ModelError, TooLittleData
            When there is no model, or there are too few shoppers.
        """
        started, people, scorer = time.monotonic(), self._people(), self._scorer()
        if scorer is None:
            raise ModelError(_NO_MODEL)
        users = np.array(find.shopper_ids(people.reader), dtype=object)
        learned, places, numbers = _laid_out(_reading(scorer, people, users, progress), len(users), seed)
        progress(0.97, say("Naming the groups"))
        rows = pd.DataFrame({"user_id": users, "x": places[:, 0], "y": places[:, 1], "cluster": numbers})
        clusters = _clusters(people, rows)
        (left, bottom), (right, top) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        name, created = self._made_by()
        now, seconds = datetime.now(UTC).replace(tzinfo=None), round(time.monotonic() - started, 1)
        made = Made(people.reader.version, name, created, len(users), learned, seed, now, seconds,
                    View(left, right, bottom, top), clusters, int((numbers == BETWEEN).sum()))  # fmt: skip
        kept.keep(self._file(), rows, made)
        progress(1.0, say("{all:,} shoppers are on the map", all=len(users)))
        return made

    def kept(self) -> Made | None:
        """Return what is known of the map that this very model made of this version, or None."""
        if self._folder() is None:
            return None
        made = kept.about(self._file())
        return made if made is not None and made.model_created == self._made_by()[1] else None

    def earlier(self) -> Made | None:
        """Return the newest map of another version or model of this shop, or None."""
        folder = self._folder()
        here = None if folder is None else folder / kept.NAME
        workspace = self._jobs.workspace.path
        newest = next(kept.others(workspace, here or workspace), None)
        if here is not None and here.is_file() and self.kept() is None:
            return kept.about(here) or newest  # made by an earlier model of this name
        return newest

    # ---- looking at it -------------------------------------------------------------

    def drawn(
        self, view: View, by: str | pd.DataFrame | None = None, show: Sequence[str] = (), single: int = SINGLE
    ) -> Drawn:
        """Return a part of the map as it is drawn.

        Parameters
        ----------
        by
            What it is coloured by: a fact or a tag by its key, a table of ids (``user_id``), or the groups.
        show
            What is shown of single shoppers.
        single
            Shoppers that are drawn one by one at most.
        """
        people, file, ends = self._people(), self._file(), _ends(view)
        many = mapped.count(people, file, ends)
        if many <= single:
            return Drawn(view, many, True, mapped.points(people, file, ends, by, show))
        side = view.side
        across, up = (max(1, math.ceil(span / side - 1e-9))
                      for span in (view.right - view.left, view.top - view.bottom))  # fmt: skip
        rows = mapped.squares(people, file, ends, side, across, up, by)
        rows.insert(0, "x", view.left + (rows["across"] + 0.5) * side)
        rows.insert(1, "y", view.bottom + (rows["up"] + 0.5) * side)
        return Drawn(view, many, False, rows.drop(columns=["across", "up"]))

    def inside(self, area: Area) -> list[str]:
        """Return the ids of those who are in what was drawn, in order."""
        found = mapped.points(self._people(), self._file(), _ends(area.around))
        x, y = (found[name].to_numpy(dtype=np.float64) for name in ("x", "y"))
        return [str(user) for user in found["user_id"][shapes.inside(area, x, y)]]

    def members(self, number: int) -> list[str]:
        """Return the ids of those who are in a group, in order."""
        table = self.table()
        return [str(user) for user in table["user_id"][table["cluster"] == number]]

    def apart(self, users: Sequence[str]) -> tuple[Trait, ...]:
        """Return what surely sets some shoppers apart from everyone else; see ``traits.of_groups``."""
        return traits.of_groups(self._people(), [pd.DataFrame({"user_id": list(users)})])[0]

    def table(self) -> pd.DataFrame:
        """Return the whole map, in the order of ids: ``user_id, x, y, cluster``."""
        return pd.read_parquet(self._file())

    def _file(self) -> Path:
        folder = self._folder()
        if folder is None:
            raise ModelError(_NO_MODEL)
        return folder / kept.NAME

    def _name(self) -> str:
        name, created = self._made_by()
        stands = hashlib.sha256(f"{name} {created}".encode()).hexdigest()[:8]
        return f"{JOB}-{self._pinned()['version']}-{stands}-"


#: Tells the states of shoppers by their numbers, and how far the whole work then is.
_Reading = Callable[[NDArray[np.int64]], NDArray[np.float32]]


def _reading(scorer: Reads, people: People, users: NDArray[np.object_], progress: Progress) -> _Reading:
    as_of, done = pd.Timestamp(find.log_end(people.reader)), 0

    def read(numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        nonlocal done
        states = []
        for start in range(0, len(numbers), _CHUNK):
            some = users[numbers[start : start + _CHUNK]]
            asks = pd.DataFrame({"ask_id": range(len(some)), "user_id": some, "as_of": as_of})
            before = done

            def told(fraction: float, message: str, before: int = before, many: int = len(some)) -> None:
                read_now = round(before + fraction * many)
                progress(0.9 * read_now / len(users),
                         say("{read:,} of {all:,} shoppers read", read=read_now, all=len(users)))

            states.append(scorer.states(asks, told))
            done += len(some)
        progress(0.9 * done / len(users), say("Laying out {done:,} of {all:,} shoppers", done=done, all=len(users)))
        return np.concatenate(states) if states else np.empty((0, 0), dtype=np.float32)

    return read


def _laid_out(read: _Reading, many: int, seed: int) -> tuple[int, NDArray[np.float32], NDArray[np.int64]]:
    """Return from how many shoppers the layout was learned, the places ``[many, 2]`` and the groups ``[many]``."""
    draw = np.random.default_rng(seed)
    sample = np.arange(many) if many <= SAMPLE else np.sort(draw.choice(many, SAMPLE, replace=False))
    rest = np.setdiff1d(np.arange(many), sample)
    found = layout.learn(read(sample), seed)
    places = np.empty((many, 2), dtype=np.float32)
    places[sample] = found.places
    for start in range(0, len(rest), _CHUNK):
        some = rest[start : start + _CHUNK]
        places[some] = found.of(read(some))
    numbers = np.empty(many, dtype=np.int64)
    numbers[sample] = shapes.groups(found.places)
    numbers[rest] = shapes.nearest(found.places, numbers[sample], places[rest])
    return len(sample), places, numbers


def _clusters(people: People, rows: pd.DataFrame) -> tuple[Cluster, ...]:
    numbers = sorted(set(rows["cluster"].tolist()) - {BETWEEN})
    inside = {number: rows[rows["cluster"] == number] for number in numbers}
    named = traits.of_groups(people, [group[["user_id"]] for group in inside.values()])
    return tuple(
        Cluster(number, len(group), float(group["x"].median()), float(group["y"].median()), some)
        for (number, group), some in zip(inside.items(), named, strict=True)
    )


def _ends(view: View) -> tuple[float, float, float, float]:
    return view.left, view.right, view.bottom, view.top
