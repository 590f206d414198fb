"""Import: what is in my files, and what becomes of it?"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from core.answers import plain
from pages._ui import meanings, uploads
from tests.pages.fake_import import REPORT

ORDERS = b"""Invoice,Sku,Name,Pieces,Unit price,Bought on,Member,Land
5001,A1,White mug,2,6.00,2026-03-01 09:30,17850,Norway
5001,B2,Desk lamp,1,30.00,2026-03-01 09:30,17850,Norway
C5002,A1,White mug,-1,6.00,2026-03-02 18:05,17851,Chad
"""
CODES = b"uid,goods_id,behavior_type,time\nu1,g1,1,1700000000\nu1,g2,1,1700000100\nu2,g1,4,1700000200\n"
UNCLEAR = b"customer,item,date,event\nc1,i1,03/04/2026,view\nc2,i1,05/04/2026,cart\n"
ITEMS = b"sku,title,brand\nA1,White mug,Norvale\nB2,Desk lamp,Tamsin\n"


def button(app, label):
    return next(b for b in app.button if b.label == label)


def select(app, label):
    return next(s for s in app.selectbox if s.label == label)


def bring(app, *files):
    app.file_uploader[0].set_value([(name, data, "text/csv") for name, data in files]).run()
    assert not app.exception
    return app


def own(shop, name=None):
    """What was said of the columns of the one file that was tried, or of the one of this name."""
    plan = shop.tried[-1]
    return next(mapping for place, mapping in plan.own.items() if name in (None, Path(place).name))


def said(app):
    kinds = (app.markdown, app.caption, app.info, app.success, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_it_says_what_can_be_brought(page):
    app = page("imports")
    assert "Nothing is kept before you say so" in said(app)
    assert [b.label for b in app.button] == []


def test_it_works_before_anything_is_imported(page, shop):
    shop.version = None
    app = bring(page("imports"), ("orders.csv", ORDERS))
    assert "How it is read" in [s.value for s in app.subheader]
    assert not [r for r in app.radio if r.label == "What is there already"]


def test_columns_are_suggested_with_how_sure_why_and_what_they_hold(page):
    app = bring(page("imports"), ("orders.csv", ORDERS))
    assert select(app, "Shopper").value == "Member"
    assert select(app, "Item").value == "Sku"
    assert select(app, "When").value == "Bought on"
    assert select(app, "What was done").value == "=purchase/return"
    assert select(app, "Visit").value == "Invoice"
    words = said(app)
    assert ":green[:material/check_circle: Sure.]" in words
    assert "For example 17850, 17851" in words
    assert "3 lines, 8 columns" in words
    rows = app.dataframe[0].value
    assert list(rows["Name"]) == ["White mug", "Desk lamp", "White mug"]


def test_what_each_column_becomes_is_a_table(page):
    app = bring(page("imports"), ("orders.csv", ORDERS))
    table = next(d.value for d in app.dataframe if "Becomes" in d.value).set_index("Column")["Becomes"]
    assert table["Member"] == "Shopper"
    assert table["Unit price"] == "Price"
    select(app, "Visit").select("").run()
    table = next(d.value for d in app.dataframe if "Becomes" in d.value).set_index("Column")["Becomes"]
    assert table["Invoice"] == "Left out"


TURKISH = "user_id,item_id,event_type,ts,title\nu1,i1,view,2026-03-01 10:00,Yağmurluk\n".encode("cp1254")


def test_letters_whose_encoding_is_a_guess_are_said_to_be_and_a_person_names_it(page, shop):
    app = bring(page("imports"), ("log.csv", TURKISH))
    assert "which is a guess" in said(app)
    assert app.dataframe[0].value["title"].tolist() == ["Yaðmurluk"]
    select(app, "The encoding of its letters").select("cp1254").run()
    assert app.dataframe[0].value["title"].tolist() == ["Yağmurluk"]
    assert "which is a guess" not in said(app)
    button(app, "Try it without importing").click().run()
    (reading,) = shop.tried[-1].readings.values()
    assert reading == {"encoding": "cp1254"}


def test_a_person_says_which_line_has_the_names_of_the_columns(page, shop):
    app = bring(page("imports"), ("log.csv", b"made by v2,2026,our,shop\n" + UNCLEAR.replace(b"03/04", b"13/04")))
    assert "made by v2" in app.dataframe[0].value
    assert select(app, "The names of the columns").value == 1
    select(app, "The names of the columns").select(2).run()
    assert list(app.dataframe[0].value) == ["customer", "item", "date", "event"]
    assert select(app, "Shopper").value == "customer"
    button(app, "Try it without importing").click().run()
    assert list(shop.tried[-1].readings.values()) == [{"names_in": 2}]


def test_a_file_is_read_as_it_was_said_of_one_like_it_until_that_is_forgotten(page, shop):
    shop.read_before, shop.remembers = {"names_in": 2}, {"user_id": "customer"}
    app = bring(page("imports"), ("log.csv", b"made by v2,2026,our,shop\n" + UNCLEAR.replace(b"03/04", b"13/04")))
    assert select(app, "The names of the columns").value == 2
    assert list(app.dataframe[0].value) == ["customer", "item", "date", "event"]
    button(app, "Try it without importing").click().run()
    assert list(shop.tried[-1].readings.values()) == [{"names_in": 2}]
    shop.read_before = {}
    button(app, "Forget that").click().run()
    assert select(app, "The names of the columns").value == 1
    assert "made by v2" in app.dataframe[0].value


def test_days_as_spreadsheets_count_them_are_suggested_and_asked(page, shop):
    counted = UNCLEAR.replace(b"03/04/2026", b"46082.4271").replace(b"05/04/2026", b"46083")
    app = bring(page("imports"), ("log.csv", counted))
    asked = next(r for r in app.radio if r.label.startswith("The dates can be read"))
    assert asked.value == "excel"
    button(app, "Try it without importing").click().run()
    assert list(shop.tried[-1].orders.values()) == ["excel"]


def test_letters_that_are_of_no_known_encoding_can_be_named(page):
    noise = "Bölük".encode("cp1254").join([b"user_id,item_id\n", b"\xff\x81\x8d\x90\x9d\x8f,\x81\x8d\xff\n" * 20])
    app = bring(page("imports"), ("log.csv", noise))
    assert "cannot be told" in app.error[0].value
    select(app, "The encoding of its letters").select("mac-roman").run()
    assert not app.error


def test_a_form_that_says_how_it_is_read_is_not_asked_for_it(page):
    app = bring(page("imports"), ("log.json", b'{"user_id": "u", "item_id": "i"}\n'))
    assert "The names of the columns" not in [s.label for s in app.selectbox]


def offered(app):
    return "Import" in [b.label for b in app.button]


def test_nothing_is_imported_before_it_was_tried(page, shop):
    app = bring(page("imports"), ("orders.csv", ORDERS))
    assert not offered(app)
    button(app, "Try it without importing").click().run()
    assert offered(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {"Lines read": "1,200", "Imported": "1,180", "Turned away": "14", "There twice": "6",
                       "Shoppers": "2,990", "Items": "2,410"}  # fmt: skip
    reasons = next(d.value for d in app.dataframe if "Why" in d.value)
    assert reasons.values.tolist() == [["Shopper: none is given", 11], ["When: not a time", 3]]
    assert "1 March 2026, 09:12 to 31 May 2026, 20:01" in said(app)
    assert [kind for kind, _ in shop.submitted] == ["try"]
    select(app, "Visit").select("").run()  # what was tried is not what is asked for now
    assert not offered(app)


def test_a_dry_run_is_watched_and_can_be_stopped(page, shop):
    shop.tries = {"status": "running", "message": "Reading orders.csv", "result": None}
    app = bring(page("imports"), ("orders.csv", ORDERS))
    button(app, "Try it without importing").click().run()
    assert "**Trying it** – Reading orders" in app.get("progress")[0].text
    button(app, "Stop").click().run()
    assert shop.cancelled == ["j1"]
    assert "Nothing was written" in said(app)
    assert not offered(app)


def test_a_dry_run_that_fails_says_why(page, shop):
    shop.tries = {"status": "failed", "error": "Every line was rejected.", "result": None}
    app = bring(page("imports"), ("orders.csv", ORDERS))
    button(app, "Try it without importing").click().run()
    assert "Every line was rejected" in app.error[0].value
    assert not offered(app)


def test_a_corrected_column_and_what_else_was_answered_go_into_the_import(page, shop):
    app = bring(page("imports"), ("orders.csv", ORDERS))
    select(app, "Item").select("Name").run()
    select(app, "The store's time zone, as the times name none").select("Europe/Oslo").run()
    button(app, "Try it without importing").click().run()
    button(app, "Import").click().run()
    kind, args = shop.submitted[-1]
    assert kind == "import"
    (place,) = args["events"]
    assert args["own"][place]["item_id"] == "Name"
    assert args["own"][place]["event_type"] == "=purchase/return"
    assert args["own"][place]["users.country"] == "Land"
    assert (args["zone"], args["preset"]) == ("Europe/Oslo", None)
    assert args["append"] is False  # real logs do not go among made-up ones unless one says so
    assert Path(args["events"][0]).read_bytes() == ORDERS
    assert Path(args["events"][0]).name == "orders.csv"
    assert args["discard"] == args["events"]
    assert shop.tried[-1].own == args["own"]
    assert app.query_params["job"] == "j2"


def test_a_column_of_our_name_that_is_something_else_is_left_out_when_asked(page, shop):
    log = b"user_id,item_id,event_type,ts,price\nu,i,view,2026-01-01 10:00,5\nu,j,view,2026-01-02 10:00,6\n"
    app = bring(page("imports"), ("log.csv", log))
    select(app, "Price").select("").run()
    button(app, "Try it without importing").click().run()
    assert own(shop)["price"] == "="


def test_event_words_are_shown_and_corrected(page, shop):
    app = bring(page("imports"), ("log.csv", CODES))
    assert "Not all of this is sure." in said(app)
    assert "What the words of “behavior\\_type” mean" in said(app)
    one = select(app, "“1” – 2 lines")
    assert (one.value, select(app, "“4” – 1 line").value) == ("view", "purchase")
    one.select("impression").run()
    button(app, "Try it without importing").click().run()
    assert own(shop)["event_type:1"] == "impression"
    assert own(shop)["event_type:4"] == "purchase"


def test_another_column_of_events_shows_its_own_words(page):
    log = b"user_id,item_id,event,step,ts\nu,i,view,buy,2026-01-01 10:00\nu,j,view,pv,2026-01-02 10:00\n"
    app = bring(page("imports"), ("log.csv", log))
    select(app, "What was done").select("step").run()
    assert select(app, "“buy” – 1 line").value == "purchase"
    assert not [s for s in app.selectbox if "“view”" in s.label]


DATES = "The dates can be read in several ways. Which is it?"


def radios(app):
    return [r for r in app.radio if r.label == DATES]


def test_the_order_of_dates_is_asked_only_when_it_is_not_clear_and_must_be_answered(page, shop):
    assert not radios(bring(page("imports"), ("orders.csv", ORDERS)))
    app = bring(page("imports"), ("log.csv", UNCLEAR))
    assert radios(app)[0].value is None
    assert "For example 03/04/2026, 05/04/2026" in said(app)
    assert "Do the dates begin with the day or with the month?" in app.info[0].value
    assert "Say first how the dates are written" in said(app)
    assert not [b for b in app.button if b.label == "Try it without importing"]
    radios(app)[0].set_value("mdy").run()
    assert not app.info
    button(app, "Try it without importing").click().run()
    assert list(shop.tried[-1].orders.values()) == ["mdy"]


def test_dates_that_only_the_whole_file_shows_to_be_unclear_are_asked_then(page, shop):
    shop.unclear = True
    app = bring(page("imports"), ("orders.csv", ORDERS))
    button(app, "Try it without importing").click().run()
    radios(app)[0].set_value("dmy").run()
    button(app, "Try it without importing").click().run()
    assert list(shop.tried[-1].orders.values()) == ["dmy"]


def test_what_only_a_person_can_tell_is_said_above_until_it_is_answered(page):
    log = b"user_id,item_id,event,ts\nu,i,view,2026-01-01 10:00\nu,i,frobnicate,2026-01-02 10:00\n"
    app = bring(page("imports"), ("log.csv", log))
    assert app.info[0].value == "What do the words for what was done mean?"
    select(app, "“frobnicate” – 1 line").select("cart").run()
    assert not app.info
    assert "and then try it." in said(app)


def test_a_zone_is_asked_only_where_times_name_none(page, shop):
    asks = [s.label for s in bring(page("imports"), ("log.csv", CODES)).selectbox]
    assert "The store's time zone, as the times name none" not in asks
    shop.known_zone = "Asia/Shanghai"
    app = bring(page("imports"), ("orders.csv", ORDERS))
    assert select(app, "The store's time zone, as the times name none").value == "Asia/Shanghai"
    assert "Times that name no zone are read in the store's, Asia/Shanghai." in said(app)


def test_files_of_several_kinds_are_told_apart(page, shop):
    app = bring(page("imports"), ("orders.csv", ORDERS), ("catalogue.csv", ITEMS))
    kinds = [s.value for s in app.selectbox if s.label == "What it holds"]
    assert sorted(kinds) == ["events", "items"]
    button(app, "Try it without importing").click().run()
    plan = shop.tried[-1]
    assert (Path(plan.events[0]).name, Path(plan.items[0]).name, plan.users) == ("orders.csv", "catalogue.csv", [])
    assert own(shop, "catalogue.csv")["items.item_id"] == "sku"
    assert own(shop, "orders.csv")["item_id"] == "Sku"


def test_files_with_the_same_columns_are_shown_once_and_each_of_the_others_is_read_by_its_own(page, shop):
    june = ORDERS.replace(b"2026-03", b"2026-06")
    back = b"Buyer id;Item no;Date;Quantity\n17850;A1;31.03.2026 10:00;-1\n"
    app = bring(page("imports"), ("may.csv", ORDERS), ("back.csv", back), ("june.csv", june))
    assert "may.csv, june.csv" in said(app).replace("\\", "")
    assert "3 lines in the first of 2 files that are read in the same way, 8 columns" in said(app)
    assert [s.value for s in app.selectbox if s.label == "Shopper"] == ["Member", "Buyer id"]
    button(app, "Try it without importing").click().run()
    assert sorted(Path(place).name for place in shop.tried[-1].events) == ["back.csv", "june.csv", "may.csv"]
    assert own(shop, "may.csv") == own(shop, "june.csv")
    assert (own(shop, "june.csv")["user_id"], own(shop, "back.csv")["user_id"]) == ("Member", "Buyer id")


def test_dates_are_asked_for_those_files_alone_that_are_unclear(page, shop):
    app = bring(page("imports"), ("orders.csv", ORDERS), ("log.csv", UNCLEAR))
    (asked,) = radios(app)
    asked.set_value("dmy").run()
    button(app, "Try it without importing").click().run()
    assert {Path(place).name: order for place, order in shop.tried[-1].orders.items()} == {"log.csv": "dmy"}
    assert shop.tried[-1].dates is None


def test_a_file_can_be_left_out(page, shop):
    app = bring(page("imports"), ("orders.csv", ORDERS), ("catalogue.csv", ITEMS))
    next(s for s in app.selectbox if s.label == "What it holds" and s.value == "items").select("-").run()
    button(app, "Try it without importing").click().run()
    assert shop.tried[-1].items == []
    button(app, "Import").click().run()
    assert [preview.file for preview in shop.seen] == ["orders.csv"]  # nothing is remembered of the other


def test_a_file_that_cannot_be_read_waits_until_it_is_left_out(page, shop):
    app = bring(page("imports"), ("orders.csv", ORDERS), ("broken.csv", b""))
    assert "is empty" in app.error[0].value
    assert not [b for b in app.button if b.label == "Try it without importing"]
    app.checkbox[0].check().run()
    button(app, "Try it without importing").click().run()
    assert [Path(place).name for place in shop.tried[-1].events] == ["orders.csv"]


def test_what_a_file_holds_can_be_corrected(page):
    app = bring(page("imports"), ("catalogue.csv", ITEMS))
    assert "A log of what shoppers did is needed too." in said(app)
    select(app, "What it holds").select("events").run()
    assert "How it is read" in [s.value for s in app.subheader]


def test_a_publishers_files_are_recognised_and_can_be_read_by_columns_all_the_same(page, shop):
    retail = b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n" \
             b"1,A,White mug,2,2010-12-01 08:26,2.5,17850,Norway\n"  # fmt: skip
    app = bring(page("imports"), ("retail.csv", retail))
    assert select(app, "Whose files they are").value == "online-retail"
    assert not [s for s in app.selectbox if s.label == "Shopper"]
    button(app, "Try it without importing").click().run()
    assert (shop.tried[-1].preset, shop.tried[-1].own) == ("online-retail", {})
    assert list(shop.tried[-1].files) == ["invoices"]
    select(app, "Whose files they are").select("").run()
    assert select(app, "Shopper").value == "CustomerID"


def test_a_path_of_this_machine_is_read_where_it_lies(page, shop, tmp_path):
    (tmp_path / "big.csv").write_bytes(ORDERS)
    app = page("imports", path=str(tmp_path / "big.csv"))
    assert select(app, "Shopper").value == "Member"
    button(app, "Try it without importing").click().run()
    button(app, "Import").click().run()
    args = shop.submitted[-1][1]
    assert (args["events"], args["discard"]) == ([str(tmp_path / "big.csv")], [])


def test_a_file_that_is_none_is_said_and_the_rest_of_the_page_waits(page, tmp_path):
    app = page("imports", path=str(tmp_path / "nothing.csv"))
    assert "There is no file" in app.error[0].value.replace("\\", "")
    assert not [b for b in app.button if b.label == "Import"]
    assert not app.exception


ROCKET = b"timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
TREE = b"categoryid,parentid\n1016,\n809,1016\n"
NOTES = b"remark,author\nfine,me\n"


def test_a_publishers_other_files_are_asked_for_and_what_is_missing_without_them_is_said(page, shop):
    app = bring(page("imports"), ("clicks.csv", ROCKET), ("tree.csv", TREE), ("notes.csv", NOTES))
    assert select(app, "Whose files they are").value == "retailrocket"
    parts = {s.label.replace("\\", ""): s for s in app.selectbox if s.label.endswith(" is")}
    assert {name: part.value for name, part in parts.items()} == {
        "clicks.csv is": "events_log", "tree.csv is": "categories", "notes.csv is": "",
    }
    assert "without it, items have no category and available" in said(app)
    button(app, "Try it without importing").click().run()
    assert {role: [Path(one).name for one in places] for role, places in shop.tried[-1].files.items()} == {
        "events_log": ["clicks.csv"], "categories": ["tree.csv"],
    }
    next(s for s in app.selectbox if s.label.startswith("notes")).select("properties").run()
    assert "without it, items" not in said(app)
    assert not offered(app)


def test_a_publishers_log_without_events_is_not_tried(page):
    app = bring(page("imports"), ("clicks.csv", ROCKET), ("tree.csv", TREE))
    next(s for s in app.selectbox if s.label.endswith(" is") and s.value == "events_log").select("").run()
    assert "What shoppers did is in **events.csv**, which is not here" in app.warning[0].value.replace("\\", "")
    assert not [b for b in app.button if b.label == "Try it without importing"]


def test_what_was_answered_before_is_said_and_forgotten_when_asked(page, shop):
    shop.remembers = {}
    app = bring(page("imports"), ("orders.csv", ORDERS))
    assert "was imported before" in said(app)
    button(app, "Forget that").click().run()
    assert "was imported before" not in said(app)


def started(page, shop, **job):
    app = page("imports")
    app = bring(app, ("orders.csv", ORDERS))
    button(app, "Try it without importing").click().run()
    button(app, "Import").click().run()
    shop.job_list = [replace(shop.job_list[0], **job)]
    return app.run()


def test_an_import_is_watched_and_can_be_cancelled(page, shop):
    app = started(page, shop)
    assert "What is in my files" in app.title[0].value
    button(app, "Cancel").click().run()
    assert shop.cancelled == ["j2"]
    assert "cancelled; nothing was kept" in app.error[0].value
    button(app, "Back to the files").click().run()
    assert "job" not in app.query_params
    assert "From before: orders" in said(app)  # what was uploaded need not be brought again
    assert select(app, "Shopper").value == "Member"
    button(app, "Take away").click().run()
    assert "Nothing is kept before you say so" in said(app)


def test_an_import_that_failed_says_why(page, shop):
    assert "The disk is full" in started(page, shop, status="failed", error="The disk is full.").error[0].value


def test_an_import_that_is_done_leads_to_the_new_data(page, shop, tmp_path):
    (tmp_path / "rejects.csv").write_text("file,row\n")
    (tmp_path / "orders.mend.csv").write_text("Invoice,Sku\n")
    files = {"rejects_file": str(tmp_path / "rejects.csv"), "mend_files": [str(tmp_path / "orders.mend.csv")]}
    result = {**plain(REPORT), "version": 4, **files}
    app = started(page, shop, status="done", result=result)
    assert shop.version == 4  # whoever imports sees it without asking
    assert "The logs are imported." in app.success[0].value
    assert {metric.label: metric.value for metric in app.metric}["Imported"] == "1,180"
    assert [b.label for b in app.get("download_button")][:2] == [
        "Download what was turned away, and why", "Download lines to mend: orders\\.mend\\.csv",
    ]  # fmt: skip
    button(app, "Import more").click().run()
    assert "Nothing is kept before you say so" in said(app)


def test_an_import_is_found_again_by_its_address(page, shop):
    started(page, shop)
    app = page("imports", job="j2")
    assert button(app, "Cancel")
    assert not app.file_uploader


def test_nothing_from_a_file_becomes_markup(page):
    evil = b"user_id,item_id,event,ts,<b>x\n<script>,i,<img src=x>,2026-01-01 10:00,1\nu,i,view,2026-01-02 10:00,1\n"
    words = said(bring(page("imports"), ("<i>.csv", evil)))
    assert "\\<script\\>" in words
    assert "<script>" not in words.replace("\\<script\\>", "")
    assert "<i>" not in words


def test_events_are_called_by_their_names():
    assert meanings.deed_said("cart") == "put in the cart"
    assert meanings.deed_said("-") == "none of these: leave out"
    assert meanings.source_said("=view") == "Always: viewed"
    assert meanings.source_said("") == "Not in this file"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("orders 2026.csv", "orders 2026.csv"),
        ("../../etc/passwd", "passwd"),
        (".hidden", "_hidden"),
        ("销售.csv", "销售.csv"),
        ("a<b>.csv", "a_b_.csv"),
    ],
)
def test_an_upload_keeps_its_name_where_that_is_harmless(name, kept, tmp_path):
    path = uploads.keep_named(tmp_path, "id", name, memoryview(b"data"))
    assert path.name == kept
    assert path.parent.parent == tmp_path / "uploads"
    assert uploads.keep_named(tmp_path, "id", name, memoryview(b"data")) == path
    assert uploads.keep_named(tmp_path, "another", name, memoryview(b"data")) != path


def test_folders_of_uploads_go_after_a_day(tmp_path):
    old = uploads.keep_named(tmp_path, "a", "a.csv", memoryview(b"old"))
    os.utime(old.parent, (0, 0))
    uploads.keep_named(tmp_path, "b", "b.csv", memoryview(b"new"))
    assert not old.parent.exists()
