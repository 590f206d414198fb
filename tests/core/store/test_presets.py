"""Real shops' files, written by hand in the published layout with their quirks, and what becomes of each line."""

import shutil

from core.store import preset
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.core.store.published import FIXTURES


def test_every_preset_has_a_fixture_and_names_that_are_free():
    ours = {"items", "users", "events", "raw", "lines", "file", "fresh", "faults", "rejects", "imports", "malformed"}
    for name in set(preset.preset_names()) - {"canonical"}:
        assert (FIXTURES / name).is_dir(), f"{name} has no fixture"
        assert not ours & set(preset.load_preset(name).files), name


def test_a_preset_reads_its_files_from_an_archive_too(tmp_path):
    shutil.make_archive(str(tmp_path / "mind"), "zip", FIXTURES / "mind")
    workspace = Workspace.create(tmp_path / "shop")
    report = import_files(workspace, [tmp_path / "mind.zip"], preset="mind")
    assert {file.file: file.role for file in report.files} == {
        "mind.zip: behaviors.tsv": "behaviors", "mind.zip: news.tsv": "news",
    }
    assert (report.events, report.items) == (10, 7)
def test_online_retail_ii(imported):
    got = imported("online-retail")
    assert got.files == {"online_retail_II.csv": (5, 3, 2, 0, 3)}
    assert got.events("user_id, event_type, item_id, quantity, price, session_id") == [
        ("13085", "purchase", "85048", 12.0, 6.95, "489434"), ("13085", "purchase", "79323P", 12.0, 6.75, "489434"),
        ("16321", "return", "22087", 12.0, 2.95, "C489449"),
    ]


def test_complete_journey_makes_ads_of_coupons(imported):
    got = imported("complete-journey")
    assert got.files == {
        "transactions.csv": (4, 3, 0, 1, 3), "campaigns.csv": (4, 3, 1, 0, 5),
        "coupon_redemptions.csv": (2, 2, 0, 0, 2), "promotions.csv": (3, 3, 0, 0, 0), "products.csv": (3, 3, 0, 0, 0),
        "campaign_descriptions.csv": (2, 2, 0, 0, 0), "coupons.csv": (4, 4, 0, 0, 0),
        "demographics.csv": (2, 2, 0, 0, 0),
    }
    assert got.report.reasons == {"ts: no time": 1}
    assert got.events("user_id, event_type, item_id, ts, quantity, price") == [
        ("900", "purchase", "1095275", "2017-01-01 11:53:26", 1.0, 0.5),
        ("900", "purchase", "9878513", "2017-01-01 12:10:28", 2.0, 0.99),
        ("1228", "purchase", "1041453", "2017-01-01 12:26:30", 0.0, None),
        ("900", "impression", "coupon:10000085207", "2017-03-03 00:00:00", None, None),
        ("900", "impression", "coupon:51700010076", "2017-03-03 00:00:00", None, None),
        ("1228", "impression", "coupon:10000085207", "2017-03-03 00:00:00", None, None),
        ("1228", "impression", "coupon:51700010076", "2017-03-03 00:00:00", None, None),
        ("900", "click", "coupon:51700010076", "2017-03-10 00:00:00", None, None),
        ("900", "impression", "campaign:8", "2017-05-08 00:00:00", None, None),
        ("900", "click", "coupon:51700010076", "2017-05-20 00:00:00", None, None),
    ]
    items = {row[0]: row[1:] for row in got.items("item_id, title, category, brand, kind, displays, mailers")}
    assert items["1095275"] == ("ICE - CRUSHED/CUBED 22 LB", "GROCERY > FRZN ICE > ICE - CRUSHED/CUBED", "National",
                                "product", "1", "1")
    assert items["coupon:10000085207"][:4] == ("Coupon for BREAD, FRZN ICE", "Coupons > PASTRY", None, "ad")
    assert items["campaign:8"][:4] == ("Coupons of campaign 8 (type a) for BREAD", "Coupons", None, "ad")
    assert items["campaign:1"][0] == "Coupons of campaign 1 (type b) for BREAD, FRZN ICE"  # two coupons and one
    assert got.users("age_band, household") == [("1", "65+", "2 Adults No Kids"), ("1228", None, None),
                                                ("900", "35-44", "1 Adult No Kids")]
    lists = dict(got.reader.rows("SELECT impression_id, count(*) FROM events WHERE item_id LIKE '%:%' GROUP BY 1"))
    assert lists == {"campaign 1 household 1228": 2, "campaign 1 household 900": 3, "campaign 8 household 900": 2}


def test_open_bandit_is_a_shopper_a_line_and_tells_campaigns_by_folders(imported):
    got = imported("open-bandit")
    assert got.files == {
        "men.csv": (3, 2, 1, 0, 3), "women.csv": (1, 1, 0, 0, 1), "item_context.csv": (1, 1, 0, 0, 0),
    }
    assert got.events("event_type, item_id, ts, value, slot, position") == [
        ("impression", "men:2", "2019-11-24 00:01:03.979311", 0.045525, "position 2", 2),
        ("click", "men:9", "2019-11-24 00:01:45.406608", None, "position 3", 3),
        ("impression", "men:9", "2019-11-24 00:01:45.406608", 0.059345, "position 3", 3),
        ("impression", "women:2", "2019-11-24 00:03:24.688993", 0.021739130434782608, "position 2", 2),
    ]
    assert got.report.users == 3
    assert got.reader.rows("SELECT count(DISTINCT user_id) FROM events WHERE item_id = 'men:9'") == [(1,)]
    assert sorted(row[1][:4] for row in got.users("user_feature_0")) == ["81ce", "cef3", "cef3"]
    assert got.items("item_id, item_feature_1")[0] == ("men:2", "c82d13885d8bf7a3b8b9fa6f0842ba60")
    assert "does not say who" in got.report.notes[0]


def test_clothing_reviews_are_a_shopper_a_line_at_a_stated_time(imported):
    got = imported("clothing-reviews")
    assert got.files == {"reviews.csv": (4, 4, 0, 0, 4)}
    assert got.events("user_id, event_type, item_id, ts, value, text") == [
        ("reviewer 0", "review", "767", "2018-01-01 00:00:00", 4.0, "Absolutely wonderful - silky and sexy"),
        ("reviewer 1", "review", "1080", "2018-01-01 00:00:00", 5.0, 'So "pretty". Love this dress!\ni\'m 5\'8".'),
        ("reviewer 2", "rating", "1077", "2018-01-01 00:00:00", 3.0, None),
        ("reviewer 3", "review", "1077", "2018-01-01 00:00:00", None, "Odd. No rating"),
    ]
    assert got.items("item_id, title, category") == [
        ("1077", "Dresses 1077", "Dresses > Dresses"), ("1080", "Dresses 1080", "Dresses > Dresses"),
        ("767", "Intimates 767", "Intimate > Intimates"),
    ]
    assert got.users("age_band, recommends")[0] == ("reviewer 0", "30s", "yes")
    assert any("1 January 2018" in note for note in got.report.notes)


def test_instacart_dates_orders_by_the_days_between_them(imported):
    got = imported("instacart")
    assert got.files == {
        "order_products__prior.csv": (4, 3, 1, 0, 3), "order_products__train.csv": (1, 1, 0, 0, 1),
        "orders.csv": (4, 4, 0, 0, 0), "aisles.csv": (2, 2, 0, 0, 0), "departments.csv": (2, 2, 0, 0, 0),
        "products.csv": (2, 2, 0, 0, 0),
    }
    assert got.report.reasons == {"order_id: no such order in the file of orders": 1}
    assert got.events("user_id, item_id, ts, session_id") == [
        ("2", "19", "2017-01-02 14:00:00", "3108588"), ("1", "196", "2017-01-03 08:00:00", "2539329"),
        ("1", "196", "2017-01-18 07:00:00", "2398795"), ("1", "196", "2017-02-17 08:00:00", "1187899"),
    ]
    assert got.items("item_id, title, category") == [
        ("19", 'Small & Medium Dog 5" Bones, 3 pk', None), ("196", "Soda", "beverages > soft drinks"),
    ]


def test_hm_counts_repeated_lines_as_pieces_and_keeps_leading_zeros(imported):
    got = imported("hm")
    assert got.files == {
        "transactions_train.csv": (5, 3, 1, 1, 3), "articles.csv": (2, 2, 0, 0, 0), "customers.csv": (2, 2, 0, 0, 0),
    }
    assert got.report.reasons == {"user_id: no user_id": 1}
    assert [(row[0][:8], *row[1:]) for row in got.events("user_id, item_id, ts, quantity, round(price, 4)")] == [
        ("000058a1", "0663713001", "2018-09-20 00:00:00", 2.0, 0.0508),
        ("000058a1", "0541518023", "2018-09-20 00:00:00", 1.0, 0.0305),
        ("00007d2d", "0505221004", "2018-09-21 00:00:00", 1.0, 0.0152),
    ]
    assert got.items("item_id, title, category, colour")[0] == (
        "0505221004", "Inca Jumper, pink", "Divided > Garment Upper body > Sweater", "Pink",
    )
    assert [row[1:] for row in got.users("age_band, club, fashion_news")] == [
        ("40s", "active", "regularly"), (None, "pre-create", "none"),
    ]
