"""How a segment differs from everyone else, or from another, worked out by hand."""

import math

import pandas as pd
import pytest

from core import segments
from core.store.shoppers import people
from tests.core.fake_scorer import SPECS
from tests.core.little_shop import little_shop


@pytest.fixture(scope="module")
def everyone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("segments")
    table = pd.DataFrame({"user_id": ["ann", "bob", "cy"], "intent:buy": [0.9, 0.4, 0.1], "interest:Shoes": [0.8] * 3})
    table.to_parquet(folder / "profiles.parquet", index=False)
    return people(little_shop(folder / "shop").reader(), folder / "profiles.parquet", SPECS)


def ids(*names):
    return pd.DataFrame({"user_id": list(names)}, dtype=str)


def test_columns_are_a_table(everyone):
    frame = segments.columns(everyone)
    assert list(frame.columns) == ["key", "label", "kind", "type", "unit", "help", "group", "telling"]
    assert frame.set_index("key").loc["night_share", ["kind", "type", "unit"]].tolist() == ["observed", "number", "%"]


def test_a_segment_against_everyone_else(everyone):
    found = segments.differences(everyone, ids("ann", "bob"))
    assert (found.first, found.second, found.both) == (2, 2, 0)
    rows = found.rows.set_index("what")
    # purchases 2 and 1 against 0 and 0: 1.5 apart, variances 0.5 and 0: d = 1.5 / sqrt(0.25) = 3
    # its error: sqrt(4 / 4 + 9 / 8) = 1.45774; 1.959964 of it: 2.85712
    assert rows.loc["purchases", ["first", "second"]].tolist() == [1.5, 0.0]
    assert rows.loc["purchases", ["effect", "low", "high", "sure"]].tolist() == pytest.approx(
        [3.0, 0.14288, 5.85712, 0.14288], abs=1e-4
    )
    assert found.rows["sure"].abs().is_monotonic_decreasing  # the surest comes first
    assert "intent:buy" not in rows.index  # it is known of one of the others alone: nothing varies there


def test_shares_of_texts_are_among_those_who_have_one(everyone):
    rows = segments.differences(everyone, ids("ann", "bob")).rows.set_index("what")
    # 25-34: ann of two against dot of one, as nothing is said of cy; with a half added ln(1.5 * 0.5 / (1.5 * 1.5))
    assert rows.loc["age_band=25-34", ["first", "second"]].tolist() == [0.5, 1.0]
    expected = math.log(1.5 * 0.5 / (1.5 * 1.5)) * math.sqrt(3) / math.pi
    assert rows.loc["age_band=25-34", "effect"] == pytest.approx(expected)
    assert rows.loc["age_band=25-34", ["label", "kind", "column"]].tolist() == [
        "Age band: 25-34", "observed", "age_band",
    ]  # fmt: skip


def test_a_segment_against_another_counts_who_is_in_both(everyone):
    found = segments.differences(everyone, ids("ann", "bob"), ids("bob", "cy", "dot"))
    assert (found.first, found.second, found.both) == (2, 3, 1)
    assert found.rows.set_index("what").loc["purchases", ["first", "second"]].tolist() == pytest.approx([1.5, 1 / 3])


@pytest.mark.parametrize("names", [(), ("ann", "bob", "cy", "dot"), ("ann",)])
def test_where_a_side_is_too_small_no_number_is_compared(everyone, names):
    found = segments.differences(everyone, ids(*names))
    assert (found.first, found.second) == (len(names), 4 - len(names))
    assert "purchases" not in set(found.rows["what"])


MEASURED = segments.Measured.of(0.5, precision=0.7, recall=0.5, base=0.2, shoppers=900)


def test_the_reach_of_a_tag_from_a_threshold_on(everyone):
    found = segments.reach(everyone, "intent:buy", 0.4, 1.0, MEASURED)
    assert (found.shoppers, found.known, found.expected) == (2, 3, pytest.approx(0.65))  # 0.9 and 0.4 of three
    assert (found.measured_at, found.measured, found.measured_on) == (0.5, 0.7, 900)
    assert found.promised == pytest.approx(0.9)  # ann alone has 0.5
    nobody = segments.reach(everyone, "intent:buy", 0.95, 1.0, segments.Measured())
    assert (nobody.shoppers, nobody.expected, nobody.measured_at, nobody.promised) == (0, None, None, None)


def test_the_reach_of_a_tag_up_to_a_threshold_and_between_two(everyone):
    found = segments.reach(everyone, "intent:buy", 0.0, 0.4, MEASURED)
    assert (found.shoppers, found.known, found.expected) == (2, 3, pytest.approx(0.25))  # 0.4 and 0.1
    # of 900 the tag was true of 180; it was given to 90 / 0.7 = 128.6, right of 90; so of 90 of the other 771.4, too
    assert found.measured == pytest.approx(90 / (900 - 90 / 0.7))
    assert (found.measured_at, found.measured_on, found.promised) == (0.5, 900, pytest.approx(0.25))
    middle = segments.reach(everyone, "intent:buy", 0.3, 0.6, MEASURED)
    assert (middle.shoppers, middle.expected, middle.measured, middle.promised) == (1, pytest.approx(0.4), None, None)


def test_what_is_on_the_threshold_belongs_to_those_who_get_the_tag(everyone):
    exact = segments.Measured.of(0.4, 0.7, 0.5, 0.2, 900)
    assert segments.reach(everyone, "intent:buy", 0.0, 0.2, exact).promised == pytest.approx(0.1)  # cy alone


@pytest.mark.parametrize(
    ("precision", "recall", "base", "below"),
    [(None, 0.0, 0.2, 0.2), (0.7, None, 0.2, None), (1.0, 1.0, 0.2, 0.0), (0.2, 1.0, 0.2, None)],
)
def test_what_is_true_below_the_threshold_follows_from_what_was_measured(precision, recall, base, below):
    # given to nobody; not told; always right and never missed; given to everybody, so that nobody is below
    assert segments.Measured.of(0.5, precision, recall, base, 900).below == below
