"""How a file was said to be read holds for the next that is like it."""

import gzip

import pytest

from core.records import ImportPlan
from core.store import plans, recall
from core.store.encoding import may_be
from core.store.look import look
from core.store.state import State

TITLED = "Report of {month};2026;our;shop\nMember;Sku;Act;When\nAğa;s1;view;2026-03-01 10:00\n"
WAY = {"encoding": "cp1254", "names_in": 2}


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / "state.sqlite")


@pytest.fixture
def put(tmp_path):
    def go(text, name="log.csv", encoding="cp1254"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return str(tmp_path / name)

    return go


def imported(state, place, said):
    """Remember what an import of a file would."""
    plans.remember(state, ImportPlan([place], readings={place: said}), [plans.header_of(look(place, said=said))])


def test_a_file_is_known_by_the_columns_that_it_has_when_it_is_read_so(state, put):
    march, april = put(TITLED.format(month="March")), put(TITLED.format(month="April"), "april.csv")
    assert recall.readings(state, [march], {}) == {}
    imported(state, march, WAY)
    assert recall.readings(state, [march, april], {}) == {march: WAY, april: WAY}
    assert look(april, said=WAY).columns == ("Member", "Sku", "Act", "When")


@pytest.mark.parametrize("other", [
    TITLED.replace("Sku", "Item"), TITLED.replace("our;shop\n", "our;shop\nx;y;z;w\n"), "Member;Sku\n1;2\n", "",
    "one\n",
])  # fmt: skip
def test_other_columns_or_another_place_of_them_is_another_file(state, put, other):
    imported(state, put(TITLED), WAY)
    assert recall.readings(state, [put(other, "other.csv")], {}) == {}


def test_what_is_said_now_counts_before_what_was_said_then(state, put):
    place = put(TITLED)
    imported(state, place, WAY)
    assert recall.readings(state, [place], {place: {"encoding": "iso8859-9"}}) == {
        place: {"encoding": "iso8859-9", "names_in": 2},
    }
    assert recall.readings(state, [place], {place: {"names_in": 1}}) == {place: {"names_in": 1}}


def test_the_last_word_counts_and_can_be_forgotten(state, put):
    place = put(TITLED)
    imported(state, place, WAY)
    imported(state, place, {"names_in": 2})
    assert recall.readings(state, [place], {}) == {place: {"names_in": 2}}
    header = plans.header_of(look(place, said={"names_in": 2}))
    assert plans.forget(state, [header])
    assert not plans.forget(state, [header])
    assert recall.readings(state, [place], {}) == {}


def test_each_layout_has_its_own_way(state, put):
    one, two = put(TITLED), put("Member;Item;Act;When\nAğa;s1;view;2026-03-01\n", "two.csv")
    imported(state, one, WAY)
    imported(state, two, {"encoding": "iso8859-9"})
    assert recall.readings(state, [one, two], {}) == {one: WAY, two: {"encoding": "iso8859-9"}}


def test_what_is_utf8_by_its_letters_is_read_in_no_other_encoding(state, put):
    text = TITLED.split("\n", 1)[1]
    imported(state, put(text), {"encoding": "cp1254"})
    assert recall.readings(state, [put(text, "utf8.csv", "utf-8")], {}) == {}
    assert recall.readings(state, [put(text.replace("ğ", "g"), "ascii.csv")], {}) != {}


def test_files_that_are_packed_or_sheets_are_known_too(state, tmp_path, put):
    place = put(TITLED)
    imported(state, place, WAY)
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(TITLED.encode("cp1254")))
    assert recall.readings(state, [str(packed)], {}) == {str(packed): WAY}


def test_columns_without_names_are_not_known_again(state, put):
    place = put("a;s1;view;2026-03-01 10:00\nb;s1;view;2026-03-01 10:00\n")
    imported(state, place, {"names_in": 0})
    assert recall.readings(state, [place], {}) == {}


def test_a_place_where_nothing_is_costs_the_others_nothing(state, put, tmp_path):
    place = put(TITLED)
    imported(state, place, WAY)
    assert recall.readings(state, [str(tmp_path / "gone.csv"), place], {}) == {place: WAY}


@pytest.mark.parametrize(("encoding", "head", "may"), [
    ("cp1254", "Ağa".encode("cp1254"), True), ("cp1254", "Ağa".encode(), False), ("cp1254", b"Aga", True),
    ("utf-8", "Ağa".encode(), True), ("utf-8", "Ağa".encode("cp1254"), False), ("cp1254", "Ağ".encode()[:-1], True),
])  # fmt: skip
def test_the_letters_say_which_encoding_it_may_be(encoding, head, may):
    assert may_be(encoding, head) is may
