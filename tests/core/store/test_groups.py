"""Files that come together: grouped by their columns, and told apart by what a publisher calls them."""

from __future__ import annotations

import gzip

import pytest

from core.records import FileGroup
from core.store import groups
from core.store.peek import columns_of
from core.store.reading import Piece
from tests.core.store.files import put, workbook, zipped

LOG = "Member,Sku,When\nm1,s1,2026-03-01\n"


@pytest.fixture
def write(tmp_path):
    def go(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return go


def test_files_with_the_same_columns_are_one_group_whatever_lies_between(write):
    may, items, june = write("may.csv", LOG), write("items.csv", "sku,title\ns1,Mug\n"), write("june.csv", LOG.lower())
    log, goods = groups.grouped([may, items, june])
    assert (log.places, log.names, log.columns) == ((may, june), ("may.csv", "june.csv"), ("Member", "Sku", "When"))
    assert (goods.names, goods.error) == (("items.csv",), "")


def test_members_of_archives_and_sheets_are_files_of_their_own(tmp_path):
    put(tmp_path, zipped({"may.csv": LOG, "june.csv": LOG}), "logs.zip")
    sheets = {"Sales": [["Member", "Sku", "When"], ["m1", "s1", "2026-03-01"]], "Goods": [["sku", "t"], ["s1", "M"]]}
    put(tmp_path, workbook(sheets), "book.xlsx")
    log, goods = groups.grouped([str(tmp_path / "logs.zip"), str(tmp_path / "book.xlsx")])
    assert log.names == ("logs.zip: may.csv", "logs.zip: june.csv", "book.xlsx: Sales")
    assert goods.places == (f"{tmp_path / 'book.xlsx'}: Goods",)
    assert groups.called(log, "book*") == groups.called(log, "Sales") == [f"{tmp_path / 'book.xlsx'}: Sales"]


def test_a_file_that_cannot_be_read_stands_alone_with_the_reason(write, tmp_path):
    good = write("log.csv", LOG)
    found = groups.grouped([str(tmp_path / "none.csv"), good, write("empty.csv", "")])
    assert [bool(group.error) for group in found] == [True, False, True]
    assert "There is no file" in found[0].error
    assert "is empty" in found[2].error


def test_lines_that_were_mended_belong_to_the_file_that_they_are_of(write):
    mended = "Member,Sku,When,reject_id,reject_column,reject_reason,reject_line\nm1,s1,2026-03-01,1:2,,,\n"
    (group,) = groups.grouped([write("log.csv", LOG), write("mended.csv", mended)])
    assert group.names == ("log.csv", "mended.csv")


LONG = "Member,Sku,When\n" + "m1,s1,2026-03-01 10:00:00 with some more letters\n" * 40_000


@pytest.mark.parametrize("packed", [False, True])
def test_the_beginning_of_a_long_file_tells_its_columns(packed, tmp_path, monkeypatch):
    file = tmp_path / "log.csv"
    file.write_bytes(gzip.compress(LONG.encode(), 1) if packed else LONG.encode())
    monkeypatch.setattr("core.store.peek.stage", lambda *given: pytest.fail("all of it was read"))
    assert columns_of(Piece(file)) == ("Member", "Sku", "When")


def test_a_list_of_records_that_its_beginning_breaks_is_read_whole(tmp_path):
    record = '{"Member": "m1", "Sku": "' + "s" * 1000 + '"}'
    file = tmp_path / "log.json"
    file.write_text("[" + ",\n".join([record] * 1500) + "]")
    assert columns_of(Piece(file)) == ("Member", "Sku")


def test_a_publishers_files_are_listed_with_what_each_is_for():
    files = {file.role: file for file in groups.preset_files("retailrocket")}
    assert next(iter(files)) == "events_log"
    assert files["events_log"].log
    assert files["properties"].tells["items"] == ("item_id", "category", "available")
    assert files["categories"].looked_up_by == ("properties",)
    assert files["categories"].names == ("category_tree.csv",)


def test_files_are_told_apart_by_their_names_and_else_by_their_columns():
    tree = FileGroup(("/a/tree.csv",), ("tree.csv",), ("categoryid", "parentid"))
    named = FileGroup(("/a/x.zip: item_properties_part1.csv",), ("x.zip: item_properties_part1.csv",), ("a", "b"))
    other = FileGroup(("/a/notes.csv",), ("notes.csv",), ("a", "c"))
    assert groups.roles_of("retailrocket", [tree, named, other]) == {
        "/a/tree.csv": "categories", "/a/x.zip: item_properties_part1.csv": "properties", "/a/notes.csv": None,
    }
    assert groups.by_role({"a": "x", "b": None, "c": "x"}) == {"x": ["a", "c"]}
