"""Presets: which file is which, several events of one line, files beside the log, and what becomes of every line."""

from pathlib import Path

import pytest

from core.errors import InputError, MissingColumn
from core.store import preset
from core.store.importer import import_files
from tests.core.store.asking import ask

KIOSK = """
about = "A made-up publisher."
notes = ["The kiosk has no clock."]

[files.lists]
names = ["lists-*.csv"]
columns = ["who", "when", "shown"]
also = {who = ["visitor"]}
optional = ["mood"]
rows = '''
SELECT file.__row, who, "when", split_part(one, '-', 1) AS item, split_part(one, '-', 2) AS clicked, mood, prices.price
FROM file, unnest(string_split(shown, ' ')) AS each_of(one) LEFT JOIN prices ON prices.item = split_part(one, '-', 1)
WHERE one <> ''
'''
[files.lists.events]
user_id = "who"
item_id = "item"
event_type = "CASE clicked WHEN '1' THEN 'click' WHEN '0' THEN 'impression' ELSE clicked END"
ts = '"when"'
price = "price"
session_id = "coalesce(mood, file_name())"

[files.goods]
columns = ["code", "label"]
[files.goods.items]
item_id = "code"
title = "upper(label)"
shelf = "__file"

[files.prices]
columns = ["item", "price"]
"""
LISTS = """\
who,when,shown
ann,2026-01-01 10:00:00,a-1 b-0 c-0
ann,2026-01-01 10:00:00,a-1 b-0 c-0
ben,2026-01-01 11:00:00,
ben,2026-01-01 11:30:00,a-0 b-maybe
ben,2026-01-01 12:00:00,b-0 b-0
cid,2026-01-01
"""


@pytest.fixture
def kiosk(tmp_path, monkeypatch):
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "kiosk.toml").write_text(KIOSK)
    monkeypatch.setattr(preset, "_FOLDER", tmp_path / "presets")
    preset._load.cache_clear()
    yield preset.load_preset("kiosk")
    preset._load.cache_clear()


@pytest.fixture
def shop(workspace):
    return workspace


@pytest.fixture
def put(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def counted(report):
    return {
        file.file: (file.role, file.lines_read, file.imported, file.rejected, file.duplicates, file.events)
        for file in report.files
    }


def test_presets_are_found_and_say_what_they_are_for():
    assert {"canonical", "online-retail"} <= set(preset.preset_names())
    for name in preset.preset_names():
        assert preset.load_preset(name).about
    assert preset.load_preset(None).name == "canonical"
    with pytest.raises(InputError, match="no preset “ebay”"):
        preset.load_preset("ebay")


def test_a_line_of_several_events_counts_as_one_line(shop, kiosk, put):
    report = import_files(shop, [put("lists-1.csv", LISTS)], preset="kiosk")
    assert (report.lines_read, report.imported, report.rejected, report.duplicates, report.events) == (6, 2, 3, 1, 5)
    assert counted(report) == {"lists-1.csv": ("lists", 6, 2, 3, 1, 5)}
    assert report.reasons == {
        "event_type: unknown event type": 1, "nothing that a shopper did": 1, "too few columns": 1,
    }
    assert report.notes == ("The kiosk has no clock.",)
    assert ask(shop, "SELECT user_id, event_type, item_id, source_row FROM events ORDER BY source_row, item_id") == [
        ("ann", "click", "a", 1), ("ann", "impression", "b", 1), ("ann", "impression", "c", 1),
        ("ben", "impression", "b", 5), ("ben", "impression", "b", 5),
    ]
    assert ask(shop, "SELECT lines_read, imported, events, rejected, duplicates FROM imports") == [(6, 2, 5, 3, 1)]
    assert ask(shop, "SELECT source_row, line FROM rejects WHERE source_row = 4") == [
        (4, '{"who":"ben","when":"2026-01-01 11:30:00","shown":"a-0 b-maybe"}'),
    ]


def test_a_line_of_which_some_events_are_known_brings_the_others(shop, kiosk, put):
    first = "who,when,shown\nann,2026-01-01 10:00:00,a-1\n"
    second = "who,when,shown,mood\nann,2026-01-01 10:00:00,a-1 b-0,\nann,2026-01-01 10:00:00,a-1,\n"
    import_files(shop, [put("lists-1.csv", first)], preset="kiosk", files={})
    (shop.path.parent / "lists-2.csv").write_text(second)
    report = import_files(shop, [shop.path.parent / "lists-1.csv", put("lists-3.csv", second)], preset="kiosk")
    assert counted(report)["lists-1.csv"][1:] == (1, 0, 0, 1, 0)
    # another file is another session here, so nothing of it was known
    assert counted(report)["lists-3.csv"][1:] == (2, 2, 0, 0, 3)


def test_files_find_their_part_by_role_name_or_columns(shop, kiosk, put):
    lists = put("lists-1.csv", "visitor,when,shown,mood\nann,2026-01-01 10:00:00,a-1 z-0,glad\n")
    goods = put("what.csv", "Code,Label\na,lamp\n,lantern\na,light\n")
    prices = put("odd.csv", "item,price,code,label\na,2.5,,\n")
    report = import_files(shop, [goods, lists], preset="kiosk", files={"prices": prices})
    assert counted(report) == {
        "lists-1.csv": ("lists", 1, 1, 0, 0, 2),
        "what.csv": ("goods", 3, 1, 2, 0, 0),
        "odd.csv": ("prices", 1, 1, 0, 0, 0),
    }
    assert report.reasons == {
        "what.csv: item_id: item_id comes again further down; the last line counts": 1,
        "what.csv: item_id: no item_id": 1,
    }
    assert ask(shop, "SELECT item_id, price, session_id FROM events ORDER BY 1") == [
        ("a", 2.5, "glad"), ("z", None, "glad"),
    ]
    items = ask(shop, "SELECT item_id, title, shelf FROM items ORDER BY 1")
    assert items[1] == ("z", None, None)
    assert items[0][:2] == ("a", "LIGHT")
    assert items[0][2].endswith("what.csv")


def test_files_of_one_role_are_read_as_one_table_and_keep_their_own_books(shop, kiosk, put):
    lists = put("lists-1.csv", "who,when,shown\nann,2026-01-01 10:00:00,a-1\n")
    one, two = put("1.csv", "code,label\na,lamp\nb,mug\n"), put("2.csv", "code,label\nc,cup,x\na,light\n,sock\n")
    report = import_files(shop, [lists, one, two], preset="kiosk")
    assert counted(report)["1.csv"][1:] == (2, 1, 1, 0, 0)
    assert counted(report)["2.csv"][1:] == (3, 1, 2, 0, 0)
    assert ask(shop, "SELECT file, source_row FROM rejects ORDER BY import_id, source_row") == [
        ("1.csv", 1), ("2.csv", 1), ("2.csv", 3),
    ]
    assert ask(shop, "SELECT item_id, title FROM items ORDER BY 1") == [("a", "LIGHT"), ("b", "MUG")]


def test_what_does_not_fit_is_refused_by_name(shop, kiosk, put):
    lists = put("lists-1.csv", "who,when,shown\nann,2026-01-01 10:00:00,a-1\n")
    other = put("other.csv", "x,y\n1,2\n")
    with pytest.raises(InputError, match=r"other\.csv is none of the files of the preset kiosk.*goods \(code, label\)"):
        import_files(shop, [lists, other], preset="kiosk")
    with pytest.raises(InputError, match="has no file “shelves”. It has: lists, goods, prices"):
        import_files(shop, [lists], preset="kiosk", files={"shelves": other})
    with pytest.raises(InputError, match="No file of events is given. The preset kiosk has them in: lists"):
        import_files(shop, [put("goods.csv", "code,label\na,b\n")], preset="kiosk")
    with pytest.raises(MissingColumn, match="“code”.*The preset kiosk needs it in its goods"):
        import_files(shop, [lists], preset="kiosk", files={"goods": other})
    assert shop.version() is None


def test_a_dry_run_says_the_same_and_writes_nothing(shop, kiosk, put):
    lists, goods = put("lists-1.csv", LISTS), put("goods.csv", "code,label\na,lamp\n")
    there = sorted(shop.path.rglob("*"))
    dry = import_files(shop, [lists, goods], preset="kiosk", dry_run=True)
    assert [file for file in sorted(shop.path.rglob("*")) if file.name != "import.lock"] == there
    assert (dry.version, dry.rejects_file, shop.version()) == (0, None, None)
    wet = import_files(shop, [lists, goods], preset="kiosk")
    same = ("events", "items", "users", "imported", "rejected", "duplicates", "lines_read", "reasons", "files", "notes")
    assert [getattr(dry, name) for name in same] == [getattr(wet, name) for name in same]
    assert (wet.version, wet.items, wet.users) == (1, 3, 2)


def test_books_that_do_not_add_up_are_a_fault_of_ours(shop, kiosk, put, monkeypatch):
    monkeypatch.setattr("core.store.accept.reject_malformed", lambda con, source, number: None)
    with pytest.raises(RuntimeError, match="not all are accounted for"):
        import_files(shop, [put("lists-1.csv", LISTS)], preset="kiosk")
    assert shop.version() is None


def test_the_surest_preset_for_a_header_comes_first():
    columns = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
    assert preset.fitting(columns)[0] == ("online-retail", "invoices")
    assert preset.fitting(["user_id", "x"]) == []
    for file in ("UserBehavior.csv", "data.zip: logs/UserBehavior.csv", "userbehavior_2017.csv.gz"):
        assert preset.named_so(file, 5) == ["taobao"]
    assert preset.named_so("UserBehavior.csv", 4) == preset.named_so("anything.csv", 4) == []
    assert preset.fitting(["user_id", "item_id", "rating", "timestamp"]) == []  # MovieLens has these, but no header


def test_the_preset_that_the_contributing_guide_shows_works(shop, put, tmp_path, monkeypatch):
    guide = (Path(__file__).resolve().parents[3] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "example.toml").write_text(guide.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    monkeypatch.setattr(preset, "_FOLDER", tmp_path / "presets")
    log = put("log.csv", "visitor,time,sku,what\nann,2026-01-01 10:00:00,a,look\nann,2026-01-01 10:01:00,a,purchase\n")
    assert import_files(shop, [log], preset="example").events == 2
    assert ask(shop, "SELECT user_id, event_type FROM events ORDER BY ts") == [("ann", "view"), ("ann", "purchase")]


def test_a_header_that_a_publisher_does_not_write_is_no_line_of_data(shop, put):
    log = put("ratings.dat", "user_id::movie_id::rating::timestamp\n1::1193::5::978300760\n")
    report = import_files(shop, [log], preset="movielens-1m")
    assert (report.lines_read, report.imported, report.rejected) == (1, 1, 0)


def test_progress_only_grows_with_files_beside_the_log(shop, kiosk, put):
    seen = []
    lists, goods = put("lists-1.csv", LISTS), put("goods.csv", "code,label\na,lamp\n")
    files = [lists, goods, put("prices.csv", "item,price\na,1\n")]
    import_files(shop, files, preset="kiosk", progress=lambda share, message: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
