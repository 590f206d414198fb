"""Unpacks what a file is packed in, and checks that nothing of it is missing.

DuckDB reads packed files too, but reads a broken one to where it breaks and says nothing.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from core.errors import InputError
from core.language import say
from core.store.kinds import DAMAGED, Kind, failing
from core.store.pieces import Piece, members
from core.store.watch import looping

CHUNK = 1 << 22
#: A file is no log but a trap when it unpacks to more bytes than this …
TRAP_BYTES = 1 << 30
#: … and to more than so many times its packed size.
TRAP_TIMES = 200
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)


def unpack(piece: Piece, kind: Kind, to: Path, name: object) -> None:
    """Write what is packed in a file to another; ``name`` is what messages call it.

    Raises
    ------
    InputError
        When the file is not whole, is locked by a password, or unpacks to very much more than a log would; when an
        archive has several files and none is named; when there is no room for it.
    """
    with _said(kind, name), to.open("wb") as copy, _opened(piece, kind, name) as packed:
        _copy(packed, copy, name)


@contextmanager
def _said(kind: Kind, name: object) -> Iterator[None]:
    """Say in words what a decoder or the operating system refuses."""
    with failing(name):
        try:
            yield
        except _BROKEN as error:
            raise InputError(say("{name} is not a whole {kind}: {damaged}",
                                 name=name, kind=say(kind), damaged=say(DAMAGED))) from error
        except OSError as error:
            if error.errno is None:  # of a decoder; those of the system have a number
                raise InputError(say("{name} is not a whole {kind}: {damaged}",
                                     name=name, kind=say(kind), damaged=say(DAMAGED))) from error
            raise


def beginning(piece: Piece, kind: Kind, to: Path, most: int, name: object) -> bool:
    """Write the first bytes of what is packed in a file to another; return whether that is all of it.

    Raises
    ------
    InputError
        As ``unpack``, as far as the beginning shows it.
    """
    with _said(kind, name), to.open("wb") as copy, _opened(piece, kind, name) as packed:
        written = 0
        while written < most and (chunk := packed.source.read(most - written)):
            written += copy.write(chunk)
        return not packed.source.read(1)


def _copy(packed: _Packed, copy: IO[bytes], name: object) -> None:
    most = max(TRAP_BYTES, TRAP_TIMES * packed.size)
    written = 0
    with looping(say("Unpacking {name}", name=Path(str(name)).name), packed.size, takes=0.3) as told:
        while chunk := packed.source.read(CHUNK):
            written += len(chunk)
            if written > most:
                raise InputError(
                    say("{name} unpacks to over {trap_times} times its size, as no log does. If it is one all the "
                        "same, unpack it first.", name=name, trap_times=TRAP_TIMES)
                )
            copy.write(chunk)
            told(packed.read())


class _Packed(NamedTuple):
    """What is packed in a file, its packed size, and how many of these bytes were read."""

    source: Any
    size: int
    read: Callable[[], int]


@contextmanager
def _opened(piece: Piece, kind: Kind, name: object) -> Iterator[_Packed]:
    if kind is Kind.ZIP:
        with _member(piece, name) as opened:
            yield opened
        return
    size = piece.path.stat().st_size
    if kind is Kind.ZSTD:
        import pyarrow as pa

        with pa.OSFile(str(piece.path)) as file, pa.CompressedInputStream(file, "zstd") as source:
            yield _Packed(source, size, file.tell)
        return
    opener: dict[Kind, Any] = {Kind.GZIP: gzip.open, Kind.BZIP2: bz2.open, Kind.XZ: lzma.open}
    with piece.path.open("rb") as file, opener[kind](file, "rb") as source:
        yield _Packed(source, size, file.tell)


@contextmanager
def _member(piece: Piece, name: object) -> Iterator[_Packed]:
    member = piece.member or _only(piece, name)
    with zipfile.ZipFile(piece.path) as archive:
        try:
            info = archive.getinfo(member)
        except KeyError as error:
            raise InputError(say("{name}: there is no such file. There are: {there}.",
                                 name=name, there=", ".join(members(piece.path)))) from error
        if info.flag_bits & 1:
            raise InputError(say("{name} is locked by a password. Unpack it first and give the files.", name=name))
        try:
            source = archive.open(info)
        except NotImplementedError as error:
            raise InputError(say("{name} is packed in a way that cannot be read ({error}). Unpack it first.",
                                 name=name, error=error)) from error
        with source:  # of a member, what is unpacked tells how far it is
            yield _Packed(source, info.compress_size, lambda: source.tell() * info.compress_size // info.file_size)


def _only(piece: Piece, name: object) -> str:
    there = members(piece.path)
    if len(there) > 1:
        raise InputError(say("{name} has several files; say which one to read: {there}.",
                             name=name, there=", ".join(there)))
    return there[0]
