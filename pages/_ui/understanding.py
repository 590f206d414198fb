"""How files are read: what was understood of them, to be corrected, and what only a person can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.records import ImportPlan
from core.schema import Col
from pages._ui import bring, meanings, words
from pages._ui.bring import Brought

if TYPE_CHECKING:
    from core.service import Shop

#: Set once an import found dates that can be read in two ways.
ASK_DATES = "_import_ask_dates"
_DATES = {"dmy": "The day comes first: 31/12/2026", "mdy": "The month comes first: 12/31/2026"}


def plan(shop: Shop, files: list[Brought]) -> ImportPlan:
    """Show how the files are read, to be corrected; return what the import is told."""
    st.subheader("How it is read", anchor=False)
    firsts = {file.preview.suggestion.role: file for file in reversed(files)}
    preset = choose_preset(shop, firsts["events"]) if "events" in firsts else None
    mapping: dict[str, str] = {}
    for role, file in sorted(firsts.items()):
        if preset is None:
            mapping |= columns(file, titled=len(firsts) > 1 and role in bring.ROLES)
    paths = {role: [str(file.path) for file in files if file.preview.suggestion.role == role] for role in bring.ROLES}
    dates, zone = clock(shop, [file for file in files if file.preview.suggestion.role == "events"], preset)
    if preset is not None:  # it knows its files by their names and columns
        return ImportPlan([str(file.path) for file in files], None, None, preset, {}, keep(shop), dates, zone)
    beside = {role: next(iter(reversed(paths[role])), None) for role in ("items", "users")}
    return ImportPlan(paths["events"], beside["items"], beside["users"], preset, mapping, keep(shop), dates, zone)


def choose_preset(shop: Shop, file: Brought) -> str | None:
    """Let the person choose whose files they are; None where they are read column by column."""
    about = shop.presets()
    found = file.preview.suggestion.preset
    names = ["", *about]
    chosen = st.selectbox(
        "Whose files they are",
        names,
        index=names.index(found) if found in about else 0,
        format_func=lambda name: f"{name}: {about[name]}" if name else "The shop's own: read column by column",
        key=f"import-preset-{file.path}",
    )
    if chosen and chosen == found:
        st.caption(":material/verified: The columns are those that this publisher's files have.")
    return str(chosen) or None


def columns(file: Brought, titled: bool) -> dict[str, str]:
    """Show what each column of a file becomes, to be corrected; return it as a mapping."""
    with st.container(border=True):
        if titled:
            st.markdown(f":material/description: **{words.plain(file.preview.file)}**")
        mapping = meanings.edit(file.path, file.preview)
        found = file.preview.suggestion
        deed, suggested = mapping.get(Col.TYPE, ""), next((g.source for g in found.columns if g.name == Col.TYPE), "")
        if deed in file.preview.columns and (deed != suggested or not found.words):
            bring.choose_deed(file.path, deed)
            if st.session_state.get(f"_asked:{file.path}") != deed:
                st.session_state[f"_asked:{file.path}"] = deed
                st.rerun()
        if deed == suggested:
            mapping |= meanings.deeds(file.path, found, deed)
        with st.expander("What each column becomes", icon=":material/table:"):
            st.dataframe(meanings.becomes(file.preview, mapping), hide_index=True, placeholder="–")
    return mapping


def clock(shop: Shop, logs: list[Brought], preset: str | None) -> tuple[str | None, str | None]:
    """Ask what the times do not say: whether days or months come first, and the store's zone."""
    found = [file.preview.suggestion for file in logs]
    dates = next((one.order for one in found if one.order), None)
    unclear = any("dates" in one.questions for one in found) or st.session_state.get(ASK_DATES, False)
    if preset is None and unclear:
        dates = str(st.radio("The dates can be read in two ways. Which is it?", list(_DATES), format_func=_DATES.get))
    zone = shop.zone()
    if not all(one.zoned for one in found):
        zones = shop.zones()
        zone = st.selectbox("The store's time zone, as the times name none", zones, index=zones.index(zone or "UTC"))
    return dates, zone


def keep(shop: Shop) -> bool:
    """Ask whether the files add to what is there; True when nothing is."""
    if shop.version is None:
        return True
    info = shop.info()
    ways = {
        True: f"Add to the {words.count(info.events)} events that are there",
        False: "Start anew with these files alone",
    }
    return bool(st.radio("What is there already", list(ways), index=int(info.generated), format_func=ways.get))
