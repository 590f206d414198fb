"""A segment leaves as a file with what was chosen, says how fresh it is, and goes on after an interruption."""

import json
import re
from functools import partial
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core import trees, worker
from core.conditions import EVERYONE, Condition, Group, InSegment, Listed
from core.errors import Cancelled, InputError, ModelError
from core.exports import ExportAsk, write
from core.service import Shop
from core.sinks import ABOUT
from core.store import scored
from tests.core.fake_scorer import FakeScorer
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop, write_version

CHANCES = {"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2}
BUYERS = trees.read(json.dumps({"v": 1, "all": [{"did": "purchase"}]}))
NOBODY = Group("all", (Listed("nobody", "", ()),))


@pytest.fixture
def plain(tmp_path):
    return Shop(little_shop(tmp_path / "shop").path)


@pytest.fixture
def scorer(monkeypatch):
    made = FakeScorer(CHANCES)
    made.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: made)
    return made


@pytest.fixture
def shop(tmp_path, scorer, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    little_shop(tmp_path / "shop")
    little_model(tmp_path / "shop" / "models" / "demo")
    made = Shop(tmp_path / "shop", device="cpu")
    made.compute_profiles()
    return made


def csv(shop, tree, *columns, **more):
    shop.exports.write(tree, "Buyers", ExportAsk(columns, **more), Path(shop.workspace.path / "out.csv"))
    return (shop.workspace.path / "out.csv").read_text().splitlines()


def book(content, tmp_path):
    (tmp_path / "book.xlsx").write_bytes(content)
    opened = openpyxl.load_workbook(tmp_path / "book.xlsx")
    return {name: [[cell.value for cell in row] for row in opened[name].iter_rows()] for name in opened.sheetnames}


def test_facts_attributes_and_tags_have_names_and_short_numbers(shop):
    assert csv(shop, BUYERS, "purchases", "spend", "age_band", "intent:buy") == [
        "Shopper,Purchases,Money spent,Age band,Likely to buy – predicted chance",
        "ann,2,160,25-34,0.5",
        "bob,1,40,35-49,0.3333",
    ]


def test_items_are_told_best_first_with_their_chance(shop):
    heads, ann, bob = csv(shop, BUYERS, items=2)
    assert heads == (
        'Shopper,Item 1,"Item 1, title","Item 1, a click – predicted chance",'
        'Item 2,"Item 2, title","Item 2, a click – predicted chance"'
    )
    assert ann == 'ann,P2,"Road shoes, blue",0.4,P3,Camping lamp,0.3'
    assert bob.startswith("bob,P2,")


def test_of_a_log_without_lists_chances_are_of_the_next_basket(shop):
    shop.baskets = True
    heads, ann, _ = csv(shop, BUYERS, items=1)
    assert heads == 'Shopper,Item 1,"Item 1, title","Item 1, in the next basket – predicted chance"'
    assert ann == 'ann,P2,"Road shoes, blue",0.4'
    about = shop.exports.write(BUYERS, "Buyers", ExportAsk((), 1), shop.workspace.path / "out.csv")["about"]
    assert about["Item 1"] == "Predicted by the model. What the shopper is likeliest to buy next, best first."


def test_parquet_has_keys_whole_numbers_and_the_stamp(shop, tmp_path):
    out = tmp_path / "list.parquet"
    shop.exports.write(EVERYONE, "All", ExportAsk(("purchases", "children", "intent:buy"), 1, "parquet"), out)
    table = pd.read_parquet(out)
    assert list(table) == [
        "user_id", "purchases", "children", "intent:buy", "item_1", "item_1_title", "item_1_chance",
    ]  # fmt: skip
    assert table["user_id"].tolist() == ["ann", "bob", "cy", "dot"]
    assert table["children"].dropna().tolist() == [3, 1, 2]
    assert table["intent:buy"].tolist()[:2] == [0.5, pytest.approx(1 / 3)]
    about = json.loads(pq.read_schema(out).metadata[ABOUT])
    assert about["Data"] == "version 1, 1 June 2026 to 3 June 2026"
    assert (about["Model"], about["Shoppers"]) == ("demo", "4")
    assert not out.with_suffix(".about.txt").exists()


def test_an_excel_book_says_what_it_is_and_what_each_column_means(shop, tmp_path):
    ask = ExportAsk(("spend", "age_band", "intent:buy"), 0, "xlsx")
    found = book(shop.exports.content(BUYERS, "Buyers", ask, "who bought"), tmp_path)
    assert found["List"][1] == ["ann", 160, "25-34", 0.5]
    about = dict(found["About this list"])
    assert about["Conditions"] == "who bought"
    assert re.fullmatch(r"\d{1,2} \w+ \d{4}, \d\d:\d\d UTC", about["Written"])
    assert about["Money spent"].startswith("Counted in the logs. Price times pieces")
    assert about["Age band"] == "Stated. From the users table"
    assert about["Likely to buy – predicted chance"].startswith("Predicted by the model. Will buy something")


def test_a_csv_has_a_text_beside_it_that_says_what_it_is(shop):
    csv(shop, BUYERS, "spend")
    said = (shop.workspace.path / "out.about.txt").read_text().splitlines()
    assert said[:4] == ["List: Buyers", "Shoppers: 2", "Data: version 1, 1 June 2026 to 3 June 2026", "Model: demo"]


def test_a_generated_shop_is_called_so(tmp_path):
    shop = Shop(little_shop(tmp_path / "shop", generated=True).path)
    about = shop.exports.write(EVERYONE, "All", ExportAsk(), tmp_path / "all.csv")["about"]
    assert about["Data"].endswith("(a demo shop: all data is generated)")
    assert about["Model"] == "none: nothing is predicted"


@pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
def test_nobody_is_a_list_with_headings_alone(shop, tmp_path, format):
    out = tmp_path / f"none.{format}"
    shop.exports.write(NOBODY, "Nobody", ExportAsk(("spend", "intent:buy"), 2, format), out)
    readers = {"csv": pd.read_csv, "parquet": pd.read_parquet, "xlsx": partial(pd.read_excel, engine="openpyxl")}
    read = readers[format](out)
    assert (len(read), len(read.columns)) == (0, 9)


def test_ids_and_titles_that_would_run_do_not(tmp_path):
    shop = Shop(little_shop(tmp_path / "shop", [("=cmd()", "P1", "purchase", "2026-06-01 12:00", {})]).path)
    assert csv(shop, BUYERS, "purchases")[1] == "'=cmd(),1"
    found = book(shop.exports.content(BUYERS, "=1+1", ExportAsk(("purchases",), 0, "xlsx")), tmp_path)
    assert found["List"][1] == ["=cmd()", 1]
    assert found["About this list"][0] == ["List", "=1+1"]


def test_what_the_shop_does_not_have_is_named(plain, tmp_path):
    out = tmp_path / "out.csv"
    with pytest.raises(InputError, match="no fact or tag 'shoe_size'. Choose one of: purchases"):
        plain.exports.write(EVERYONE, "All", ExportAsk(("shoe_size",)), out)
    with pytest.raises(ModelError, match="once a model is trained"):
        plain.exports.write(EVERYONE, "All", ExportAsk(items=1), out)
    with pytest.raises(InputError, match="as 'docx'. Choose one of: csv, parquet, xlsx"):
        ExportAsk(format="docx")
    with pytest.raises(InputError, match="Between 0 and 20 items"):
        ExportAsk(items=21)
    assert list(tmp_path.glob("out*")) == []


def test_columns_of_one_label_are_told_apart():
    about = pd.DataFrame([("a", "Age", "", "number"), ("users.a", "Age", "", "number")],
                         columns=["key", "label", "unit", "type"])  # fmt: skip
    assert write.headings(about, ["a", "users.a"]) == {"user_id": "Shopper", "a": "Age", "users.a": "Age [users.a]"}


def test_what_is_quick_waits_for_no_worker():
    assert ExportAsk(("spend",)).quick(10**7)
    assert ExportAsk(("spend",), format="xlsx").quick(1_000)
    assert not ExportAsk(("spend",), format="xlsx").quick(10**6)
    assert not ExportAsk(items=1).quick(1)


def test_a_job_keeps_to_the_data_and_the_segment_that_it_was_asked_of(shop):
    saved = shop.segments.save(BUYERS, "Buyers")
    job = shop.exports.start(InSegment(saved.id), "Buyers", ExportAsk(("purchases",), 1))
    assert (shop.exports.get(job.id).status, shop.exports.get(job.id).shoppers) == ("queued", 2)
    assert scored.unfinished_versions(shop.workspace.path) == {1}
    shop.segments.change(saved.id, "", tree=EVERYONE)
    write_version(shop.workspace, 2, [("eve", "P1", "purchase", "2026-06-05 10:00", {})])
    assert worker.serve(shop.workspace, idle=0) == 1
    (done,) = shop.exports.all()
    assert (done.status, done.reached, done.version) == ("done", 2, 1)
    assert done.file.read_text().splitlines()[1:] == [
        'ann,2,P2,"Road shoes, blue",0.4', 'bob,1,P2,"Road shoes, blue",0.4',
    ]  # fmt: skip
    assert re.fullmatch(r"Buyers-data-1-demo-\d{4}-\d\d-\d\d\.csv", done.file.name)
    assert done.about["Data"].startswith("version 1,")
    assert scored.unfinished_versions(shop.workspace.path) == set()
    shop.exports.delete(job.id)
    assert shop.exports.all() == []
    with pytest.raises(InputError, match="not there any more"):
        shop.exports.get(job.id)


def test_an_interrupted_list_goes_on_where_it_was(shop, scorer, monkeypatch):
    monkeypatch.setattr(write, "STEP", 1)
    job = shop.exports.start(EVERYONE, "All", ExportAsk(items=1))

    def stop(share, message):
        if message.startswith("2 of 4"):
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        shop.exports.work(job.id, stop)
    assert shop.exports.get(job.id).reached == 2
    scorer.asked.clear()
    shop.exports.work(job.id)
    assert [asked["user_id"].iloc[0] for asked in scorer.asked] == ["cy", "dot"]
    assert len(shop.exports.get(job.id).file.read_text().splitlines()) == 5


def test_a_list_is_not_finished_by_another_model(shop):
    job = shop.exports.start(EVERYONE, "All", ExportAsk(items=1))
    little_model(shop.workspace.models / "demo", created="2026-07-01T00:00:00+00:00")
    with pytest.raises(ModelError, match="trained anew since this list was asked for"):
        shop.exports.work(job.id)


def test_a_list_that_is_being_written_is_not_deleted(shop):
    job = shop.exports.start(EVERYONE, "All", ExportAsk(items=1))
    with pytest.raises(InputError, match="Cancel it first"):
        shop.exports.delete(job.id)
    shop.exports.cancel(job.id)
    assert shop.exports.get(job.id).status == "cancelled"
    shop.exports.resume(job.id)
    assert shop.exports.get(job.id).status == "queued"


def test_on_the_command_line_other_questions_begin_anew(shop, scorer, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "STEP", 1)
    out = tmp_path / "out.csv"

    def stop(share, message):
        if message.startswith("3 of 4"):
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        shop.exports.write(EVERYONE, "All", ExportAsk(items=1), out, stop)
    assert not out.exists()
    scorer.asked.clear()
    shop.exports.write(EVERYONE, "All", ExportAsk(items=2), out)
    assert len(scorer.asked) == 4
    assert not out.with_name("out.csv.parts").exists()


def test_long_numbers_of_the_users_table_are_exact_in_excel(tmp_path):
    workspace = little_shop(tmp_path / "shop")
    from core.store.workspace import connect

    con = connect(workspace.version_file(1))
    con.execute("ALTER TABLE users ADD COLUMN account BIGINT")
    con.execute("UPDATE users SET account = 9007199254740993 WHERE user_id = 'ann'")
    con.close()
    found = book(Shop(workspace.path).exports.content(EVERYONE, "All", ExportAsk(("account",), 0, "xlsx")), tmp_path)
    assert found["List"][1:] == [["ann", "9007199254740993"], ["bob", None], ["cy", None], ["dot", None]]


def test_the_order_is_that_of_the_first_number_asked_for(shop):
    rows = csv(shop, Group("all", (Condition("spend", "<=", 500.0),)), "spend")[1:]
    assert [row.split(",")[0] for row in rows][:2] != ["ann", "bob"]
    assert rows[-1] == "ann,160"
