"""Who is like some shoppers, by hand: numbers whose logarithm is whole, and a word."""

from math import expm1
from pathlib import Path

import pytest

from core.store.neighbours import nearest
from core.store.shoppers import Column, People
from core.store.workspace import Reader, connect

SPEND = Column("spend", "Money spent", "observed", "number", "", "", "facts", "spend", "Buying")
TASTE = Column("taste", "Favourite category", "observed", "text", "", "", "facts", "taste", "Taste")


@pytest.fixture
def people(tmp_path):
    """Shoppers who spent ln(1 + money) = 0, 2, 4 and 4: 2.5 ± √2.75; ``c`` and ``d`` like other things than ``a``."""
    con = connect(Path(":memory:"))
    con.execute("CREATE TABLE shopper_facts (user_id VARCHAR, spend DOUBLE, taste VARCHAR)")
    for user, spent, taste in (("a", 0, "shoes"), ("b", 2, "shoes"), ("c", 4, None), ("d", 4, "lamps")):
        con.execute("INSERT INTO shopper_facts VALUES (?, ?, ?)", [user, expm1(spent), taste])
    reader = Reader(con, 1, tmp_path)
    yield People(reader, [SPEND, TASTE], None)
    reader.close()


def test_the_nearest_to_one_comes_first(people):
    found = nearest(people, ["a"], [SPEND], 9)
    assert found["user_id"].tolist() == ["b", "c", "d"]
    assert found["distance"].tolist() == pytest.approx([(4 / 2.75) ** 0.5, 2, 2])  # 16 / 2.75 counts as 4 at most


def test_who_is_like_both_is_nearer_than_who_is_just_like_one(people):
    found = nearest(people, ["a", "c"], [SPEND], 9)
    assert found["user_id"].tolist() == ["b", "d"]
    assert found["distance"].tolist() == pytest.approx([(4 / 2.75) ** 0.5, ((4 + 0) / 2) ** 0.5])
    assert nearest(people, ["c"], [SPEND], 1)["user_id"].tolist() == ["d"]


def test_words_are_the_same_or_not_and_said_where_all_have_the_same(people):
    found = nearest(people, ["a"], [SPEND, TASTE], 9).set_index("user_id")
    assert found["distance"].to_dict() == pytest.approx(
        {"b": ((4 / 2.75 + 0) / 2) ** 0.5, "c": ((4 + 1) / 2) ** 0.5, "d": ((4 + 1) / 2) ** 0.5}
    )
    assert found.at["b", "taste"] == "shoes" and found["taste"].notna().sum() == 1
    assert nearest(people, ["a", "c"], [SPEND, TASTE], 9)["taste"].isna().all()  # of c no taste is known
