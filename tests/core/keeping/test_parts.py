"""Percentages by segment and mistakes by group, worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.keeping import parts
from core.keeping.audit import answers
from core.keeping.records import BAD, GOOD, UNKNOWN, Part


def pairs(shoppers: int, chance: float, chosen: int) -> pd.DataFrame:
    """Four cases of each shopper; the first ``chosen`` cases of all, dealt round, were chosen."""
    cases = 4 * shoppers
    return pd.DataFrame({
        "user_id": [f"u{n % shoppers}" for n in range(cases)], "chance": chance,
        "label": [int(n < chosen) for n in range(cases)],
    })  # fmt: skip


def test_a_part_says_what_came_for_what_was_predicted() -> None:
    found = parts.part("place", "home", pairs(100, 0.25, 100))
    assert (found.shoppers, found.cases, found.chosen) == (100, 400, 100)
    assert (found.predicted, found.happened, found.ratio) == (0.25, 0.25, 1.0)
    assert found.level == GOOD
    assert sum(int(row["n"]) for row in found.curve) == 400
    twice = parts.part("place", "mail", pairs(100, 0.25, 200))
    assert (twice.ratio, twice.level) == (2.0, BAD)


@pytest.mark.parametrize(("shoppers", "chosen"), [(29, 60), (100, 19), (100, 381)])
def test_a_small_part_is_not_judged(shoppers: int, chosen: int) -> None:
    found = parts.part("place", "home", pairs(shoppers, 0.25, chosen))
    assert (found.level, found.ratio, found.off, found.curve) == (UNKNOWN, None, None, ())
    assert found.chosen == chosen


def test_who_is_in_which_part() -> None:
    rows = pd.DataFrame({"user_id": ["a", "a", "b", "c"], "slot": ["home", "mail", None, "home"]})
    told = pd.DataFrame({"gender": ["female", None]}, index=["a", "b"])
    found = {(kind, name): mine.tolist() for kind, name, mine in parts.memberships(
        rows, np.array([0.0, 2.0, 3.0, 11.0]), told, {"Regulars": frozenset({"c"})})}
    yes, no = True, False
    assert found == {
        ("everyone", "Everyone"): [yes] * 4,
        ("history", parts.HISTORY[0]): [yes, yes, no, no],
        ("history", parts.HISTORY[1]): [no, no, yes, no],
        ("history", parts.HISTORY[2]): [no, no, no, yes],
        ("place", "home"): [yes, no, no, yes],
        ("place", "mail"): [no, yes, no, no],
        ("gender", "female"): [yes, yes, no, no],
        ("segment", "Regulars"): [no, no, no, yes],
    }


def test_mistakes_are_counted_over_all_tags() -> None:
    # Sixty women, sixty men, two tags. The first is true of all: given to half of the women and to all men. The second
    # is true of nobody, not known of the last ten, and given to nobody.
    users = pd.Series([f"u{n}" for n in range(120)])
    told = pd.DataFrame({"gender": ["female"] * 60 + ["male"] * 60}, index=users)
    true = np.column_stack([np.ones(120), np.r_[np.zeros(110), np.full(10, np.nan)]])
    given = np.zeros((120, 2), dtype=bool)
    given[30:, 0] = True
    found = {(row.value, row.kind): row for row in parts.mistakes(given, true, users, told)}
    missed = found["female", "missed"]
    assert (missed.rate, missed.others, missed.more, missed.level) == (0.5, 0.0, 0.5, BAD)
    assert missed.more_low is not None and missed.more_low > 0.3
    assert found["male", "missed"].more == -0.5
    assert (found["male", "wrong"].rate, found["male", "wrong"].level) == (0.0, GOOD)


def test_groups_of_few_shoppers_are_not_compared() -> None:
    users = pd.Series([f"u{n % 29}" for n in range(58)] + [f"v{n}" for n in range(60)])
    told = pd.DataFrame({"age": ["old"] * 29 + ["young"] * 60}, index=users.drop_duplicates())
    found = list(parts.mistakes(np.zeros((118, 1), dtype=bool), np.ones((118, 1)), users, told))
    assert {(row.value, row.level, row.rate) for row in found} == {("old", UNKNOWN, None), ("young", UNKNOWN, None)}
    assert next(row for row in found if (row.value, row.kind) == ("old", "missed")).shoppers == 29


def test_the_answers_name_what_is_off_and_do_not_hide_what_is_small() -> None:
    few = Part("place", "mail", 12, 48, 4, None, None, None, None, None, None, UNKNOWN)
    good = Part("everyone", "Everyone", 100, 400, 100, 0.25, 0.25, 1.0, 0.9, 1.1, 0.01, GOOD)
    off = Part("history", "New", 100, 400, 200, 0.25, 0.5, 2.0, 1.8, 2.2, 0.25, BAD)
    said, level = answers([good, few], [], [], told=False)
    assert said[0] == "Its percentages hold in the one group that was measured. Of 1 more too little is known."
    assert "cannot be seen whether it is equally right" in said[1] and level == GOOD
    said, level = answers([good, off], [], [], told=True)
    assert said[0] == "Its percentages are off in 1 of 2 groups: “New” (200 for every 100 predicted)." and level == BAD
    mail = replace(off, kind="place", name="mail")
    assert "groups: place “mail” (200" in answers([good, mail], [], [], told=True)[0][0]
    assert said[1:] == [
        "Too few shoppers told who they are to compare mistakes between groups.",
        "Too few shoppers told who they are to find out what can be read from its predictions.",
    ]
    assert answers([few], [], [], told=False)[1] == UNKNOWN
