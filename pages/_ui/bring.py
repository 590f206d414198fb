"""The files that a person brings: uploaded or named by their path, and what each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.records import FilePreview
from pages._ui import frame, resources, words
from pages._ui.uploads import keep_named

if TYPE_CHECKING:
    from core.service import Shop

TYPES = ["csv", "tsv", "txt", "dat", "gz", "zip", "zst", "parquet", "json", "jsonl", "ndjson", "xlsx", "xls"]
ROLES = {
    "events": "What shoppers did",
    "items": "What the items are",
    "users": "Who the shoppers are",
}
ROUND = "_import_round"  # counts imports, so that each begins with empty fields


@dataclass(frozen=True)
class Brought:
    """One file, where it lies, and what it was understood to be."""

    path: Path
    uploaded: bool
    preview: FilePreview


def files(shop: Shop) -> list[Brought]:
    """Let the person bring files, and show what each of them is; none until all of them can be read."""
    places = _places(shop)
    found = []
    for path, uploaded in places.items():
        with st.container(border=True), frame.errors():
            found.append(Brought(path, uploaded, _one(shop, path)))
    return found if len(found) == len(places) else []


def choose_deed(path: Path, column: str) -> None:
    """Note which column of a file says what was done, so that its words are looked at."""
    st.session_state[f"_deed:{path}"] = column


def _places(shop: Shop) -> dict[Path, bool]:
    """Where the files lie, and whether they were uploaded."""
    turn = st.session_state.setdefault(ROUND, 0)
    uploads = st.file_uploader(
        "Files of the shop's logs: what shoppers did, and lists of items and of shoppers if there are any",
        type=TYPES,
        accept_multiple_files=True,
        key=f"import-files-{turn}",
    )
    with st.expander("Or name a file, a folder or a pattern on this machine", icon=":material/folder_open:"):
        at = st.text_input(
            "Path",
            value=st.query_params.get("path", ""),
            placeholder="/data/logs/2026-*.csv.gz",
            key=f"import-path-{turn}",
        )
        st.caption("For files that are too large to upload. They stay where they are, and are only read.")
    folder = Path(shop.workspace.path).resolve()
    kept = {keep_named(folder, upload.file_id, upload.name, upload.getbuffer()): True for upload in uploads}
    named = {Path(at.strip()).expanduser(): False} if (at or "").strip() else {}
    return {**named, **kept}


def _one(shop: Shop, path: Path) -> FilePreview:
    """Show one file: what it is, how long, and its first lines."""
    key = f"import-role-{path}"
    preview = resources.look(shop, path, st.session_state.get(key), st.session_state.get(f"_deed:{path}"))
    found = preview.suggestion
    left, right = st.columns([3, 2], vertical_alignment="center")
    lines = words.several(preview.lines, "line", "lines")
    left.markdown(f":material/description: **{words.plain(preview.file)}**  \n{lines}, {len(preview.columns)} columns")
    right.selectbox(
        "What it holds", list(ROLES), index=list(ROLES).index(found.role), format_func=ROLES.__getitem__, key=key
    )
    if found.remembered:
        st.caption(":material/history: A file with these columns was imported before; it is read in the same way.")
    st.dataframe(preview.rows, hide_index=True, placeholder="–")
    return preview
