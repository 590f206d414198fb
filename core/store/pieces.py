"""Which files a path stands for: a folder, a pattern, an archive or a workbook is several.

Files that are clearly no logs (notes, pictures, what an operating system leaves behind) are passed over.
"""

from __future__ import annotations

import glob
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import InputError
from core.language import say
from core.store import sheets
from core.store.dialect import Reading
from core.store.kinds import DAMAGED, Kind, failing, kind_at

#: What members of archives and files of folders are called that are no logs.
_NEVER = (".md", ".pdf", ".html", ".htm", ".docx", ".png", ".jpg", ".jpeg", ".gif", ".crc", ".py", ".sql", ".xml")


@dataclass(frozen=True)
class Piece:
    """One file to be read, perhaps within another; it answers for its path where only a name is asked for.

    Parameters
    ----------
    path
        File on the disk.
    member
        File in the archive, or sheet of the workbook, at that path.
    encoding, names_in
        What a person said of how it is read, as ``Reading`` has it; 0 where no line has the names of the columns.
    """

    path: Path
    member: str | None = None
    encoding: str | None = None
    names_in: int | None = None

    @property
    def name(self) -> str:
        """What reports call it: ``logs.zip: may.csv``."""
        return f"{self.path.name}: {self.member}" if self.member else self.path.name

    @property
    def parts(self) -> tuple[str, ...]:
        """Folders and names that lead to it."""
        return (*self.path.parts, *PurePosixPath(self.member or "").parts)

    @property
    def said(self) -> tuple[str | int, ...]:
        """What a person said of how it is read."""
        return tuple(told for told in (self.encoding, self.names_in) if told is not None)

    def read_as(self, how: Reading) -> Reading:
        """Return how it is read, where a person's word outdoes what is known of such files."""
        header = how.header
        if self.names_in is not None and (self.names_in or not isinstance(header, Sequence)):
            header = self.names_in > 0
        return replace(how, encoding=self.encoding or how.encoding, header=header, names_in=self.names_in)

    def __str__(self) -> str:
        return f"{self.path}: {self.member}" if self.member else str(self.path)

    def __fspath__(self) -> str:
        return str(self.path)


def expand(path: Path | str, said: Mapping[str, Mapping[str, Any]] | None = None) -> list[Piece]:
    """Find the files that a path stands for, in the order of their names.

    Parameters
    ----------
    path
        A file; a folder, whose files are found in its folders too; a pattern such as ``logs/*.csv``; a
        zip archive; a workbook, of which every sheet that is not empty is one; or one file within another,
        as its piece is written: ``orders.xlsx: May``.
    said
        What a person said of how single files are read, by their places (``str`` of a piece).

    Raises
    ------
    InputError
        When there is nothing to read.
    """
    found = [piece for file in _files(str(path)) for piece in _within(file)]
    if not found:
        raise InputError(say("{path} has no file that could be a log.", path=path))
    return [replace(piece, **(said or {}).get(str(piece), {})) for piece in found]


def _files(path: str) -> list[Path]:
    if Path(path).is_dir():
        with failing(path):
            files = [file for file in sorted(Path(path).rglob("*")) if file.is_file()]
        return [file for file in files if _may_be(file.relative_to(path))]
    if Path(path).exists() or not glob.has_magic(path) or _inside(path):
        return [Path(path)]
    matching = [Path(name) for name in sorted(glob.glob(path, recursive=True))]
    if not matching:
        raise InputError(say("No file is called {path}.", path=path))
    return [found for one in matching for found in (_files(str(one)) if one.is_dir() else [one])]


def _may_be(path: Path | PurePosixPath) -> bool:
    """Whether a file found in a folder or an archive may be a log, by its name alone."""
    hidden = any(part.startswith((".", "_", "~$")) and "=" not in part for part in path.parts)
    return not hidden and path.suffix.lower() not in _NEVER and not path.stem.lower().startswith(("readme", "license"))


def _inside(path: str) -> Piece | None:
    """Return the piece that a place within a file is, ``logs.zip: may.csv``, if it is one."""
    for end in (found.start() for found in re.finditer(": ", path)):
        if Path(path[:end]).is_file():
            return Piece(Path(path[:end]), path[end + 2 :])
    return None


def _within(file: Path) -> list[Piece]:
    inside = None if file.exists() else _inside(str(file))
    if inside is not None:
        return [inside]
    kind = kind_at(file)
    if kind is Kind.ZIP:
        return [Piece(file, member) for member in members(file)]
    if kind is Kind.WORKBOOK:
        return [Piece(file, sheet) for sheet in sheets.filled(file, str(file))]
    return [Piece(file)]


def members(archive: Path) -> list[str]:
    """Return the names of the files in a zip archive that may be logs.

    Raises
    ------
    InputError
        When it is no whole archive, or has nothing to read.
    """
    with failing(archive):
        try:
            with zipfile.ZipFile(archive) as file:
                found = list(_readable(file))
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise InputError(say("{archive} is not a whole zip archive: {damaged}",
                                 archive=archive, damaged=say(DAMAGED))) from error
    if not found:
        raise InputError(say("{archive} has no file that could be a log.", archive=archive))
    return found


def _readable(archive: zipfile.ZipFile) -> Iterator[str]:
    for info in archive.infolist():
        name = PurePosixPath(info.filename)
        if not info.is_dir() and info.file_size and _may_be(PurePosixPath(*(p for p in name.parts if p != ".."))):
            yield info.filename
