"""A fingerprint of the data: the same for the same events, items and shoppers, in whatever order they came."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from core.schema import Col, Table
from core.store.connect import quote

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Columns that say how a line came in, not what it tells.
_BOOKKEEPING = frozenset({Col.SOURCE_ROW, Col.IMPORT})


def fingerprint(reader: Reader) -> str:
    """Return 16 hexadecimal digits that stand for what a model can learn from.

    It is made of the number of rows of each table and of the sum of their digests, so it depends neither on their
    order nor on which import or line they came from.
    """
    parts = []
    for table in (Table.EVENTS, Table.ITEMS, Table.USERS):
        columns = sorted(name for (name,) in reader.rows(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND database_name = current_database()",
            {"table": table.value},
        ) if name not in _BOOKKEEPING)
        row = ", ".join(f"{quote(name)} := {quote(name)}" for name in columns)
        found = reader.rows(
            f"SELECT count(*), coalesce(sum(md5_number_lower(CAST(struct_pack({row}) AS VARCHAR))::HUGEINT), 0) "
            f"FROM {quote(table.value)}"
        )
        parts.append(f"{table.value}:{found[0][0]}:{found[0][1]}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
