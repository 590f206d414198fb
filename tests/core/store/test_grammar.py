"""What a mapping can say beyond names of columns, and what becomes of the lines."""

import pytest

from core.errors import InputError, MissingColumn
from core.store import grammar, straight
from core.store.importer import import_files
from core.store.preset import load_preset
from core.store.workspace import Workspace

ORDERS = """Invoice,Sku,Pieces,Total,Date,Time,Member,Land
5001,A1,2.0,20.00,2026-03-01,09:30,17850.0,Norway
5001,B2,1.0,"7,50",2026-03-01,09:30,17850.0,Norway
C5002,A1,-1.0,-10.00,2026-03-02,18:05,17850.0,Norway
5003,A1,0.0,3.00,2026-03-03,10:00,42.0,Chad
"""
SAID = {
    "user_id": "Member", "item_id": "sku", "event_type": "=purchase/return", "ts": "Date + Time", "quantity": "Pieces",
    "price": "Total / Pieces", "session_id": "Invoice", "users.country": "Land",
}


@pytest.fixture
def imported(tmp_path):
    """Import texts as files of events, items and shoppers with a mapping; return the report and a reader."""
    opened = []

    def go(events, mapping, **beside):
        paths = {}
        for name, text in {"events": events, **beside}.items():
            paths[name] = tmp_path / f"{name}.csv"
            paths[name].write_text(text, encoding="utf-8")
        workspace = Workspace.create(tmp_path / "shop")
        report = import_files(workspace, [paths.pop("events")], **paths, mapping=mapping)
        opened.append(workspace.reader())
        return report, opened[-1]

    yield go
    for reader in opened:
        reader.close()


def test_an_order_export_says_sales_returns_prices_and_times(imported):
    report, reader = imported(ORDERS, SAID)
    assert (report.events, report.rejected) == (4, 0)
    columns = "user_id, event_type, quantity, price, CAST(ts AS VARCHAR)"
    rows = reader.rows(f"SELECT {columns} FROM events ORDER BY source_row")
    assert rows == [
        ("17850", "purchase", 2.0, 10.0, "2026-03-01 09:30:00"),
        ("17850", "purchase", 1.0, 7.5, "2026-03-01 09:30:00"),
        ("17850", "return", 1.0, 10.0, "2026-03-02 18:05:00"),
        ("42", "purchase", 0.0, None, "2026-03-03 10:00:00"),  # nothing was bought, so a piece has no price
    ]
    assert dict(reader.rows("SELECT user_id, country FROM users")) == {"17850": "Norway", "42": "Chad"}


def test_returns_are_told_by_any_writing_of_a_negative_number(imported):
    rows = "1;c;a;(1);99,00 kr\n2;c;b;−2;99,00 kr\n3;c;c;3-;1.299,00 kr\n4;c;d;4;(5,00 kr)\n5;c;e;5;99,00 kr\n"
    report, reader = imported("order;who;what;pieces;paid\n" + rows, {
        "user_id": "who", "item_id": "what", "event_type": "=purchase/return", "ts": "=2026-01-01",
        "quantity": "pieces", "price": "paid",
    })  # fmt: skip
    assert report.rejected == 0
    assert reader.rows("SELECT event_type, quantity, price FROM events ORDER BY source_row") == [
        ("return", 1, 99), ("return", 2, 99), ("return", 3, 1299), ("return", 4, 5), ("purchase", 5, 99),
    ]


def test_a_total_with_thousands_is_parted_among_its_pieces(imported):
    _, reader = imported("who;what;pieces;paid\nc;a;2;1.299,00 €\nc;b;1;5,50 €\n", {
        "user_id": "who", "item_id": "what", "event_type": "=purchase", "ts": "=2026-01-01", "price": "paid / pieces",
    })  # fmt: skip
    assert reader.rows("SELECT price FROM events ORDER BY source_row") == [(649.5,), (5.5,)]


def test_a_total_that_is_no_number_is_found_out(imported):
    report, _ = imported(ORDERS.replace("20.00", "twenty"), SAID)
    assert report.reasons == {"price: not a number": 1}


def test_what_two_columns_say_is_counted_once_and_not_wherever_it_decides_something():
    columns = ["Invoice", "Sku", "Pieces", "Total", "Date", "Time", "Member", "Land"]
    layout = grammar.unfolding(load_preset(None).logs[0], SAID, columns)
    assert layout.rows.count("FROM raw AS whole") == 3  # the total, is there one, over the pieces
    events = grammar.said(SAID, [*columns, grammar.EACH]).events
    assert events["price"] and not any("whole" in sql for sql in events.values())
    plain = {name: column for name, column in SAID.items() if name != "price"}
    assert grammar.unfolding(load_preset(None).logs[0], plain, columns).rows is None


def test_one_id_that_is_not_a_number_keeps_all_as_they_are(imported):
    _, reader = imported(ORDERS.replace("42.0", "G42.0"), SAID)
    assert sorted(reader.rows("SELECT user_id FROM users")) == [("17850.0",), ("G42.0",)]


def test_event_words_are_translated_or_left_out(imported):
    log = "user_id,item_id,ts,what\nu,a,2026-01-01,1\nu,b,2026-01-01,2\nu,c,2026-01-01,3\nu,d,2026-01-01,BUY\n"
    said = {"event_type": "what", "event_type:1": "view", "event_type:2": "cart", "event_type:3": "-"}
    report, reader = imported(log, said)
    assert dict(reader.rows("SELECT item_id, event_type FROM events")) == {"a": "view", "b": "cart", "d": "purchase"}
    assert report.reasons == {"what: left out by the mapping": 1}


def test_a_word_may_mean_a_sale_that_its_quantity_decides(imported):
    log = "user_id,item_id,ts,what,quantity\nu,a,2026-01-01,sale,2\nu,b,2026-01-01,Sale,-3\nu,c,2026-01-01,view,\n"
    _, reader = imported(log, {"event_type": "what", "event_type:sale": "purchase/return"})
    found = reader.rows("SELECT item_id, event_type, quantity FROM events ORDER BY item_id")
    assert found == [("a", "purchase", 2.0), ("b", "return", 3.0), ("c", "view", None)]


STATES = """who,what,when,state,pieces,order
c,a,2026-03-01 10:00,paid,2,1
c,b,2026-03-01 10:00,Refunded ,3,2
c,b,2026-03-01 10:00,Refunded ,3,2
c,,2026-03-01 10:00,refunded,1,3
d,a,2026-03-02 10:00,cancelled,1,4
"""
BOTH = {
    "user_id": "who", "item_id": "what", "ts": "when", "event_type": "state", "quantity": "pieces",
    "session_id": "order", "event_type:paid": "purchase", "event_type:refunded": "purchase+return",
    "event_type:cancelled": "-",
}  # fmt: skip


def test_a_word_may_mean_that_it_was_bought_and_sent_back(imported, monkeypatch):
    monkeypatch.setattr(straight, "LEAST_BYTES", 0)  # no line is made two of on the way straight through
    report, reader = imported(STATES, BOTH)
    counts = report.lines_read, report.imported, report.rejected, report.duplicates, report.events
    assert counts == (5, 2, 2, 1, 3)
    assert report.reasons == {"item_id: no item_id": 1, "state: left out by the mapping": 1}
    assert reader.rows("SELECT item_id, event_type, quantity, session_id, source_row FROM events ORDER BY ALL") == [
        ("a", "purchase", 2.0, "1", 1), ("b", "purchase", 3.0, "2", 2), ("b", "return", 3.0, "2", 2),
    ]
    (note,) = report.notes
    assert note == ("events.csv does not say when what was refunded came back: it counts as bought and as sent back, "
                    "both at the time of the order.")
    (line,) = reader.rows("SELECT line FROM rejects WHERE column_name = 'item_id'")
    assert line[0].startswith('{"who":"c","what":null,"when":"2026-03-01 10:00","state":"refunded"')
    assert "__deed" not in line[0]


def test_a_word_that_means_both_says_nothing_of_files_that_lack_it(imported):
    log = "user_id,item_id,event_type,ts\nu,a,view,2026-01-01\n"
    report, _ = imported(log, {"event_type:refunded": "purchase+return"})
    assert (report.imported, report.events, report.notes) == (1, 1, ())


def test_each_file_is_read_by_what_is_said_of_it(imported):
    log = "member,sku,event_type,ts,Land\n007,a,view,2026-01-01,Peru\n"
    items = "code,sku,name\na,zzz,Red shoe\n"
    users = "nr,Age group\n007,25-34\n"
    said = {"user_id": "member", "item_id": "sku", "items.item_id": "code", "title": "name", "users.user_id": "nr",
            "users.age_band": "Age group", "users.country": "Land"}
    _, reader = imported(log, said, items=items, users=users)
    assert reader.rows("SELECT item_id, title FROM items") == [("a", "Red shoe")]
    assert reader.rows("SELECT user_id, age_band, country FROM users") == [("007", "25-34", "Peru")]


def test_a_column_whose_name_looks_like_grammar_is_the_column(imported):
    log = "user_id,item_id,event_type,Date + Time,Total / Pieces\nu,a,view,2026-01-01,3\n"
    _, reader = imported(log, {"ts": "Date + Time", "price": "Total / Pieces"})
    assert reader.rows("SELECT CAST(ts AS VARCHAR), price FROM events") == [("2026-01-01 00:00:00", 3.0)]


def test_a_column_of_our_name_may_be_said_to_be_something_else(imported):
    log = "user_id,item_id,event_type,ts,price,title\nu,a,view,2026-01-01,12,Mr\n"
    _, reader = imported(log, {"price": "=", "title": "="})
    assert reader.rows("SELECT price FROM events") == [(None,)]
    assert reader.rows("SELECT title FROM items") == [(None,)]


def test_a_part_that_is_not_there_is_named(imported):
    with pytest.raises(MissingColumn, match="no column “Date \\+ Hour”"):
        imported(ORDERS, {**SAID, "ts": "Date + Hour"})


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"colour": "a"}, "“colour” is no canonical column"),
        ({"items.ts": "a"}, "“ts” is no canonical column"),
        ({"event_type": "=dance"}, "“dance” is no event"),
        ({"event_type:1": "dance"}, "“dance” is no event"),
        ({"event_type": "=purchase+return"}, "“purchase\\+return” is no event"),
        ({"users.": "a"}, "“users.” is no canonical column"),
    ],
)
def test_what_no_table_has_is_refused(mapping, said):
    with pytest.raises(InputError, match=said):
        grammar.check(mapping)


def test_texts_of_a_mapping_cannot_break_out_of_their_quotes(imported):
    log = "user_id,item_id,ts,what\nu,a,2026-01-01,it's\n"
    _, reader = imported(log, {"event_type": "what", "event_type:it's": "view", "slot": "=o'clock"})
    assert reader.rows("SELECT event_type, slot FROM events") == [("view", "o'clock")]
