"""Score: what will happen with the list that is uploaded?"""

from __future__ import annotations

import inspect
import json
import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from core import sinks
from core.lists.shelf import Lists
from pages._ui import results, uploads
from tests.pages.fake_lists import FakeLists

PAIRS = b"user_id,item_id\nS00001,I001\nS00002,I002\nnew,I001\n"
LABELLED = b"user_id,item_id,clicked\n" + b"".join(b"S%05d,I001,%d\n" % (n, n % 3 == 0) for n in range(90))
LOG = b"user_id,event_type,ts,item_id\nn1,view,2026-06-01,I001\nn1,cart,2026-06-01,I002\nn2,view,2026-06-01,I001\n"


def button(app, label):
    return next(b for b in app.button if b.label == label)


def upload(app, data, name="list.csv"):
    app.file_uploader[0].upload(name, data, "text/csv").run()
    return app


def metrics(app):
    return [(m.label, m.value) for m in app.metric]


def said(app):
    return "\n".join(str(one.value) for kind in (app.markdown, app.caption, app.info, app.error) for one in kind)


def started(page, shop, data=PAIRS):
    """Upload a list and have it scored; return the page that watches it, and the list's id."""
    app = upload(page("score"), data)
    button(app, "Score").click().run()
    return app, app.query_params["job"]


def finished(page, shop, data=PAIRS):
    app, id = started(page, shop, data)
    shop.lists.finish(id, Path(shop.submitted[-1][1]["file"]))
    return app.run()


@pytest.mark.parametrize("name", [n for n, _ in inspect.getmembers(FakeLists, inspect.isfunction)
                                  if n[0] != "_" and n not in ("finish", "change")])
def test_the_made_up_lists_take_the_same(name):
    real, made = (inspect.signature(getattr(lists, name)).parameters for lists in (Lists, FakeLists))
    assert [(p.name, p.default) for p in made.values()] == [(p.name, p.default) for p in real.values()]


def test_it_says_what_can_be_uploaded_and_gives_an_example(page, shop):
    app = page("score")
    assert [b.label for b in app.download_button] == ["Download an example"]
    assert "user_id,item_id" in app.code[0].value
    example = pd.read_csv(BytesIO(results.example(shop)))
    assert list(example.columns) == ["user_id", "item_id"]
    assert len(example) == 9


def test_pairs_are_understood_and_tried_before_they_are_scored(page, shop):
    app = upload(page("score"), PAIRS)
    assert "3 pairs of a shopper and an item" in said(app)
    assert metrics(app) == [("Shoppers", "3"), ("of them new", "1"), ("Items", "2"), ("of them unknown", "0")]
    assert "The result will have 3 rows" in said(app)
    assert "is not known yet" in said(app)
    assert shop.submitted == []


def test_how_long_it_takes_is_told_by_what_was_measured(page, shop):
    shop.lists.rate = 0.5
    app = upload(page("score"), PAIRS)
    assert "It takes about 6 seconds, by what was measured on this machine: 0.5 rows a second" in said(app)


def test_rows_that_cannot_be_scored_are_counted_before(page):
    app = upload(page("score"), PAIRS + b",I002\n")
    assert "of which 1 cannot be scored" in said(app)


def test_a_list_is_scored_as_a_job_that_its_address_leads_to(page, shop):
    app, id = started(page, shop)
    assert [one.label for one in app.button if one.label == "Cancel"]
    assert "1,200 of 3,000 rows, 2 minutes left" in app.get("progress")[0].proto.text.replace("\\", "")
    again = page("score", job=id)  # another browser, later
    assert "list.csv" in again.subheader[0].value.replace("\\", "")
    button(again, "Cancel").click().run()
    assert "It was cancelled. 1,200 of 3 rows are scored and kept" in said(again)
    button(again, "Go on").click().run()
    assert shop.lists.kept[id].status == "running"


def test_what_is_asked_of_a_list_reaches_the_job(page, shop):
    app = upload(page("score"), PAIRS)
    for box in app.checkbox:
        box.check()
    app.run()
    button(app, "Score").click().run()
    (ask,) = shop.lists.asks
    assert (ask.reasons, ask.tags, ask.items) == (True, True, [])


def test_a_list_that_failed_says_why_and_what_is_kept(page, shop):
    app, id = started(page, shop)
    shop.lists.change(id, status="failed", error="The worker stopped.", reached=2)
    app.run()
    assert "The worker stopped" in app.error[0].value
    assert "2 of 3 rows are scored and kept" in app.error[0].value


def test_of_a_log_without_lists_purchases_are_to_be_expected(page, shop):
    shop.baskets = True
    app = finished(page, shop)
    assert ("Chance of the next basket, on average", "4.5\u00a0%") in metrics(app)
    assert "Purchases to expect" in [name for name, _ in metrics(app)]
    assert "Clicks to expect" not in [name for name, _ in metrics(app)]


def test_the_result_shows_the_best_first(page, shop):
    app = finished(page, shop)
    assert ("Rows scored", "3") in metrics(app)
    assert ("Chance of a click, on average", "4.5\u00a0%") in metrics(app)
    table = app.dataframe[0]
    assert list(table.value["user_id"]) == ["new", "S00002", "S00001"]
    names = {key: column.get("label") for key, column in json.loads(table.proto.columns).items()}
    assert names["p_click"] == "Chance of a click – predicted"
    assert "fault" not in table.value  # nothing is empty on the page
    assert [b.label for b in app.download_button] == ["Download the result", "As Parquet", "As Excel"]


def test_of_a_long_list_the_best_are_shown_and_excel_is_left_out_where_it_takes_long(page, shop, monkeypatch):
    app = finished(page, shop, b"user_id,item_id\n" + b"".join(b"S%05d,I001\n" % n for n in range(1_200)))
    assert "The best 1,000 are shown; the download holds all 1,200 rows" in said(app)
    monkeypatch.setattr(sinks, "_QUICK", 1_000)
    assert [b.label for b in app.run().download_button] == ["Download the result", "As Parquet"]


def test_a_labelled_list_shows_how_good_the_chances_were_and_warns_of_few(page, shop):
    app = finished(page, shop, LABELLED)
    shown = dict(metrics(app))
    assert (shown["Rows with a label"], shown["of them yes"]) == ("90", "30")
    assert "Right order" in shown
    assert len(app.get("plotly_chart")) == 2
    assert "Only 30 of 90 labels say yes" in app.warning[0].value


def test_the_log_of_new_shoppers_gives_tags_under_their_names(page, shop):
    app = upload(page("score"), LOG)
    assert "3 events of shoppers" in said(app)
    assert [box.label for box in app.checkbox] == ["Give a reason for every row (much slower)"]
    app = finished(page, shop, LOG)
    table = app.dataframe[0]
    assert list(table.value["user_id"]) == ["n1", "n2"]
    names = {key: column.get("label") for key, column in json.loads(table.proto.columns).items()}
    assert names["intent:buy"] == "Will buy – predicted"
    assert names["top_items"] == "What they are likely to click"
    shop.baskets = True
    names = {key: column.get("label") for key, column in json.loads(app.run().dataframe[0].proto.columns).items()}
    assert names["top_items"] == "What they are likely to buy"


def test_a_column_that_was_brought_stands_once_in_its_order_and_sentences_have_room(shop, monkeypatch):
    monkeypatch.setattr(results.resources, "shop", lambda: shop)
    made = pd.DataFrame({
        "given_user_id": ["7", "8"], "age": [None, None], "given_item_id": ["A ", "B"], "user_id": ["7", "8"],
        "item_id": ["A", "B"], "note": ["The shopper is new.", ""], "fault": ["", ""],
    })  # fmt: skip
    table, config = results._readable(made, {})
    # the shopper was understood as brought, so stands once; of the item a blank was taken away, so both are there
    assert list(table) == ["given_user_id", "age", "given_item_id", "item_id", "note"]
    assert config["given_user_id"]["label"] == "Shopper"
    assert config["note"]["width"] == "large"


def test_shoppers_are_scored_with_the_items_of_a_campaign(page, shop):
    app = upload(page("score"), b"user_id\nS00001\nS00002\n")
    assert "The result will have 2 rows" in said(app)
    app.multiselect[0].set_value([app.multiselect[0].options[0], app.multiselect[0].options[1]]).run()
    assert "The result will have 4 rows" in said(app)
    button(app, "Score").click().run()
    assert len(shop.lists.asks[0].items) == 2
    assert all(" · " not in item for item in shop.lists.asks[0].items)


def test_items_of_a_campaign_go_by_their_titles(page, shop):
    id = finished(page, shop).query_params["job"]
    items = [{"item_id": "I001", "clicks": 2.5, "best": 3, "scored": 4}]
    shop.lists.change(id, report={**shop.lists.get(id).report, "items": items})

    def table():
        return next(frame for frame in page("score", job=id).dataframe if "best" in frame.value)

    assert table().value[["title", "item_id", "clicks"]].to_numpy().tolist() == [["Title of I001", "I001", 2.5]]
    assert json.loads(table().proto.columns)["clicks"]["label"] == "Clicks to expect – predicted"
    shop.baskets = True
    assert json.loads(table().proto.columns)["clicks"]["label"] == "Purchases to expect – predicted"


def test_a_column_is_put_right(page, shop):
    app = upload(page("score"), b"user_id,sku\nS00001,I001\n")
    box = next(box for box in app.selectbox if box.label == "The item")
    box.select("sku").run()
    assert "1 pair of a shopper and an item" in said(app)
    button(app, "Score").click().run()
    assert shop.lists.asks[0].mapping == {"item_id": "sku"}


def test_dates_that_can_be_read_in_two_ways_are_asked_for(page, shop):
    shop.lists.unclear = True
    app = upload(page("score"), LOG)
    assert "Score" not in [b.label for b in app.button]
    assert "How are the dates written?" in app.info[0].proto.title
    app.button_group[0].set_value("dmy").run()
    button(app, "Score").click().run()
    assert shop.lists.asks[0].dates == "dmy"


def choose(app, label, value):
    next(box for box in app.selectbox if box.label == label).select(value).run()


def test_a_file_that_names_no_shopper_is_put_right_on_the_page(page, shop):
    app = upload(page("score"), b"a,b\nS00001,I001\nS00002,I002\n")
    assert app.info[0].proto.title == "Only you can tell"
    assert not app.error
    assert list(app.dataframe[0].value["a"]) == ["S00001", "S00002"]
    assert "Score" not in [b.label for b in app.button]
    choose(app, "The shopper", "a")
    choose(app, "The item", "b")
    assert "2 pairs of a shopper and an item" in said(app)
    button(app, "Score").click().run()
    assert shop.lists.asks[0].mapping == {"user_id": "a", "item_id": "b"}


def test_what_a_list_is_can_be_said(page, shop):
    app = upload(page("score"), LOG)
    assert app.button_group[0].value == "log"
    app.button_group[0].set_value("pairs").run()
    assert "3 pairs of a shopper and an item" in said(app)
    button(app, "Score").click().run()
    assert shop.lists.asks[0].kind == "pairs"


def test_words_for_what_was_done_are_put_right_on_the_page(page, shop):
    app = upload(page("score"), LOG.replace(b"view", b"kuk").replace(b"cart", b"kup"))
    assert "unknown event type" in app.info[0].value.replace("\\", "")
    choose(app, "“kup” – 1 line", "purchase")
    assert "3 events of shoppers" in said(app)
    assert "“kuk” – 2 lines" in [box.label for box in app.selectbox]  # still there to be said
    button(app, "Score").click().run()
    mapping = shop.lists.asks[0].mapping
    assert mapping["event_type:kup"] == "purchase"
    assert "event_type:kuk" not in mapping


def test_columns_of_a_log_are_put_right_on_the_page(page, shop):
    app = upload(page("score"), LOG.replace(b"item_id", b"item_id,thing").replace(b",I00", b",x,I00"))
    choose(app, "Item", "thing")
    button(app, "Score").click().run()
    assert shop.lists.asks[0].mapping == {"item_id": "thing"}


def test_how_long_the_first_list_takes_is_measured_when_asked(page, shop):
    app = upload(page("score"), PAIRS)
    assert "is not known yet" in said(app)
    button(app, "Measure how long it takes").click().run()
    assert "It takes about 6 seconds, by what was measured on this machine: 0.5 rows a second" in said(app)
    assert "Measure how long it takes" not in [b.label for b in app.button]


def test_the_history_leads_to_each_list_and_lets_it_be_deleted(page, shop):
    first, second = started(page, shop)[1], started(page, shop, LOG)[1]
    shop.lists.kept[first] = replace(shop.lists.kept[first], status="cancelled")
    app = page("score")
    assert [link.proto.label for link in app.get("page_link")].count("Open") == 2
    assert "3 pairs" in said(app) and "2 shoppers of a log" in said(app)
    app.button(key=f"delete-{first}").click().run()
    assert list(shop.lists.kept) == [second]
    assert f"delete-{second}" not in [b.key for b in app.button]  # it is still being scored


def test_a_list_that_is_gone_is_said(page):
    app = page("score", job="0123456789ab")
    assert "not there any more" in app.error[0].value
    assert not app.exception


def test_uploads_go_after_a_day(tmp_path):
    old = uploads.keep_named(tmp_path, "a", "a.csv", memoryview(b"old"))
    os.utime(old.parent, (0, 0))
    new = uploads.keep_named(tmp_path, "b", "a.csv", memoryview(b"new"))
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [new.parent.name]
