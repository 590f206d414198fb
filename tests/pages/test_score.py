"""Score: what will happen with the list that is uploaded?"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from pages._ui import results, uploads

PAIRS = b"user_id,item_id\nS00001,I001\nS00002,I002\nnew,I001\n"
LOG = b"user_id,event_type,ts,item_id\nn1,view,2026-06-01,I001\nn1,cart,2026-06-01,I002\nn2,view,2026-06-01,I001\n"


def button(app, label):
    return next(b for b in app.button if b.label == label)


def upload(app, data, name="list.csv"):
    app.file_uploader[0].upload(name, data, "text/csv").run()
    return app


def metrics(app):
    return [(m.label, m.value) for m in app.metric]


def test_it_says_what_can_be_uploaded_and_gives_an_example(page, shop):
    app = page("score")
    assert [b.label for b in app.download_button] == ["Download an example"]
    assert "user_id,item_id" in app.code[0].value
    example = pd.read_csv(BytesIO(results.example(shop)))
    assert list(example.columns) == ["user_id", "item_id"]
    assert len(example) == 9


def test_pairs_are_understood_before_they_are_scored(page, shop):
    app = upload(page("score"), PAIRS)
    assert any("3 pairs of a shopper and an item" in m.value for m in app.markdown)
    assert metrics(app) == [("Shoppers", "3"), ("of them new", "1"), ("Items", "2"), ("of them unknown", "0")]
    assert "score_file" not in shop.calls


def test_pairs_are_scored_and_the_best_come_first(page):
    app = upload(page("score"), PAIRS)
    app.checkbox[0].check().run()
    button(app, "Score").click().run()
    assert ("Rows scored", "3") in metrics(app)
    assert ("Chance of a click, on average", "4.5\u00a0%") in metrics(app)
    table = app.dataframe[-1]
    assert list(table.value["user_id"]) == ["new", "S00002", "S00001"]
    names = {key: column.get("label") for key, column in json.loads(table.proto.columns).items()}
    assert names["p_click"] == "Chance of a click – predicted"
    assert names["reason"] == "Why"
    assert "Download the result" in [b.label for b in app.download_button]


def test_the_log_of_new_shoppers_gives_tags_under_their_names(page):
    app = upload(page("score"), LOG)
    assert any("3 events of shoppers" in m.value for m in app.markdown)
    button(app, "Score").click().run()
    table = app.dataframe[-1]
    assert list(table.value["user_id"]) == ["n1", "n2"]
    names = {key: column.get("label") for key, column in json.loads(table.proto.columns).items()}
    assert names["intent:buy"] == "Will buy – predicted"
    assert names["top_items"] == "What they are likely to click"


def test_a_file_that_names_no_shopper_is_refused(page):
    app = upload(page("score"), b"a,b\n1,2\n")
    assert "No column of the file names the shopper" in app.error[0].value
    assert not app.exception


def test_a_long_list_is_scored_beside_the_work(page, shop):
    long = b"user_id,item_id\n" + b"".join(b"S%05d,I001\n" % n for n in range(2_000))
    app = upload(page("score"), long)
    button(app, "Score").click().run()
    kind, args = shop.submitted[-1]
    assert kind == "score"
    assert Path(args["file"]).read_bytes() == long
    assert "score_file" not in shop.calls
    button(app, "Cancel").click().run()
    assert "cancelled" in app.error[0].value


def test_a_long_list_that_failed_says_why(page, shop):
    long = b"user_id,item_id\n" + b"".join(b"S%05d,I001\n" % n for n in range(2_000))
    app = upload(page("score"), long)
    button(app, "Score").click().run()
    shop.job_list = [replace(shop.job_list[0], status="failed", error="The disk is full.")]
    app.run()
    assert "The disk is full" in app.error[0].value


def test_a_long_list_that_is_done_shows_its_result(page, shop):
    long = b"user_id,item_id\n" + b"".join(b"S%05d,I001\n" % n for n in range(2_000))
    app = upload(page("score"), long)
    button(app, "Score").click().run()
    args = shop.submitted[-1][1]
    shop.score_file(Path(args["file"]), Path(args["out"]))
    shop.job_list = [replace(shop.job_list[0], status="done")]
    app.run()
    assert ("Rows scored", "2,000") in metrics(app)
    assert any("The best 1,000 are shown" in c.value for c in app.caption)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.csv", ".csv"),
        ("a.csv.gz", ".csv.gz"),
        ("a.parquet", ".parquet"),
        ("../../etc/passwd", ".csv"),
        ("x", ".csv"),
    ],
)
def test_an_upload_is_kept_under_a_name_of_its_own(name, ending, tmp_path):
    path = uploads.keep(tmp_path, name, b"data")
    assert path.parent == tmp_path / "uploads"
    assert path.name.endswith(ending)
    assert path.read_bytes() == b"data"
    assert uploads.keep(tmp_path, name, b"data") == path


def test_uploads_go_after_a_day(tmp_path):
    old = uploads.keep(tmp_path, "a.csv", b"old")
    os.utime(old, (0, 0))
    new = uploads.keep(tmp_path, "a.csv", b"new")
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [new.name]


def test_scores_are_kept_apart_by_data_model_and_reasons(tmp_path):
    file = tmp_path / "abc.csv"
    asks = [(False, 1, "demo"), (True, 1, "demo"), (False, 2, "demo"), (False, 1, "spring")]
    assert len({uploads.scored(file, *ask) for ask in asks}) == 4
