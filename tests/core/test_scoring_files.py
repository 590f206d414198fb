"""Uploaded lists: what is understood of them, and a row out for each row in."""

import gzip

import pandas as pd
import pytest

from core import scoring_files
from core.errors import Cancelled, InputError, MissingColumn
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
LOG = """shopper,action,when,product,price
zoe,view,2026-06-02 10:00,P1,
zoe,buy,2026-06-02 10:05,P1,100
yan,pv,2026-06-02T11:00:00Z,P4,
yan,dance,2026-06-02 11:01,P4,
yan,view,soon,P4,
ann,view,2026-06-02 12:00,P2,
"""
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


def scored(reader, file, reasons=False, scorer=None):
    out = file.with_name("out.csv")
    result = scoring_files.score(reader, scorer or FakeScorer(CHANCES), log_end(reader), file, out, reasons)
    return result, pd.read_csv(out, dtype={"user_id": str, "item_id": str}, keep_default_na=False)


def test_pairs_are_understood_whatever_their_columns_are_called(reader, given):
    seen = scoring_files.understand(reader, given(PAIRS))
    assert (seen.kind, seen.rows, seen.users, seen.items) == ("pairs", 7, 3, 3)
    assert (seen.unknown_users, seen.unknown_items) == (1, 1)
    assert seen.mapping == {"user_id": "Customer ID", "item_id": "SKU"}
    assert seen.notes[0] == "1 shopper is new and is scored without a history."
    assert len(seen.preview) == 7
    assert list(seen.preview.columns) == ["Customer ID", "SKU", "note", "p_click"]


def test_a_row_comes_out_for_each_row_that_went_in(reader, given):
    result, table = scored(reader, given(PAIRS))
    assert (result["rows"], result["scored"], result["failed"]) == (7, 3, 4)
    assert list(table.columns) == ["user_id", "item_id", "given_note", "given_p_click", "p_click", "note"]
    assert table["p_click"].tolist() == ["0.1", "0.3", "", "", "", "", "0.1"]
    assert table["note"].tolist() == [
        "", "new shopper: scored without a history", "unknown item: it is not in this shop", "no shopper is named",
        "not a row: too many columns", "no item is named", "",
    ]
    assert table["given_note"].tolist()[0] == "'=1+1"


def test_chunks_keep_the_order(reader, given, monkeypatch):
    whole = scored(reader, given(PAIRS))[1]
    monkeypatch.setattr(scoring_files, "CHUNK", 2)
    steps = []
    file, out = given(PAIRS), given("", "chunked.csv")
    scoring_files.score(reader, FakeScorer(CHANCES), log_end(reader), file, out, False, lambda *s: steps.append(s))
    assert pd.read_csv(out, dtype={"user_id": str, "item_id": str}, keep_default_na=False).equals(whole)
    assert steps[-1] == (1.0, "7 rows")


def test_a_pair_is_scored_once_and_in_its_own_shoppers_name(reader, given):
    scorer = FakeScorer(CHANCES)
    scored(reader, given("user,item\nann,P1\nbob,P1\nann,P1\n"), scorer=scorer)
    (asked,) = scorer.asked
    assert asked[["user_id", "item_id"]].values.tolist() == [["ann", "P1"], ["bob", "P1"]]


def test_leading_zeros_and_parquet_and_gzip(reader, given, tmp_path):
    pd.DataFrame({"user_id": ["007"], "item_id": ["P1"]}).to_parquet(tmp_path / "list.parquet")
    assert scored(reader, tmp_path / "list.parquet")[1]["user_id"].tolist() == ["007"]
    (tmp_path / "list.csv.gz").write_bytes(gzip.compress(b"user_id,item_id\n007,P1\n"))
    assert scored(reader, tmp_path / "list.csv.gz")[1]["user_id"].tolist() == ["007"]


def test_reasons_stand_beside_their_rows(reader, given, monkeypatch):
    monkeypatch.setattr("core.explain.explain_many", fake_explain_many)
    _, table = scored(reader, given("user,item\nann,P1\nbob,P2\nann,ZZ\nann,P3\n"), reasons=True)
    assert table["reason"].tolist() == [
        "Because of ann and P1.", "Because of bob and P2.", "", "Because of ann and P3."
    ]


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("a,b\n1,2\n", MissingColumn, "names the shopper. It has: a, b"),
        ("user,b\n1,2\n", MissingColumn, "names the item"),
        ("", InputError, "is empty"),
        ("user,item\n", InputError, "no lines of data"),
        ("user,item,event,ts\nann,P1,dance,2026-06-01\n", InputError, "No line of this log can be used"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_nothing_is_written(reader, given, text, error, said):
    file = given(text)
    with pytest.raises(error, match=said):
        scoring_files.understand(reader, file)
    with pytest.raises(error, match=said):
        scored(reader, file)
    assert not file.with_name("out.csv").exists()


def test_a_missing_file_is_refused(reader, tmp_path):
    with pytest.raises(InputError, match="no file"):
        scoring_files.understand(reader, tmp_path / "nothing.csv")


def test_a_cancelled_scoring_leaves_nothing(reader, given):
    def stop(share, message):
        raise Cancelled("enough")

    file = given("user,item\nann,P1\n")
    with pytest.raises(Cancelled):
        scoring_files.score(
            reader, FakeScorer(CHANCES), log_end(reader), file, file.with_name("out.csv"), False, stop
        )
    assert [path.name for path in file.parent.iterdir()] == ["list.csv"]


def test_a_log_is_understood(reader, given):
    seen = scoring_files.understand(reader, given(LOG))
    assert (seen.kind, seen.rows, seen.users, seen.unknown_users) == ("log", 6, 3, 2)
    assert seen.mapping == {
        "user_id": "shopper", "item_id": "product", "event_type": "action", "ts": "when", "price": "price",
    }
    assert seen.notes == [
        "2 lines are left out: event_type: unknown event type (1); ts: not a time (1).",
        "1 shopper is known here already and is judged by this file alone.",
    ]


def test_new_shoppers_get_tags_and_what_they_may_click(reader, given):
    scorer = FakeScorer(CHANCES)
    result, table = scored(reader, given(LOG), scorer=scorer)
    assert (result["rows"], result["scored"]) == (3, 3)
    assert table["user_id"].tolist() == ["zoe", "yan", "ann"]  # as they come in the file
    assert table["events"].tolist() == [2, 1, 1]
    assert table["top_items"][0].startswith("Road shoes, blue (P2, 40 %); Camping lamp (P3, 30 %)")
    assert {"intent:buy", "interest:Shoes"} <= set(table.columns)
    assert {str(moment) for asked in scorer.asked for moment in asked["as_of"]} == {"2026-06-02 12:00:01"}
    assert reader.rows("SELECT count(*) FROM events")[0][0] == 17  # the shop itself has not changed
