"""Items as vectors: the mean of what the base model, as published, makes of their words; near means alike.

They are made once for a version of the data and a base, and kept as one Parquet file. What did not change its words
since an earlier version is taken over. Search is exact: one product of a matrix and a vector; beyond a million items
an index may answer instead (``core.vector_index``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import vector_index
from core.config import EMBEDDED_BASE
from core.language import say
from core.records import Progress, no_progress
from core.store import item_words
from core.tables import whole

if TYPE_CHECKING:
    import pyarrow as pa

    from core.store.workspace import Reader, Workspace

Rows = NDArray[np.float32]

NAME, INDEX = "vectors.parquet", "vectors.faiss"
#: Tokens that are read of an item's words; a change of this or of how words are pooled is a new recipe.
TOKENS = 48
RECIPE = "1"
#: Rows that an index is asked for, for each that is wanted: some are of other kinds.
_SPARE = 4
#: Items that are embedded between two notes of progress.
_CHUNK = 2_048
_ITEMS, _RECIPE = b"items", b"recipe"


@dataclass(frozen=True)
class Base:
    """A base model: what ``core.model.base.locate`` takes, and the sha256 of its weights."""

    name: str
    sha256: str

    @classmethod
    def of_model(cls, folder: Path | None) -> Base:
        """Return the base that a model in a folder was made from; the embedded one when there is no model."""
        from core.model.base import EMBEDDED_SHA256
        from core.model.checkpoint import read_info

        if folder is None:
            return cls(EMBEDDED_BASE, EMBEDDED_SHA256)
        info = read_info(folder)
        return cls(info.base, info.base_sha256)

    @property
    def folder(self) -> str:
        """Name of its folder among the artefacts."""
        return f"vectors-{self.sha256[:16]}"


class Vectors:
    """The vectors of a version's items. May be used by many threads.

    Parameters
    ----------
    item_ids, kinds
        Of each row.
    matrix
        float32 ``[items, width]``, every row of length 1.
    approximate
        An index of these rows that answers instead of the matrix; see ``core.vector_index``.
    """

    def __init__(
        self, item_ids: Sequence[str], kinds: Sequence[str], matrix: Rows, approximate: Any | None = None
    ) -> None:
        self.approximate = approximate
        self.index = pd.Index(np.asarray(item_ids, dtype=object))
        self.kinds = pd.Categorical(list(kinds))
        self.matrix = matrix

    def __len__(self) -> int:
        return len(self.index)

    def of(self, item_ids: Sequence[str]) -> Rows:
        """Return the vectors of items ``[k, width]``; zeros for one that has none."""
        at = self._at(item_ids)
        rows = self.matrix[at] if len(self) else np.zeros((len(at), self.matrix.shape[1]), dtype=np.float32)
        return np.where((at >= 0)[:, None], rows, np.float32(0))

    def mean(self, item_ids: Sequence[str], weights: Sequence[float]) -> Rows | None:
        """Return the weighted mean of items' vectors, of length 1 ``[width]``; None when no item has one."""
        total = np.asarray(weights, dtype=np.float32) @ self.of(item_ids)
        length = float(np.linalg.norm(total))
        return total / np.float32(length) if length > 1e-6 else None

    def near(
        self, towards: Rows, most: int, without: Sequence[str] = (), kinds: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the items nearest to a vector of length 1, with their cosine, the nearest first.

        Parameters
        ----------
        without
            Items that are left out.
        kinds
            Kinds of item that are asked for; every kind if none is named.
        """
        towards = np.asarray(towards, dtype=np.float32)
        found = [] if self.approximate is None else self._about(towards, most, without, kinds)
        return found if len(found) == most else self._exactly(towards, most, without, kinds)

    def _exactly(
        self, towards: Rows, most: int, without: Sequence[str], kinds: Collection[str] | None
    ) -> list[tuple[str, float]]:
        scores = self.matrix @ towards
        if kinds is not None:
            scores[~self._of_kinds(kinds)] = -np.inf
        gone = self._at(without)
        scores[gone[gone >= 0]] = -np.inf
        most = min(most, len(scores))
        first = np.argpartition(-scores, most - 1)[:most] if most else np.empty(0, dtype=np.int64)
        order = first[np.lexsort((first, -scores[first]))]
        return [(str(self.index[i]), float(scores[i])) for i in order if np.isfinite(scores[i])]

    def _about(
        self, towards: Rows, most: int, without: Sequence[str], kinds: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """The same by the index; fewer than ``most`` where too few of what it finds is asked for."""
        gone = set(without)
        rows = vector_index.search(self.approximate, towards, _SPARE * most + len(gone))
        asked = ((str(self.index[row]), cosine) for row, cosine in rows if kinds is None or self.kinds[row] in kinds)
        return [(item, cosine) for item, cosine in asked if item not in gone][:most]

    def _of_kinds(self, kinds: Collection[str]) -> NDArray[np.bool_]:
        wanted = [code for code, kind in enumerate(self.kinds.categories) if kind in kinds]
        return np.isin(self.kinds.codes, wanted)

    def _at(self, item_ids: Sequence[str]) -> NDArray[np.int64]:
        return np.asarray(self.index.get_indexer(pd.Index(list(item_ids), dtype=object)), dtype=np.int64)


class Encoder:
    """Makes vectors of texts with a base model as it was published; loads it when the first text comes.

    Parameters
    ----------
    base
        As ``core.model.base.locate`` takes it.
    device
        ``auto`` or the name of a torch device.
    """

    def __init__(self, base: str, device: str = "auto") -> None:
        self.base, self._device = base, device

    def of(self, texts: Sequence[str]) -> Rows:
        """Return the vectors of texts, each of length 1: float32 ``[n, width]``."""
        from core.train.before import mean_states

        network, tokenizer, device = self._loaded
        if not texts:
            return np.empty((0, network.encoder.config.hidden_size), dtype=np.float32)
        told = [text.encode("utf-8", "replace").decode() for text in texts]
        encoded = tokenizer(told, truncation=True, max_length=TOKENS, split_special_tokens=True)["input_ids"]
        ids = [np.array(row, dtype=np.int32) for row in encoded]
        return mean_states(network, ids, tokenizer.pad_token_id or 0, device).astype(np.float32)

    @cached_property
    def _loaded(self) -> tuple[Any, Any, Any]:
        from core.model import device as devices
        from core.model.base import load_encoder, load_tokenizer, locate
        from core.model.onepass import OnePass

        where, _ = locate(self.base)
        device = devices.pick(self._device)
        return OnePass(load_encoder(where), tags=1).to(device).eval(), load_tokenizer(where), device


def there(workspace: Workspace, version: int, base: Base) -> bool:
    """Whether a version has a file of vectors; ``load`` says whether it can be used."""
    return (workspace.path / "artefacts" / base.folder / f"{version:06d}" / NAME).is_file()


def load(workspace: Workspace, reader: Reader, base: Base) -> Vectors | None:
    """Return the vectors of this version's items, or None when they are not made yet."""
    file = _file(workspace, base, reader.version)
    table = _table(file, item_words.fingerprint(reader)) if file.is_file() else None
    return None if table is None else _read(table, file.with_name(INDEX))


def advice(found: Vectors) -> str:
    """Return what would make searching these vectors faster, "" when nothing has to be said."""
    if not vector_index.wanted(len(found)) or found.approximate is not None:
        return ""
    return say(vector_index.MISSING, most=vector_index.EXACT)


def make(
    workspace: Workspace, reader: Reader, base: Base, device: str = "auto", progress: Progress = no_progress
) -> Vectors:
    """Make and keep the vectors of this version's items, whole or not at all; those that are there are returned.

    Words that an earlier version has vectors of are not embedded again.
    """
    found = load(workspace, reader, base) or _made(workspace, reader, base, device, progress)
    file = _file(workspace, base, reader.version).with_name(INDEX)
    if vector_index.wanted(len(found)) and vector_index.installed() and found.approximate is None:
        progress(0.99, say("An index of {all:,} items", all=len(found)))
        vector_index.build(found.matrix, file)
        found.approximate = vector_index.load(file, len(found))
    progress(1.0, say("{all:,} items", all=len(found)))
    return found


def _made(workspace: Workspace, reader: Reader, base: Base, device: str, progress: Progress) -> Vectors:
    items = item_words.item_words(reader)
    digests = _digests(items["words"])
    known = _known(workspace, base)
    new = {digest: words for digest, words in zip(digests, items["words"], strict=True) if digest not in known}
    known.update(zip(new, _embedded(Encoder(base.name, device), list(new.values()), progress), strict=True))
    matrix = np.stack([known[digest] for digest in digests]) if digests else np.empty((0, 1), dtype=np.float32)
    _keep(_file(workspace, base, reader.version), items.assign(digest=digests), matrix, item_words.fingerprint(reader))
    return Vectors(items["item_id"].tolist(), items["kind"].tolist(), matrix)


def _embedded(encoder: Encoder, texts: Sequence[str], progress: Progress) -> Iterator[Rows]:
    for start in range(0, len(texts), _CHUNK):
        progress(start / len(texts), say("{done:,} of {all:,} items", done=start, all=len(texts)))
        yield from encoder.of(texts[start : start + _CHUNK])


def _digests(texts: Iterable[str]) -> list[bytes]:
    return [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts]


def _known(workspace: Workspace, base: Base) -> dict[bytes, Rows]:
    """Vectors by the digest of their words, of the newest version that has any."""
    for file in sorted((workspace.path / "artefacts" / base.folder).glob(f"*/{NAME}"), reverse=True):
        table = _table(file)
        if table is not None:
            return dict(zip(table["digest"].to_pylist(), matrix_of(table), strict=True))
    return {}


def _file(workspace: Workspace, base: Base, version: int) -> Path:
    return workspace.artefacts(base.folder, version) / NAME


def _keep(file: Path, items: pd.DataFrame, matrix: Rows, fingerprint: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"item_id": pa.array(items["item_id"], pa.string()), "kind": pa.array(items["kind"], pa.string()),
                      "digest": pa.array(items["digest"], pa.binary(8)), "vector": as_column(matrix)})  # fmt: skip
    table = table.replace_schema_metadata({_ITEMS: fingerprint.encode(), _RECIPE: RECIPE.encode()})
    with whole(file) as part:
        pq.write_table(table, part, compression="none")  # what is random does not shrink


def _table(file: Path, fingerprint: str | None = None) -> pa.Table | None:
    """The file's table; None when there is none, it is damaged, or it is of another recipe or other items."""
    import pyarrow.parquet as pq

    try:
        marks = pq.read_schema(file).metadata or {}
        if marks.get(_RECIPE) != RECIPE.encode() or fingerprint not in (None, marks.get(_ITEMS, b"").decode()):
            return None
        return pq.read_table(file)
    except (OSError, ValueError):  # ArrowInvalid is a ValueError: a file that is none is made again
        return None


def as_column(matrix: Rows) -> pa.FixedSizeListArray:
    """Return vectors ``[n, width]`` as a column of a table."""
    import pyarrow as pa

    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])


def matrix_of(table: pa.Table) -> Rows:
    """Return the vectors of a table that has them ``[n, width]``."""
    width = table.schema.field("vector").type.list_size
    flat = table["vector"].combine_chunks().flatten()
    return np.asarray(flat.to_numpy(zero_copy_only=False), dtype=np.float32).reshape(-1, width)


def _read(table: pa.Table, index: Path) -> Vectors:
    about = vector_index.load(index, len(table)) if vector_index.wanted(len(table)) else None
    return Vectors(table["item_id"].to_pylist(), table["kind"].to_pylist(), matrix_of(table), about)
