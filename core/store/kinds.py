"""What kind of file it is, told by its first bytes and never by its name."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from core.errors import InputError
from core.language import say, to_say


class Kind(StrEnum):
    """Kinds of file that can be read; the last five hold another file."""

    TEXT = to_say("text")
    PARQUET = to_say("Parquet file")
    WORKBOOK = to_say("workbook")
    ZIP = to_say("zip archive")
    GZIP = to_say("gzip file")
    ZSTD = to_say("zstd file")
    BZIP2 = to_say("bzip2 file")
    XZ = to_say("xz file")


CONTAINERS = (Kind.ZIP, Kind.GZIP, Kind.ZSTD, Kind.BZIP2, Kind.XZ)
#: What is said of a file that ends too soon, or whose content is not as it says itself.
DAMAGED = to_say("it was cut or damaged on its way. Bring it again, or save it anew.")
_WANTED = to_say("Give a CSV, JSON lines, Parquet or Excel file.")
_KINDS = (
    (b"PAR1", Kind.PARQUET), (b"\x1f\x8b", Kind.GZIP), (b"\x28\xb5\x2f\xfd", Kind.ZSTD),
    (b"BZh", Kind.BZIP2), (b"\xfd7zXZ\0", Kind.XZ), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.WORKBOOK),
)
#: First bytes of what cannot be read → what it is.
_OTHERS = (
    (b"PARE", to_say("an encrypted Parquet file")), (b"ARROW1", to_say("an Arrow file")),
    (b"FEA1", to_say("a Feather file")), (b"ORC", to_say("an ORC file")), (b"Obj\x01", to_say("an Avro file")),
    (b"SQLite format 3\0", to_say("an SQLite database")), (b"%PDF", to_say("a PDF")),
    (b"7z\xbc\xaf\x27\x1c", to_say("a 7z archive")), (b"Rar!", to_say("a RAR archive")),
    (b"\x89PNG", to_say("a picture")), (b"\xff\xd8\xff", to_say("a picture")), (b"GIF8", to_say("a picture")),
)
_PARTS_OF_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def kind_of(head: bytes, name: object) -> Kind:
    """Tell the kind of a file from its first bytes; a workbook is told from an archive by ``kind_at``.

    Raises
    ------
    InputError
        When it is of a kind that cannot be read.
    """
    for start, what in _OTHERS:
        if head.startswith(start):
            raise InputError(say("{name} is {what} and not a text file. {wanted}",
                                 name=name, what=say(what), wanted=say(_WANTED)))
    if head[257:262] == b"ustar":
        raise InputError(say("{name} is a tar archive. Unpack it first and give the folder.", name=name))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    return next((kind for start, kind in _KINDS if head.startswith(start)), Kind.TEXT)


def kind_at(path: Path, name: object | None = None) -> Kind:
    """Tell the kind of a file on the disk; ``name`` is what messages call it.

    Raises
    ------
    InputError
        When it is missing, empty, cannot be opened, or is of a kind that cannot be read.
    """
    name = name or path
    with failing(name), path.open("rb") as file:
        head = file.read(1 << 12)
        if not head.strip() and not file.read(1 << 20).strip():
            raise InputError(say("{name} is empty.", name=name))
    kind = kind_of(head, name)
    if kind is Kind.ZIP and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            there = archive.namelist()
        return Kind.WORKBOOK if any(part in there for part in _PARTS_OF_WORKBOOKS) else Kind.ZIP
    return kind


@contextmanager
def failing(name: object) -> Iterator[None]:
    """Say in words what an operating system refuses while the block reads a file or makes a copy of it.

    Raises
    ------
    InputError
        In place of an ``OSError``.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(say("There is no file {name}.", name=name)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InputError(
                say("{name} cannot be unpacked: there is no room left on the disk. Free some, or name a folder on "
                    "another disk in the environment variable TMPDIR.", name=name)
            ) from error
        raise InputError(say("{name} cannot be read: {why}.", name=name, why=error.strerror or error)) from error


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Refuse a file that vanishes, grows or is written anew while the block reads it.

    Raises
    ------
    InputError
        When the file is not there at first, or is another one at the end.
    """
    with failing(path):
        before = _version(path)
    try:
        yield
    finally:
        try:
            after = _version(path)
        except OSError as error:
            raise InputError(say("{path} vanished while it was read. Put it back and try again.", path=path)) from error
        if after != before:
            raise InputError(say("{path} changed while it was read. Wait until it is finished, and try again.",
                                 path=path))


def _version(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ino
