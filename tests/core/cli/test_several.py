"""Several files in one import on the command line, and what was answered for such files before."""

from __future__ import annotations

import json
import shlex

import pytest

from core.__main__ import main
from core.store.workspace import Workspace
from tests.core.store.files import put, workbook

MAY = "Order,Sku,Pieces,Unit price,Bought on,Member\n5001,A1,2,6.00,2026-03-01 09:30,17850\n"
JUNE = MAY.replace("5001", "6001").replace("2026-03", "2026-06")
BACK = "Customer no;Item no;Returned on;Quantity;Price;Receipt no\n17850;A1;31.03.2026 10:00;-1;6,00;C1\n"
GOODS = "sku,title,brand\nA1,White mug,Norvale\nB2,Desk lamp,Tamsin\n"
OWN = "user_id,event_type,ts,item_id\neve,view,2026-06-05 10:00,A1\n"
ANSWERS = ["user_id=Member", "item_id=Sku", "ts=When", "event_type=Act", "event_type:1=view", "event_type:2=cart"]
CODES = "Member,Sku,Act,When\nm1,s1,1,2026-03-01 10:00\nm1,s2,1,2026-03-01 10:01\nm2,s1,2,2026-03-02 18:00\n"


@pytest.fixture
def run(tmp_path, capsys):
    """Import files (name → text) with options; return the exit code, the answer, and what was said beside."""

    def go(files, *options):
        given = [str(put(tmp_path, text, name)) for name, text in files.items()]
        code = main(["import", *given, *map(str, options), "--workspace", str(tmp_path / "shop"), "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out) if code == 0 else None, said.err

    return go


def ask(tmp_path, sql):
    reader = Workspace.open(tmp_path / "shop").reader()
    try:
        return reader.rows(sql)
    finally:
        reader.close()


def test_each_file_is_understood_by_its_own_header(run, tmp_path):
    code, answer, said = run({"may.csv": MAY, "june.csv": JUNE, "back.csv": BACK, "own.csv": OWN, "goods.csv": GOODS})
    assert (code, answer["imported"], answer["rejected"]) == (0, 4, 0), said
    assert "may.csv and 1 more like it holds events" in said
    assert "goods.csv holds items" in said
    assert ask(tmp_path, "SELECT user_id, event_type, strftime(ts, '%m-%d') FROM events ORDER BY ts") == [
        ("17850", "purchase", "03-01"), ("17850", "return", "03-31"), ("17850", "purchase", "06-01"),
        ("eve", "view", "06-05"),
    ]
    assert ask(tmp_path, "SELECT title FROM items WHERE item_id = 'B2'") == [("Desk lamp",)]


def test_the_sheets_of_a_workbook_are_read_each_for_what_it_is(run, tmp_path):
    sheets = {name: [line.split(",") for line in of.splitlines()] for name, of in (("Sales", MAY), ("Goods", GOODS))}
    code, answer, said = run({"book.xlsx": workbook(sheets)})
    assert (code, answer["imported"], answer["items"]) == (0, 1, 2), said


def test_what_one_of_several_files_means_can_be_said_for_it_alone(run, tmp_path):
    code, _, said = run({"may.csv": MAY, "codes.csv": CODES})
    assert code == 2
    line = shlex.split(said[said.rindex("--map-for may.csv") :])
    assert line[line.index("codes.csv") :][:2] == ["codes.csv", "user_id=Member"]
    code, answer, said = run({"may.csv": MAY, "codes.csv": CODES}, "--map-for", "codes*", *ANSWERS)
    assert (code, answer["imported"]) == (0, 4), said
    assert ask(tmp_path, "SELECT event_type, count(*) FROM events GROUP BY ALL ORDER BY ALL") == [
        ("cart", 1), ("purchase", 1), ("view", 2),
    ]


def test_a_file_that_nothing_is_called_is_refused(run):
    code, _, said = run({"may.csv": MAY}, "--map-for", "codes.csv", "user_id=Member")
    assert code == 2
    assert said.endswith("--map-for: no file is called codes.csv. Those that are given: may.csv.\n")


def test_what_was_answered_is_gone_by_for_a_file_with_the_same_header_until_it_is_forgotten(run, tmp_path):
    assert run({"codes.csv": CODES})[0] == 2
    assert run({"codes.csv": CODES}, "--map", *ANSWERS)[0] == 0
    later = {"later.csv": CODES.replace("2026-03", "2026-04")}
    code, answer, said = run(later)
    assert (code, answer["imported"]) == (0, 3)
    assert "later.csv holds events, as such a file was answered for before (--forget, to be asked anew)" in said
    code, _, said = run(later, "--forget")
    assert code == 2
    assert "is forgotten" in said
    assert run(later)[0] == 2


def test_what_was_answered_for_our_own_columns_is_gone_by_too(run, tmp_path):
    log = "user_id,event_type,ts,item_id,price\neve,view,2026-06-05 10:00,A1,7\n"
    assert run({"log.csv": log}, "--map", "price==")[0] == 0
    code, _, said = run({"next.csv": log.replace("eve,", "ann,")})
    assert code == 0
    assert "next.csv is read as such a file was before" in said
    assert ask(tmp_path, "SELECT DISTINCT price FROM events") == [(None,)]


def test_each_file_says_itself_whether_days_or_months_come_first(run, tmp_path):
    may = "customer_id,item_id,event,date\nc1,i1,view,13/03/2026\nc1,i2,view,04/03/2026\n"
    june = "customer_id,item_id,event,date\nc2,i1,view,06/05/2026\nc2,i2,view,06/14/2026\n"
    code, answer, said = run({"may.csv": may, "june.csv": june})
    assert (code, answer["rejected"]) == (0, 0), said
    assert ask(tmp_path, "SELECT strftime(ts, '%m-%d') FROM events ORDER BY ts") == [
        ("03-04",), ("03-13",), ("06-05",), ("06-14",),
    ]
    code, _, said = run({"july.csv": may.replace("c1", "c3"), "august.csv": june.replace("06/14", "06/12")})
    assert code == 2  # nothing of what the others say holds for the last
    assert "may be day-first or month-first" in said


@pytest.mark.parametrize("own_names", [True, False])
def test_how_a_file_is_read_can_be_said(run, tmp_path, own_names):
    header = "user_id;item_id;event_type;ts;title" if own_names else "Member;Sku;Action;When;Title"
    log = f"Umsatz;2026;unser;Laden;x\n{header}\nAğa;A1;view;2026-03-01 10:00;Yağmurluk\n".encode("cp1254")
    goods = "item_id,brand\nA1,Işık\n".encode()
    said_of_it = ["--encoding", "log*=cp1254", "--names-in", "log.csv=2"]
    code, answer, said = run({"log.csv": log, "goods.csv": goods}, *said_of_it)
    assert (code, answer["imported"]) == (0, 1), said
    assert ask(tmp_path, "SELECT user_id, title, brand FROM events JOIN items USING (item_id)") == [
        ("Ağa", "Yağmurluk", "Işık"),
    ]
    assert run({"again.csv": log}, "--encoding", "cp1254", "--names-in", "2")[1]["duplicates"] == 1


@pytest.mark.parametrize("own_names", [True, False])
def test_how_a_file_is_read_is_remembered_for_files_like_it(run, tmp_path, own_names):
    header = "user_id;item_id;event_type;ts;title" if own_names else "Member;Sku;Action;When;Title"
    log = f"Umsatz;2026;unser;Laden;x\n{header}\nAğa;A1;view;2026-03-01 10:00;Yağmurluk\n"
    assert run({"log.csv": log.encode("cp1254")}, "--encoding", "cp1254", "--names-in", "2")[0] == 0
    more = log.replace("Umsatz", "Erlös").replace("Ağa", "Ege").replace("A1", "A2").encode("cp1254")
    code, answer, said = run({"more.csv": more})
    assert (code, answer["imported"]) == (0, 1), said
    assert "more.csv is read as such a file was before: --encoding cp1254 --names-in 2 (--forget, to be" in said
    titles = dict(ask(tmp_path, "SELECT item_id, title FROM items"))
    assert titles == {"A1": "Yağmurluk", "A2": "Yağmurluk"}
    code, _, said = run({"more.csv": more}, "--forget")
    assert code == 2
    assert "What was answered for files with these columns is forgotten." in said
    assert "was before" not in said


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--encoding", "june.csv=cp1254"], "--encoding: no file is called june.csv. Those that are given: may.csv."),
        (["--encoding", "klingon"], "There is no encoding “klingon”."),
        (["--names-in", "first"], "--names-in wants the number of the line with the names, or 0 where none has"),
        (["--names-in", "7"], "may.csv has no line 7."),
    ],
)
def test_what_is_said_wrongly_of_how_a_file_is_read_is_refused(run, options, wanted):
    code, _, said = run({"may.csv": MAY}, *options)
    assert code == 2
    assert wanted in said.splitlines()[-1]


def test_the_zone_that_was_said_before_is_told_when_it_is_used(run):
    assert "Europe/Oslo" not in run({"may.csv": MAY}, "--zone", "Europe/Oslo")[2]
    assert "read in Europe/Oslo, as the store's was said to be" in run({"june.csv": JUNE})[2]


EVENTS = "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
TREE = "categoryid,parentid\n1016,\n809,1016\n"
PARTS = "timestamp,itemid,property,value\n1435460400000,355908,categoryid,809\n"


def test_a_publishers_files_can_have_any_name_when_it_is_said_which_is_which(run, tmp_path):
    for name, text in {"clicks": EVENTS, "tree": TREE, "of_items": PARTS}.items():
        put(tmp_path, text, f"{name}.txt")
    files = [f"{role}={tmp_path / name}.txt" for role, name in
             (("events_log", "clicks"), ("categories", "tree"), ("properties", "of_items"))]
    code, answer, said = run({}, "--preset", "retailrocket", "--file", *files)
    assert (code, answer["imported"]) == (0, 1), said
    assert ask(tmp_path, "SELECT category FROM items") == [("1016 > 809",)]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--file", "tree=x.csv"], "Name the publisher too: --preset P"),
        (["--preset", "retailrocket", "--file", "tree=x.csv"], "The preset retailrocket has no file “tree”. It has:"),
        (["--file", "x.csv"], "--file wants role=path, for example categories=tree.csv; not 'x.csv'."),
        (["--map-for", "may.csv"], "--map-for wants a file and what its columns mean"),
    ],
)
def test_what_is_said_wrongly_of_files_is_refused(run, options, wanted):
    code, _, said = run({"may.csv": MAY}, *options)
    assert code == 2
    assert wanted in said.splitlines()[-1]
