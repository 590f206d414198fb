"""Views in addresses, and what groups are called."""

from __future__ import annotations

import pytest

from core.map.records import Cluster, Trait, View


def test_a_view_comes_back_from_an_address():
    assert View.read(View(-1.5, 2.25, 0.0, 10.0).written()) == View(-1.5, 2.25, 0.0, 10.0)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "2,1,0,1", "0,1,1,1", "nan,1,0,1", "0,inf,0,1"])
def test_what_is_no_view_is_none(text):
    assert View.read(text) is None


def test_a_group_is_called_by_what_sets_it_apart():
    more = Trait("Purchases", False, 4.0, 1.0, 1.2, 1.0, 1.4)
    often = Trait("Favourite category: Shoes", True, 0.9, 0.1, 1.0, 0.8, 1.2)
    less = Trait("Returns", False, 0.0, 1.0, -1.0, -1.2, -0.8)
    rarely = Trait("Age band: 55+", True, 0.0, 0.4, -1.0, -1.2, -0.8)
    assert Cluster(0, 9, 0.0, 0.0, (more, often)).name == "Group 1 – Purchases: more; Favourite category: Shoes"
    assert Cluster(2, 9, 0.0, 0.0, (less, rarely)).name == "Group 3 – Returns: less; Age band: 55+: rarely"
    assert Cluster(1, 9, 0.0, 0.0, ()).name == "Group 2"
