"""Lists that people bring: what is understood of them, and a row out for each row in, whatever is wrong with some."""

import gzip
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.errors import AmbiguousDates, Cancelled, InputError
from core.lists import ListAsk, judge, run, understood
from core.lists.parts import Parts
from core.lists.records import NotUnderstood
from core.store.find import log_end
from tests.core.fake_scorer import FakeScorer, fake_explain_many
from tests.core.little_shop import little_shop

PAIRS = """Customer ID;SKU;note;p_click
ann;P1;=1+1;9
new;P3;x;9
ann;ZZ;;1
;P1;;
ann;P1;a;b;c
bob; ;;
ann;P1;again;
"""
LOG = """shopper,action,when,product,price,town
zoe,view,2026-06-02 10:00,P1,,
zoe,buy,2026-06-02 10:05,P1,100,York
yan,pv,2026-06-02T11:00:00Z,P4,,
yan,dance,2026-06-02 11:01,P4,,
yan,view,soon,P4,,
,view,2026-06-02 11:01,P4,,
xia,view,never,P4,,Hull
ann,view,2026-06-02 12:00,P2,,
"""
PLAIN = ListAsk()
CHANCES = {"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("scoring") / "shop").reader()


@pytest.fixture
def given(tmp_path):
    def write(text, name="list.csv"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def setting(reader, scorer):
    return run.Setting(reader, lambda: scorer, log_end(reader), None, run.Rates(lambda k: None, lambda k, r: None))


def scored(reader, file, ask=PLAIN, scorer=None, out="out.csv", progress=lambda share, message: None):
    to = file.with_name(out)
    report, best = run.score(
        setting(reader, scorer or FakeScorer(CHANCES)), file, ask, Parts(file.with_name("parts")), [to], progress
    )
    table = pd.read_csv(to, dtype={"user_id": str, "item_id": str}, keep_default_na=False)
    return SimpleNamespace(report=report, table=table, best=best, parts=file.with_name("parts"))


def plan(reader, file, ask=PLAIN, rate=None):
    return understood.plan(reader, file, ask, None, lambda kind: rate)


def test_pairs_are_understood_whatever_their_columns_are_called(reader, given):
    seen = plan(reader, given(PAIRS))
    assert (seen.kind, seen.rows, seen.users, seen.items) == ("pairs", 7, 3, 3)
    assert (seen.unknown_users, seen.unknown_items) == (1, 1)
    assert (seen.makes, seen.can, seen.seconds) == (7, 3, None)
    assert seen.mapping == {"user_id": "Customer ID", "item_id": "SKU"}
    assert seen.notes[0] == "1 shopper is new and is scored without a history."
    assert seen.faults == {
        "no item is named": 1, "no shopper is named": 1, "not a row: too many columns": 1,
        "unknown item: it is not in this shop": 1,
    }
    assert list(seen.preview.columns) == ["Customer ID", "SKU", "note", "p_click"]


def test_faults_stand_beside_good_rows_in_the_order_of_the_file(reader, given):
    found = scored(reader, given(PAIRS))
    assert (found.report["rows"], found.report["scored"], found.report["failed"]) == (7, 3, 4)
    assert list(found.table.columns) == [
        "user_id", "item_id", "Customer ID", "SKU", "given_note", "given_p_click", "p_click", "rank", "note", "fault",
    ]
    assert found.table["p_click"].tolist() == ["0.1", "0.3", "", "", "", "", "0.1"]
    assert found.table["rank"].tolist() == ["1", "1", "", "", "", "", "1"]
    assert found.table["note"].tolist() == ["", "new shopper: scored without a history", "", "", "", "", ""]
    assert found.table["fault"].tolist() == [
        "", "", "unknown item: it is not in this shop", "no shopper is named",
        "not a row: too many columns: ann;P1;a;b;c", "no item is named", "",
    ]
    assert found.table["given_note"].tolist()[0] == "'=1+1"
    assert found.report["faults"] == plan(reader, given(PAIRS)).faults


def test_shoppers_are_scored_together_however_far_apart_their_rows_are(reader, given, monkeypatch):
    monkeypatch.setattr("core.lists.pace.FIRST", 2)
    monkeypatch.setattr("core.lists.pace.LEAST", 2)
    monkeypatch.setattr("core.lists.pace.MOST", 2)
    scorer = FakeScorer(CHANCES)
    found = scored(reader, given("user_id,item_id\nann,P1\nbob,P1\nann,P3\nbob,P4\n"), scorer=scorer)
    assert [set(asked["user_id"]) for asked in scorer.asked] == [{"ann"}, {"bob"}]
    assert found.table[["user_id", "item_id"]].values.tolist() == [
        ["ann", "P1"], ["bob", "P1"], ["ann", "P3"], ["bob", "P4"],
    ]
    assert found.table["p_click"].tolist() == [0.1, 0.1, 0.3, 0.2]
    assert found.table["rank"].tolist() == [2, 2, 1, 1]


def test_a_pair_is_scored_once_however_often_it_comes(reader, given):
    scorer = FakeScorer(CHANCES)
    scored(reader, given("user,item\nann,P1\nbob,P1\nann,P1\n"), scorer=scorer)
    (asked,) = scorer.asked
    assert asked[["user_id", "item_id"]].values.tolist() == [["ann", "P1"], ["bob", "P1"]]


def test_every_kind_of_file_is_read(reader, given, tmp_path):
    table = pd.DataFrame({"user_id": ["007"], "item_id": ["P1"]})
    table.to_parquet(tmp_path / "list.parquet")
    table.to_excel(tmp_path / "list.xlsx", index=False)
    (tmp_path / "list.csv.gz").write_bytes(gzip.compress(b"user_id,item_id\n007,P1\n"))
    (tmp_path / "list.jsonl").write_text('{"user_id": "007", "item_id": "P1"}\n')
    (tmp_path / "list.txt").write_bytes("user_id\titem_id\tname\n007\tP1\tGrün\n".encode("utf-16"))
    for name in ("list.parquet", "list.xlsx", "list.csv.gz", "list.jsonl", "list.txt"):
        found = scored(reader, tmp_path / name, out=f"{name}.out.csv")
        assert found.table["user_id"].tolist() == ["007"], name
        assert found.table["p_click"].tolist() == [0.1], name
        for part in (tmp_path / "parts").iterdir():
            part.unlink()


def test_of_several_sheets_the_first_is_read_and_the_others_are_named(reader, tmp_path):
    with pd.ExcelWriter(tmp_path / "list.xlsx") as book:
        for sheet in ("May", "June"):
            pd.DataFrame({"user": ["ann"], "item": ["P1"]}).to_excel(book, sheet_name=sheet, index=False)
    assert "Only list.xlsx: May is read. Beside it there are: list.xlsx: June." in plan(
        reader, tmp_path / "list.xlsx").notes


def test_reasons_and_tags_stand_beside_their_rows(reader, given, monkeypatch):
    monkeypatch.setattr("core.explain.explain_many", fake_explain_many)
    file = given("user,item\nann,P1\nbob,P2\nann,ZZ\nann,P3\n")
    table = scored(reader, file, ListAsk(reasons=True, tags=True)).table
    assert table["reason"].tolist() == [
        "Because of ann and P1.", "Because of bob and P2.", "", "Because of ann and P3."
    ]
    assert table["interest:Shoes"].tolist() == ["0.25", "0.25", "", "0.25"]


def test_a_shopper_who_cannot_be_explained_costs_the_others_nothing(reader, given, monkeypatch):
    def explain(scorer, user, *rest, **more):
        if user == "ann":
            raise InputError("too long a story")
        return fake_explain_many(scorer, user, *rest, **more)

    monkeypatch.setattr("core.explain.explain_many", explain)
    table = scored(reader, given("user,item\nann,P1\nbob,P2\n"), ListAsk(reasons=True)).table
    assert table["reason"].tolist() == ["", "Because of bob and P2."]
    assert table["fault"].tolist() == ["no reason: too long a story", ""]
    assert table["p_click"].tolist() == [0.1, 0.4]


def test_a_labelled_list_is_judged(reader, given):
    file = given("user,item,clicked\nann,P2,yes\nann,P1,no\nbob,P2,no\nbob,P3,yes\nbob,P1,\nbob,ZZ,yes\n")
    seen = plan(reader, file)
    assert (seen.mapping["label"], seen.labelled, seen.positives) == ("clicked", 5, 3)
    figures = scored(reader, file).report["figures"]
    # Yes at 0.4 and 0.3, no at 0.1 and 0.4: of four pairs two are in order, one is even.
    assert (figures["n"], figures["positives"], figures["auc"]) == (4, 2, pytest.approx(0.625))
    assert figures["warnings"]


def test_a_column_that_only_sounds_like_a_label_is_none(reader, given):
    file = given("user,item,bought\nann,P2,3\nann,P1,1\n")
    assert "label" not in plan(reader, file).mapping
    assert "figures" not in scored(reader, file).report


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("a,b\n1,2\n", NotUnderstood, "says who the shopper is. It has: a, b"),
        ("user,b\n1,2\n", NotUnderstood, "says which item it is"),
        ("", InputError, "is empty"),
        ("user,item\n", InputError, "no lines of data"),
        ("user,item,event,ts\nann,P1,dance,2026-06-01\n", NotUnderstood, "No line of this log can be used"),
        ("user,item,event,ts\nann,P1,view,01/02/2026\n", AmbiguousDates, "day-first or month-first"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_nothing_is_written(reader, given, text, error, said):
    file = given(text)
    with pytest.raises(error, match=said):
        plan(reader, file)
    with pytest.raises(error, match=said):
        scored(reader, file)
    assert [path.name for path in file.parent.iterdir()] == ["list.csv"]


def test_a_person_says_what_columns_are(reader, given):
    file = given("a,b,c\nann,P1,yes\n")
    ask = ListAsk(mapping={"user_id": "A", "item_id": "b", "label": "c"})
    assert plan(reader, file, ask).mapping == {"user_id": "a", "item_id": "b", "label": "c"}
    with pytest.raises(InputError, match="has no column “d”. It has: a, b, c"):
        plan(reader, file, ListAsk(mapping={"user_id": "d"}))
    with pytest.raises(InputError, match="“colour” is no canonical column"):
        plan(reader, file, ListAsk(mapping={"colour": "a"}))


def test_what_a_person_says_is_no_column_is_none(reader, given):
    file = given("user,item,clicked\nann,P1,yes\n")
    assert "label" not in plan(reader, file, ListAsk(mapping={"label": ""})).mapping


def test_a_cancelled_scoring_keeps_its_whole_parts_and_no_result(reader, given, monkeypatch):
    monkeypatch.setattr("core.lists.pace.FIRST", 1)
    monkeypatch.setattr("core.lists.pace.LEAST", 1)

    def stop(share, message):
        if message.startswith("1 of 2"):
            raise Cancelled("enough")

    file = given("user,item\nann,P1\nbob,P1\n")
    with pytest.raises(Cancelled):
        scored(reader, file, progress=stop)
    assert sorted(path.name for path in file.parent.rglob("*")) == [
        "000000000000-000000000001.parquet", "list.csv", "parts",
    ]


# ---- shoppers and the items of a campaign -------------------------------------------


def test_every_shopper_is_scored_with_every_item_of_a_campaign(reader, given):
    file, items = given("user,city\nbob,York\n,Hull\nnew,Ely\n"), given("sku,margin\nP1,3\nZZ,1\nP2,2\nP1,3\n", "i.csv")
    ask = ListAsk(items=["P3"], items_file=str(items))
    seen = plan(reader, file, ask)
    assert (seen.kind, seen.rows, seen.users, seen.items) == ("campaign", 3, 2, 4)
    assert (seen.unknown_users, seen.unknown_items, seen.makes, seen.can) == (1, 1, 12, 6)
    found = scored(reader, file, ask)
    assert list(found.table.columns) == [
        "user_id", "item_id", "user", "city", "margin", "title", "p_click", "rank", "note", "fault",
    ]
    assert found.table["item_id"].tolist() == ["P3", "P1", "ZZ", "P2"] * 3
    assert found.table["p_click"].tolist() == ["0.3", "0.1", "", "0.4", "", "", "", "", "0.3", "0.1", "", "0.4"]
    assert found.table["rank"].tolist()[:4] == ["2", "3", "", "1"]
    assert found.table["fault"].tolist()[:5] == [
        "", "", "unknown item: it is not in this shop", "", "no shopper is named"]
    assert found.table["title"].tolist()[0] == "Camping lamp"
    assert [item["item_id"] for item in found.report["items"]] == ["P2", "P3", "P1", "ZZ"]
    assert found.report["items"][0] == {"item_id": "P2", "clicks": pytest.approx(0.8), "scored": 2, "best": 2}


def test_a_campaign_is_cut_anywhere(reader, given, monkeypatch):
    file, ask = given("user\nbob\nann\nbob\n"), ListAsk(items=["P1", "P2"])
    whole = scored(reader, file, ask).table
    with understood.ready(reader, file, ask) as found:
        work = found.work(understood.Judge(reader, FakeScorer(CHANCES), log_end(reader)))
        cut = pd.concat([work.part(0, 2), work.part(2, 5), work.part(5, 6)]).sort_values("__line")
    assert np.allclose(cut["p_click"], whole["p_click"])
    assert whole["user_id"].tolist() == ["bob", "bob", "ann", "ann", "bob", "bob"]


# ---- shoppers by themselves ----------------------------------------------------------


def test_shoppers_alone_get_tags_and_their_likeliest_items_when_that_is_asked(reader, given):
    file = given("user,city\nbob,York\n,\nnew,Ely\n")
    seen = plan(reader, file, ListAsk(shoppers=True))
    assert (seen.kind, seen.makes, seen.can, seen.items) == ("shoppers", 3, 2, 0)
    table = scored(reader, file, ListAsk(shoppers=True)).table
    assert list(table.columns) == [
        "user_id", "user", "city", "top_items", "intent:buy", "interest:Shoes", "note", "fault",
    ]
    assert table["top_items"][0].startswith("Road shoes, blue (P2, 40 %); Camping lamp (P3, 30 %)")
    assert table["intent:buy"].tolist() == ["0.5", "", "0.3333333333333333"]
    assert table["fault"].tolist() == ["", "no shopper is named", ""]
    assert table["note"].tolist() == ["", "", "new shopper: scored without a history"]


def test_reasons_for_shoppers_are_those_of_their_likeliest_item(reader, given, monkeypatch):
    monkeypatch.setattr("core.explain.explain_many", fake_explain_many)
    found = scored(reader, given("user\nbob\n\"\"\n"), ListAsk(shoppers=True, reasons=True))
    shutil.rmtree(found.parts)
    table = found.table
    assert table[["top_items", "reason"]].values.tolist() == [
        ["Road shoes, blue (P2, 40 %); Camping lamp (P3, 30 %); Tent for two (P4, 20 %)", "Because of bob and P2."],
        ["", ""],
    ]
    log = scored(reader, given(LOG), ListAsk(reasons=True)).table.set_index("user_id")["reason"]
    assert log.to_dict() == {"zoe": "Because of zoe and P2.", "yan": "Because of yan and P2.", "": "", "xia": "",
                             "ann": "Because of ann and P2."}  # fmt: skip


def test_a_shopper_for_whom_no_items_are_found_keeps_her_tags_and_costs_the_others_nothing(reader, given, monkeypatch):
    def recommend(reader, scorer, user, *rest, **more):
        if user == "ann":
            raise InputError("too long a story")
        return real(reader, scorer, user, *rest, **more)

    real = judge.recommend
    monkeypatch.setattr(judge, "recommend", recommend)
    for ask, text in ((ListAsk(shoppers=True), "user\nann\nbob\n"), (PLAIN, LOG)):
        found = scored(reader, given(text), ask)
        ann = found.table[found.table["user_id"] == "ann"].iloc[0]
        assert (ann["top_items"], ann["fault"]) == ("", "no items: too long a story")
        assert float(ann["interest:Shoes"]) == 0.25
        others = found.table[found.table["user_id"].isin(["bob", "zoe"])]
        assert others["top_items"].str.startswith("Road shoes, blue (P2, 40 %)").all() and len(others) == 1
        shutil.rmtree(found.parts)


def test_a_log_is_understood(reader, given):
    seen = plan(reader, given(LOG))
    assert (seen.kind, seen.rows, seen.users, seen.unknown_users) == ("log", 8, 4, 3)
    assert (seen.makes, seen.can) == (5, 3)
    assert seen.mapping == {
        "user_id": "shopper", "item_id": "product", "event_type": "action", "ts": "when", "price": "price",
        "event_type:view": "view", "event_type:buy": "purchase", "event_type:pv": "view",  # nobody knows "dance"
    }
    assert seen.notes == [
        "4 lines are left out: when: not a time (2); action: unknown event type (1); shopper: no user_id (1).",
        "1 shopper is known here already and is judged by this file alone.",
        "Other columns are kept with the first value that each shopper has: town.",
    ]


def test_new_shoppers_get_tags_and_what_they_may_click_and_bad_lines_are_told_beside(reader, given):
    scorer = FakeScorer(CHANCES)
    found = scored(reader, given(LOG), scorer=scorer)
    assert (found.report["rows"], found.report["scored"], found.report["failed"]) == (5, 3, 2)
    assert found.table["user_id"].tolist() == ["zoe", "yan", "", "xia", "ann"]  # as they come in the file
    assert found.table["events"].tolist() == [2, 1, 0, 0, 1]
    assert found.table["town"].tolist() == ["York", "", "", "Hull", ""]
    assert found.table["fault"].tolist() == [
        "", "row 4: action: unknown event type; row 5: when: not a time", "row 6: shopper: no user_id",
        "row 7: when: not a time", "",
    ]
    assert found.table["top_items"][0].startswith("Road shoes, blue (P2, 40 %); Camping lamp (P3, 30 %)")
    assert found.table["top_items"][3] == ""
    assert {"intent:buy", "interest:Shoes"} <= set(found.table.columns)
    assert {str(moment) for asked in scorer.asked for moment in asked["as_of"]} == {"2026-06-02 12:00:01"}
    assert reader.rows("SELECT count(*) FROM events")[0][0] == 17  # the shop itself has not changed


def test_a_log_whose_lines_are_all_of_one_kind(reader, given):
    file = given("user,item,ts\nzoe,P1,2026-06-01 10:00\n")
    assert plan(reader, file).kind == "pairs"
    seen = plan(reader, file, ListAsk(mapping={"event_type": "=purchase"}))
    assert (seen.kind, seen.can) == ("log", 1)


def test_dates_of_a_log_are_read_as_a_person_says(reader, given):
    file, scorer = given("user,item,event,ts\nzoe,P1,view,02/01/2026\n"), FakeScorer(CHANCES)
    scored(reader, file, ListAsk(dates="dmy"), scorer)
    assert {str(moment) for asked in scorer.asked for moment in asked["as_of"]} == {"2026-01-02 00:00:01"}


@pytest.mark.parametrize(("text", "name"), [("customer\nbob\nann\n", "customer"), ("bob\nann\n", "id")])
def test_a_list_of_nothing_but_shoppers(reader, given, text, name):
    seen = plan(reader, given(text), ListAsk(shoppers=True))
    assert (seen.kind, seen.rows, seen.mapping) == ("shoppers", 2, {"user_id": name})
    table = scored(reader, given(text), ListAsk(items=["P1"])).table
    assert table[["user_id", name, "p_click"]].values.tolist() == [["bob", "bob", 0.1], ["ann", "ann", 0.1]]
    with pytest.raises(InputError, match="look like a table"):
        plan(reader, given(text))


def test_a_result_is_scored_again_and_names_of_ours_are_no_trouble(reader, given):
    header = "user_id,item_id,given_p_click,P_click,rank,events,first,broken,intent:buy,fault\n"
    table = scored(reader, given(header + "ann,P1,1,2,3,4,5,6,7,8\n"), ListAsk(tags=True)).table
    assert table.iloc[0].astype(str).to_dict() == {
        "user_id": "ann", "item_id": "P1", "given_p_click": "1", "given_given_P_click": "2", "given_rank": "3",
        "events": "4", "first": "5", "broken": "6", "given_intent:buy": "7", "given_fault": "8", "p_click": "0.1",
        "rank": "1", "intent:buy": "0.5", "interest:Shoes": "0.25", "note": "", "fault": "",
    }
    log = given("user,item,event,ts,events,line,why\nzoe,P1,view,2026-06-01,4,5,6\n")
    assert scored(reader, log).table[["events", "given_events", "line", "why"]].values.tolist() == [[1, 4, 5, 6]]


def test_what_is_doubtful_in_how_a_list_was_read_is_said(reader, given):
    for name, text in (("two.csv", "user_id,item_id\nYağmur,P1\n"), ("one.txt", "user_id\nYağmur\n")):
        file = given("", name)
        file.write_bytes(text.encode("cp1254"))
        note = plan(reader, file, ListAsk(shoppers=True)).notes[0]
        assert note.startswith(f"The letters of {name} are read as ") and "which is a guess" in note


def test_a_fault_is_of_the_column_that_a_person_said(reader, given):
    log = "who,did,when,what,value,rating\nann,view,2026-06-02,P1,2,5\nann,view,2026-06-02,P1,dear,5\n"
    mapping = {"user_id": "who", "event_type": "did", "ts": "when", "item_id": "what", "price": "value",
               "value": "rating"}  # fmt: skip
    assert plan(reader, given(log), ListAsk(mapping=mapping)).faults == {"value: not a number": 1}
