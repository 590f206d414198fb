"""The files that a person brings: uploaded or named by their path, and what each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import ShopperLensError
from core.language import Sayings, say
from core.records import FileGroup, FilePreview
from pages._ui import reading, resources, words
from pages._ui.uploads import keep_named

if TYPE_CHECKING:
    from core.service import Shop

ROLES = Sayings({
    "events": "What shoppers did",
    "items": "What the items are",
    "users": "Who the shoppers are",
})
LEFT_OUT = "-"
ROUND = "_import_round"  # counts imports, so that each begins with empty fields
BACK = "_import_back"  # uploads of an import that did not come to an end
_NAMED = 5  # files of a group that are called by their names


@dataclass(frozen=True)
class Brought:
    """Files with the same columns, and what the first of them was understood to be."""

    group: FileGroup
    preview: FilePreview

    @property
    def place(self) -> str:
        """Where the first of them lies; it stands for all."""
        return self.group.places[0]

    @property
    def role(self) -> str:
        """What they hold."""
        return self.preview.suggestion.role


def uploads(shop: Shop) -> tuple[list[Path], list[str]]:
    """Let the person bring files; return the uploads, and all places that were named."""
    turn = st.session_state.setdefault(ROUND, 0)
    given = st.file_uploader(
        say("Files of the shop's logs: what shoppers did, and lists of items and of shoppers if there are any. CSV, "
            "Excel, JSON or Parquet, packed or not"),
        accept_multiple_files=True,
        key=f"import-files-{turn}",
    )
    with st.expander(say("Or name a file, a folder or a pattern on this machine"), icon=":material/folder_open:"):
        at = st.text_input(
            say("Path"),
            value=st.query_params.get("path", ""),
            placeholder="/data/logs/2026-*.csv.gz",
            key=f"import-path-{turn}",
        )
        st.caption(say("For files that are too large to upload. They stay where they are, and are only read."))
    folder = Path(shop.workspace.path).resolve()
    kept = [keep_named(folder, upload.file_id, upload.name, upload.getbuffer()) for upload in given] or _back()
    named = [str(Path(at.strip()).expanduser())] if (at or "").strip() else []
    return kept, [*named, *map(str, kept)]


def _back() -> list[Path]:
    """Uploads of an import that failed or was cancelled, until others are brought or these are taken away."""
    kept = [Path(file) for file in st.session_state.get(BACK, ()) if Path(file).is_file()]
    if kept:
        names = say(", ").join(words.plain(path.name) for path in kept)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(say(":material/history: From before: {names}", names=names))
            forget = st.session_state.pop
            st.button(say("Take away"), icon=":material/close:", type="tertiary", on_click=forget, args=(BACK,))
    return kept


def understood(shop: Shop, places: Sequence[str]) -> list[Brought] | None:
    """Say what the files at these places are; None until those that cannot be read are taken away or left out."""
    found, waits = [], False
    reading.recall(shop, places)
    for group in resources.groups(shop, places, reading.said()):
        try:
            found.append(Brought(group, _look(shop, group)))
        except ShopperLensError as error:
            with st.container(border=True):
                title = say("{files} cannot be read", files=_names(group))
                st.error(words.plain(_said(error, group)), icon=":material/error:", title=title)
                reading.choose(shop, group, None)
                left = len(places) > 1 and st.checkbox(say("Go on without it"), key=f"import-without-{group.places[0]}")
            waits |= not left
    return None if waits else found


def _look(shop: Shop, group: FileGroup) -> FilePreview:
    if group.error:
        raise ShopperLensError(group.error)
    place = group.places[0]
    role = st.session_state.get(_key(group))
    deed = st.session_state.get(f"_deed:{place}")
    return resources.look(shop, place, None if role == LEFT_OUT else role, deed, reading.said())


def _said(error: ShopperLensError, group: FileGroup) -> str:
    """Call files by their names, not by where their uploads are kept."""
    said = str(error)
    for place, name in zip(group.places, group.names, strict=True):
        said = said.replace(place, name)
    return said


def choose_deed(place: str, column: str) -> None:
    """Note which column of a file says what was done, so that its words are looked at."""
    st.session_state[f"_deed:{place}"] = column


def card(shop: Shop, file: Brought, asks_role: bool) -> bool:
    """Draw what files are: how long, and the first lines; return False when they are to be left out."""
    preview, group = file.preview, file.group
    left, right = st.columns([3, 2], vertical_alignment="center")
    lines = words.several(preview.lines, "line", "lines") + _more(group)
    left.markdown(say(":material/description: **{files}**  \n{lines}, {columns} columns",
                      files=_names(group), lines=lines, columns=len(preview.columns)))
    role: str | None = file.role
    if asks_role:
        names = {**ROLES, LEFT_OUT: say("None of these: leave it out")}
        role = right.selectbox(
            say("What it holds"), list(names), index=list(names).index(file.role), format_func=names.__getitem__,
            key=_key(group),
        )
    if preview.suggestion.remembered:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(say(":material/history: A file with these columns was imported before; it is read in the same "
                           "way."))
            st.button(say("Forget that"), type="tertiary", key=f"import-forget-{file.place}", on_click=_forget,
                      args=(shop, file))  # fmt: skip
    st.dataframe(preview.rows, hide_index=True, placeholder="–")
    reading.choose(shop, group, preview)
    return role != LEFT_OUT


def _forget(shop: Shop, file: Brought) -> None:
    shop.forget_answers(file.preview)
    reading.forget(file.group)
    resources.forget_looks()


def _key(group: FileGroup) -> str:
    return f"import-role-{group.places[0]}"


def _names(group: FileGroup) -> str:
    shown = say(", ").join(words.plain(name) for name in group.names[:_NAMED])
    more = len(group.names) - _NAMED
    return say("{shown} and {more} more", shown=shown, more=more) if more > 0 else shown


def _more(group: FileGroup) -> str:
    if len(group.names) < 2:
        return ""
    return say(" in the first of {count} files that are read in the same way", count=len(group.names))
