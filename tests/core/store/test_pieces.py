"""What a path stands for, and what can happen to a file while it is read."""

import errno
import gzip
import os
import tempfile
from pathlib import Path

import duckdb
import pytest

from core.errors import InputError
from core.store import encoding, sheets, unpack
from core.store.pieces import Piece, expand
from core.store.reading import stage
from tests.core.store.files import parquet, put, workbook, zipped

PLAIN = b"a,b\n1,x\n2,y\n"


@pytest.fixture
def con():
    with duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False}) as connection:
        yield connection


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Return the folder of temporary files, which must be empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def staged(con, pieces):
    return [(source.file, source.lines) for source in (stage(con, piece) for piece in pieces)]


def test_a_file_is_itself(con, tmp_path):
    file = put(tmp_path, PLAIN)
    assert expand(file) == [Piece(file)]
    assert staged(con, expand(file)) == [("log.csv", 2)]


def test_a_folder_is_its_files_in_order_without_what_is_no_log(con, tmp_path):
    for name in ("logs/b.csv", "logs/a/c.csv", "logs/.hidden", "logs/_SUCCESS", "logs/README.md", "logs/notes.pdf"):
        put(tmp_path, PLAIN, name)
    assert staged(con, expand(tmp_path / "logs")) == [("c.csv", 2), ("b.csv", 2)]


def test_parts_of_a_parquet_table_know_what_their_folders_say(con, tmp_path):
    for month in (1, 2):
        put(tmp_path, parquet({"a": ["1", "2"]}), f"logs/month={month}/part.parquet")
    pieces = expand(tmp_path / "logs")
    assert staged(con, pieces) == [("part.parquet", 2)] * 2
    assert con.execute("SELECT month, a FROM raw ORDER BY __row").fetchall() == [("2", "1"), ("2", "2")]


def test_a_pattern_is_what_it_fits(con, tmp_path):
    for name in ("may1.csv", "may2.csv", "june.csv"):
        put(tmp_path, PLAIN, name)
    assert staged(con, expand(tmp_path / "may*.csv")) == [("may1.csv", 2), ("may2.csv", 2)]
    with pytest.raises(InputError, match=r"No file is called .*july\*\.csv"):
        expand(tmp_path / "july*.csv")
    odd = put(tmp_path, PLAIN, "odd[1].csv")
    assert expand(odd) == [Piece(odd)]


def test_an_archive_and_a_workbook_are_their_parts(con, tmp_path):
    archive = put(tmp_path, zipped({"d/1.csv": PLAIN, "2.csv.gz": gzip.compress(PLAIN)}), "logs.zip")
    assert staged(con, expand(archive)) == [("logs.zip: d/1.csv", 2), ("logs.zip: 2.csv.gz", 2)]
    book = put(tmp_path, workbook({"May": [["a", "b"], [1, 2]], "June": [["a", "b"], [3, 4]], "No": []}), "b.xlsx")
    assert staged(con, expand(book)) == [("b.xlsx: May", 1), ("b.xlsx: June", 1)]


def test_a_piece_answers_for_its_path():
    piece = Piece(Path("/logs/all.zip"), "d/1.csv")
    assert (piece.name, str(piece), os.fspath(piece)) == ("all.zip: d/1.csv", "/logs/all.zip: d/1.csv", "/logs/all.zip")
    assert piece.parts == ("/", "logs", "all.zip", "d", "1.csv")


@pytest.mark.parametrize(("make", "says"), [
    (lambda folder: folder / "none.csv", r"There is no file .*none\.csv"),
    (lambda folder: put(folder, b"hello", "empty/README.md").parent, "no file that could be a log"),
])  # fmt: skip
def test_nothing_to_read_is_refused(tmp_path, make, says):
    with pytest.raises(InputError, match=says):
        expand(make(tmp_path))


def test_a_file_that_may_not_be_read_is_refused(con, tmp_path, monkeypatch):
    file = put(tmp_path, PLAIN)

    def closed(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(InputError, match=r"log\.csv cannot be read: Permission denied"):
        stage(con, file)


@pytest.mark.parametrize(("meanwhile", "says"), [
    (lambda file: file.write_bytes(file.read_bytes() + b"3,z\n"), "changed while it was read"),
    (lambda file: file.unlink(), "vanished while it was read"),
])  # fmt: skip
def test_a_file_that_changes_while_it_is_read_is_refused(con, tmp_path, monkeypatch, meanwhile, says):
    file = put(tmp_path, PLAIN)
    look = encoding.look

    def slowly(*args):
        found = look(*args)
        meanwhile(file)
        return found

    monkeypatch.setattr("core.store.reading.look", slowly)
    with pytest.raises(InputError, match=says):
        stage(con, file)


@pytest.mark.parametrize("content", [gzip.compress(PLAIN), PLAIN.decode().encode("utf-16"), zipped({"a.csv": PLAIN})])
def test_a_full_disk_is_said_and_nothing_stays(con, tmp_path, monkeypatch, temporary, content):
    file = put(tmp_path, content)
    real = Path.open

    class Full:
        def __init__(self, opened):
            self.opened = opened

        def __enter__(self):
            return self

        def __exit__(self, *args):
            self.opened.close()

        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(
        Path, "open", lambda path, mode="r", *args, **more: (Full if mode == "wb" else lambda opened: opened)(
            real(path, mode, *args, **more))
    )
    with pytest.raises(InputError, match=r"log\.csv cannot be unpacked: there is no room left on the disk.*TMPDIR"):
        stage(con, file)


@pytest.mark.parametrize("content", [
    gzip.compress(PLAIN), zipped({"a.csv": gzip.compress(PLAIN.decode().encode("utf-16"))}), gzip.compress(b"a,b\n"),
    gzip.compress(PLAIN * 10_000)[:-50],
])  # fmt: skip
def test_temporary_files_never_stay(con, tmp_path, temporary, content):
    try:
        stage(con, put(tmp_path, content))
    except InputError as error:
        assert "header but no lines" in str(error) or "not a whole gzip file" in str(error)


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a.csv": content})])
def test_a_trap_is_left_alone(con, tmp_path, monkeypatch, temporary, pack):
    monkeypatch.setattr(unpack, "TRAP_BYTES", 1 << 20)
    monkeypatch.setattr(unpack, "CHUNK", 1 << 16)
    file = put(tmp_path, pack(b"a,b\n" + b"0,0\n" * 1_000_000))
    with pytest.raises(InputError, match="unpacks to over 200 times its size"):
        stage(con, file)


def test_a_workbook_that_is_a_trap_is_left_alone(con, tmp_path, monkeypatch):
    file = put(tmp_path, workbook({"s": [["a", "b"], [1, 2]]}), "b.xlsx")
    monkeypatch.setattr(sheets, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="too large to be read as a workbook"):
        stage(con, file)
