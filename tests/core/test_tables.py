"""Spreadsheets run nothing, and files are whole or not there."""

from pathlib import Path

import pandas as pd
import pytest

from core.errors import InputError
from core.tables import harmless, remembered, whole


def test_cells_that_would_run_get_an_apostrophe_and_others_stay():
    frame = pd.DataFrame({
        "text": ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\tx", "plain", None, "a=b"],
        "number": [-1.5] * 8,
        "written": ["-5", "+3.5", "-1e3", "-,5", "--1", "-", "12", "−1"],
    })
    safe = harmless(frame)
    assert safe["text"].tolist()[:6] == ["'=1+1", "'+SUM(A1)", "'-2+3", "'@cmd", "'\tx", "plain"]
    assert pd.isna(safe["text"][6])
    assert safe["text"][7] == "a=b"
    assert safe["number"].tolist() == [-1.5] * 8
    assert safe["written"].tolist() == ["-5", "+3.5", "-1e3", "-,5", "'--1", "'-", "12", "−1"]


def test_headings_are_made_harmless_and_what_was_given_stays_as_it_was():
    frame = pd.DataFrame([["=1", "=2", "x", "x"]], columns=["=HYPERLINK()", "a", " +b", "＝c"])
    assert list(harmless(frame).columns) == ["'=HYPERLINK()", "a", "' +b", "'＝c"]
    assert frame.iloc[0].tolist() == ["=1", "=2", "x", "x"]


def test_columns_of_one_name_are_both_kept():
    frame = pd.DataFrame([["=1", "x"]], columns=["a", "a"])
    assert harmless(frame).values.tolist() == [["'=1", "x"]]


def test_a_file_appears_when_all_went_well(tmp_path):
    with whole(tmp_path / "new" / "out.csv") as part:
        part.write_text("done")
        assert not (tmp_path / "new" / "out.csv").exists()
    assert (tmp_path / "new" / "out.csv").read_text() == "done"


def test_a_failure_leaves_what_was_there(tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old")
    with pytest.raises(ValueError, match="half"), whole(out) as part:
        part.write_text("new")
        raise ValueError("half way")
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_place_that_cannot_be_written_is_an_error_a_person_can_mend(tmp_path):
    with pytest.raises(InputError, match="cannot be written"), whole(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"), whole(tmp_path / "file" / "out.csv"):
        pass


def test_a_file_is_read_anew_only_when_it_was_written_since(tmp_path):
    reads: list[str] = []

    @remembered
    def words(file):
        reads.append(file.name)
        return file.read_text().split()

    for name, text in (("a", "one two"), ("b", "three")):
        (tmp_path / name).write_text(text)
    assert words(tmp_path / "a") is words(tmp_path / "a")
    assert words(tmp_path / "b") == ["three"]
    (tmp_path / "a").write_text("four five six")
    assert words(tmp_path / "a") == ["four", "five", "six"]
    assert reads == ["a", "b", "a"]
    (tmp_path / "b").unlink()
    with pytest.raises(FileNotFoundError):
        words(tmp_path / "b")


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path):
    tries: list[Path] = []

    @remembered
    def number(file):
        tries.append(file)
        return int(file.read_text())

    (tmp_path / "n").write_text("many")
    for _ in range(2):
        with pytest.raises(ValueError, match="many"):
            number(tmp_path / "n")
    assert len(tries) == 2
