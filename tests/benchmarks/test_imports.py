"""The benchmark of imports on a log of 20,000 events: every aim is measured, and met or said not to be."""

import pytest

from benchmarks import imports


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("imports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "alone", lambda what, *given: getattr(imports, what)(*given))  # in this process
        patch.setattr(imports.os, "sched_setaffinity", lambda *given: None)
        patch.setattr(imports, "_SHOPPERS", 3)
        patch.setattr(imports, "_TIMES", 1)
        found = list(imports.measure(folder, 20_000, ["csv", "parquet"], 1, keep=False))
    assert list(folder.iterdir()) == []
    return found


def test_both_files_are_imported_whole(rows):
    assert [row["file"] for row in rows] == ["csv", "parquet"]
    assert rows[0]["events"] == rows[1]["events"]
    assert rows[0]["duplicates"] == rows[1]["duplicates"] > 0
    assert all(0 < row["until_events"] < row["seconds"] for row in rows)
    assert all(row["ratio"] == pytest.approx(row["bare_wall"] / row["seconds"]) for row in rows)


def test_every_aim_is_a_figure_of_every_row(rows):
    for row in rows:
        assert set(imports.AIMS) <= set(row)
        assert all(row[f"{page}_p95"] <= row[f"{page}_max"] for page in imports._PAGES)


def test_what_is_not_met_is_said_by_name(rows):
    slow = {**rows[0], **dict.fromkeys(imports.AIMS, 9.0), "ratio": 0.1}
    met = {name: aim for name, aim in imports.AIMS.items()}
    said = imports._say([slow]).splitlines()
    assert [line.split(": ")[1].split(" is ")[0] for line in said] == list(imports.AIMS)
    assert imports._say([{**rows[0], **met}]) == ""
