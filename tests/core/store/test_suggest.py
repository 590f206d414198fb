"""What files seem to be, measured on many headers; and when that is sure enough to go by."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO
from pathlib import Path

import duckdb
import pytest

from core.records import Suggestion
from core.store.reading import Source
from core.store.suggest import suggest, sure
from tests.core.store.headers import HEADERS, Header

#: Headers that are not read as a person would read them, and what is wrong.
MISSES = {
    "shopify orders": "“Name” is the number of the order, which only who knows these files can tell",
    "b2b orders": "the item's column is called “No.”, and nothing in it says of what",
    "ta feng": "“AMOUNT” counts pieces and “SALES_PRICE” is for all of them, against what the words mean",
}


def staged(con: duckdb.DuckDBPyConnection, header: Header) -> Source:
    """Stage a header's lines as a reader would, without one."""
    mark = next(mark for mark in "\t;," if mark in header.text.splitlines()[0])
    rows = list(csv.reader(StringIO(header.text), delimiter=mark))
    columns = [name or f"column{place}" for place, name in enumerate(rows[0])]
    names = ", ".join('"' + name.replace('"', '""') + '" VARCHAR' for name in columns)
    con.execute(f"CREATE TEMP TABLE raw (__row BIGINT, {names})")
    marks = ", ".join("?" * (len(columns) + 1))
    con.executemany(f"INSERT INTO raw VALUES ({marks})", [(n, *map(_cell, row)) for n, row in enumerate(rows[1:], 1)])
    return Source(header.file, tuple(columns), len(rows) - 1)


def _cell(text: str) -> str | None:
    return text or None


def understood(header: Header, role: str | None = None, deed: str | None = None) -> Suggestion:
    with duckdb.connect() as con:
        return suggest(con, staged(con, header), role, deed)


def difference(name: str) -> list[tuple[str, object, object]]:
    """What is not as a person would read it: (what, right, suggested)."""
    header = HEADERS[name]
    found = understood(header)
    got = {g.name: g.source for g in found.columns if header.role == "users" or not g.name.startswith("users.")}
    wrong: list[tuple[str, object, object]] = [
        (ours, header.right.get(ours), got.get(ours))
        for ours in sorted({*got, *header.right}) if got.get(ours) != header.right.get(ours)
    ]
    words = {word.word: word.event for word in found.words}
    if words != header.words:
        wrong.append(("words", header.words, words))
    if found.role != header.role:
        wrong.append(("role", header.role, found.role))
    return wrong


@pytest.mark.parametrize("name", [name for name in HEADERS if name not in MISSES])
def test_a_header_is_read_as_a_person_would_read_it(name):
    assert difference(name) == []


@pytest.mark.parametrize("name", MISSES)
def test_what_is_known_to_be_missed_is_still_missed(name):
    assert difference(name) != []


def test_how_many_headers_need_no_correction():
    """59 of 62 headers, 95.2 %, are read right without a correction: every column, event word and role."""
    assert len(HEADERS) == 62
    assert len(HEADERS) - len(MISSES) == 59


def log(text: str, file: str = "log.csv") -> Suggestion:
    return understood(Header(file, text.lstrip("\n"), {}))


def test_a_suggestion_says_how_sure_it_is_why_and_what_the_values_are():
    found = {guess.name: guess for guess in understood(HEADERS["rees46"]).columns}
    when = found["ts"]
    assert when.source == "event_time"
    assert when.confidence > 0.95
    assert when.samples[:2] == ("2019-10-01 00:00:00 UTC", "2019-10-01 00:00:01 UTC")
    assert when.why == "Its name says it. Its values are dates and times."


CLEAR = ["rees46", "online retail", "chinese words", "chinese till", "complete journey", "segment track"]


@pytest.mark.parametrize("name", CLEAR)
def test_what_is_sure_needs_no_person(name):
    assert sure(understood(HEADERS[name]))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("open bandit", {"user_id"}),  # nobody says who was there
        ("tmall", {"ts", "words"}),  # 0829 is no date
        ("clothing reviews", {"user_id", "ts"}),
        ("tianchi mobile", {"words"}),  # 1 to 4 mean this to one publisher, and something else to others
    ],
)
def test_what_only_a_person_can_tell_is_asked(name, asked):
    found = understood(HEADERS[name])
    assert set(found.questions) == asked
    assert not sure(found)


@pytest.mark.parametrize(("text", "role"), [("sku,title,brand\nA1,Mug,Norvale\n", "items"),
                                            ("customer_id,country\nc1,Norway\n", "users")])  # fmt: skip
def test_a_list_of_items_or_shoppers_can_be_sure_too(text, role):
    found = understood(Header(f"{role}.csv", text, {}), role)
    assert sure(found)
    assert not sure(replace(found, columns=[replace(guess, confidence=0.8) for guess in found.columns]))


def test_columns_without_names_are_a_guess_and_never_sure():
    found = understood(HEADERS["taobao without a header"])
    assert {guess.name: guess.confidence for guess in found.columns}["user_id"] < 0.5
    assert not sure(found)


AMBIGUOUS = """
customer,item,date,event
c1,i1,03/04/2026,view
c2,i1,05/04/2026,view
"""


def test_dates_that_can_be_read_in_two_ways_are_a_question():
    found = log(AMBIGUOUS)
    assert (found.order, set(found.questions)) == (None, {"dates"})
    assert not sure(found)


@pytest.mark.parametrize(("date", "order"), [("23/04/2026", "dmy"), ("04/23/2026", "mdy")])
def test_one_date_that_fits_one_order_alone_decides(date, order):
    found = log(AMBIGUOUS.replace("05/04/2026", date))
    assert (found.order, dict(found.questions)) == (order, {})


@pytest.mark.parametrize("time", [
    "20260301T101500Z", "2026年3月1日 下午 3:04", "2026-03-01 上午9:30", "14:05 2026-03-01", "2:05 PM, 2026-03-01",
])  # fmt: skip
def test_times_in_other_forms_are_known_by_their_values(time):
    found = log(f"customer,item,x,event\nc1,i1,{chr(34)}{time}{chr(34)},view\n")
    assert next((guess.source, guess.confidence) for guess in found.columns if guess.name == "ts") == ("x", 0.9)
    assert dict(found.questions) == {}


def test_numbers_that_may_be_days_are_suggested_for_a_column_that_is_called_so_and_asked():
    found = log("customer,item,order date,event\nc1,i1,46082.4271,view\nc2,i1,46083,view\n")
    assert (found.order, set(found.questions), sure(found)) == ("excel", {"dates"}, False)
    assert next(guess.source for guess in found.columns if guess.name == "ts") == "order date"
    assert "as spreadsheets count them" in found.questions["dates"]
    other = log("customer,item,order date,event\nc1,i1,46082.4271,view\nc2,i1,60083,view\n")
    assert (other.order, set(other.questions)) == (None, {"ts"})
    assert "ts" in log("customer,item,x,event\nc1,i1,46082.4271,view\n").questions  # nothing says that it is a time


def test_times_that_name_their_zone_or_need_none_do_not_ask_for_the_stores():
    times = {
        "2026-04-03 10:00:00": False, "2026-04-03T10:00:00Z": True, "2026-04-03 10:00:00+02:00": True,
        "1775210400": True, "2026-04-03": True, "20260403T100000Z": True, "20260403T100000": False,
        "20260403100000": False, "2026年4月3日 下午 3:04": False, "15:04 2026-04-03": False,
    }  # fmt: skip
    assert {time: log(f"customer,item,when_ts,event\nc1,i1,{time},view\n").zoned for time in times} == times
    counted = "customer,item,order date,event\nc1,i1,{},view\n"
    assert (log(counted.format("46115")).zoned, log(counted.format("46115.5")).zoned) == (True, False)
    assert not understood(HEADERS["point of sale"]).zoned  # a date, and a time of day beside it


@pytest.mark.parametrize(("column", "value", "asked"), [
    ("price", "on request", {"price": "Is “price” what was paid? Not all of it are numbers: on request, 5.00."}),
    ("line_total", "free", {"price": "Is “line_total” what was paid? Not all of it are numbers: free, 5.00."}),
    ("qty", "a box", {"quantity": "Does “qty” count pieces? Not all of it are numbers: a box, 5.00."}),
    ("qty", "(3)", {}), ("price", "3,00 Kč", {}), ("notes", "on request", {}),
])  # fmt: skip
def test_what_is_called_like_money_or_pieces_and_is_not_is_asked(column, value, asked):
    found = log(f"user_id,item_id,event,ts,{column}\nu,i,buy,2026-01-01,\"{value}\"\nu,j,buy,2026-01-02,5.00\n")
    assert dict(found.questions) == asked
    assert sure(found) is not bool(asked)


def test_negative_pieces_do_not_stop_a_sale_and_are_said_to_be_returns():
    kind = next(guess for guess in understood(HEADERS["chinese till"]).columns if guess.name == "event_type")
    assert kind.source == "=purchase/return"
    assert "sent back" in kind.why


def test_numbers_for_events_are_told_by_the_column_that_only_an_order_fills():
    words = {word.word: word for word in understood(HEADERS["codes told by money"]).words}
    assert (words["2"].event, words["2"].confidence >= 0.6) == ("purchase", True)
    other = HEADERS["codes told by money"]
    swapped = understood(other._replace(text=other.text.replace(",2,15.50", ",2,").replace(",3,,", ",3,9.90,")))
    assert {word.word: word.event for word in swapped.words}["3"] == "purchase"  # the money is elsewhere now


def test_a_number_for_looking_that_is_rarer_than_others_is_doubted():
    rows = "".join(f"u{n},i{n},{1 + (n > 1)},2026-01-0{1 + n % 9}\n" for n in range(12))
    words = {word.word: word.confidence for word in log("user_id,item_id,behavior_type,time\n" + rows).words}
    assert max(words.values()) <= 0.4


@pytest.mark.parametrize(("values", "kind"), [
    (("clip", "Product"), "content_type"), (("Clips", "blog post"), "content_type"),
    (("短视频", "商品"), "content_type"), (("clip", "page"), None), (("html", "pdf"), None),
])  # fmt: skip
def test_words_for_what_an_item_is_are_known_at_import_and_when_it_is_suggested(values, kind):
    one, other = values
    found = log(f"user_id,item_id,event,ts,content_type\nu,a,view,2026-01-01,{one}\nu,b,view,2026-01-02,{other}\n")
    assert next((guess.source for guess in found.columns if guess.name == "kind"), None) == kind
    assert sure(found)


@pytest.mark.parametrize("column", ["word", "keyword", "Words", "term"])
def test_words_beside_searches_are_what_was_searched(column):
    lines = "u,a,view,2026-01-01,\nu,,search,2026-01-02,red shoes\nu,,search,2026-01-02,socks\n"
    found = log(f"user_id,item_id,event,ts,{column}\n{lines}")
    assert next(guess.source for guess in found.columns if guess.name == "query") == column
    assert sure(found)


def test_words_without_searches_are_none():
    found = log("user_id,item_id,event,ts,word\nu,a,view,2026-01-01,red shoes\nu,b,buy,2026-01-02,socks\n")
    assert "query" not in {guess.name for guess in found.columns}


def test_words_that_nobody_knows_are_asked_for_and_counted():
    found = log("user_id,item_id,event,ts\nu,i,view,2026-01-01\nu,i,frobnicate,2026-01-02\nu,i,view,2026-01-03\n")
    assert [(word.word, word.event, word.lines) for word in found.words] == [("view", "view", 2), ("frobnicate", "", 1)]
    assert set(found.questions) == {"words"}


def test_a_person_may_choose_the_column_that_says_what_was_done():
    header = Header("log.csv", "user_id,item_id,event,step,ts\nu,i,view,buy,2026-01-01\nu,i,view,pv,2026-01-02\n", {})
    found = understood(header, deed="step")
    assert {word.word: word.event for word in found.words} == {"buy": "purchase", "pv": "view"}
    assert next(guess.source for guess in found.columns if guess.name == "event_type") == "step"


def test_a_file_is_read_as_what_a_person_says_it_is():
    found = understood(HEADERS["item catalogue"], role="events")
    assert found.role == "events"
    assert {"user_id", "ts"} <= set(found.questions)


def test_a_publishers_file_is_recognised_by_its_header():
    assert understood(HEADERS["online retail"]).preset == "online-retail"
    assert understood(HEADERS["etsy"]).preset is None


def test_wide_empty_and_strange_files_are_no_trouble():
    wide = ",".join(f"f{n}" for n in range(600))
    assert not sure(log(f"{wide}\n{',' * 599}\n"))
    assert "user_id" in log('a"b,select,"x\ny"\n1,2,3\n').questions
    assert log("user_id,user_id_2,ts\n,,\n").questions


def test_the_tables_of_names_hold_no_name_twice_for_the_same_thing():
    import tomllib

    given = tomllib.loads((Path("core/store/event_words.toml")).read_text(encoding="utf-8"))
    words = [word for some in given["words"].values() for word in some] + given["out"]["words"]
    assert len(words) == len(set(words))
