"""Columns of a shop that are called as something of ours is: they are read as any other."""

import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.schema import EVENT_COLUMNS, ITEM_COLUMNS
from core.store import straight, uploads
from core.store.header import distinct
from core.store.importer import import_files
from core.store.look import look
from core.store.workspace import Workspace
from tests.core.store.files import put

CANONICAL = {*map(str, EVENT_COLUMNS), *map(str, ITEM_COLUMNS), "age"} - {"source_row", "import_id"}
NAMED = re.compile(r"(?:\bAS |\b(?=__))\"?([A-Za-z_]\w*)")
#: Every name that SQL of the store gives to anything, and those that DuckDB has itself.
OURS = sorted({
    "rowid", "fault", "reason", "line", "filename", "file_row_number", "source_row", "import_id",
    *(name.lower() for file in Path("core/store").glob("*.py")
      for name in NAMED.findall(file.read_text(encoding="utf-8"))),
} - CANONICAL)  # fmt: skip
MORE, VALUES = "".join(f",{name}" for name in OURS), ",x" * len(OURS)
EVENTS = """user_id,item_id,event_type,ts
m1,s1,view,2026-03-01 10:00:00
m1,s1,view,2026-03-01 10:00:00
m1,s2,buy,2026-03-01 10:01:00
m2,s1,view,2026-03-02 18:00:00
m2,s1,fav,soon
"""
ITEMS = "item_id,title,price\ns1,Mug,5\ns2,Lamp,free\n"
USERS = "user_id,age\nm1,30\n,40\n"


def wide(text):
    """Give a file every column of ``OURS`` beside its own."""
    header, *lines = text.splitlines()
    return "\n".join([header + MORE, *(line + VALUES for line in lines)]) + "\n"


def as_parquet(text):
    header, *lines = text.splitlines()
    file, columns = io.BytesIO(), zip(*(line.split(",") for line in lines), strict=True)
    pq.write_table(pa.table(dict(zip(header.split(","), map(list, columns), strict=True))), file)
    return file.getvalue()


def imported(folder, change):
    """Return why lines of the three files were turned away, and every table, without what the files alone have."""
    texts = {"events": EVENTS, "items": ITEMS, "users": USERS}
    paths = {name: put(folder, change(text), f"{name}.csv") for name, text in texts.items()}
    workspace = Workspace.create(folder / "shop")
    reasons = import_files(workspace, [paths["events"]], paths["items"], paths["users"]).reasons
    chosen = {"items": ", ".join(ITEM_COLUMNS), "users": "user_id, age", "rejects": "* EXCLUDE line",
              "imports": "* EXCLUDE (fingerprint, imported_at)"}  # fmt: skip
    reader = workspace.reader()
    try:
        names = [row[0] for row in reader.rows("SELECT table_name FROM duckdb_tables() ORDER BY 1")]
        return reasons, {
            name: reader.rows(f"SELECT {chosen.get(name, '*')} FROM {name} ORDER BY ALL") for name in names
        }
    finally:
        reader.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("plain"), str)


def test_there_are_many():
    assert {"word", "given", "__row", "__rank"} <= set(OURS)
    assert len(OURS) > 200


@pytest.mark.parametrize("least", [0, straight.LEAST_BYTES])
@pytest.mark.parametrize("form", [str, as_parquet])
def test_a_file_is_imported_whatever_its_columns_are_called(tmp_path, monkeypatch, plain, form, least):
    monkeypatch.setattr(straight, "LEAST_BYTES", least)
    assert len(plain[0]) == 3
    assert imported(tmp_path, lambda text: form(wide(text))) == plain


def test_it_can_be_looked_at(tmp_path):
    seen = look(put(tmp_path, wide(EVENTS)))
    assert seen.columns[4:] == distinct(OURS)
    assert {guess.source for guess in seen.suggestion.columns} >= {"user_id", "item_id", "event_type", "ts"}


def test_a_list_of_it_can_be_judged(tmp_path):
    with uploads.opened(put(tmp_path, wide(EVENTS))) as upload:
        assert upload.values("item_id") == ["s1", "s2"]
        upload.list_rows("user_id", "item_id", ["m1"], ["s1", "s2"])
        assert upload.counts()[:2] == (5, 2)
        upload.type({"user_id": "user_id", "item_id": "item_id", "event_type": "event_type", "ts": "ts"})
        upload.list_shoppers(distinct(OURS))
        assert upload.rows(0, 2)["__events"].tolist() == [3, 1]


def test_a_column_of_parquet_is_called_so_in_any_case(tmp_path):
    file = put(tmp_path, as_parquet("FILE_ROW_NUMBER,b\n7,x\n8,y\n"), "log.parquet")
    assert look(file).samples == {"FILE_ROW_NUMBER": ("7", "8"), "b": ("x", "y")}
