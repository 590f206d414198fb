"""Workspaces and readers."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from core.errors import WorkspaceError
from core.store.workspace import MARKER, POINTER, Workspace


def test_a_workspace_is_made_once_and_opened_again(tmp_path):
    made = Workspace.create(tmp_path / "new" / "shop")
    assert Workspace.create(made.path).path == Workspace.open(made.path).path == made.path
    assert made.version() is None
    assert made.artefacts("m", 3).is_dir()


def test_what_is_no_workspace_is_refused(tmp_path):
    with pytest.raises(WorkspaceError, match="is not a ShopperLens workspace"):
        Workspace.open(tmp_path / "none")
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(WorkspaceError, match="is not empty and is no workspace"):
        Workspace.create(tmp_path)
    with pytest.raises(WorkspaceError, match="cannot be made"):
        Workspace.create(tmp_path / "letter.txt" / "shop")
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_a_workspace_of_another_format_or_with_a_damaged_pointer_is_refused(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    with pytest.raises(WorkspaceError, match="Nothing is imported"):
        workspace.reader()
    (workspace.path / POINTER).write_text("seven")
    with pytest.raises(WorkspaceError, match="is damaged"):
        workspace.version()
    (workspace.path / MARKER).write_text('{"format": 99}')
    with pytest.raises(WorkspaceError, match="another version of ShopperLens"):
        Workspace.open(workspace.path)


def test_a_damaged_version_is_refused(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    workspace.version_file(1).write_bytes(b"not a database, whatever its name")
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        workspace.reader(1)
    with pytest.raises(WorkspaceError, match="no longer kept"):
        workspace.reader(2)


def test_readers_answer_in_utc_and_write_nothing(tiny_reader):
    import duckdb

    assert tiny_reader.rows("SELECT current_setting('TimeZone')") == [("UTC",)]
    with pytest.raises(duckdb.Error, match="read-only"):
        tiny_reader.rows("DELETE FROM events")


def test_threads_get_their_own_answers_and_tables(tiny_reader):
    def ask(number):
        table = pd.DataFrame({"n": [number]})
        return tiny_reader.frame("SELECT n + $more AS n FROM mine", {"more": 1}, {"mine": table})["n"][0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(100))) == list(range(1, 101))
