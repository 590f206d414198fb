"""How files are read: what was understood of them, to be corrected, and what only a person can answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.language import Sayings, say
from core.records import ImportPlan
from core.schema import EXCEL, Col
from pages._ui import bring, meanings, parts, reading, words
from pages._ui.bring import Brought

if TYPE_CHECKING:
    from core.service import Shop

#: Set once an import found dates that can be read in several ways.
ASK_DATES = "_import_ask_dates"
_DATES = Sayings({
    "dmy": "The day comes first: 31/12/2026", "mdy": "The month comes first: 12/31/2026",
    EXCEL: "Days are counted, as spreadsheets do: 46387 is 31 December 2026",
})  # fmt: skip


def plan(shop: Shop, files: Sequence[Brought]) -> ImportPlan | None:
    """Show what the files are and how they are read, to be corrected; return what the import is told.

    None means that something is missing, which is said.
    """
    preset = parts.choose(shop, files)
    used = []
    for file in files:
        with st.container(border=True):
            if bring.card(shop, file, asks_role=preset is None):
                used.append(file)
    return _by_preset(shop, used, preset) if preset else _by_columns(shop, used)


def _by_preset(shop: Shop, files: Sequence[Brought], preset: str) -> ImportPlan | None:
    st.subheader(say("How it is read"), anchor=False)
    known = shop.preset_files(preset)
    roles = parts.assign(files, shop.preset_roles(preset, [file.group for file in files]), known)
    if not parts.missing(known, set(roles.values())):
        return None
    given: dict[str, list[str]] = {}
    for place, role in roles.items():
        given.setdefault(role, []).append(place)
    logs = [file for file in files if {roles.get(place) for place in file.group.places} & _logs(known)]
    dates = None
    if st.session_state.get(ASK_DATES):
        dates = _ask_dates((), None, "import-dates")
        if dates is None:
            return None
    return ImportPlan([], preset=preset, append=keep(shop), dates=dates, zone=zone(shop, logs), files=given,
                      readings=_readings(files))  # fmt: skip


def _logs(known: Sequence[parts.PresetFile]) -> set[str]:
    return {file.role for file in known if file.log}


def _by_columns(shop: Shop, files: Sequence[Brought]) -> ImportPlan | None:
    logs = [file for file in files if file.role == "events"]
    if not logs:
        st.info(say("A log of what shoppers did is needed too."), icon=":material/info:")
        return None
    st.subheader(say("How it is read"), anchor=False)
    own, orders, waits = {}, {}, False
    asked = _unclear(logs)
    for file in sorted(files, key=lambda file: list(bring.ROLES).index(file.role)):
        mapping, order = columns(file, titled=len(files) > 1, ask_dates=file in asked)
        waits |= file in asked and order is None
        own |= {place: mapping for place in file.group.places}
        orders |= {place: order for place in file.group.places if order}
    events, items, users = (
        [place for file in files if file.role == role for place in file.group.places] for role in bring.ROLES
    )
    told = ImportPlan(events, items, users, append=keep(shop), zone=zone(shop, logs), own=own, orders=orders,
                      readings=_readings(files))  # fmt: skip
    if waits:
        st.caption(say(":material/arrow_upward: Say first how the dates are written; then it can be tried."))
    return None if waits else told


def _readings(files: Sequence[Brought]) -> dict[str, dict[str, str | int]]:
    said = reading.said()
    return {place: said[place] for file in files for place in file.group.places if place in said}


def _unclear(logs: Sequence[Brought]) -> list[Brought]:
    """Return those logs whose dates a person must say how to read; an import finds out more than a look did."""
    asked = [file for file in logs if "dates" in file.preview.suggestion.questions]
    if st.session_state.get(ASK_DATES):
        return [file for file in logs if file in asked or file.preview.suggestion.order] or list(logs)
    return asked


def columns(file: Brought, titled: bool, ask_dates: bool) -> tuple[dict[str, str], str | None]:
    """Show what each column of files becomes, to be corrected; return a mapping, and how their dates are written."""
    with st.container(border=True):
        if titled:
            st.markdown(f":material/description: **{say(', ').join(map(words.plain, file.group.names[:3]))}**")
        asks = st.container()
        mapping = meanings.edit(file.place, file.preview)
        found = file.preview.suggestion
        deed, suggested = mapping.get(Col.TYPE, ""), next((g.source for g in found.columns if g.name == Col.TYPE), "")
        if deed in file.preview.columns and (deed != suggested or not found.words):
            bring.choose_deed(file.place, deed)
            if st.session_state.get(f"_asked:{file.place}") != deed:
                st.session_state[f"_asked:{file.place}"] = deed
                st.rerun()
        if deed == suggested:
            mapping |= meanings.deeds(file.place, found, deed)
        order = found.order if found.remembered else None
        if ask_dates:
            samples = file.preview.samples.get(mapping.get(Col.TS, ""), ())
            order = _ask_dates(samples, found.order, f"import-dates-{file.place}")
        with asks:
            meanings.asked(found, mapping, ask_dates and order is None)
        with st.expander(say("What each column becomes"), icon=":material/table:"):
            st.dataframe(meanings.becomes(file.preview, mapping), hide_index=True, placeholder="–")
    return mapping, order


def _ask_dates(samples: Sequence[str], likely: str | None, key: str) -> str | None:
    """Ask how dates are written that can be read in several ways; None until it is answered."""
    orders = list(_DATES)
    answer = st.radio(
        say("The dates can be read in several ways. Which is it?"),
        orders,
        index=orders.index(likely) if likely in orders else None,
        format_func=_DATES.get,
        key=key,
    )
    if samples:
        st.caption(say("For example {shown}", shown=say(", ").join(map(words.plain, samples[:3]))))
    return answer


def zone(shop: Shop, logs: Sequence[Brought]) -> str | None:
    """Ask for the store's time zone, where the times name none; once it was chosen it can be changed."""
    known = shop.zone()
    if all(file.preview.suggestion.zoned for file in logs):
        return known
    zones = shop.zones()
    if known is None:
        return _choose_zone(zones, "UTC")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say(":material/schedule: Times that name no zone are read in the store's, {known}.",
                       known=words.plain(known)))
        with st.popover(say("Change"), type="tertiary"):
            return _choose_zone(zones, known)


def _choose_zone(zones: Sequence[str], likely: str) -> str:
    return str(st.selectbox(
        say("The store's time zone, as the times name none"), zones, index=zones.index(likely), key="import-zone"
    ))  # fmt: skip


def keep(shop: Shop) -> bool:
    """Ask whether the files add to what is there; True when nothing is."""
    if shop.version is None:
        return True
    info = shop.info()
    ways = {
        True: say("Add to the {events} events that are there", events=words.count(info.events)),
        False: say("Start anew with these files alone"),
    }
    return bool(st.radio(say("What is there already"), list(ways), index=int(info.generated), format_func=ways.get))
