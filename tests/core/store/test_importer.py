"""An import accounts for every line, and is all or nothing."""

import csv
import gzip
import json
import re

import pandas as pd
import pytest

from core.errors import Cancelled, InputError, MissingColumn
from core.store import straight, versions, watch
from core.store.importer import import_files
from tests.core.store.asking import ask
from tests.tiny_shop import EVENTS, import_shop, write_files

HEADER = "user_id,item_id,event_type,ts\n"
INVOICES = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HEART HOLDER,6.0,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,85123A,WHITE HEART HOLDER,6.0,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536366,085123,?damaged,1.0,2010-12-01 09:00:00,1.25,17850.0,France
536367,85123A,CREAM HEART HOLDER,2.0,2010-12-02 09:00:00,2.55,17851.0,Italy
536368,85123A,WHITE HEART HOLDER,2.0,2010-12-02 10:00:00,2.55,17851.0,Italy
C536369,85123A,WHITE HEART HOLDER,-6.0,2010-12-03 08:26:00,2.55,17850.0,United Kingdom
536370,POST,POSTAGE,3.0,2010-12-03 09:00:00,18.0,17850.0,United Kingdom
536371,m,Manual,1.0,2010-12-03 09:00:00,18.0,17850.0,United Kingdom
536372,22139,,56.0,2010-12-03 09:00:00,0.0,,United Kingdom
536373,85123A,WHITE HEART HOLDER,-1.0,2010-12-04 09:00:00,2.55,17850.0,United Kingdom
"""


@pytest.fixture
def put(tmp_path):
    def write(text, name="events.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def everything(workspace):
    """Return each file of a workspace with its bytes, the lock left out."""
    return {f: f.read_bytes() for f in workspace.path.rglob("*") if f.is_file() and f.name != "import.lock"}


def test_a_clean_shop_is_kept_whole(tmp_path):
    workspace, report = import_shop(tmp_path)
    lines = EVENTS.count("\n") - 1
    assert (report.events, report.rejected, report.duplicates, report.lines_read) == (lines, 0, 0, lines)
    assert (report.items, report.users, report.version, report.rejects_file) == (7, 6, 1, None)
    assert ask(workspace, "SELECT user_id FROM users WHERE age_band = '35-44'") == [("0ben",)]
    assert ask(workspace, "SELECT kind FROM items WHERE item_id IN ('lamp1', 'guide1') ORDER BY 1") == [
        ("article",), ("product",),
    ]
    assert ask(workspace, "SELECT \"item.colour\" FROM items WHERE item_id = 'boot1'") == [("brown",)]
    assert ask(workspace, "SELECT generated FROM shop") == [(False,)]


def test_every_line_is_an_event_a_reject_or_a_duplicate(workspace, put):
    file = put(HEADER + "1,a,view,2026-01-01\n1,a,view,2026-01-01\n,a,view,2026-01-01\n1,a\n2,b,teleport,2026-01-01\n")
    report = import_files(workspace, [file])
    assert (report.events, report.duplicates, report.rejected, report.lines_read) == (1, 1, 3, 5)
    assert report.reasons == {"user_id: no user_id": 1, "event_type: unknown event type": 1, "too few columns": 1}
    kept = ask(workspace, "SELECT source_row, column_name, reason, line FROM rejects ORDER BY source_row")
    assert [row[:3] for row in kept] == [
        (3, "user_id", "no user_id"), (4, None, "too few columns"), (5, "event_type", "unknown event type"),
    ]
    assert json.loads(kept[2][3]) == {"user_id": "2", "item_id": "b", "event_type": "teleport", "ts": "2026-01-01"}
    assert kept[1][3] == "1,a"


def test_rejects_are_exported_as_csv(workspace, put):
    report = import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n1,a,view,soon\n=1+1\n")])
    with open(report.rejects_file, newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["file"], row["row"], row["column"], row["reason"]) for row in found] == [
        ("events.csv", "2", "ts", "not a time"), ("events.csv", "3", "", "too few columns"),
    ]
    assert found[1]["line"] == "'=1+1"  # which no spreadsheet runs


def test_importing_the_same_again_is_recognised_and_changes_nothing(tmp_path):
    workspace, first = import_shop(tmp_path)
    events, items, users = write_files(tmp_path / "again")
    before = everything(workspace)
    again = import_files(workspace, [events.rename(events.with_name("copy.csv"))], items, users)
    assert (again.events, again.duplicates, again.lines_read, again.version) == (0, first.events, first.lines_read, 1)
    assert (again.items, again.users, again.rejected) == (first.items, first.users, 0)
    said = r"copy\.csv was imported before, as events\.csv, on \d+ \w+ \d{4} at \d\d:\d\d: nothing in it is new\."
    assert re.fullmatch(said, again.notes[0])
    assert everything(workspace) == before


def test_a_file_that_is_known_is_not_read_again_beside_a_new_one(workspace, put):
    known = put(HEADER + "1,a,view,2026-01-01\n1,a,view,soon\n", "known.csv")
    import_files(workspace, [known])
    report = import_files(workspace, [known, put(HEADER + "2,b,view,2026-01-02\n", "new.csv")])
    assert [(file.file, file.lines_read, file.imported, file.rejected, file.duplicates) for file in report.files] == [
        ("known.csv", 2, 0, 0, 2), ("new.csv", 1, 1, 0, 0),
    ]
    assert (report.version, report.lines_read, report.imported, report.duplicates) == (2, 3, 1, 2)
    assert ask(workspace, "SELECT count(*) FROM rejects") == [(1,)]


def test_the_same_file_read_otherwise_or_into_a_new_start_is_not_the_same(workspace, put):
    file = put("user_id,item_id,other,event_type,ts\n1,a,b,view,2026-01-01\n")
    import_files(workspace, [file])
    assert import_files(workspace, [file], mapping={"item_id": "other"}).events == 1
    report = import_files(workspace, [file], append=False)
    assert (report.events, report.notes) == (1, ())


def test_items_that_are_imported_again_do_not_list_their_rejects_twice(workspace, put):
    items = put("item_id,price\na,1\nb,free\n", "items.csv")
    import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n", "1.csv")], items)
    report = import_files(workspace, [put(HEADER + "1,b,view,2026-01-02\n", "2.csv")], items)
    assert report.reasons == {"items.csv: price: not a price": 1}
    assert ask(workspace, "SELECT file, source_row FROM rejects") == [("items.csv", 2)]


def test_appending_adds_and_replacing_starts_anew(workspace, put):
    import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")], generated=True)
    report = import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n2,b,view,2026-01-02\n", "more.csv")])
    assert (report.events, report.duplicates, report.users, report.items) == (1, 1, 2, 2)
    assert ask(workspace, "SELECT user_id, import_id, source_row FROM events") == [("1", 1, 1), ("2", 2, 2)]
    assert ask(workspace, "SELECT import_id, version, file FROM imports ORDER BY 1") == [
        (1, 1, "events.csv"), (2, 2, "more.csv"),
    ]
    assert ask(workspace, "SELECT generated FROM shop") == [(True,)]
    import_files(workspace, [put(HEADER + "3,c,view,2026-01-03\n")], append=False)
    assert ask(workspace, "SELECT user_id FROM users") == [("3",)]
    assert ask(workspace, "SELECT generated FROM shop") == [(False,)]
    assert workspace.version() == 3


def test_two_files_of_one_import_share_its_duplicates(workspace, put):
    one, two = put(HEADER + "1,a,view,2026-01-01\n", "1.csv"), put(HEADER + "1,a,view,2026-01-01\n", "2.csv")
    report = import_files(workspace, [one, two])
    assert (report.events, report.duplicates, report.lines_read) == (1, 1, 2)


def test_equal_events_in_lines_that_differ_elsewhere_are_two_events(workspace, put):
    file = put("id,user_id,item_id,event_type,ts\n1,u,a,buy,2026-01-01\n2,u,a,buy,2026-01-01\n")
    assert import_files(workspace, [file]).events == 2
    assert import_files(workspace, [file]).duplicates == 2


def test_what_a_later_file_does_not_speak_of_stays_known(workspace, put):
    events = put(HEADER + "1,a,view,2026-01-01\n")
    import_files(workspace, [events], put("item_id,title,brand\na,Lamp,Tamsin\n", "i1.csv"))
    import_files(workspace, [events], put("item_id,title\na,Desk lamp\n", "i2.csv"),
                 put("user_id,plan\n1,gold\n", "u.csv"))
    assert ask(workspace, "SELECT title, brand FROM items") == [("Desk lamp", "Tamsin")]
    assert ask(workspace, "SELECT * FROM users") == [("1", "gold")]


def test_wrong_lines_of_the_items_file_are_kept_with_the_others(workspace, put):
    items = put("item_id,kind,price\na,product,1\nb,spaceship,1\n,product,1\nc,AD,free\na,product,2\n", "items.csv")
    report = import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")], items)
    assert (report.rejected, report.lines_read) == (0, 1)
    assert report.reasons == {
        "items.csv: item_id: item_id comes again further down; the last line counts": 1,
        "items.csv: item_id: no item_id": 1,
        "items.csv: kind: none of product, article, video, ad": 1,
        "items.csv: price: not a price": 1,
    }
    assert ask(workspace, "SELECT item_id, price FROM items") == [("a", 2.0)]


def test_kinds_of_item_are_known_by_other_words_too(workspace, put):
    kinds = ("Clips", "film", "视频", "Blog post", "News", "banner", "goods", "")
    items = put("item_id,kind,title\n" + "".join(f"{n},{kind},Title {n}\n" for n, kind in enumerate(kinds)), "i.csv")
    report = import_files(workspace, [put(HEADER + "1,0,view,2026-01-01\n")], items)
    assert report.reasons == {}
    assert [row[0] for row in ask(workspace, "SELECT kind FROM items ORDER BY item_id")] == [
        "video", "video", "video", "article", "article", "ad", "product", "product",
    ]
    assert ask(workspace, "SELECT title FROM items WHERE item_id = '1'") == [("Title 1",)]


def test_columns_are_mapped_and_lines_of_events_may_tell_about_items(workspace, put):
    file = put("visitor,thing,action,when,title,kind\n01,a,pv,1767614400,Lamp,\n01,a,buy,1767614401,Lamp,?\n"
               "01,a,fav,1767614402,Lantern,ad\n")
    mapping = {"user_id": "visitor", "item_id": "thing", "event_type": "action", "ts": "when"}
    assert import_files(workspace, [file], mapping=mapping).events == 3
    assert ask(workspace, "SELECT event_type FROM events ORDER BY ts") == [("view",), ("purchase",), ("favourite",)]
    assert ask(workspace, "SELECT item_id, title FROM items") == [("a", "Lamp")]


def test_a_mapping_may_name_a_column_of_the_items_file_alone(workspace, put):
    items = put("sku,name\na,Lamp\n", "items.csv")
    events = put(HEADER + "1,a,view,2026-01-01\n")
    import_files(workspace, [events], items, mapping={"title": "name", "item_id": "sku"})
    assert ask(workspace, "SELECT item_id, title FROM items") == [("a", "Lamp")]


def test_parquet_and_gzip_are_read_like_csv(workspace, tmp_path):
    line = {"user_id": "01", "item_id": "a", "event_type": "view", "ts": pd.Timestamp("2026-01-01")}
    pd.DataFrame([line]).to_parquet(tmp_path / "e.parquet")
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress((HEADER + "01,a,view,2026-01-01\n").encode()))
    report = import_files(workspace, [tmp_path / "e.parquet", tmp_path / "e.csv.gz"])
    assert (report.events, report.duplicates) == (1, 1)


def test_the_online_retail_preset_reads_invoices(workspace, put):
    report = import_files(workspace, [put(INVOICES)], preset="online-retail")
    assert (report.events, report.duplicates, report.rejected) == (5, 1, 4)
    assert report.reasons == {
        "StockCode: service code, not a product": 2, "CustomerID: no customer": 1, "quantity: a negative number": 1,
    }
    assert ask(workspace, "SELECT user_id, item_id, event_type, quantity, price, session_id FROM events "
                          "WHERE source_row IN (1, 6) ORDER BY 1, ts") == [
        ("17850", "85123A", "purchase", 6.0, 2.55, "536365"), ("17850", "85123A", "return", 6.0, 2.55, "C536369"),
    ]
    assert ask(workspace, "SELECT item_id, title FROM items") == [("085123", None), ("85123A", "WHITE HEART HOLDER")]
    assert ask(workspace, "SELECT user_id, country FROM users") == [("17850", "United Kingdom"), ("17851", "Italy")]


def test_the_sequel_of_online_retail_with_other_names_and_times_is_read_too(workspace, put):
    text = INVOICES.replace("2010-12-01 08:26:00", "12/1/2010 8:26")
    for name, other in (("InvoiceNo", "Invoice"), ("UnitPrice", "Price"), ("CustomerID", "Customer ID")):
        text = text.replace(name, other)
    report = import_files(workspace, [put(text)], preset="online-retail")
    assert report.events == 5
    assert str(ask(workspace, "SELECT min(ts) FROM events")[0][0]) == "2010-12-01 08:26:00"


BAD = {
    "missing file": (None, {}, InputError, "There is no file"),
    "empty file": ("", {}, InputError, "is empty"),
    "header alone": (HEADER, {}, InputError, "no lines of data"),
    "no table": ("nothing\nto see\n", {}, InputError, "does not look like a table"),
    "missing column": ("user_id,ts,price\n1,2026-01-01,2\n", {}, MissingColumn,
                       r"no column “event_type”. It has: user_id, ts, price. Say which one it is: --map event_type"),
    "mapped column missing": (HEADER + "1,a,view,2026-01-01\n", {"mapping": {"ts": "when"}}, MissingColumn, "“when”"),
    "unknown canonical": (HEADER + "1,a,view,2026-01-01\n", {"mapping": {"mood": "ts"}}, InputError, "“mood”"),
    "column of a preset missing": (HEADER + "1,a,view,2026-01-01\n", {"preset": "online-retail"}, MissingColumn,
                                   "“InvoiceNo”"),
    "unknown preset": (HEADER + "1,a,view,2026-01-01\n", {"preset": "ebay"}, InputError, "canonical, "),
    "all rejected": (HEADER + "1,a,view,soon\n1,a,view,later\n", {}, InputError, r"ts: not a time \(2 lines\)"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("filled", [False, True], ids=["new", "filled"])
def test_bad_input_is_refused_and_changes_nothing(workspace, put, tmp_path, case, filled):
    text, options, error, says = BAD[case]
    if filled:
        import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n", "good.csv")])
    before = everything(workspace)
    file = put(text) if text is not None else tmp_path / "none.csv"
    with pytest.raises(error, match=says):
        import_files(workspace, [file], **options)
    assert everything(workspace) == before


def test_bad_items_refuse_the_whole_import(workspace, put):
    before = everything(workspace)
    with pytest.raises(InputError, match=r"Every line of items\.csv was rejected"):
        import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")], put("item_id,title\n,Lamp\n", "items.csv"))
    with pytest.raises(InputError, match="No file of events"):
        import_files(workspace, [])
    assert everything(workspace) == before


@pytest.mark.parametrize("happens", ["vanishes", "grows"])
def test_a_file_that_vanishes_or_grows_while_it_is_read_changes_nothing(workspace, put, happens):
    import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")])
    before, file = everything(workspace), put(HEADER + "2,b,view,2026-01-02\n", "new.csv")

    def progress(share, message):
        if message.startswith("Accounting"):
            if happens == "grows":
                file.write_text(file.read_text() + "3,c,view,2026-01-03\n")
            else:
                file.unlink(missing_ok=True)  # on a slow machine that is said more than once

    says = {"grows": "changed while it was read", "vanishes": "vanished while it was read"}[happens]
    with pytest.raises(InputError, match=says):
        import_files(workspace, [file], progress=progress)
    assert everything(workspace) == before


def test_what_is_ready_can_no_longer_be_cancelled(workspace, put):
    def progress(fraction, message):
        if fraction == 1.0:
            raise Cancelled("too late")

    report = import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")], progress=progress)
    assert report.version == workspace.version() == 1


@pytest.mark.parametrize("step", range(8))
def test_cancelling_at_any_step_changes_nothing(workspace, put, step):
    seen = []

    def progress(fraction, message):
        seen.append(message)
        if len(seen) > step:
            raise Cancelled("stopped")

    before = everything(workspace)
    with pytest.raises(Cancelled):
        import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")], progress=progress)
    assert everything(workspace) == before
    assert workspace.version() is None


def test_progress_only_grows_and_ends_at_one(workspace, put):
    seen = []
    import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")], progress=lambda f, m: seen.append(f))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("least_bytes", [0, straight.LEAST_BYTES])
def test_how_fast_it_is_and_what_is_left_is_said_to_the_end(workspace, put, monkeypatch, least_bytes):
    monkeypatch.setattr(straight, "LEAST_BYTES", least_bytes)
    monkeypatch.setattr(watch, "_SURE", 0.0)
    monkeypatch.setattr(watch, "_LOOK", 0.005)
    rows = "".join(f"u{n % 40},i{n % 25},view,2026-01-{n % 28 + 1:02d} 10:{n % 60:02d}:00\n" for n in range(4_000))
    seen = []
    import_files(workspace, [put(HEADER + rows)], progress=lambda share, message: seen.append((share, message)))
    paced = [message for share, message in seen if 0.05 <= share < 1]
    assert [said for said in paced if not re.search(r", \d+ (seconds?|minutes) left$", said)] == []
    counted = [said for said in paced if not said.startswith("Reading")]
    assert [said for said in counted if "lines a second" not in said] == []
    for step in ("Looking for robots", "Working out popularity", "Counting what each shopper did"):
        assert any(said.startswith(step) for said in counted)


def test_a_failure_of_ours_leaves_nothing_half_done(workspace, put, monkeypatch):
    def fail(con):
        raise RuntimeError("no memory")

    monkeypatch.setattr("core.store.derive.build", fail)
    before = everything(workspace)
    with pytest.raises(RuntimeError):
        import_files(workspace, [put(HEADER + "1,a,view,2026-01-01\n")])
    assert everything(workspace) == before
    assert not list((workspace.path / "versions").glob(versions._DRAFTS))


def test_files_of_one_import_are_each_read_by_what_is_said_of_them_alone(workspace, put):
    may = put("who,what,act,when\n1,a,view,04/03/2026\n", "may.csv")
    june = put("buyer,what,act,when\n2,a,view,04/03/2026\n", "june.csv")
    goods, more = put("code,title\na,Lamp\n", "goods.csv"), put("item_id,title\nb,Mug\n", "more.csv")
    both = {"event_type": "act", "ts": "when", "item_id": "what"}
    own = {str(may): {"user_id": "who"}, str(june): {"user_id": "buyer"}, str(goods): {"items.item_id": "code"}}
    report = import_files(
        workspace, [may, june], [goods, more], mapping=both, own=own, orders={str(may): "dmy", str(june): "mdy"}
    )
    assert (report.imported, report.items) == (2, 2)
    assert ask(workspace, "SELECT user_id, strftime(ts, '%m-%d') FROM events ORDER BY user_id") == [
        ("1", "03-04"), ("2", "04-03"),
    ]
    assert ask(workspace, "SELECT title FROM items ORDER BY item_id") == [("Lamp",), ("Mug",)]
    assert [json.loads(said) for (said,) in ask(workspace, "SELECT mapping FROM imports WHERE role <> 'items'")] == [
        {**both, "user_id": "who"}, {**both, "user_id": "buyer"},
    ]
    again = import_files(workspace, [june], mapping={**both, "user_id": "buyer"}, orders={str(june): "mdy"})
    assert again.duplicates == 1  # it is known again, wherever its columns were said


def test_what_is_said_of_one_file_is_checked_like_what_is_said_of_all(workspace, put):
    log = put(HEADER + "1,a,view,2026-01-01\n")
    with pytest.raises(InputError, match="“user” is no canonical column"):
        import_files(workspace, [log], own={str(log): {"user": "who"}})
