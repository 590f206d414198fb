"""Single lines of a text are read again by their place; where that may be wrong, it is said."""

import numpy as np
import pytest

from core.store import picked


@pytest.fixture
def pick(tmp_path, monkeypatch):
    def picking(text, rows, of, above=1, quote='"', chunk=1 << 22):
        monkeypatch.setattr(picked, "_CHUNK", chunk)
        (tmp_path / "log.csv").write_bytes(text)
        told = picked.pick(tmp_path / "log.csv", np.array(rows), of, above, quote, tmp_path / "some")
        return (tmp_path / "some").read_bytes() if told else None

    return picking


@pytest.mark.parametrize("chunk", [3, 5, 7, 1000])  # a line may lie across any of them
def test_lines_are_picked_by_their_number(pick, chunk):
    text = b"a,b\n1,x\n2,y\n3,z\n4,w\n"
    assert pick(text, [1, 3], 4, chunk=chunk) == b"1,x\n3,z\n"
    assert pick(text, [4], 4, chunk=chunk) == b"4,w\n"
    assert pick(text, [2], 5, above=0, chunk=chunk) == b"1,x\n"


@pytest.mark.parametrize("chunk", [4, 1000])
def test_the_last_line_may_have_no_end(pick, chunk):
    assert pick(b"a,b\r\n1,x\r\n2,y", [1, 2], 2, chunk=chunk) == b"1,x\r\n2,y\n"


def test_a_byte_order_mark_is_no_part_of_the_first_line(pick):
    assert pick(b"\xef\xbb\xbf1,x\n2,y\n", [1], 2, above=0) == b"1,x\n"


@pytest.mark.parametrize(
    "text",
    [
        b'a,b\n1,"x"\n2,y\n',  # a line may end within quotes
        b"a,b\n1,x\r2,y\n",  # an end of line of another kind
        b"a,b\n1,x\n\n2,y\n",  # a line that is no row
        b"a,b\n1,x\n",  # a row too few
    ],
)
def test_where_a_row_may_be_no_line_nothing_is_picked(pick, text):
    assert pick(text, [1], 2) is None


def test_quotes_that_are_letters_like_others_do_not_matter(pick):
    assert pick(b'a,b\n1,5" nail\n2,y\n', [1], 2, quote="") == b'1,5" nail\n'
