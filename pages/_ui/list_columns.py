"""What a list was taken for, its columns and words, and its first rows: for the person who brought it to put right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.language import Sayings, say
from core.lists.records import CAMPAIGN, LABEL, LOG, PAIRS, SHOPPERS, ListPlan, NotUnderstood
from core.schema import Col
from pages._ui import meanings, resources

if TYPE_CHECKING:
    from core.service import Shop

_KINDS = Sayings({PAIRS: "Pairs of shopper and item", SHOPPERS: "Shoppers", LOG: "A log of what shoppers did"})
_COLUMNS = Sayings({Col.USER: "The shopper", Col.ITEM: "The item", LABEL: "What happened (yes or no)"})
#: What lines of a log may say, what they must first.
_DEEDS = (Col.USER, Col.ITEM, Col.TYPE, Col.TS, Col.PRICE, Col.QUANTITY, Col.SESSION, Col.QUERY, Col.VALUE, Col.DWELL,
          Col.TEXT, Col.SLOT, Col.POSITION, Col.IMPRESSION)  # fmt: skip
_WORD = f"{Col.TYPE}:"


def said(file: Path) -> dict[str, Any]:
    """Return what was said of a list: ``mapping`` and ``kind``, as ``ListAsk`` takes them."""
    found: dict[str, Any] = st.session_state.setdefault(f"score-said-{file}", {"mapping": {}, "kind": None})
    return found


def keep(file: Path) -> None:
    """Remember what was chosen while the fields are not drawn."""
    for key in [key for key in st.session_state if str(key).startswith((f"import-map-{file}", f"import-word-{file}"))]:
        st.session_state[key] = st.session_state[key]


def draw(shop: Shop, file: Path, seen: ListPlan | NotUnderstood) -> None:
    """Show what a list was taken for and its first rows; what the person changes is read anew."""
    refused = isinstance(seen, NotUnderstood)
    with st.expander(say("How the list was read, and its first rows"), icon=":material/table:", expanded=refused):
        if seen.kind != CAMPAIGN:
            _kind(file, seen.kind)
        if seen.kind == LOG:
            _log(shop, file, seen)
        else:
            row = st.container(horizontal=True)
            for key, label in _COLUMNS.items():
                _column(row, file, seen, str(key), label)
        st.dataframe(seen.preview, hide_index=True, placeholder="–")


def _kind(file: Path, now: str) -> None:
    chosen = st.segmented_control(
        say("What the list is"), list(_KINDS), default=now, format_func=_KINDS.__getitem__,
        key=f"score-kind-{file}-{now}",
    )  # fmt: skip
    if chosen and chosen != now:
        said(file)["kind"] = chosen
        st.rerun()


def _column(
    row: st.delta_generator.DeltaGenerator, file: Path, seen: ListPlan | NotUnderstood, key: str, label: str
) -> None:
    none = "–"
    now = seen.mapping.get(key, none)
    options = [*([none] if key != Col.USER or now == none else []), *seen.columns]
    chosen = row.selectbox(
        label, options, index=options.index(now) if now in options else 0, key=f"score-column-{file}-{key}-{now}"
    )
    about, meant = said(file), "" if chosen == none else chosen
    if chosen != now and about["mapping"].get(key) != meant:
        about["mapping"] = {**about["mapping"], key: meant}
        about["kind"] = None if key == Col.ITEM and about["kind"] == SHOPPERS else about["kind"]
        st.rerun()


def _log(shop: Shop, file: Path, seen: ListPlan | NotUnderstood) -> None:
    """Draw what each column of a log is, and what its words for what was done mean."""
    deed = seen.mapping.get(Col.TYPE)
    shown = resources.look_at_list(shop, file, deed if deed in seen.columns else None)
    chosen = meanings.edit(str(file), shown, _DEEDS)
    if chosen.get(Col.TYPE) == deed:
        chosen |= meanings.deeds(str(file), shown.suggestion, str(deed))
    suggested = {guess.name: guess.source for guess in resources.look_at_list(shop, file, None).suggestion.columns}
    suggested |= {f"{_WORD}{word.word}": str(word.event) for word in shown.suggestion.words}
    changed = _changed(suggested, chosen)
    if changed != said(file)["mapping"]:
        said(file)["mapping"] = changed
        st.rerun()


def _changed(suggested: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen otherwise than it was suggested; "" where nothing was."""
    asked = [name for name in {**suggested, **chosen} if name in _DEEDS or name.startswith(_WORD)]
    return {name: chosen.get(name, "") for name in asked if chosen.get(name, "") != suggested.get(name, "")}
