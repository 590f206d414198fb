"""Predicted tags of every shopper, kept as one Parquet file for each model and version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from core.language import say
from core.records import Progress, Tag, TagSpec, no_progress
from core.tables import remembered, whole

if TYPE_CHECKING:
    from core.store.workspace import Workspace

NAME = "profiles.parquet"
_MADE_BY = b"model_created"
#: Shoppers that are read at once.
CHUNK = 512


class Tagger(Protocol):
    """What profiles need of ``core.score.Scorer``."""

    @property
    def tag_specs(self) -> Sequence[TagSpec]:
        """The tags, in order."""

    def tags(self, asks: pd.DataFrame, progress: Progress = no_progress) -> pd.DataFrame:
        """Probability of each tag, by ``ask_id``."""

    def tag_records(self, row: pd.Series) -> list[Tag]:
        """Tags of one row of ``tags``."""


def ready(workspace: Workspace, model: str, version: int, created: str) -> Path | None:
    """Return the file of profiles that this very model made of this version, or None.

    Parameters
    ----------
    created
        When the model was made: profiles of an earlier one of the same name do not count.
    """
    path = workspace.artefacts(model, version) / NAME
    try:
        made_by = _maker(path)
    except (OSError, ValueError):  # ArrowInvalid is a ValueError: a file that is none is made again
        return None
    return path if made_by == created.encode() else None


@remembered
def _maker(file: Path) -> bytes | None:
    import pyarrow.parquet as pq

    made_by: bytes | None = (pq.read_schema(file).metadata or {}).get(_MADE_BY)
    return made_by


def compute(scorer: Tagger, users: Sequence[str], as_of: datetime, progress: Progress = no_progress) -> pd.DataFrame:
    """Predict every tag of these shoppers as of a moment: ``user_id`` and a column for each tag."""
    parts = []
    for start in range(0, len(users), CHUNK):
        progress(start / len(users), say("{start:,} of {users:,} shoppers", start=start, users=len(users)))
        some = list(users[start : start + CHUNK])
        asks = pd.DataFrame({"ask_id": range(len(some)), "user_id": some, "as_of": pd.Timestamp(as_of)})
        found = scorer.tags(asks).reindex(range(len(some)))
        found.insert(0, "user_id", some)
        parts.append(found.reset_index(drop=True))
    progress(1.0, say("{users:,} shoppers", users=len(users)))
    keys = [spec.key for spec in scorer.tag_specs]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["user_id", *keys])


def keep(workspace: Workspace, model: str, version: int, created: str, profiles: pd.DataFrame) -> Path:
    """Write the profiles whole, marked with the model that made them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = workspace.artefacts(model, version) / NAME
    table = pa.Table.from_pandas(profiles, preserve_index=False)
    table = table.replace_schema_metadata({_MADE_BY: created.encode()})
    with whole(path) as part:
        pq.write_table(table, part, compression="zstd")
    return path
