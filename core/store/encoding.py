"""Finds the encoding of a text file.

UTF-8, UTF-16 and UTF-32 are known by their bytes; the others are told by the letters that they make (``letters``), and
what is doubtful is said to be. What is none of them is refused unless a person names the encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.errors import InputError
from core.language import Sayings, say
from core.store.kinds import failing
from core.store.letters import PAIRED, Told, tell
from core.store.watch import looping

_CHUNK = 1 << 22
_EVIDENCE = 1 << 18  # bytes of lines that are not ASCII, to tell an encoding by
UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)
#: All the high bytes that stand together, where they are letters of UTF-8; those of three bytes each.
_UTF8_RUN = re.compile(rb"(?<![\x80-\xff])(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
LONG_RUN = re.compile(rb"(?<![\x80-\xff])(?:[\xe0-\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b\x1e\x1f")))  # NUL first
_NAMES: Mapping[str, str] = Sayings({
    UTF_8: "Unicode", "utf-16": "Unicode", "cp1252": "Western European", "iso8859-15": "Western European",
    "mac-roman": "Western European, Mac", "cp850": "Western European, DOS", "cp1250": "Central European",
    "iso8859-2": "Central European", "cp852": "Central European, DOS", "cp1254": "Turkish", "cp1257": "Baltic",
    "cp1258": "Vietnamese", "cp1251": "Cyrillic", "koi8-u": "Cyrillic", "iso8859-5": "Cyrillic",
    "cp866": "Cyrillic, DOS", "cp1253": "Greek", "iso8859-7": "Greek", "cp1255": "Hebrew", "cp1256": "Arabic",
    "iso8859-6": "Arabic", "cp874": "Thai", "gb18030": "Chinese", "big5": "Chinese, traditional", "cp932": "Japanese",
    "euc_jp": "Japanese", "cp949": "Korean",
})  # fmt: skip
#: What a person may choose from; any other that Python knows can be named.
ENCODINGS = tuple(_NAMES)


class Look(NamedTuple):
    """How a text file is written."""

    encoding: str
    fallback: str | None = None  # for lines that are not in that encoding
    nul: bool = False  # whether there are NUL bytes in it that are no part of letters
    sure: bool = True  # whether that was plain, or a person's word


def called(encoding: str) -> str:
    """``"cp1252"`` → ``"Western European (cp1252)"``."""
    return f"{_NAMES[encoding]} ({encoding})" if encoding in _NAMES else encoding


def doubt(found: Look, name: str) -> tuple[str, ...]:
    """Say of a file whose encoding is not sure what it was taken for; nothing of others."""
    return () if found.sure else (
        say("The letters of {name} are read as {encoding}, which is a guess. If names look wrong, choose another "
            "encoding.", name=name, encoding=called(found.fallback or found.encoding)),
    )  # fmt: skip


def may_be(encoding: str, head: bytes) -> bool:
    """Whether a text that begins so may be in an encoding; what is UTF-8 by its letters is in no other."""
    try:
        text = codecs.getincrementaldecoder(UTF_8)().decode(head)
    except UnicodeDecodeError:
        return codecs.lookup(encoding).name != UTF_8
    return text.isascii() or codecs.lookup(encoding).name.startswith("utf-8")


def look(path: Path, name: object, given: str | None = None) -> Look:
    """Find how a text file is written.

    Parameters
    ----------
    given
        Encoding that a person named; it is not questioned.

    Raises
    ------
    InputError
        When it is none that is known, or the file is no text at all.
    """
    if given is not None:
        try:
            "".encode(given)
        except LookupError as error:
            raise InputError(say("There is no encoding “{given}”. Usual ones are utf-8, gb18030, cp1252.",
                                 given=given)) from error
        encoding = codecs.lookup(given).name
        wide = encoding.startswith(("utf-16", "utf-32"))
        return Look(encoding, nul=not wide and _survey(path, name)[0])
    with failing(name), path.open("rb") as file:
        head = file.read(_EVIDENCE)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    zeros = marked if marked and marked != "utf-8-sig" else _wide(head)
    if zeros:
        return Look(zeros)
    if (len(head) - len(head.translate(None, _CONTROLS))) * 50 > len(head):
        raise InputError(say("{name} is not a text file. Give a CSV, JSON lines, Parquet or Excel file.", name=name))
    nul, valid = _survey(path, name)
    if valid:
        return Look(marked or UTF_8, nul=nul)
    return _mixed(path, name)._replace(nul=nul)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark, told by where its zero bytes are."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 40 < max(len(head), 40) or min(even, odd) > max(even, odd) // 20:
        return None
    if (len(head) - len(head.translate(None, _CONTROLS[1:]))) * 4 > len(head):  # no script has that many of them
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    return encoding if text.count("\ufffd") <= len(text) // 1000 and "\0" not in text else None


def _survey(path: Path, name: object) -> tuple[bool, bool]:
    """Whether there are zero bytes in a file, and whether it is UTF-8 to its end."""
    nul, valid = False, True
    decoder = codecs.getincrementaldecoder(UTF_8)()
    with failing(name), path.open("rb") as file, looping("", path.stat().st_size, takes=0.05) as told:
        while chunk := file.read(_CHUNK):
            told(file.tell())
            nul = nul or b"\0" in chunk
            if valid and not (chunk.isascii() and not decoder.getstate()[0]):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    valid = False
        if valid:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                valid = False
    return nul, valid


@dataclass
class _Evidence:
    lines: int = 0
    utf8: int = 0  # lines, or pieces of the file, that have letters beyond ASCII in UTF-8
    strong: int = 0  # those of them that no Chinese encoding is likely to have
    others: int = 0  # lines that are not UTF-8 …
    other: bytes = b""  # … and the first of them
    guess: Told | None = None


def _mixed(path: Path, name: object) -> Look:
    """Find the encoding of a file that is not all UTF-8, and the one of the lines that are not."""
    found = _evidence(path, name)
    if found.guess is None:
        if found.utf8 < found.others and found.others * 10 > found.lines:
            raise InputError(
                say("The letters of {name} are in an encoding that cannot be told. Name it (--encoding), or save the "
                    "file as UTF-8 and try again.", name=name)
            )
        return Look(UTF_8)
    encoding, sure = found.guess
    is_mixed = found.strong if encoding in PAIRED else found.utf8
    return Look(UTF_8, encoding, sure=sure) if is_mixed else Look(encoding, sure=sure)


def _evidence(path: Path, name: object) -> _Evidence:
    """Look at the lines that are not ASCII, one by one as long as it takes to tell their encoding."""
    found = _Evidence()
    with failing(name), path.open("rb") as file, looping("", path.stat().st_size, takes=0.1) as told:
        while chunk := file.read(_CHUNK) + file.readline(_CHUNK):
            told(file.tell())
            found.lines += chunk.count(b"\n")
            if chunk.isascii():
                continue
            if len(found.other) < _EVIDENCE:
                for line in chunk.splitlines():
                    _note(found, line)
            else:
                found.utf8 += bool(_UTF8_RUN.search(chunk))
                found.strong += bool(LONG_RUN.search(chunk))
    found.guess = tell(found.other)
    return found


def _note(found: _Evidence, line: bytes) -> None:
    if line.isascii():
        return
    try:
        line.decode(UTF_8)
    except UnicodeDecodeError:
        found.others += 1
        if len(found.other) < _EVIDENCE:
            found.other += line[:_EVIDENCE] + b"\n"
    else:
        found.utf8 += 1
        found.strong += bool(LONG_RUN.search(line))
