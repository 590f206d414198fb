"""Parts of a result: whole or not there."""

import pandas as pd
import pytest

from core.errors import InputError
from core.lists.parts import Parts


def rows(start, stop):
    return pd.DataFrame({"__line": range(start, stop)})


def test_parts_count_up_to_the_first_gap(tmp_path):
    parts = Parts(tmp_path / "parts")
    assert (parts.files(), parts.reached()) == ([], 0)
    for start, stop in ((0, 3), (3, 4), (5, 9)):
        parts.write(start, stop, rows(start, stop))
    assert [file.name for file in parts.files()] == [
        "000000000000-000000000003.parquet", "000000000003-000000000004.parquet",
    ]
    assert parts.reached() == 4


def test_a_part_that_was_cut_short_or_holds_other_rows_counts_for_nothing(tmp_path):
    parts = Parts(tmp_path)
    parts.write(0, 3, rows(0, 3))
    parts.write(3, 6, rows(3, 6))
    last = parts.files()[-1]
    last.write_bytes(last.read_bytes()[:-20])
    assert parts.reached() == 3
    parts.write(3, 6, rows(3, 5))
    assert parts.reached() == 3
    parts.write(3, 6, rows(3, 6))
    assert parts.reached() == 6


def test_what_a_kill_left_while_it_was_written_counts_for_nothing(tmp_path):
    parts = Parts(tmp_path)
    parts.write(0, 3, rows(0, 3))
    (tmp_path / ".000000000003-000000000006.parquet.1a2b3c4d.part").write_bytes(b"PAR1")
    (tmp_path / "list.json").write_text("{}")
    assert parts.reached() == 3


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    def full(self, *args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(InputError, match="No space left on device. Make room, and go on"):
        Parts(tmp_path).write(0, 3, rows(0, 3))
    assert list(tmp_path.iterdir()) == []
