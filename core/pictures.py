"""Pictures of items: addresses on the web, or files in the workspace's folder ``images``.

What a catalogue names comes from outside. Of addresses only those of the web are passed on, for the browser to fetch;
of files only pictures that lie in that folder, read and made small here: no name leads out of it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from PIL.Image import Image

#: Folder of a workspace in which files of pictures lie.
FOLDER = "images"
#: Pixels of the longer side of a small picture, and bytes of a file from which on it is not read.
SIDE, LARGEST = 240, 20_000_000
#: Characters of an address that stay as they are.
_SAFE = "/:?#[]@!$&'()*+,;=%~"


def sources(folder: Path, places: Mapping[str, str]) -> dict[str, str]:
    """Return what a browser can show for each item; what cannot be shown is left out.

    Parameters
    ----------
    folder
        Of the workspace.
    places
        For each item, where the catalogue says its picture is (``core.store.pictures.places``).
    """
    found = {item: source(folder / FOLDER, place) for item, place in places.items()}
    return {item: shown for item, shown in found.items() if shown}


def source(folder: Path, place: str) -> str:
    """Return the address of a picture on the web, or a file of the folder as ``data:`` of a small one; "" for none.

    Examples
    --------
    >>> source(Path("."), "https://cdn.example/a b.jpg"), source(Path("."), "javascript:alert(1)")
    ('https://cdn.example/a%20b.jpg', '')
    """
    try:
        parts = urlsplit(place)
        if parts.scheme.lower() in ("http", "https") and parts.hostname:
            return quote(place, safe=_SAFE)
    except ValueError:  # an address that is none
        return ""
    file = file_of(folder, place)
    return "" if file is None else _small(file, file.stat().st_mtime_ns)


def file_of(folder: Path, place: str) -> Path | None:
    """Return the file of a picture that lies in a folder; None where there is none, or it is too large."""
    try:
        file = (folder / place).resolve()
        there = not urlsplit(place).scheme and file.is_relative_to(folder.resolve()) and file.is_file()
        return file if there and file.stat().st_size <= LARGEST else None
    except (ValueError, OSError):  # no name that a file can have
        return None


def opened(file: Path, side: int) -> Image | None:
    """Return a picture, made so small that no side is longer; None when the file is damaged, or holds none."""
    from PIL import Image as images

    try:
        with images.open(file) as picture:
            picture.thumbnail((side, side))
            clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            return picture.convert("RGBA" if clear else "RGB")
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError):
        return None


@lru_cache(maxsize=2_000)
def _small(file: Path, changed: int) -> str:
    """A file as ``data:`` of a small picture; "" when it is none. ``changed`` is when: another file is read anew."""
    picture = opened(file, SIDE)
    if picture is None:
        return ""
    kept, kind = BytesIO(), "PNG" if picture.mode == "RGBA" else "JPEG"
    picture.save(kept, kind, quality=85)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(kept.getvalue()).decode()}"
