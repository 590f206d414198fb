"""How a segment differs from everyone, worked out by hand."""

import math

import pytest

from core import segments
from core.records import Condition
from core.store.shoppers import people
from tests.core.little_shop import little_shop

BUYERS = [Condition("purchases", ">=", 1)]


@pytest.fixture(scope="module")
def everyone(tmp_path_factory):
    return people(little_shop(tmp_path_factory.mktemp("segments") / "shop").reader(), None, ())


def test_columns_are_a_table(everyone):
    frame = segments.columns(everyone)
    assert list(frame.columns) == ["key", "label", "kind", "type", "unit", "help", "group", "telling"]
    assert frame.set_index("key").loc["night_share", ["kind", "type", "unit"]].tolist() == ["observed", "number", "%"]


def test_a_segment_against_everyone(everyone):
    view = segments.segment(everyone, BUYERS, ["spend", "age_band"])
    assert (view.shoppers, view.everyone) == (2, 4)
    assert view.table.values.tolist() == [["ann", 160.0, "25-34"], ["bob", 40.0, "35-49"]]
    rows = view.differences.set_index("what")
    assert rows.loc["purchases", ["segment", "everyone", "lift"]].tolist() == [1.5, 0.75, 2.0]
    assert rows.loc["age_band=35-49", ["segment", "everyone", "lift"]].tolist() == pytest.approx([1 / 2, 1 / 3, 1.5])
    assert "age_band=25-34" not in rows.index  # a half of them, two thirds of all: not over-represented
    assert set(rows["kind"]) == {"observed"}


def test_an_empty_segment_has_no_differences(everyone):
    view = segments.segment(everyone, [Condition("purchases", ">=", 99)], ["spend"])
    assert (view.shoppers, len(view.table), len(view.differences)) == (0, 0, 0)


def test_everyone_differs_in_nothing(everyone):
    differences = segments.differences(everyone, [])
    assert all(lift == pytest.approx(1) for lift in differences["lift"] if not math.isnan(lift))


def test_the_table_is_cut_and_the_file_is_not(everyone):
    assert len(segments.segment(everyone, [], [], limit=3).table) == 3
    lines = segments.csv(everyone, [], ["purchases"]).decode().splitlines()
    assert lines == ["user_id,purchases", "ann,2", "bob,1", "cy,0", "dot,0"]


def test_the_file_runs_nothing_in_a_spreadsheet(tmp_path):
    reader = little_shop(tmp_path / "shop", [("=cmd()", "P1", "purchase", "2026-06-01 12:00", {})]).reader()
    text = segments.csv(people(reader, None, ()), [Condition("purchases", ">=", 1)], []).decode()
    assert text.splitlines()[1] == "'=cmd()"
