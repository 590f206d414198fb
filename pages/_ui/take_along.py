"""The shoppers of a segment as a file: what it tells of each, at once or prepared beside the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import Node
from core.errors import ShopperLensError
from core.exports.records import Export, ExportAsk
from core.language import Sayings, say
from core.sinks import CSV, EXCEL, PARQUET
from pages._ui import keeping, phrases, stamp, words, work
from pages._ui.take_table import FORMATS, MIME

if TYPE_CHECKING:
    from core.service import Shop

_KEPT = Sayings({
    EXCEL: "A second sheet says what the list is, how fresh, and what each column means.",
    CSV: "Opens everywhere; a spreadsheet may drop the zeros that ids begin with, which Excel’s own format keeps.",
    PARQUET: "For programs: exact numbers under the columns’ own keys.",
})
_MOST = 10
_SHOWN = 4  # prepared lists
_EVERY = "2s"


def choose(
    shop: Shop, tree: Node, name: str, show: Sequence[str], columns: pd.DataFrame, many: int
) -> None:
    """Draw what a list is to hold, and the way to it: a download, or where it takes long, a job.

    Parameters
    ----------
    name
        What the list is called.
    show
        Columns that are proposed.
    many
        Shoppers of the segment.
    """
    with st.popover(say("Take this list along"), icon=":material/download:"):
        format = st.segmented_control(say("As"), list(FORMATS), default=EXCEL, format_func=FORMATS.__getitem__,
                                      key="export-format", required=True)  # fmt: skip
        chosen = st.multiselect(
            say("What it tells of each shopper"), columns["key"].tolist(), default=list(show),
            format_func=dict(zip(columns["key"], _labels(columns), strict=True)).__getitem__,
            key=f"export-columns-{sorted(show)}",
        )  # fmt: skip
        items = 0
        if shop.model_name is not None:
            likely = (say("Items that each is likeliest to buy next") if shop.baskets
                      else say("Items that each is likeliest to click"))  # fmt: skip
            items = int(st.number_input(likely, 0, _MOST, 0, key="export-items"))
        ask = ExportAsk(tuple(chosen), items, format)
        said = phrases.bare(phrases.sentence(tree, columns, {one.id: one.name for one in shop.segments.all()}))
        if ask.quick(many):
            st.download_button(
                say("Download all {number} as {format}", number=words.count(many), format=FORMATS[format]),
                lambda: shop.exports.content(tree, name, ask, said), shop.exports.file_name(name, ask), MIME[format],
                icon=":material/download:", type="primary", on_click="ignore",
            )  # fmt: skip
        else:
            st.button(say("Prepare {shoppers} as {format}", format=FORMATS[format],
                          shoppers=words.several(many, "shopper", "shoppers")), type="primary",
                      icon=":material/play_arrow:", on_click=_start, args=(shop, tree, name, ask, said))  # fmt: skip
            st.caption(say("This takes a while and runs beside your work. The file waits here, below the table."))
        st.caption(f"{_KEPT[format]} {stamp.said(shop)}")


def prepared(shop: Shop) -> None:
    """Draw the lists that were asked for as jobs: how far each is, or its file."""
    keeping.refused()
    found = shop.exports.all()
    if not found:
        return
    st.markdown(say("**Lists to take along**"))
    every = len(found) <= _SHOWN or st.toggle(say("Show all {number}", number=len(found)), key="exports-all")
    shown = found if every else found[:_SHOWN]
    for one in shown:
        with st.container(border=True):
            if one.active:
                _watch(shop, one.id)
            else:
                _row(shop, one)


@st.fragment(run_every=_EVERY)
def _watch(shop: Shop, id: str) -> None:
    """Follow a list that is being written; reload the page at its end."""
    one = shop.exports.get(id)
    if not one.active:
        st.rerun(scope="app")
    state = say("waits for its turn") if one.status == "queued" else words.plain(one.message or say("has begun"))
    st.progress(min(1.0, max(0.0, shop.job(id).progress)), text=f"**{words.plain(one.name)}** – {state}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("It goes on when this page is closed, and waits here."), width="content")
        st.button(say("Cancel"), icon=":material/cancel:", key=f"export-cancel-{id}", on_click=shop.exports.cancel,
                  args=(id,))  # fmt: skip


def _row(shop: Shop, one: Export) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    label, colour, icon = work.STATUS[one.status]
    with row.container(width="stretch"):
        st.markdown(f"**{words.plain(one.name)}** :{colour}-badge[:material/{icon}: {say(label)}]")
        kept = "" if one.file else say(" · {number} are found and kept", number=words.count(one.reached))
        why = f" · {words.plain(one.error)}" if one.error else ""
        st.caption(say("{shoppers} · {created} (UTC) · data version {version}, model {model}{kept}{why}",
                       shoppers=words.several(one.shoppers, "shopper", "shoppers"),
                       created=words.moment(one.created), version=one.version,
                       model=words.plain(one.model or say("none")), kept=kept, why=why))  # fmt: skip
    if one.file is not None:
        row.download_button(
            say("Download as {format}", format=FORMATS[one.ask.format]), one.file.read_bytes, one.file.name,
            MIME[one.ask.format], icon=":material/download:", on_click="ignore", key=f"export-{one.id}",
        )  # fmt: skip
    else:
        row.button(say("Go on"), icon=":material/play_arrow:", key=f"export-go-{one.id}", on_click=_do,
                   args=(shop.exports.resume, one.id))  # fmt: skip
    row.button(say("Delete"), icon=":material/delete:", key=f"export-delete-{one.id}", on_click=_do,
               args=(shop.exports.delete, one.id))  # fmt: skip


def _labels(columns: pd.DataFrame) -> list[str]:
    return [say("{label} – predicted", label=row.label) if row.kind == "predicted" else str(row.label)
            for row in columns.itertuples()]  # fmt: skip


def _start(shop: Shop, tree: Node, name: str, ask: ExportAsk, said: str) -> None:
    try:
        shop.exports.start(tree, name, ask, said)
    except ShopperLensError as error:
        keeping.refuse(error)


def _do(what: Callable[[str], None], id: str) -> None:
    try:
        what(id)
    except ShopperLensError as error:
        keeping.refuse(error)
