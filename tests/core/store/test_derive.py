"""The tables that every import derives, of the tiny shop, worked out by hand."""

from datetime import date

import pytest

from core.store import derive
from core.store.importer import import_files
from core.store.workspace import Workspace


def test_scores_add_up_day_by_day(tiny_reader):
    # Three purchases (3 each), Ann's cart (2), her purchase, later nothing that counts.
    assert tiny_reader.rows("SELECT day, score, shows FROM item_days WHERE item_id = 'shoe1' ORDER BY day") == [
        (date(2026, 1, 5), 3, 0), (date(2026, 1, 6), 6, 0), (date(2026, 1, 7), 9, 0), (date(2026, 1, 10), 9, 0),
        (date(2026, 1, 13), 11, 1), (date(2026, 1, 14), 14, 1), (date(2026, 1, 17), 14, 1),
    ]


def test_levels_are_of_the_days_before(tiny_reader):
    assert tiny_reader.rows(
        "SELECT half, fifth, twentieth FROM popularity_levels WHERE day = DATE '2026-01-18'"
    )[0] == pytest.approx((6.5, 11, 13.25))
    # On the first day nothing is known yet; on the second the shoe and the socks have 3 each.
    assert tiny_reader.rows("SELECT min(day), arg_min(half, day) FROM popularity_levels") == [(date(2026, 1, 6), 3)]


def test_prices_are_those_paid_each_day_and_returns_pay_none(tiny_reader):
    assert tiny_reader.rows("SELECT day, price FROM item_prices WHERE item_id = 'shoe1' ORDER BY day DESC LIMIT 2") == [
        (date(2026, 1, 14), 45), (date(2026, 1, 13), 50),
    ]


def test_bands_are_thirds_of_what_was_known_each_monday(tiny_reader):
    found = tiny_reader.rows("SELECT week, category, low, high FROM price_bands ORDER BY week LIMIT 2")
    # By the 12th: 6, 8, 50, 80. By the 19th: 6, 8, 30 (the lamp), 45 (the shoe now), 80.
    assert found[0] == (date(2026, 1, 12), "", 8, 50)
    assert found[1][:2] == (date(2026, 1, 19), "")
    assert found[1][2:] == pytest.approx((8 + 22 / 3, 30 + 15 * 2 / 3))


def test_pairs_are_kept_both_ways_from_the_third_basket_on(tiny_reader):
    assert tiny_reader.rows("SELECT item_a, item_b, day, cum FROM pair_days ORDER BY item_a") == [
        ("shoe1", "sock1", date(2026, 1, 7), 3), ("sock1", "shoe1", date(2026, 1, 7), 3),
    ]
    assert tiny_reader.rows("SELECT day, cum FROM basket_days WHERE item_id = 'shoe1' ORDER BY day") == [
        (date(2026, 1, 5), 1), (date(2026, 1, 6), 2), (date(2026, 1, 7), 3), (date(2026, 1, 14), 4),
    ]


def test_categories_are_bought_after_one_another(tiny_reader):
    # Three bought shoes and socks on one day; Ann bought socks six days after shoes.
    assert tiny_reader.rows(
        "SELECT category_a, category_b, max(cum) FROM category_pair_days GROUP BY ALL ORDER BY 1"
    ) == [("Clothing > Socks", "Shoes > Running", 3), ("Shoes > Running", "Clothing > Socks", 4)]


def test_only_the_newest_of_a_huge_basket_make_pairs(tmp_path, monkeypatch):
    monkeypatch.setattr(derive, "BASKET_CAP", 2)
    lines = ["user_id,item_id,event_type,ts"]
    lines += [f"u{n},{item},buy,2026-01-0{n} 0{hour}:00" for n in (1, 2, 3) for hour, item in enumerate("abc")]
    (tmp_path / "e.csv").write_text("\n".join(lines) + "\n")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [tmp_path / "e.csv"])
    reader = workspace.reader()
    assert reader.rows("SELECT item_a, item_b FROM pair_days ORDER BY 1") == [("b", "c"), ("c", "b")]
    reader.close()


def test_a_shop_with_one_event_has_all_tables(tmp_path):
    (tmp_path / "e.csv").write_text("user_id,item_id,event_type,ts\n1,,review,2026-01-01\n")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [tmp_path / "e.csv"])
    reader = workspace.reader()
    assert {
        "item_days", "popularity_levels", "item_prices", "price_bands", "pair_days", "basket_days",
        "category_pair_days", "category_days",
    } <= {row[0] for row in reader.rows("SHOW TABLES")}
    assert reader.rows("SELECT count(*) FROM items") == [(0,)]
    reader.close()
