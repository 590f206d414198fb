"""A workspace of another ShopperLens is said to be one, and an import brings it up to date."""

import pytest

from core.errors import WorkspaceError
from core.store import layout
from core.store.importer import import_files
from core.store.workspace import connect
from tests.tiny_shop import import_shop


def aged(workspace, sql):
    con = connect(workspace.version_file(workspace.version()))
    con.execute(sql)
    con.close()


@pytest.fixture
def workspace(tmp_path):
    return import_shop(tmp_path)[0]


def test_what_is_imported_today_is_of_today(workspace):
    assert not workspace.outdated()
    workspace.reader().close()


def test_an_older_version_is_refused_with_what_to_do(workspace):
    aged(workspace, "DROP TABLE layout")
    assert workspace.outdated()
    with pytest.raises(WorkspaceError, match="older ShopperLens.* Import the logs again"):
        workspace.reader()


def test_a_newer_version_is_refused_too(workspace):
    aged(workspace, f"UPDATE layout SET number = {layout.LAYOUT + 1}")
    assert not workspace.outdated()
    with pytest.raises(WorkspaceError, match="newer ShopperLens"):
        workspace.reader()


def test_appending_brings_an_older_version_up_to_date(workspace, tmp_path):
    aged(workspace, "DROP TABLE layout; DROP TABLE shopper_flags; DROP TABLE visits; DROP VIEW event_dwell")
    more = tmp_path / "more.csv"
    more.write_text("user_id,item_id,event_type,ts\ntest,mug1,view,2026-01-23 09:00:00\n")
    import_files(workspace, [more])
    reader = workspace.reader()
    assert reader.rows("SELECT user_id FROM shopper_flags") == [("test",)]
    reader.close()
