"""Shoppers as vectors: the weighted mean of what they had to do with, as the base model reads its words.

Items have vectors already (``core.vectors``); what shoppers typed or wrote is read by the same base. Made once for a
version of the data and a base, as one Parquet file; texts that an earlier version has are not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import vectors
from core.describing.few import Space
from core.language import say
from core.records import Progress, no_progress
from core.store import find, things
from core.tables import whole

if TYPE_CHECKING:
    from core.store.workspace import Reader, Workspace
    from core.vectors import Base, Encoder, Rows, Vectors

NAME, SAID_NAME = "looks.parquet", "said.parquet"
#: A change of how shoppers are made into vectors is a new recipe.
RECIPE = "1"
#: A shopper counts as if she had this weight of what all have to do with besides: one look alone says little.
PRIOR = 3.0
#: Shoppers whose things are read at once, texts that are read at once, and shoppers that a space is measured on.
_CHUNK, _TEXTS, _MEASURED = 5_000, 2_048, 50_000
_RECIPE = b"looks"


@dataclass(frozen=True)
class Looks:
    """The vectors of all shoppers who had to do with anything. May be used by many threads.

    Attributes
    ----------
    users
        Their ids, in order.
    matrix
        float32 ``[n, width]``.
    space
        How they lie.
    """

    users: pd.Index[str]
    matrix: Rows
    space: Space

    @classmethod
    def of(cls, users: Sequence[str], means: Rows, weights: Rows) -> Looks:
        """Take the means of what shoppers had to do with, and the weight of all that, and measure how they lie."""
        centre = means.mean(axis=0) if len(means) else np.zeros(means.shape[1], dtype=np.float32)
        shrunk = centre + (means - centre) * (weights / (weights + PRIOR))[:, None]
        matrix: Rows = np.asarray(shrunk, dtype=np.float32)
        some = matrix[:: max(1, -(-len(matrix) // _MEASURED))]
        return cls(pd.Index(np.asarray(users, dtype=object)), matrix, Space.of(some, centre))


def there(workspace: Workspace, version: int, base: Base) -> bool:
    """Whether the vectors of a version's shoppers are made."""
    return _table(_file(workspace, base, version, NAME)) is not None


def load(workspace: Workspace, version: int, base: Base) -> Looks | None:
    """Return the vectors of a version's shoppers, or None when they are not made yet."""
    table = _table(_file(workspace, base, version, NAME), read=True)
    return None if table is None else _looks(table)


def make(
    workspace: Workspace, reader: Reader, base: Base, encoder: Encoder, device: str = "auto",
    progress: Progress = no_progress,
) -> Looks:
    """Make and keep the vectors of this version's shoppers, whole or not at all; those that are there are returned."""
    found = load(workspace, reader.version, base)
    if found is not None:
        return found
    items = vectors.make(workspace, reader, base, device, _part(progress, 0.0, 0.5))
    said = _read_said(workspace, reader, base, encoder, _part(progress, 0.5, 0.8))
    users, rows, weights = combined(reader, find.shopper_ids(reader), Known(items, said), _part(progress, 0.8, 1.0))
    _write(_file(workspace, base, reader.version, NAME), "user_id", users, rows, weights)
    return Looks.of(users, rows, weights)


@dataclass(frozen=True)
class Known:
    """Vectors of things: of items, and of what was said."""

    items: Vectors
    said: Vectors

    def of(self, some: pd.DataFrame) -> Rows:
        """Return the vectors of things (``kind, thing``), ``[n, width]``; zeros for one that has none."""
        items = (some["kind"] == things.ITEM).to_numpy()
        found = self.items.of(some["thing"].tolist())
        return np.where(items[:, None], found, self.said.of(some["thing"].tolist()))


def known(workspace: Workspace, reader: Reader, base: Base) -> Known | None:
    """Return the vectors of this version's things, or None when they are not made yet."""
    items = vectors.load(workspace, reader, base)
    said = _table(_file(workspace, base, reader.version, SAID_NAME), read=True)
    return None if items is None or said is None else Known(items, _said(said))


def combined(
    reader: Reader, users: Sequence[str], of: Known, progress: Progress = no_progress
) -> tuple[list[str], Rows, Rows]:
    """Return those shoppers who had to do with anything that has a vector, the mean of these, and their weight."""
    names: list[str] = []
    rows: list[Rows] = []
    totals: list[Rows] = []
    for start in range(0, len(users), _CHUNK):
        progress(start / len(users), say("{start:,} of {users:,} shoppers", start=start, users=len(users)))
        did = things.things(reader, list(users[start : start + _CHUNK]))
        found = of.of(did)
        has = np.any(found != 0, axis=1)
        codes, some = pd.factorize(did["user_id"][has])
        weights = did["weight"].to_numpy(float)[has]
        names += [str(user) for user in some]
        totals.append(np.bincount(codes, weights=weights, minlength=len(some)).astype(np.float32))
        rows.append(means(found[has], codes, weights, len(some)))
    if not names:
        return [], np.empty((0, 1), dtype=np.float32), np.empty(0, dtype=np.float32)
    return names, np.concatenate(rows), np.concatenate(totals)


def means(found: Rows, codes: NDArray[np.int64], weights: NDArray[np.float64], count: int) -> Rows:
    """Return the weighted mean of the rows of each code ``[count, width]``."""
    from scipy.sparse import csr_matrix

    shares = weights / np.bincount(codes, weights=weights, minlength=count)[codes]
    mixed = csr_matrix((shares, (codes, np.arange(len(codes)))), shape=(count, len(codes))) @ found
    return np.asarray(mixed, dtype=np.float32)


def shares(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return what each thing counts in the vector of the shopper who had to do with them."""
    told = np.asarray(weights, dtype=float)
    return np.asarray(told / (told.sum() + PRIOR))


def _read_said(
    workspace: Workspace, reader: Reader, base: Base, encoder: Encoder, progress: Progress
) -> Vectors:
    """Read everything that shoppers typed or wrote; what an earlier version has is not read again."""
    words, before = things.all_said(reader), _newest_said(workspace, base)
    new = [text for text in words if before is None or text not in before.index]
    read = [np.empty((0, before.matrix.shape[1] if before is not None else 1), dtype=np.float32)]
    for start in range(0, len(new), _TEXTS):
        progress(start / len(new), say("{start:,} of {new:,} texts", start=start, new=len(new)))
        read.append(encoder.of(new[start : start + _TEXTS]))
    fresh = np.concatenate(read[1:] or read)
    there = _as_vectors(new, fresh)
    old = [text for text in words if before is not None and text in before.index]
    if before is not None and old:
        there = _as_vectors(old + new, np.concatenate([before.of(old), fresh]) if new else before.of(old))
    _write(_file(workspace, base, reader.version, SAID_NAME), "words", list(there.index), there.matrix)
    return there


def _newest_said(workspace: Workspace, base: Base) -> Vectors | None:
    for file in sorted((workspace.path / "artefacts" / base.folder).glob(f"*/{SAID_NAME}"), reverse=True):
        table = _table(file, read=True)
        if table is not None:
            return _said(table)
    return None


def _said(table: Any) -> Vectors:
    return _as_vectors(table["words"].to_pylist(), vectors.matrix_of(table))


def _as_vectors(words: Sequence[str], matrix: Rows) -> Vectors:
    return vectors.Vectors(words, [things.SAID] * len(words), matrix)


def _file(workspace: Workspace, base: Base, version: int, name: str) -> Path:
    return workspace.artefacts(base.folder, version) / name


def _looks(table: Any) -> Looks:
    weights = np.asarray(table["weight"].to_numpy(), dtype=np.float32)
    return Looks.of(table["user_id"].to_pylist(), vectors.matrix_of(table), weights)


def _write(file: Path, key: str, names: Sequence[str], matrix: Rows, weights: Rows | None = None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {key: pa.array(list(names), pa.string()), "vector": vectors.as_column(matrix)}
    table = pa.table(columns if weights is None else {**columns, "weight": pa.array(weights)})
    table = table.replace_schema_metadata({_RECIPE: RECIPE.encode()})
    with whole(file) as part:
        pq.write_table(table, part, compression="none")  # what is random does not shrink


def _table(file: Path, read: bool = False) -> Any | None:
    """The file's table (or, where it need not be read, its schema); None when it is not there or of another recipe."""
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(file)
        if (schema.metadata or {}).get(_RECIPE) != RECIPE.encode():
            return None
        return pq.read_table(file) if read else schema
    except (OSError, ValueError):  # ArrowInvalid is a ValueError: a file that is none is made again
        return None


def _part(progress: Progress, low: float, high: float) -> Callable[[float, str], None]:
    return lambda fraction, message: progress(low + (high - low) * fraction, message)
