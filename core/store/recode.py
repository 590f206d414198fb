"""Copies a text file that is not UTF-8 to UTF-8, a piece at a time.

An invalid byte makes its line invalid UTF-8 in the copy, so that the reader turns that line away and no other.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.language import say
from core.store.encoding import LONG_RUN, UTF_8, Look
from core.store.kinds import failing
from core.store.letters import PAIRED
from core.store.watch import looping

_CHUNK = 1 << 22


def _mark_invalid(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


codecs.register_error("mark-invalid", _mark_invalid)


def to_utf8(path: Path, name: object, how: Look, to: Path) -> None:
    """Copy a text file to UTF-8 without a mark.

    Raises
    ------
    InputError
        When there is no room for it, or the file cannot be read.
    """
    with (
        failing(name), to.open("wb") as copy, path.open("rb") as file,
        looping(say("Turning {name} into UTF-8", name=Path(str(name)).name), path.stat().st_size, takes=0.3) as told,
    ):
        for text in _texts(file, how):
            copy.write(text.encode(UTF_8, "surrogateescape"))
            told(file.tell())


def _texts(file: BinaryIO, how: Look) -> Iterator[str]:
    if how.fallback is None:
        decoder = codecs.getincrementaldecoder(how.encoding)(errors="mark-invalid")
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
        return
    while line := file.readline(_CHUNK):
        try:
            if how.fallback in PAIRED and not line.isascii() and not LONG_RUN.search(line):
                raise UnicodeError  # by chance, a short word of them may be UTF-8 too
            yield line.decode(how.encoding)
        except UnicodeError:
            yield line.decode(how.fallback, errors="mark-invalid")
