"""Squares of a map, counted in SQL, beside numpy; a million shoppers too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.store import mapped
from core.store.shoppers import people
from core.store.workspace import Reader, connect
from tests.core.little_shop import little_shop

ENDS = (0.0, 4.0, 0.0, 2.0)
PLACES = pd.DataFrame({"user_id": ["ann", "bob", "cy", "dot"], "x": [0.0, 0.9, 4.0, 3.5], "y": [0.0, 0.9, 2.0, 2.5],
                       "cluster": [0, 0, -1, 1]})  # fmt: skip


@pytest.fixture
def here(tmp_path):
    file = tmp_path / "map.parquet"
    PLACES.to_parquet(file, index=False)
    return people(little_shop(tmp_path / "shop").reader(), None, ()), file


def test_those_in_sight_have_their_place_and_what_is_known_of_them(here):
    found = mapped.points(*here, ENDS, "purchases", ["age_band"])
    assert list(found.columns) == ["user_id", "x", "y", "value", "of age_band"]
    assert found["user_id"].tolist() == ["ann", "bob", "cy"]  # dot is above
    assert found["value"].tolist() == [2, 1, 0] and found["of age_band"].tolist()[:2] == ["25-34", "35-49"]
    assert mapped.count(*here, ENDS) == 3


def test_squares_hold_their_lower_ends_and_the_last_ones_both(here):
    found = mapped.squares(*here, ENDS, 1.0, 4, 2, "purchases")
    assert found[["across", "up", "shoppers", "value", "known"]].values.tolist() == [[0, 0, 2, 1.5, 2], [3, 1, 1, 0, 1]]


def test_of_texts_and_groups_a_square_has_the_commonest(here):
    found = mapped.squares(*here, ENDS, 4.0, 1, 1, "age_band")
    assert found.values.tolist() == [[0, 0, 3, 1, "25-34"]]  # as common as 35-49, and before it; cy has none
    assert mapped.squares(*here, ENDS, 4.0, 1, 1)[["value", "known"]].values.tolist() == [[0, 2]]


def test_of_a_list_a_square_has_the_share(here):
    found = mapped.squares(*here, ENDS, 4.0, 1, 1, pd.DataFrame({"user_id": ["ann", "dot"]}))
    assert found["value"].tolist() == pytest.approx([1 / 3])


@pytest.mark.parametrize("name", ["x", "cluster", "value", "shoppers", "across"])
def test_what_shoppers_are_called_by_does_not_get_mixed_up_with_the_map(name, tmp_path):
    con = connect(tmp_path / "v.duckdb")
    con.execute(f"CREATE TABLE users AS SELECT 'ann' AS user_id, 'tall' AS {name}")
    con.execute("CREATE TABLE shopper_facts AS SELECT 'ann' AS user_id")
    PLACES.to_parquet(tmp_path / "map.parquet", index=False)
    reader = Reader(con, 1, tmp_path / "v.duckdb")
    all_ = people(reader, None, ())
    found = mapped.points(all_, tmp_path / "map.parquet", ENDS, name, [name])
    assert found.iloc[0].tolist() == ["ann", 0.0, 0.0, "tall", "tall"]
    assert mapped.squares(all_, tmp_path / "map.parquet", ENDS, 4.0, 1, 1, name)["value"].tolist() == ["tall"]
    reader.close()


def test_a_million_shoppers_are_counted_as_numpy_counts_them(tmp_path):
    many, draw = 1_000_000, np.random.default_rng(1)
    x, y = draw.normal(0, 3, many).astype(np.float32), draw.normal(5, 2, many).astype(np.float32)
    ids, spend = [f"u{n}" for n in range(many)], draw.integers(0, 100, many).astype(float)
    pd.DataFrame({"user_id": ids, "x": x, "y": y, "cluster": np.zeros(many, dtype=int)}).to_parquet(
        tmp_path / "map.parquet", index=False)  # fmt: skip
    con = connect(tmp_path / "v.duckdb")
    con.register("facts", pd.DataFrame({"user_id": ids, "spend": spend}))
    con.execute("CREATE TABLE shopper_facts AS SELECT * FROM facts")
    con.execute("CREATE TABLE users (user_id VARCHAR)")
    reader = Reader(con, 1, tmp_path / "v.duckdb")
    ends, side = (-6.0, 6.0, 0.0, 10.0), 0.25
    found = mapped.squares(people(reader, None, ()), tmp_path / "map.parquet", ends, side, 48, 40, "spend")
    seen = (x >= ends[0]) & (x <= ends[1]) & (y >= ends[2]) & (y <= ends[3])
    counts, _, _ = np.histogram2d(x[seen], y[seen], bins=[48, 40], range=[ends[:2], ends[2:]])
    sums, _, _ = np.histogram2d(x[seen], y[seen], bins=[48, 40], range=[ends[:2], ends[2:]], weights=spend[seen])
    got, means = np.zeros((48, 40)), np.full((48, 40), np.nan)
    got[found["across"], found["up"]], means[found["across"], found["up"]] = found["shoppers"], found["value"]
    assert (got == counts).all() and got.sum() == seen.sum() > 900_000
    assert means[counts > 0] == pytest.approx(sums[counts > 0] / counts[counts > 0])
    reader.close()
