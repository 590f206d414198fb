"""A list that a person hands in: its file, what is asked of it, what was understood, and the dry run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.answers import plain
from core.errors import AmbiguousDates
from core.language import Sayings, say, spoken
from core.lists.records import CAMPAIGN, LOG, SHOPPERS, ListAsk, ListPlan, NotUnderstood
from core.schema import EXCEL
from pages._ui import list_columns, results, states, uploads, words

if TYPE_CHECKING:
    from core.service import Shop

JOB = "job"  # in the address, so that a reload, and another browser, shows the same list
ROUND = "_score_round"  # counts lists, so that each begins with empty fields
_DATES = Sayings({
    "dmy": "Day first: 31/12/2026", "mdy": "Month first: 12/31/2026", EXCEL: "Days counted: 46387 is 31/12/2026",
})  # fmt: skip
_OFFERED = 500  # items to choose a campaign's from


def offer(shop: Shop) -> None:
    """Let the person bring a list, see what was understood, and have it scored."""
    given = _file(shop)
    if given is None:
        states.lists()
        example = results.example(shop)
        st.download_button(say("Download an example"), example, "example.csv", "text/csv", icon=":material/download:")
        return
    file, name = given
    ask = _asked(shop, file)
    try:
        seen = _planned(shop, file, ask)
    except NotUnderstood as error:
        st.info(words.plain(error), icon=":material/help:", title=say("Only you can tell"))
        list_columns.draw(shop, file, error)
        return
    if seen is None:
        list_columns.keep(file)
        return
    results.understood(seen)
    list_columns.draw(shop, file, seen)
    ask = _options(shop, file, seen, ask)
    planned = _planned(shop, file, ask) or seen
    results.dry_run(planned)
    with st.container(horizontal=True):
        if st.button(say("Score"), type="primary", icon=":material/play_arrow:", disabled=not seen.can):
            st.query_params[JOB] = shop.lists.start(file, name, ask).id
            st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
            st.rerun()
        if planned.seconds is None and seen.can:
            _measure(shop, file, ask)


def _measure(shop: Shop, file: Path, ask: ListAsk) -> None:
    """Offer to score the first rows, so that it is known how long all of them take."""
    if st.button(say("Measure how long it takes"), icon=":material/timer:"):
        with st.spinner(say("Scoring the first rows to learn how fast this machine is …")):
            shop.lists.plan(file, ask, measured=True)
        _plan.clear()
        st.rerun()


def _file(shop: Shop) -> tuple[Path, str] | None:
    turn = st.session_state.setdefault(ROUND, 0)
    folder = Path(shop.workspace.path).resolve()
    upload = st.file_uploader(
        say("A list: pairs of shopper and item, shoppers for a campaign, or the log of new shoppers. CSV, Excel, "
            "JSON or Parquet, packed or not"),
        key=f"score-file-{turn}",
    )
    with st.expander(say("Or name a file on this machine"), icon=":material/folder_open:"):
        at = st.text_input(say("Path"), placeholder="/data/lists/may.csv.gz", key=f"score-path-{turn}")
    if upload is not None:
        return uploads.keep_named(folder, upload.file_id, upload.name, upload.getbuffer()), upload.name
    if (at or "").strip():
        path = Path(at.strip()).expanduser()
        return path, path.name
    return None


def _asked(shop: Shop, file: Path) -> ListAsk:
    """Return what was said of the columns of this file, and the items that were chosen for it."""
    chosen = [_id(item) for item in st.session_state.get(_key(file, "items"), ())]
    listed = st.session_state.get(_key(file, "items-file"))
    kept = None
    if listed is not None:
        folder = Path(shop.workspace.path).resolve()
        kept = str(uploads.keep_named(folder, listed.file_id, listed.name, listed.getbuffer()))
    dates = st.session_state.get(_key(file, "dates"))
    if dates:  # the question goes once it is answered, and its answer would go with it
        st.session_state[_key(file, "dates-are")] = dates
    dates = st.session_state.get(_key(file, "dates-are"))
    return ListAsk(items=chosen, items_file=kept, shoppers=True, dates=dates, **list_columns.said(file))


def _planned(shop: Shop, file: Path, ask: ListAsk) -> ListPlan | None:
    """Return the dry run; None, and a question, when dates can be read in several ways."""
    key = (str(shop.workspace.path), shop.version, shop.model_name, spoken(), str(file), _changed(file),
           json.dumps(plain(ask)))  # fmt: skip
    try:
        with st.spinner(say("Reading the list …")):
            return _plan(key, shop.lists.measured(), shop, file, ask)
    except AmbiguousDates as error:
        st.info(words.plain(error), icon=":material/calendar_month:", title=say("How are the dates written?"))
        st.segmented_control(
            say("Dates"), list(_DATES), format_func=_DATES.__getitem__, key=_key(file, "dates"),
        )
        return None


@st.cache_data(max_entries=50, ttl="1h", show_spinner=False)
def _plan(key: tuple[object, ...], measured: int, _shop: Shop, _file: Path, _ask: ListAsk) -> ListPlan:
    return _shop.lists.plan(_file, _ask)


def _options(shop: Shop, file: Path, seen: ListPlan, ask: ListAsk) -> ListAsk:
    """Ask for a campaign's items where the list names none, and what else to tell."""
    if seen.kind in (SHOPPERS, CAMPAIGN):
        with st.container(border=True):
            st.markdown(say("**:material/campaign: Which items shall they be scored with?**"))
            offered = shop.find_items("", limit=_OFFERED)
            names = [f"{title} · {id}" for id, title in zip(offered["item_id"], offered["title"], strict=True)]
            left, right = st.columns(2)
            left.multiselect(
                say("Items of the campaign"), names, key=_key(file, "items"), accept_new_options=True,
                placeholder=say("Choose items, or type their ids"),
            )
            right.file_uploader(say("Or a file that lists them"), key=_key(file, "items-file"))
            st.caption(say("Without any, each shopper's tags are told, and the items that they are likeliest to "
                           "click."))
    with st.container(horizontal=True, vertical_alignment="center"):
        reasons = st.checkbox(say("Give a reason for every row (much slower)"), key=_key(file, "reasons"))
        tags = False
        if seen.kind not in (SHOPPERS, LOG):
            tags = st.checkbox(say("Tell each shopper's tags too"), key=_key(file, "tags"))
    return replace(ask, reasons=reasons, tags=tags)


def _id(item: str) -> str:
    """Id of an item as it was chosen, ``"Trail shoes · P1"``, or typed."""
    return item.rsplit(" · ", 1)[-1].strip()


def _key(file: Path, what: str) -> str:
    return f"score-{what}-{file}"


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0
