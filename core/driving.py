"""Everything that can be asked about what drives a prediction in a segment; ``core.service.Shop.driving`` is one."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
import pandas as pd

from core.answers import plain
from core.conditions import EVERYONE, Node
from core.drivers import About, Drivers, Read, drivers
from core.errors import InputError, UnknownItem
from core.language import say
from core.records import Job, Progress, no_progress
from core.store import find
from core.tables import whole

if TYPE_CHECKING:
    from pathlib import Path

    from core.explain.parts import Pushes
    from core.jobs import Jobs
    from core.score import Scorer
    from core.segmenting import Segments
    from core.store.workspace import Reader

#: Shoppers of each side that are read, unless told otherwise.
SAMPLE = 50
#: Items that stand for a category, those most wanted.
ITEMS = 8
#: Kind of the jobs that read.
JOB = "drivers"
#: Of few shoppers each is read more thoroughly, up to so many times.
_WALKS = 4
_META = b"read"
#: Answers that are kept, of one model and version.
_KEPT = 60


class Driving:
    """Questions about what drives predictions in segments.

    Parameters
    ----------
    reader, segments
        Give the data and the segments of the version that is looked at.
    scorer
        Gives the model.
    made
        Gives the folder in which this model's answers are kept, and when the model was made.
    jobs
        Where reading is asked for.
    pinned
        Gives the version and the model of the shop, as a job is told them.
    baskets
        Says whether the model's chances of items are of the next basket.
    """

    def __init__(
        self, reader: Callable[[], Reader], segments: Callable[[], Segments], scorer: Callable[[], Scorer],
        made: Callable[[], tuple[Path, str]], jobs: Jobs, pinned: Callable[[], Mapping[str, object]],
        baskets: Callable[[], bool] = lambda: False,
    ) -> None:
        self._reader, self._segments, self._scorer, self._made = reader, segments, scorer, made
        self._jobs, self._pinned, self._baskets = jobs, pinned, baskets

    def start(self, tree: Node, about: About, sample: int = SAMPLE) -> Job:
        """Read shoppers of a segment and others as a job; one that is on its way already is returned."""
        running = self.job(tree, about)
        if running is not None and running.status in ("queued", "running"):
            return running
        args = {"tree": self._segments().written(tree), "what": about.what, "key": about.key, "sample": sample}
        return self._jobs.submit(JOB, {**self._pinned(), **args}, f"{self._name(tree, about)}-{uuid4().hex[:6]}")

    def job(self, tree: Node, about: About) -> Job | None:
        """Return the newest job that reads, or did read, for this question."""
        name = self._name(tree, about)
        return next((job for job in self._jobs.all() if job.kind == JOB and job.id.startswith(f"{name}-")), None)

    def read(
        self, tree: Node, about: About, sample: int = SAMPLE, seed: int = 0, progress: Progress = no_progress
    ) -> Read:
        """Read a random sample of a segment and as many others, and keep what was found.

        Raises
        ------
        InputError, UnknownItem
            When nobody is in the segment, or the category or the item is not there.
        """
        from core.explain.parts import item_pushes, tag_pushes

        started, reader = time.monotonic(), self._reader()
        here, there = self._sides(tree)
        scorer, as_of, items = self._scorer(), find.log_end(reader), self._items(about)
        random = np.random.default_rng(seed)
        sides = [(_some(users, sample, random), mine) for users, mine in ((here, True), (there, False))]
        chosen = [(user, mine, _walks(sample, len(some))) for some, mine in sides for user in some]
        frames, off = [], 0.0
        for number, (user, mine, walks) in enumerate(chosen):
            progress(number / len(chosen),
                     say("{read:,} of {all:,} shoppers read", read=number, all=len(chosen)))
            if about.what == "tags":
                found = tag_pushes(scorer, user, as_of, seed + number, walks)
            else:
                found = item_pushes(scorer, user, list(items), as_of, seed + number, walks)
            frames.append(_frame(found, number, mine))
            off = max(off, float(np.abs(found.base + found.values.sum(axis=0) - found.prediction).max()))
        outputs = {spec.key: spec.label for spec in scorer.tag_specs} if about.what == "tags" else items
        now = datetime.now(UTC).replace(tzinfo=None)
        parts = pd.concat(frames, ignore_index=True)
        read = Read(about, parts, outputs, len(here), len(there), off, time.monotonic() - started, now)
        self._keep(tree, read)
        return read

    def kept(self, tree: Node, about: About) -> Read | None:
        """Return what was read for this question by this very model, or None."""
        folder, created = self._made()
        return _opened(folder / f"{self._name(tree, about)}.parquet", created)

    def answers(self, tree: Node) -> list[Read]:
        """Return everything that was read for a segment by this very model, the newest first."""
        folder, created = self._made()
        found = (_opened(path, created) for path in folder.glob(f"{self._of(tree)}-*.parquet"))
        return sorted((read for read in found if read is not None), key=lambda read: read.made, reverse=True)

    def drivers(self, read: Read, tag: str | None = None) -> Drivers:
        """Return what drives the items that were asked about or, of tags, the one with this key."""
        if tag is not None:
            return drivers(read, [tag], read.outputs[tag])
        title = next(iter(read.outputs.values())) if read.about.what == "item" else read.about.key
        return drivers(read, list(read.outputs), title, baskets=self._baskets())

    def tag(self, name: str) -> str:
        """Return the key of a tag that is given by its key or its label.

        Raises
        ------
        InputError
            When the model has none such.
        """
        keys = {name: spec.key for spec in self._scorer().tag_specs for name in (spec.label, spec.key)}
        if name not in keys:
            there = ", ".join(dict.fromkeys(keys.values())) or say("none")
            raise InputError(say("The model has no tag {name!r}. It has: {there}.", name=name, there=there))
        return keys[name]

    def _sides(self, tree: Node) -> tuple[list[str], list[str]]:
        """Ids of the segment, and of everyone else."""
        here, everyone = (sorted(self._segments().members(one)["user_id"]) for one in (tree, EVERYONE))
        if not here:
            raise InputError(say("Nobody is in this segment, so nothing drives anything there. Loosen its conditions."))
        return here, sorted(set(everyone) - set(here))

    def _items(self, about: About) -> dict[str, str]:
        """Items that are asked about, with their titles."""
        if about.what == "tags":
            return {}
        ids = [about.key] if about.what == "item" else find.wanted_in(self._reader(), about.key, ITEMS)
        titles = find.details(self._reader(), ids)["title"]
        if about.what == "item" and titles.empty:
            raise UnknownItem(say("No item has the id {key!r}. Pick one from the list, or import it.", key=about.key))
        if titles.empty:
            raise InputError(say("The catalogue has no items in {key!r}. Choose another category.", key=about.key))
        return {str(id): str(id) if pd.isna(title) else str(title) for id, title in titles.items()}

    def _keep(self, tree: Node, read: Read) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder, created = self._made()
        meta = {name: plain(value) for name, value in vars(read).items() if name != "parts"}
        table = pa.Table.from_pandas(read.parts, preserve_index=False)
        table = table.replace_schema_metadata({_META: json.dumps({**meta, "model_created": created}).encode()})
        with whole(folder / f"{self._name(tree, read.about)}.parquet") as part:
            pq.write_table(table, part, compression="zstd")
        for old in sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)

    def _of(self, tree: Node) -> str:
        return _hash(self._segments().key(tree))

    def _name(self, tree: Node, about: About) -> str:
        return f"{self._of(tree)}-{_hash(f'{about.what} {about.key}')}"


def _opened(path: Path, created: str) -> Read | None:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, ValueError):  # ArrowInvalid is a ValueError: a file that is none is read anew
        return None
    meta = json.loads((table.schema.metadata or {}).get(_META, b"{}"))
    if meta.pop("model_created", None) != created:
        return None
    about, made = About(**meta.pop("about")), datetime.fromisoformat(meta.pop("made"))
    return Read(about, table.to_pandas(), made=made, **meta)


def _some(users: Sequence[str], most: int, random: np.random.Generator) -> list[str]:
    """A random sample, in the order given."""
    if len(users) <= most:
        return list(users)
    return [users[at] for at in np.sort(random.choice(len(users), most, replace=False))]


def _walks(sample: int, shoppers: int) -> int:
    """How often each is read: of few shoppers more often, as each tells more."""
    return max(1, min(_WALKS, sample // max(1, shoppers)))


def _frame(found: Pushes, number: int, mine: bool) -> pd.DataFrame:
    """Parts of one shopper as rows; what the model says when nothing is known is one, too."""
    about = [("base", "", ""), *((part.kind, part.field, part.text) for part in found.parts)]
    frame = pd.DataFrame(about, columns=["kind", "field", "text"])
    frame.insert(0, "here", mine)
    frame.insert(0, "shopper", number)
    values = np.vstack([found.base, found.values])
    return frame.assign(**{f"v{n}": values[:, n] for n in range(values.shape[1])})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
