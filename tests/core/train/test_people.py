"""What people are is judged on shoppers whose own label taught nobody."""

from zlib import crc32

import pandas as pd

from core.records import TagSpec
from core.train import people

AGE = TagSpec("attribute:age=18-24", "attribute", "Age: 18-24", "Is 18 to 24.", 7, "18-24")
QUIET = TagSpec("lifecycle:quiet", "lifecycle", "Going quiet", "Will not come back.", 7)
USERS = pd.Series([f"{i:04d}" for i in range(600)])
LABELS = pd.DataFrame({AGE.key: 1.0, QUIET.key: 0.0}, index=USERS.index)


def taught(part):
    """Who has an age in this part."""
    return set(USERS[people.kept_apart(LABELS, USERS, [AGE, QUIET], part)[AGE.key].notna()])


def test_a_hand_is_dealt_by_the_id_alone():
    dealt = people.hands(pd.Series(["ann", "ann", "007"]))
    assert dealt[0] == dealt[1]
    assert dealt[2] == {0: "test", 1: "val"}.get(crc32(b"007") % 6, "train")


def test_nobody_both_teaches_and_judges_and_nobody_is_lost():
    parts = {part: taught(part) for part in ("train", "val", "test")}
    assert parts["train"] | parts["val"] | parts["test"] == set(USERS)
    assert sum(map(len, parts.values())) == len(USERS)
    assert 350 < len(parts["train"]) < 450  # two thirds
    assert 70 < len(parts["test"]) < 130  # a sixth


def test_what_shoppers_do_is_kept_of_all():
    found = people.kept_apart(LABELS, USERS, [AGE, QUIET], "test")
    assert found[QUIET.key].eq(0).all()
    assert LABELS[AGE.key].eq(1).all()  # the given labels stay as they were
