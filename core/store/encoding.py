"""Finds the encoding of a text file.

Only UTF-8, UTF-16, UTF-32, GB18030 (with GBK) and Western European text are told apart; what is none of
them is refused unless a person names the encoding.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.errors import InputError
from core.language import say
from core.store.kinds import failing
from core.store.watch import looping

_CHUNK = 1 << 22
_EVIDENCE = 1 << 18  # bytes of lines that are not ASCII, to tell an encoding by
UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN, CHINESE = "cp1252", "gb18030"
#: Where these Western signs stand next to letters, the text is of another part of the world, or of another system.
_OUT_OF_PLACE = re.compile(
    rb"[A-Za-z\xc0-\xff][\x8e\x94\x9f\xa3\xa5\xa6\xac\xaf\xb3\xb6\xb9\xbc\xbe\xbf]+[A-Za-z\xc0-\xff]"
    rb"|[\xb3\xb9][A-Za-z\xc0-\xff]|[A-Za-z\xc0-\xff][\x82\x84]"
)
#: All the high bytes that stand together, where they are letters of UTF-8; those of three bytes each.
_UTF8_RUN = re.compile(rb"(?<![\x80-\xff])(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
LONG_RUN = re.compile(rb"(?<![\x80-\xff])(?:[\xe0-\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
#: So many different Chinese letters in a row with none from the second half of the alphabet would be a wonder.
_FEW_LETTERS = 8
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b\x1e\x1f")))  # NUL first
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")


class Look(NamedTuple):
    """How a text file is written."""

    encoding: str
    fallback: str | None = None  # for lines that are not in that encoding
    nul: bool = False  # whether there are NUL bytes in it that are no part of letters


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
    return Look(*_mixed(path, name), nul=nul)


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
    guess: str | None = None


def _mixed(path: Path, name: object) -> tuple[str, str | None]:
    """Find the encoding of a file that is not all UTF-8, and the one of the lines that are not."""
    found = _evidence(path, name)
    if found.guess is None:
        if found.utf8 < found.others and found.others * 10 > found.lines:
            raise InputError(
                say("The letters of {name} are in an encoding that cannot be told. Save it as UTF-8 and try again.",
                    name=name)
            )
        return UTF_8, None
    is_mixed = found.strong if found.guess == CHINESE else found.utf8
    return (UTF_8, found.guess) if is_mixed else (found.guess, None)


def _evidence(path: Path, name: object) -> _Evidence:
    """Look at the lines that are not ASCII, one by one as long as it takes to tell their encoding."""
    found = _Evidence()
    with failing(name), path.open("rb") as file:
        while chunk := file.read(_CHUNK) + file.readline(_CHUNK):
            found.lines += chunk.count(b"\n")
            if chunk.isascii():
                continue
            if len(found.other) < _EVIDENCE:
                for line in chunk.splitlines():
                    _note(found, line)
            else:
                found.utf8 += bool(_UTF8_RUN.search(chunk))
                found.strong += bool(LONG_RUN.search(chunk))
    found.guess = western_or_chinese(found.other)
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


def western_or_chinese(text: bytes) -> str | None:
    """Tell GB18030 from Western European text by the bytes beyond ASCII; None when it looks like neither.

    Common Chinese letters are pairs of high bytes whose first is 0xB0–0xD7; Western letters stand alone between
    ASCII letters, or by twos, and mostly begin with 0xC0 or above.
    """
    if _chinese(text):
        return CHINESE
    if b"\xff\xfe" in text or b"\xfe\xff" in text or _OUT_OF_PLACE.search(text):
        return None
    high = re.findall(rb"[\x80-\xff]+", text)
    if sum(len(run) for run in high if len(run) > 3) * 2 > sum(map(len, high)):
        return None
    try:
        text.decode(WESTERN)
    except UnicodeDecodeError:
        return None
    return WESTERN


def _chinese(text: bytes) -> bool:
    pairs = [pair for run in re.findall(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe])+", text) for pair in _PAIR.findall(run)]
    if not pairs or text.decode("gb18030", errors="replace").count("\ufffd") > len(pairs) // 1000:
        return False
    common = [pair for pair in pairs if (0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3) and pair[1] >= 0xA1]
    if len(common) * 10 < len(pairs) * 7:
        return False
    letters = set(pairs)  # Korean ones are written in pairs too, but none begins with 0xC9 or more
    return len(letters) < _FEW_LETTERS or any(0xC9 <= letter[0] <= 0xD7 for letter in letters)
