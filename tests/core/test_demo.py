"""The demo shop is built once, is marked as generated, and brings its model."""

import pytest

from core import demo
from core.errors import WorkspaceError
from core.service import Shop
from core.store.workspace import connect
from tests.core.little_model import little_model
from tests.core.little_shop import little_shop


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder / "shop", demo.build(folder / "shop", shoppers=40, days=20, model=folder / "none")


def test_it_is_generated_and_says_so(built):
    path, answer = built
    assert answer == {"workspace": str(path), "version": 1, "built": True, "model": None}
    info = Shop(path).info()
    assert info.generated
    assert info.events > 0


def test_again_changes_nothing(built, tmp_path):
    path, _ = built
    assert demo.build(path, model=tmp_path / "none") == {
        "workspace": str(path), "version": 1, "built": False, "model": None
    }


def test_a_demo_of_an_older_layout_is_built_anew_and_keeps_its_models(tmp_path):
    workspace = little_shop(tmp_path / "shop", generated=True)
    con = connect(workspace.version_file(1))
    con.execute("DROP TABLE layout")
    con.close()
    (workspace.models / "mine").mkdir()
    answer = demo.build(tmp_path / "shop", shoppers=40, days=20, model=tmp_path / "none")
    assert (answer["version"], answer["built"]) == (2, True)
    assert Shop(tmp_path / "shop").info().events > 17
    assert (workspace.models / "mine").is_dir()


def test_a_shop_of_ones_own_is_left_alone(tmp_path):
    little_shop(tmp_path / "shop")
    with pytest.raises(WorkspaceError, match="a shop of your own"):
        demo.build(tmp_path / "shop")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").write_text("dear")
    with pytest.raises(WorkspaceError, match="not empty"):
        demo.build(tmp_path / "papers")


def test_the_shipped_model_is_installed_and_brought_up_to_date(tmp_path):
    little_shop(tmp_path / "shop", generated=True)
    shipped = little_model(tmp_path / "shipped", created="2026-06-01T00:00:00+00:00")
    assert demo.build(tmp_path / "shop", model=shipped)["model"] == "demo"
    assert Shop(tmp_path / "shop").model_report("demo").created.month == 6
    little_model(tmp_path / "shipped", created="2026-07-01T00:00:00+00:00")
    demo.build(tmp_path / "shop", model=shipped)
    assert Shop(tmp_path / "shop").model_report("demo").created.month == 7


def test_a_model_that_the_person_trained_under_its_name_is_left_alone(tmp_path):
    workspace = little_shop(tmp_path / "shop", generated=True)
    shipped = little_model(tmp_path / "shipped", created="2026-06-01T00:00:00+00:00")
    demo.build(tmp_path / "shop", model=shipped)
    little_model(workspace.models / "demo", created="2026-08-01T00:00:00+00:00")
    little_model(tmp_path / "shipped", created="2026-07-01T00:00:00+00:00")
    demo.build(tmp_path / "shop", model=shipped)
    assert Shop(tmp_path / "shop").model_report("demo").created.month == 8
