"""Lists in whatever columns and words an import understands, and what a person says of them."""

import shutil

import pandas as pd
import pytest

from core.errors import InputError
from core.lists import ListAsk, understood
from core.lists.records import NotUnderstood
from core.store import uploads
from core.store.importer import import_files
from core.store.uploads import ITEM, LINE, USER
from core.store.workspace import Workspace
from tests.core.little_shop import little_shop
from tests.core.store.published import FIXTURES

PLAIN = ListAsk()


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("columns") / "shop").reader()


@pytest.fixture
def plan(reader, tmp_path):
    """Say what a list of this text would be."""

    def go(text, ask=PLAIN, name="list.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return understood.plan(reader, tmp_path / name, ask, None, lambda kind: None)

    return go


@pytest.mark.parametrize(("header", "user", "item"), [
    ("Kundennummer;Artikelnummer", "Kundennummer", "Artikelnummer"), ("用户ID,商品ID", "用户ID", "商品ID"),
    ("Customer No,Item No", "Customer No", "Item No"), ("product_code,buyer_id", "buyer_id", "product_code"),
    ("reviewerID,asin", "reviewerID", "asin"), ("sku,client", "client", "sku"),
])  # fmt: skip
def test_pairs_are_known_by_any_name_that_an_import_knows(plan, header, user, item):
    mark = ";" if ";" in header else ","
    values = {user: ("ann", "bob"), item: ("P1", "P2")}
    rows = [mark.join(values[column][n] for column in header.split(mark)) for n in (0, 1)]
    seen = plan("\n".join([header, *rows]))
    assert (seen.kind, seen.mapping) == ("pairs", {"user_id": user, "item_id": item})
    assert (seen.can, seen.unknown_users, seen.unknown_items) == (2, 0, 0)


@pytest.fixture
def numbered(tmp_path):
    """Return the reader of a shop whose ids are numbers."""
    lines = ["17850,85123,view,2026-03-01", "42,7,purchase,2026-03-02", "42,A-1.0,view,2026-03-03", ""]
    (tmp_path / "log.csv").write_text("\n".join(["user_id,item_id,event_type,ts", *lines]))
    workspace = Workspace.create(tmp_path / "numbered")
    import_files(workspace, [tmp_path / "log.csv"])
    reader = workspace.reader()
    yield reader
    reader.close()


@pytest.mark.parametrize(("pairs", "known", "users", "items"), [
    (["17850.0,85123.0", " 42 ,7.0", "99.0,8.0"], 2, ["17850", "42", "99"], ["85123", "7", "8"]),
    (["17850.0,A-1.0", "42.0,85123", ",7"], 2, ["17850", "42", None], ["A-1.0", "85123", "7"]),
    (["17850.0,B85123.0", "B7.0,7"], 1, ["17850.0", "B7.0"], ["B85123.0", "7"]),
])  # fmt: skip
def test_ids_in_a_list_are_alike_to_those_of_the_shop(numbered, tmp_path, pairs, known, users, items):
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["customer,product", *pairs, ""]))
    seen = understood.plan(numbered, file, PLAIN, None, lambda kind: None)
    assert seen.can == known
    with understood.ready(numbered, file, PLAIN) as found:
        rows = found.upload.rows(0, 9, by=LINE)
        kept = [list(rows[name].astype(object).where(rows[name].notna(), None)) for name in (USER, ITEM)]
        assert kept == [users, items]
        assert rows["customer"].to_list()[0] == pairs[0].split(",")[0]  # a row is passed through as it is


def test_a_column_of_a_list_stays_as_it_is_where_the_shop_has_such_ids(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("customer,product\n17850.0,1.0\n")
    with uploads.opened(file) as upload:
        assert upload.naming({"product": lambda ids: set()}).ids("product") == ["1"]
        assert upload.naming({"product": lambda ids: {"1.0"} & set(ids)}).ids("product") == ["1.0"]


def test_a_log_of_orders_that_were_sent_back_has_both(numbered, tmp_path):
    rows = "1,85123,2,2026-03-01 09:30,5,paid\n2,7,1,2026-03-01 09:30,5,refunded\n3,7,1,2026-03-01,5,cancelled\n"
    (tmp_path / "log.csv").write_text("order,sku,pieces,bought on,member,status\n" + rows)
    with understood.ready(numbered, tmp_path / "log.csv", PLAIN) as found:
        assert found.upload.events()["event_type"].to_list() == ["purchase", "purchase", "return"]
        assert found.upload.faults() == {"status: left out by the mapping": 1}


def test_items_of_a_campaign_are_found_by_ids_that_went_through_a_float(numbered, tmp_path):
    (tmp_path / "people.csv").write_text("customer\n17850.0\n")
    (tmp_path / "items.csv").write_text("sku,name\n85123.0,Heart\n7.0,Mug\n,\n")
    ask = ListAsk(items_file=str(tmp_path / "items.csv"))
    seen = understood.plan(numbered, tmp_path / "people.csv", ask, None, lambda kind: None)
    assert (seen.kind, seen.can, seen.unknown_users, seen.unknown_items) == ("campaign", 2, 0, 0)


def test_a_log_of_new_shoppers_finds_the_items_too(numbered, tmp_path):
    lines = "5.0,85123.0,view,2026-03-01\n6.0,,view,2026-03-01\n"
    (tmp_path / "log.csv").write_text(f"user_id,item_id,event_type,ts\n{lines}")
    seen = understood.plan(numbered, tmp_path / "log.csv", PLAIN, None, lambda kind: None)
    assert (seen.kind, seen.can, seen.unknown_items) == ("log", 1, 0)


def test_a_list_without_names_is_read_by_its_values_and_says_that_it_is_a_guess(plan):
    seen = plan("ann,P1\nbob,P2\nann,P4\n")
    assert (seen.kind, seen.mapping, seen.can) == ("pairs", {"user_id": "column0", "item_id": "column1"}, 3)
    assert seen.notes[0].startswith("It is a guess that “column0” says who the shopper is: The columns have no names;")


def test_what_only_might_be_items_are_some_if_the_shop_has_them(plan):
    # The second column has no telling name: numbers of a city are no items, ids of the shop are.
    ask = ListAsk(shoppers=True)
    assert plan("customer,name\nann,P1\nbob,P9\n", ask).kind == "pairs"
    seen = plan("customer,name\nann,Ann Lee\nbob,Bob Ray\n", ask)
    assert (seen.kind, seen.mapping) == ("shoppers", {"user_id": "customer"})


def test_columns_that_are_blank_or_odd_count_by_their_name(plan):
    assert plan("user_id,item_id\nann,\nbob,\n").faults == {"no item is named": 2}


def test_numbers_for_what_was_done_are_understood(plan):
    rows = "".join(f"u{n},P1,{kind},2026-06-01 10:0{n}\n" for n, kind in enumerate((1, 1, 1, 3, 4)))
    seen = plan("user_id,item_id,behavior_type,time\n" + rows)
    assert (seen.kind, seen.can, seen.faults) == ("log", 5, {})
    words = {name: event for name, event in seen.mapping.items() if ":" in name}
    assert words == {"event_type:1": "view", "event_type:3": "cart", "event_type:4": "purchase"}


def test_a_log_without_a_header_is_understood(plan):
    seen = plan("1,2268318,2520377,pv,1511544070\n1,2333346,2520771,fav,1511561733\n2,2576651,149192,buy,1511572885\n")
    assert (seen.kind, seen.users, seen.can) == ("log", 2, 2)
    assert [seen.mapping[name] for name in ("item_id", "event_type", "ts")] == ["column1", "column3", "column4"]


def test_invoices_are_a_log_of_purchases_and_of_what_was_sent_back(plan):
    seen = plan(
        "Invoice,Stock code,Pieces,Date,Price each,Client id\n536365,P1,6,2026-06-01 08:26,2.55,17850\n"
        "C536379,P2,-1,2026-06-01 09:41,27.50,14527\n"
    )
    assert (seen.kind, seen.can) == ("log", 2)
    assert (seen.mapping["event_type"], seen.mapping["user_id"]) == ("=purchase/return", "Client id")


@pytest.mark.parametrize(("name", "about", "users", "can"), [
    ("online-retail", "The UCI “Online Retail” invoice file", 2, 2), ("tmall", "Tmall “Repeat Buyers”", 2, 2),
])  # fmt: skip
def test_a_publishers_log_is_read_by_its_preset(reader, tmp_path, name, about, users, can):
    file = next(path for path in sorted((FIXTURES / name).iterdir()) if "log" in path.name or name == "online-retail")
    shutil.copy(file, tmp_path)
    seen = understood.plan(reader, tmp_path / file.name, PLAIN, None, lambda kind: None)
    assert seen.kind == "log"
    assert seen.notes[0].startswith(f"It is read as a file of: {about}")


def test_a_list_with_labels_is_one_of_pairs_whatever_else_it_says(plan):
    text = "user_id,item_id,label,ts,event\nann,P1,1,2026-06-01,spring mailing\nbob,P2,0,2026-06-02,spring mailing\n"
    seen = plan(text)
    assert (seen.kind, seen.labelled, seen.positives) == ("pairs", 2, 1)
    assert plan(text.replace("spring mailing", "view")).kind == "pairs"
    assert plan(text, ListAsk(kind="log", mapping={"event_type:spring mailing": "view"})).kind == "log"


def test_a_person_says_what_kind_it_is(plan):
    text = "user_id,item_id,event_type,ts\nann,P1,view,2026-06-01\n"
    assert [plan(text, ListAsk(kind=kind)).kind for kind in ("pairs", "log", "shoppers", None)] == [
        "pairs", "log", "shoppers", "log"]  # fmt: skip


def test_words_for_what_was_done_are_said_by_a_person(plan):
    text = "user_id,item_id,event_type,ts\nzoe,P1,kuk,2026-06-01\nzoe,P1,kup,2026-06-02\nyan,P2,kup,2026-06-02\n"
    with pytest.raises(NotUnderstood, match="unknown event type") as refused:
        plan(text)
    assert (refused.value.kind, refused.value.mapping["event_type"]) == ("log", "event_type")
    seen = plan(text, ListAsk(mapping={"event_type:kup": "purchase", "event_type:kuk": "-"}))
    assert (seen.can, seen.faults) == (2, {"event_type: left out by the mapping": 1})
    with pytest.raises(InputError, match="“eat” is no event"):
        plan(text, ListAsk(mapping={"event_type:kup": "eat"}))


def test_a_column_that_a_person_says_is_none_is_none(plan):
    text = "user_id,item_id,event_type,ts,price\nzoe,P1,view,2026-06-01,cheap\n"
    with pytest.raises(NotUnderstood, match="price: not a number"):
        plan(text)
    assert plan(text, ListAsk(mapping={"price": ""})).can == 1


def test_a_date_and_a_time_are_put_together(plan):
    seen = plan("user,item,action,date,time\nzoe,P1,view,2026-06-01,10:00\nzoe,P2,buy,2026-06-01,10:05\n")
    assert (seen.kind, seen.mapping["ts"], seen.can) == ("log", "date + time", 1)
    assert not any("passed through" in note or "are kept with" in note for note in seen.notes)


def test_what_is_missing_is_said_with_what_was_understood(plan):
    with pytest.raises(NotUnderstood, match="No column of list.csv says which item it is. It has: user, b") as refused:
        plan("user,b\nann,2.5\n")
    assert (refused.value.missing, refused.value.mapping) == ("item_id", {"user_id": "user"})


def test_items_of_a_campaign_are_known_by_any_name_too(reader, tmp_path):
    (tmp_path / "list.csv").write_text("user\nann\nbob\n")
    for text in ("Artikelnummer,Name\nP1,Shoe\nP3,Lamp\n", "P1\nP3\n", "商品编号\nP1\nP3\n"):
        (tmp_path / "items.csv").write_text(text, encoding="utf-8")
        ask = ListAsk(items_file=str(tmp_path / "items.csv"))
        assert understood.plan(reader, tmp_path / "list.csv", ask, None, lambda kind: None).makes == 4
    (tmp_path / "items.csv").write_text("a,b\n2.5,x y\n1.5,z\n")
    with pytest.raises(NotUnderstood, match="No column of items.csv says which item it is"):
        understood.plan(reader, tmp_path / "list.csv", ask, None, lambda kind: None)


def test_ids_that_a_spreadsheet_spoilt_are_mended_as_at_import(plan):
    seen = plan("user_id,item_id,event_type,ts\n7.0,P1,view,2026-06-01\n8.0,P1,view,2026-06-01\n")
    assert isinstance(seen.preview, pd.DataFrame)
    assert (seen.users, seen.can) == (2, 2)
