"""Marks as files, as people write them."""

from datetime import datetime

import pytest

from core.describing import marking
from core.errors import InputError
from core.records import Mark


def test_named_columns_are_found_wherever_they_stand():
    marks, unread = marking.read(b"when;fits;user_id\nmay;yes;0012\nmay;No;b\nmay;maybe;c\nmay;;d\n")
    assert marks == {"0012": True, "b": False}  # leading zeros stay
    assert unread == ["maybe"]


def test_without_names_the_first_two_columns_count():
    assert marking.read(b"ann,1\nbob,0\n") == ({"ann": True, "bob": False}, [])
    assert marking.read(b"shopper,verdict\nann,x\n") == ({"ann": True}, [])


@pytest.mark.parametrize("content", [b"", b"user_id,fits\n", b"user_id\nann\n", b"ann,perhaps\n"])
def test_a_file_that_marks_nobody_is_refused(content):
    with pytest.raises(InputError, match="marks nobody"):
        marking.read(content)


def test_what_is_written_is_read_again_and_runs_in_no_spreadsheet():
    when = datetime(2026, 6, 1, 12, 30)
    content = marking.written([Mark("ann", True, when, "Shop desk"), Mark("=1+1", False, when, "")])
    assert b"'=1+1,no,2026-06-01T12:30:00" in content
    assert marking.read(content) == ({"ann": True, "=1+1": False}, [])
