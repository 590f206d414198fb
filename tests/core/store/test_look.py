"""What is shown of a file before anything is imported."""

from core.store.look import look
from tests.core.store.test_corpus import many_columns

LOG = """user_id,item_id,note
b,P1, x
a,P1,
b,P2,x
c,P3,y
d,P1,z
e,P1,w
"""


def put(tmp_path, text):
    file = tmp_path / "log.csv"
    file.write_text(text)
    return file


def test_the_first_different_values_of_each_column_are_shown_in_their_order(tmp_path):
    seen = look(put(tmp_path, LOG))
    assert seen.samples == {
        "user_id": ("b", "a", "c", "d"), "item_id": ("P1", "P2", "P3"), "note": ("x", "y", "z", "w"),
    }
    assert (seen.lines, len(seen.rows)) == (6, 6)


def test_a_file_of_which_no_line_is_whole_has_no_values_to_show(tmp_path):
    seen = look(put(tmp_path, "a,b\n1\n2\n"))
    assert (seen.lines, seen.samples) == (2, {"a": (), "b": ()})


def test_a_file_of_thousands_of_columns_is_looked_at_too(tmp_path):
    seen = look(put(tmp_path, many_columns(3000)))
    assert (len(seen.samples), seen.samples["c2999"]) == (3000, ("2999",))
