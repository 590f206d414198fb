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
from urllib.parse import quote, urlsplit

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
        file = (folder / place).resolve()
        if parts.scheme.lower() in ("http", "https") and parts.hostname:
            return quote(place, safe=_SAFE)
        if parts.scheme or not file.is_relative_to(folder.resolve()) or not file.is_file():
            return ""
        about = file.stat()
    except (ValueError, OSError):  # no address, and no name that a file can have
        return ""
    return _small(file, about.st_mtime_ns) if about.st_size <= LARGEST else ""


@lru_cache(maxsize=2_000)
def _small(file: Path, changed: int) -> str:
    """A file as ``data:`` of a small picture; "" when it is none. ``changed`` is when: another file is read anew."""
    from PIL import Image

    try:
        with Image.open(file) as picture:
            picture.thumbnail((SIDE, SIDE))
            clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            kept, kind = BytesIO(), "PNG" if clear else "JPEG"
            picture.convert("RGBA" if clear else "RGB").save(kept, kind, quality=85)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # damaged, or no picture
        return ""
    return f"data:image/{kind.lower()};base64,{base64.b64encode(kept.getvalue()).decode()}"
