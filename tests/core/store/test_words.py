"""Words of the catalogue, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from core.store.importer import import_files
from core.store.words import dull_words
from core.store.workspace import Workspace

TITLES = {
    "Tents": ["Blue nylon tent", "Green nylon tent", "TENT, cotton", "Red tent 2", "Zelt nylon"],
    "Mugs": ["Blue mug", "Red mug", "Green mug", "Grey mug"],
    None: ["Widget für Küche", "Widget 10", "Widget 20", "Gadget 10", "Widget"],
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    rows = [(category, title) for category, titles in TITLES.items() for title in titles]
    items = pd.DataFrame(rows, columns=["category", "title"])
    items.insert(0, "item_id", [f"i{n}" for n in range(len(items))])
    items.to_csv(folder / "items.csv", index=False)
    (folder / "events.csv").write_text("user_id,item_id,event_type,ts\nann,i0,view,2026-01-01 10:00:00\n")
    workspace = Workspace.create(folder / "shop")
    import_files(workspace, [folder / "events.csv"], items=folder / "items.csv")
    found = workspace.reader()
    yield found
    found.close()


def test_words_of_most_titles_of_a_category_are_dull(reader):
    # Of five tents four are called so and three are of nylon, which is no more than 60 %; four mugs are too few.
    assert dull_words(reader) == {"Tents": {"tent"}, "": {"widget"}}
