"""Recipes are read as they are typed, and each is trained and judged on the same lists."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import recipes
from core.config import TrainSettings
from core.errors import InputError
from core.store.importer import import_files
from core.store.workspace import Workspace
from core.train.examples import TagSet
from core.train.sets import Part
from core.train.teacher import lessons
from data.demo.generate import generate


@pytest.mark.parametrize("text", ["batch=8", "batch_size", "batch_size=8,,", ""])
def test_what_is_no_recipe_is_said(text: str) -> None:
    with pytest.raises(InputError, match="no field of a recipe"):
        recipes.recipe(text)


def test_recipes_learn_from_the_same_lists_as_a_training_does(base, tmp_path: Path) -> None:
    files = generate(tmp_path, seed=3, shoppers=160, days=24)
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [files.events], files.items, files.users, append=False, generated=True)
    settings = TrainSettings(base=base.where, max_examples=40, test_examples=60, val_examples=40, max_steps=4,
                             eval_steps=2, precision="off", report_to="none")
    found = recipes.measure(workspace, ["teacher_weight=0.0,batch_size=4", "teacher_weight=1.0,batch_size=4"],
                            settings, counted=90)
    assert (found["lists"], found["judged"], found["generated"]) == (40, 60, True)
    names = ["lightgbm", "teacher_weight=0.0,batch_size=4", "teacher_weight=1.0,batch_size=4"]
    assert list(found["figures"]) == names
    of_lists, plain, taught = (found["figures"][name] for name in names)
    assert of_lists["n"] == plain["n"] == taught["n"]  # judged on the same pairs
    assert plain["logloss"] != taught["logloss"]

    parts = recipes._parts(workspace, base.where, settings, 90)
    nobody = TagSet([], pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    expected = lessons(Part(parts[0], nobody), settings).glossary
    mine = recipes._softened(parts[0].examples, recipes._chances(parts[0]), settings.teacher_weight)
    assert [list(one.clicks) for one in mine] == [list(one.clicks) for one in expected]
