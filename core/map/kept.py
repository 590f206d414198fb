"""A map as a file: the place and the group of every shopper, and of what it was made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.answers import plain
from core.map.records import Cluster, Made, Trait, View
from core.tables import whole

if TYPE_CHECKING:
    import pandas as pd

NAME = "map.parquet"
#: How maps are made; those of another recipe are made anew.
RECIPE = 1
_META = b"map"


def keep(file: Path, rows: pd.DataFrame, made: Made) -> None:
    """Write a map whole: ``user_id, x, y, cluster`` by the order of ids."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(rows, preserve_index=False)
    meta = json.dumps({"recipe": RECIPE, **plain(made)}).encode()
    with whole(file) as part:
        pq.write_table(table.replace_schema_metadata({_META: meta}), part, compression="zstd")


def about(file: Path) -> Made | None:
    """Return what is known of the map in a file; None where there is none that can be used."""
    import pyarrow.parquet as pq

    try:
        said: dict[str, Any] = json.loads((pq.read_schema(file).metadata or {}).get(_META, b"{}"))
    except (OSError, ValueError):  # ArrowInvalid is a ValueError: a file that is none is made anew
        return None
    if said.pop("recipe", None) != RECIPE:
        return None
    clusters = tuple(
        Cluster(**{**one, "traits": tuple(Trait(**trait) for trait in one["traits"])}) for one in said.pop("clusters")
    )
    made, seen = datetime.fromisoformat(said.pop("made")), View(**said.pop("whole"))
    return Made(**said, made=made, whole=seen, clusters=clusters)


def others(workspace: Path, than: Path) -> Iterator[Made]:
    """Return the maps of other versions and models, those made last first."""
    files = [file for file in (workspace / "artefacts").glob(f"*/*/{NAME}") if file != than]
    found = (about(file) for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True))
    yield from (one for one in found if one is not None)
