"""A publisher's files after their import, for tests of presets."""

import json
from pathlib import Path

import pandas as pd

from core.store.importer import import_files
from core.store.workspace import Workspace

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "presets"
#: Types in which EB-NeRD's publisher writes its Parquet files.
PARQUET = {
    "impression_id": "uint32", "article_id": "float64", "impression_time": "datetime64[us]", "device_type": "int8",
    "user_id": "uint32", "session_id": "uint32", "gender": "float64", "age": "float64", "read_time": "float32",
    "published_time": "datetime64[us]", "last_modified_time": "datetime64[us]",
}


def folder_of(name, tmp_path):
    """Return the folder of a publisher's files; those in Parquet are made of the JSON beside them."""
    sources = list((FIXTURES / name).glob("*.json")) if name == "ebnerd" else []
    for source in sources:
        frame = pd.DataFrame(json.loads(source.read_text(encoding="utf-8")))
        if source.stem == "articles":
            frame = frame.astype({"article_id": "int32"})
        if "impression_time_fixed" in frame:
            frame["impression_time_fixed"] = [pd.to_datetime(all_of_one).to_list() for all_of_one in frame.pop(
                "impression_time_fixed")]
        kinds = {column: kind for column, kind in PARQUET.items() if column in frame and source.stem != "articles"}
        frame.astype(kinds).to_parquet(tmp_path / f"{source.stem}.parquet")
    return tmp_path if sources else FIXTURES / name


class Imported:
    """A preset's fixture after its import."""

    def __init__(self, name, tmp_path, folder=None):
        (tmp_path / "files").mkdir()
        self.workspace = Workspace.create(tmp_path / "shop")
        files = folder_of(folder or name, tmp_path / "files")
        self.report = import_files(self.workspace, [files], preset=name)
        self.reader = self.workspace.reader()

    @property
    def files(self):
        """File → lines read, imported, rejected, duplicates, events."""
        return {
            file.file: (file.lines_read, file.imported, file.rejected, file.duplicates, file.events)
            for file in self.report.files
        }

    def events(self, columns="user_id, event_type, item_id"):
        """Return the events, in order of time."""
        return [
            tuple(str(value) if hasattr(value, "hour") else value for value in row)
            for row in self.reader.rows(f"SELECT {columns} FROM events ORDER BY ts, source_row, event_type, item_id")
        ]

    def items(self, columns="item_id, title, category, brand, kind"):
        return self.reader.rows(f"SELECT {columns} FROM items ORDER BY item_id")

    def users(self, columns):
        return self.reader.rows(f"SELECT user_id, {columns} FROM users ORDER BY user_id")
