"""Candidates are ranked by their chance, and say where they were found and why."""

import numpy as np
import pytest

from core.arrange import LIKELIEST, Arrangement
from core.errors import InputError
from core.recommend import listing, recommend
from core.rules import Rule
from core.store.find import log_end
from core.store.workspace import connect
from core.vectors import Vectors
from tests.core.fake_scorer import FakeScorer, fake_explain_many
from tests.core.little_shop import little_shop

CHANCES = {"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2, "A1": 0.9, "D1": 0.8}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("recommend") / "shop").reader()


@pytest.fixture
def scorer():
    return FakeScorer(CHANCES)


def ids(items):
    return [item.item_id for item in items]


def test_the_likeliest_products_come_first(reader, scorer):
    items = recommend(reader, scorer, "ann", log_end(reader), k=3)
    assert ids(items) == ["P2", "P3", "P4"]
    best = items[0]
    assert (best.title, best.brand, best.kind, best.p_click) == ("Road shoes, blue", "Norvale", "product", 0.4)
    assert "brand" in best.sources
    assert best.reason == ""


def test_one_moment_and_one_shopper_are_asked_about(reader, scorer):
    recommend(reader, scorer, "ann", log_end(reader))
    (asked,) = scorer.asked
    assert set(asked["user_id"]) == {"ann"}
    assert set(asked["as_of"]) == {log_end(reader)}
    assert "slot" not in asked


def test_a_place_decides_what_is_shown(reader, scorer):
    assert ids(recommend(reader, scorer, "ann", log_end(reader), slot="articles")) == ["A1"]
    assert set(scorer.asked[0]["slot"]) == {"articles"}
    assert ids(recommend(reader, scorer, "ann", log_end(reader), slot="ad")) == ["D1"]


def test_a_place_that_the_log_does_not_name_is_refused(reader, scorer):
    with pytest.raises(InputError, match="no place 'moon'.*It names: .*search"):
        recommend(reader, scorer, "ann", log_end(reader), slot="moon")


def test_a_search_ranks_what_matches(reader, scorer):
    assert ids(recommend(reader, scorer, "dot", log_end(reader), query=" shoes ")) == ["P2", "P1"]
    nothing = listing(reader, scorer, "dot", log_end(reader), query="submarine")
    assert (nothing.items, nothing.notes) == ([], ["No item has “submarine”."])


def test_a_search_shows_what_it_finds_for_nobody_in_particular_beside(reader, scorer):
    found = listing(reader, scorer, "dot", log_end(reader), query="shoes under 60")
    assert (ids(found.items), ids(found.plain)) == (["P2"], ["P2"])
    found = listing(reader, scorer, "dot", log_end(reader), k=1, query="shoes")
    assert (ids(found.items), ids(found.plain)) == (["P2"], ["P1"])
    assert found.items[0].sources == ["words"]
    assert listing(reader, scorer, "dot", log_end(reader)).plain == ()


def test_a_search_stands_in_the_history_that_is_read(reader, scorer):
    listing(reader, scorer, "dot", log_end(reader), query="trail shoes")
    (alter,) = scorer.altered
    (now,), _ = alter([], [])
    assert (now["event_type"], now["query"], now["count"]) == ("search", "trail shoes", 1)
    listing(reader, scorer, "dot", log_end(reader))
    assert scorer.altered[1] is None


def test_a_search_is_by_meaning_too_and_says_what_was_let_go_of(reader, scorer):
    class Near:
        def near_words(self, text, most, kinds=None):
            return [("P4", 0.9)]

    found = listing(reader, scorer, "dot", log_end(reader), query="shelter", meaning=Near())
    assert (ids(found.items), found.items[0].sources) == (["P4"], ["meaning"])
    found = listing(reader, scorer, "dot", log_end(reader), query="tent under 100", meaning=Near())
    assert ids(found.items) == ["P4"]
    assert found.notes[0].startswith("Nothing that matches costs up to 100, so other prices are shown.")


def test_a_search_finds_what_is_shown_at_the_place(reader, scorer):
    assert ids(recommend(reader, scorer, "dot", log_end(reader), query="tent", slot="articles")) == ["A1"]
    assert ids(recommend(reader, scorer, "dot", log_end(reader), query="tent")) == ["P4"]


def test_reasons_are_given_on_request(reader, scorer, monkeypatch):
    monkeypatch.setattr("core.explain.explain_many", fake_explain_many)
    items = recommend(reader, scorer, "ann", log_end(reader), k=2, explain=True)
    assert [item.reason for item in items] == ["Because of ann and P2.", "Because of ann and P3."]


def test_no_items_is_no_question(reader, scorer):
    with pytest.raises(InputError, match="At least one"):
        recommend(reader, scorer, "ann", log_end(reader), k=0)


def vectors(**rows):
    kinds = {"A1": "article", "D1": "ad"}
    return Vectors(list(rows), [kinds.get(item, "product") for item in rows], np.array(list(rows.values()), np.float32))


def test_what_is_near_in_meaning_is_found_too_and_items_of_hers_are_not(reader, scorer):
    # Bob looked at, carted and bought the blue shoes, and has the tent in the cart: 6 of [1, 0] to 2 of [0, 1].
    space = vectors(P1=[0.8, 0.6], P2=[1, 0], P3=[-1, 0], P4=[0, 1], A1=[1, 0])
    found = {item.item_id: item.sources for item in
             listing(reader, scorer, "bob", log_end(reader), vectors=space).items}  # fmt: skip
    assert "similar" in found["P1"]
    assert "similar" not in found["P3"]  # the nearest but one, and yet far
    assert "similar" not in found["P2"] and "similar" not in found["P4"]  # they are "repeat"
    assert "A1" not in found


def test_what_looks_alike_is_found_too_however_far_and_items_of_hers_are_not(reader, scorer):
    space = vectors(P1=[0.8, 0.6], P2=[1, 0], P3=[-1, 0], P4=[0, 1], A1=[1, 0])
    found = {item.item_id: item.sources for item in listing(reader, scorer, "bob", log_end(reader), looks=space).items}
    assert {item for item, sources in found.items() if "looks" in sources} == {"P1", "P3"}
    assert "similar" not in set().union(*found.values())


def test_what_she_only_dislikes_leads_nowhere(tmp_path, scorer):
    events = [("ann", "P1", "rating", "2026-06-01 10:00", {"value": 1.0})]
    disliking = little_shop(tmp_path / "shop", events).reader()
    space = vectors(P1=[-1, 0], P2=[1, 0], P3=[1, 0], P4=[1, 0])
    items = listing(disliking, scorer, "ann", log_end(disliking), vectors=space, looks=space).items
    assert not {"similar", "looks"} & set().union(*(item.sources for item in items))


def test_without_vectors_or_without_a_past_nothing_is_near(reader, scorer):
    space = vectors(P1=[1, 0], P2=[1, 0])
    for user, known in (("bob", None), ("dot", space)):
        items = listing(reader, scorer, user, log_end(reader), vectors=known).items
        assert items and not any("similar" in item.sources for item in items)


def test_lists_are_arranged(reader, scorer):
    as_of = log_end(reader)
    assert ids(listing(reader, scorer, "ann", as_of, k=2, how=LIKELIEST).items) == ["P2", "P3"]
    found = listing(reader, scorer, "ann", as_of, k=2, how=Arrangement(rules=(Rule("hide", item="P2"),)))
    assert ids(found.items) == ["P3", "P4"]
    assert (found.expected, found.most) == (pytest.approx(0.5), pytest.approx(0.7))


@pytest.fixture
def stocked(tmp_path):
    """The little shop, whose file of items also says the stock (of the shoes alone), the margin and a colour."""
    workspace = little_shop(tmp_path / "stocked")
    con = connect(workspace.version_file(1))
    for column, kind, values in (("stock", "VARCHAR", {"P1": "4", "P2": "0"}), ("colour", "VARCHAR", {"P1": "red"}),
                                 ("margin", "DOUBLE", {"P1": 0.1, "P2": 0.2, "P3": 0.3, "P4": 0.4})):
        con.execute(f"ALTER TABLE items ADD COLUMN {column} {kind}")
        for item, value in values.items():
            con.execute(f"UPDATE items SET {column} = ? WHERE item_id = ?", [value, item])
    con.close()
    return workspace.reader()


@pytest.mark.parametrize(("rule", "shown"), [
    (Rule("hide", column="stock", most=0), ["P3", "P4", "P1"]),
    (Rule("hide", column="stock", least=0), ["P3", "P4"]),  # what has no stock is not known to have any
    (Rule("boost", column="margin", least=0.4, by=3), ["P4", "P2", "P3", "P1"]),  # .2 * 3 before .4
    (Rule("bury", brand="Norvale", column="margin", least=0.2, by=8), ["P3", "P4", "P1", "P2"]),  # .4 / 8 after .1
])  # fmt: skip
def test_rules_go_by_stock_and_margin(stocked, scorer, rule, shown):
    how = Arrangement(diversity=0, rules=(rule,))
    assert ids(listing(stocked, scorer, "ann", log_end(stocked), how=how).items) == shown


def test_a_rule_on_what_is_no_column_of_numbers_says_which_there_are(stocked, reader, scorer):
    for shop, column, known in ((stocked, "colour", "It has: stock, margin"), (reader, "stock", "It has none")):
        how = Arrangement(rules=(Rule("hide", column=column, most=0),))
        with pytest.raises(InputError, match=f"{column}.*no such column of numbers. {known}"):
            listing(shop, scorer, "ann", log_end(shop), how=how)


def test_variety_goes_by_vectors_where_there_are_some(reader, scorer):
    how = Arrangement(diversity=0.5, spare=1)
    alike = vectors(P1=[0, 1], P2=[1, 0], P3=[1, 0], P4=[0, 1])
    # The lamp (.3) is of another shelf than the blue shoes (.4), but by these vectors as like them as can be.
    assert ids(listing(reader, scorer, "ann", log_end(reader), k=2, how=how).items) == ["P2", "P3"]
    assert ids(listing(reader, scorer, "ann", log_end(reader), k=2, how=how, vectors=alike).items) == ["P2", "P4"]


def test_what_is_pinned_is_shown_whether_it_was_found_or_not(reader, scorer):
    how = Arrangement(rules=(Rule("pin", item="D1", place=1),))
    first = listing(reader, scorer, "ann", log_end(reader), how=how).items[0]
    assert (first.item_id, first.sources, first.p_click) == ("D1", ["pinned"], 0.8)
    with pytest.raises(InputError, match="pins item 'ZZ', which is not in the catalogue"):
        listing(reader, scorer, "ann", log_end(reader), how=Arrangement(rules=(Rule("pin", item="ZZ"),)))


def test_reasons_are_given_of_what_is_shown(reader, scorer, monkeypatch):
    monkeypatch.setattr("core.explain.explain_many", fake_explain_many)
    how = Arrangement(rules=(Rule("hide", item="P2"),))
    (only,) = listing(reader, scorer, "ann", log_end(reader), k=1, explain=True, how=how).items
    assert (only.reason, only.was) == ("Because of ann and P3.", 2)
