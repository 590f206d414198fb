"""Real shops' files, written by hand in the published layout with their quirks, and what becomes of each line."""

import shutil
from datetime import datetime

import openpyxl

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


def test_online_retail_ii_as_a_workbook_of_two_sheets_that_overlap(tmp_path):
    """As published: ids are numbers where they can be, times are dates, and nine days stand in both sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    uk = "United Kingdom"
    test = (493410, "TEST001", "This is a test product.", 5, datetime(2010, 1, 4, 9, 24), 4.5, 12346, uk)
    twice = (536365, 22752, "SET 7 BABUSHKA NESTING BOXES", 2, datetime(2010, 12, 1, 8, 26), 7.65, 17850, uk)
    for sheet, rows in {
        "Year 2009-2010": [
            (489434, 85048, "15CM CHRISTMAS GLASS BALL 20 LIGHTS", 12, datetime(2009, 12, 1, 7, 45), 6.95, 13085, uk),
            ("C489449", 22087, "PAPER BUNTING", -12, datetime(2009, 12, 1, 10, 33), 2.95, 16321, "Australia"),
            (489464, 21733, "85123a mixed", -96, datetime(2009, 12, 1, 10, 52), 0, None, uk),
            test, twice,
        ],
        "Year 2010-2011": [
            twice,
            (536365, "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 6, datetime(2010, 12, 1, 8, 26), 2.55, 17850, uk),
        ],
    }.items():
        page = book.create_sheet(sheet)
        page.append(
            ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
        )
        for row in rows:
            page.append(row)
    book.save(tmp_path / "online_retail_II.xlsx")
    workspace = Workspace.create(tmp_path / "shop")
    report = import_files(workspace, [tmp_path / "online_retail_II.xlsx"], preset="online-retail")
    assert [(file.file, file.lines_read, file.imported, file.rejected, file.duplicates) for file in report.files] == [
        ("online_retail_II.xlsx: Year 2009-2010", 5, 3, 2, 0), ("online_retail_II.xlsx: Year 2010-2011", 2, 1, 0, 1),
    ]
    assert report.reasons == {"CustomerID: no customer": 1, "StockCode: service code, not a product": 1}
    reader = workspace.reader()
    events = reader.rows(
        "SELECT user_id, event_type, item_id, CAST(ts AS VARCHAR), quantity, price, session_id FROM events "
        "ORDER BY ts, item_id"
    )
    assert events == [
        ("13085", "purchase", "85048", "2009-12-01 07:45:00", 12.0, 6.95, "489434"),
        ("16321", "return", "22087", "2009-12-01 10:33:00", 12.0, 2.95, "C489449"),
        ("17850", "purchase", "22752", "2010-12-01 08:26:00", 2.0, 7.65, "536365"),
        ("17850", "purchase", "85123A", "2010-12-01 08:26:00", 6.0, 2.55, "536365"),
    ]
    reader.close()


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


def test_complete_journey_as_dunnhumby_publishes_it_counts_days(imported):
    got = imported("complete-journey", "complete-journey-dunnhumby")
    assert {file: counted[:3] for file, counted in got.files.items()} == {
        "transaction_data.csv": (3, 3, 0), "campaign_table.csv": (2, 2, 0), "coupon_redempt.csv": (1, 1, 0),
        "causal_data.csv": (2, 2, 0), "product.csv": (3, 3, 0), "campaign_desc.csv": (2, 2, 0),
        "coupon.csv": (2, 2, 0), "hh_demographic.csv": (1, 1, 0),
    }
    assert any("day 285 is taken to be 1 January 2017" in note for note in got.report.notes)
    assert got.events("user_id, event_type, item_id, ts, quantity, price, session_id") == [
        ("2375", "purchase", "1004906", "2016-03-23 16:31:00", 1.0, 1.39, "26984851472"),
        ("2375", "purchase", "1033142", "2016-03-23 16:31:00", 2.0, 0.99, "26984851472"),
        ("8", "impression", "campaign:26", "2016-11-01 00:00:00", None, None, None),  # 61 days before
        ("8", "purchase", "1004906", "2017-01-01 00:40:00", 0.0, None, "31198570044"),
        ("2375", "impression", "coupon:10000089061", "2018-01-10 00:00:00", None, None, None),  # 374 days after
        ("2375", "click", "coupon:10000089061", "2018-01-12 00:00:00", None, None, None),
    ]
    items = {row[0]: row[1:] for row in got.items("item_id, title, category, brand, displays, mailers")}
    assert items["1004906"] == ("POTATOES RUSSET (BULK&BAG) 5 LB", "PRODUCE > POTATOES > POTATOES RUSSET (BULK&BAG)",
                                "Private", "1", "2")
    assert items["5978656"] == (None, None, "National", None, None)
    assert items["campaign:26"][0] == "Coupons of campaign 26 (type a) for POTATOES"
    assert got.users("age_band, marital_status, kids") == [
        ("2375", None, None, None), ("8", "65+", "Married", "None/Unknown"),
    ]  # fmt: skip


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
