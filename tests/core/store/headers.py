"""The files of ``headers.toml``: a few lines each, and how they are rightly read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple


class Header(NamedTuple):
    """One file, and how it is rightly read."""

    file: str
    text: str
    right: dict[str, str]
    words: dict[str, str] = {}
    role: str = "events"


def _read() -> dict[str, Header]:
    given = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))["header"]
    return {one.pop("name"): Header(**one) for one in given}


HEADERS = _read()
