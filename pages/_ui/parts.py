"""A publisher's files: whose they are, which is which, which are missing and what is missing without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.language import listed, say
from core.records import PresetFile
from pages._ui import results, words
from pages._ui.bring import Brought

if TYPE_CHECKING:
    from core.service import Shop


def choose(shop: Shop, files: Sequence[Brought]) -> str | None:
    """Let the person choose whose files they are; None where they are read column by column."""
    about = shop.presets()
    found = next((file.preview.suggestion.preset for file in files if file.preview.suggestion.preset in about), None)
    names = ["", *about]
    chosen = st.selectbox(
        say("Whose files they are"),
        names,
        index=names.index(found) if found else 0,
        format_func=lambda name: f"{name}: {about[name]}" if name else say("The shop's own: read column by column"),
        key=f"import-preset-{files[0].place}",
    )
    if chosen and chosen == found:
        st.caption(say(":material/verified: The columns are those that this publisher's files have."))
    return str(chosen) or None


def assign(files: Sequence[Brought], roles: Mapping[str, str | None], known: Sequence[PresetFile]) -> dict[str, str]:
    """Let the person say which of the publisher's files each is; return place → role without those left out."""
    chosen: dict[str, str] = {}
    for file in files:
        alike: dict[str, list[int]] = {}
        for number, place in enumerate(file.group.places):
            alike.setdefault(roles[place] or "", []).append(number)
        for role, numbers in alike.items():
            names = say(", ").join(words.plain(file.group.names[number]) for number in numbers)
            said = _choose(names, role, known, file.group.places[numbers[0]])
            chosen |= {file.group.places[number]: said for number in numbers if said}
    return chosen


def _choose(names: str, role: str, known: Sequence[PresetFile], place: str) -> str:
    options = ["", *(file.role for file in known)]
    said = st.selectbox(
        say("{names} is", names=names),
        options,
        index=options.index(role),
        format_func=lambda one: one.replace("_", " ") if one else say("None of the publisher's files: leave it out"),
        key=f"import-part-{place}-{role}",
    )
    return str(said)


def missing(known: Sequence[PresetFile], there: set[str]) -> bool:
    """Say which of the publisher's files are not there, and what is missing without them; whether a log is there."""
    logs = [file for file in known if file.log]
    if not there & {file.role for file in logs}:
        names = say(" or ").join(_called(file) for file in logs)
        st.warning(say("What shoppers did is in {names}, which is not here.", names=names), icon=":material/warning:")
        return False
    lines = [f"- {_called(file)}: {_without(file)}" for file in known if file.role not in there]
    if lines:
        with st.container(border=True):
            st.markdown(say("**What this publisher has besides, and is not here**  \nBring it too, or go on without."))
            st.markdown("\n".join(lines))
    return True


def _called(file: PresetFile) -> str:
    return f"**{words.plain(file.names[0] if file.names else file.role.replace('_', ' '))}**"


def _without(file: PresetFile) -> str:
    """What is missing without one of a publisher's files."""
    if file.log:
        return say("the events in it are missing without it.")
    told = {
        what: [results.name(name).lower() for name in names if name not in ("item_id", "user_id")]
        for what, names in file.tells.items()
    }
    parts = []
    if told.get("items"):
        parts.append(say("items have no {names}", names=listed(told["items"])))
    if told.get("users"):
        parts.append(say("shoppers have no {names}", names=listed(told["users"])))
    if file.looked_up_by:
        roles = [role.replace("_", " ") for role in file.looked_up_by]
        parts.append(say("{roles} cannot be looked up in it", roles=listed(roles)))
    missing = say(" and ").join(parts) or say("nothing else is missing")
    return say("without it, {missing}.", missing=missing)
