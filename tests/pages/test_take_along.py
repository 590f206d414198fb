"""The shoppers of a segment are taken along as a file: at once, or prepared beside the work and waited for."""

from __future__ import annotations

from core.conditions import Group
from core.exports import ExportAsk
from core.records import Condition
from tests.pages.test_every_page import said

WHERE = '[["purchases",">=",3],["intent:buy",">=",0.5]]'
TREE = Group("all", (Condition("purchases", ">=", 3), Condition("intent:buy", ">=", 0.5)))


def button(app, label):
    return next(b for b in app.button if b.label.startswith(label))


def downloads(app):
    return [b.label for b in app.download_button if b.label.startswith("Download")]


def test_it_is_excel_at_first_and_other_formats_on_demand(page, shop):
    app = page("segments")
    assert downloads(app) == ["Download all 400 as Excel"]
    app.button_group(key="export-format").set_value("csv").run()
    assert downloads(app) == ["Download all 400 as CSV"]
    assert "drop the zeros that ids begin with" in said(app)


def test_of_a_log_without_lists_items_are_those_that_are_bought_next(page, shop):
    assert page("segments").number_input(key="export-items").label == "Items that each is likeliest to click"
    shop.baskets = True
    assert page("segments").number_input(key="export-items").label == "Items that each is likeliest to buy next"


def test_it_says_how_fresh_it_is(page, shop):
    assert "As of 2 June 2026: version 3 of the data, model demo." in said(page("segments"))


def test_what_takes_long_is_prepared_as_a_job_with_the_conditions_in_words(page, shop):
    app = page("segments", where=WHERE)
    app.number_input(key="export-items").set_value(3).run()
    assert downloads(app) == []
    button(app, "Prepare").click().run()
    ((tree, name, ask, words),) = shop.exports.started
    assert (tree, name, ask.items, ask.format) == (TREE, "Segment", 3, "xlsx")
    assert "intent:buy" in ask.columns
    assert words.replace("\u00a0", " ") == "Purchases at least 3 and Will buy at least 50 %"
    assert "Segment" in app.get("progress")[0].proto.text
    assert "12 of 400 shoppers" in app.get("progress")[0].proto.text


def test_a_prepared_list_waits_and_is_deleted(page, shop, tmp_path):
    (tmp_path / "Loyal-data-3.xlsx").write_bytes(b"book")
    job = shop.exports.start(TREE, "Loyal <b>", ExportAsk(items=1, format="xlsx"))
    shop.exports.end(job.id, "done", file=tmp_path / "Loyal-data-3.xlsx")
    app = page("segments")
    assert "Download as Excel" in downloads(app)
    assert "data version 3, model demo" in said(app)
    app.button(key=f"export-delete-{job.id}").click().run()
    assert shop.exports.all() == []
    assert "Lists to take along" not in said(app)


def test_an_interrupted_list_says_what_is_kept_and_goes_on(page, shop):
    job = shop.exports.start(TREE, "Loyal", ExportAsk(items=1))
    app = page("segments")
    app.button(key=f"export-cancel-{job.id}").click().run()
    assert "12 are found and kept" in said(app)
    app.button(key=f"export-go-{job.id}").click().run()
    assert shop.exports.get(job.id).status == "running"


def test_a_refusal_is_said(page, shop):
    app = page("segments", where=WHERE)
    app.number_input(key="export-items").set_value(3).run()
    shop.exports.refusal = "Which items shoppers are likeliest to click is known once a model is trained."
    button(app, "Prepare").click().run()
    assert "once a model is trained" in app.error[0].value


def test_without_a_model_no_items_are_offered(page, shop):
    shop.model_name = None
    assert "export-items" not in {one.key for one in page("segments").number_input}
