"""The demo's robots, known from its hidden truth, are those that are set aside: not one more, not one fewer."""

from core.store.importer import import_files
from core.store.workspace import Workspace


def test_precision_and_recall_of_the_flag(demo, tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [demo.files.events], demo.files.items, demo.files.users)
    reader = workspace.reader()
    found = {user for (user,) in reader.rows("SELECT user_id FROM shopper_flags WHERE robot")}
    tests = reader.rows("SELECT user_id FROM shopper_flags WHERE test")
    reader.close()
    true = set(demo.tastes.loc[demo.tastes["robot"], "user_id"])
    assert len(true) == 2
    precision, recall = len(found & true) / len(found), len(found & true) / len(true)
    assert (precision, recall, tests) == (1.0, 1.0, [])
