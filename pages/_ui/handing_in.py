"""A list that a person hands in: its file, what is asked of it, what was understood, and the dry run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.answers import plain
from core.errors import AmbiguousDates
from core.language import Sayings, say, spoken
from core.lists.records import CAMPAIGN, LOG, SHOPPERS, ListAsk, ListPlan
from core.schema import Col
from pages._ui import results, states, uploads, words

if TYPE_CHECKING:
    from core.service import Shop

JOB = "job"  # in the address, so that a reload, and another browser, shows the same list
ROUND = "_score_round"  # counts lists, so that each begins with empty fields
_COLUMNS = Sayings({Col.USER: "The shopper", Col.ITEM: "The item", "label": "What happened (yes or no)"})
_DATES = Sayings({"dmy": "Day first: 31/12/2026", "mdy": "Month first: 12/31/2026"})
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
    seen = _planned(shop, file, ask)
    if seen is None:
        return
    results.understood(seen)
    _mend(seen, file)
    ask = _options(shop, file, seen, ask)
    results.dry_run(_planned(shop, file, ask) or seen)
    if st.button(say("Score"), type="primary", icon=":material/play_arrow:", disabled=not seen.can):
        st.query_params[JOB] = shop.lists.start(file, name, ask).id
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
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
    said: dict[str, str] = st.session_state.get(_key(file, "columns"), {})
    chosen = [_id(item) for item in st.session_state.get(_key(file, "items"), ())]
    listed = st.session_state.get(_key(file, "items-file"))
    kept = None
    if listed is not None:
        folder = Path(shop.workspace.path).resolve()
        kept = str(uploads.keep_named(folder, listed.file_id, listed.name, listed.getbuffer()))
    dates = st.session_state.get(_key(file, "dates"))
    if dates:  # the question goes once it is answered, and its answer would go with it
        st.session_state[_key(file, "dates-are")] = dates
    return ListAsk(
        items=chosen, items_file=kept, shoppers=True, mapping=said, dates=st.session_state.get(_key(file, "dates-are"))
    )


def _planned(shop: Shop, file: Path, ask: ListAsk) -> ListPlan | None:
    """Return the dry run; None, and a question, when dates can be read in two ways."""
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


def _mend(seen: ListPlan, file: Path) -> None:
    """Show the first rows, and let the person say what columns are."""
    with st.expander(say("How the columns were read, and the first rows"), icon=":material/table:"):
        if seen.kind == LOG:
            read = [say("{what} from “{column}”", what=results.name(key), column=words.plain(column))
                    for key, column in seen.mapping.items()]  # fmt: skip
            st.caption(say(", ").join(read))
        else:
            row = st.container(horizontal=True)
            for key, label in _COLUMNS.items():
                _column(row, seen, file, str(key), label)
        st.dataframe(seen.preview, hide_index=True, placeholder="–")


def _column(row: st.delta_generator.DeltaGenerator, seen: ListPlan, file: Path, key: str, label: str) -> None:
    none = "–"
    options = [*([] if key == Col.USER else [none]), *seen.columns]
    now = seen.mapping.get(key, none)
    chosen = row.selectbox(
        label, options, index=options.index(now) if now in options else 0, key=_key(file, f"column-{key}-{now}")
    )
    if chosen != now:
        said = st.session_state.setdefault(_key(file, "columns"), {})
        if said.get(key) != (meant := "" if chosen == none else chosen):
            said[key] = meant
            st.rerun()


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
    return ListAsk(ask.items, ask.items_file, ask.shoppers, reasons, tags, ask.mapping, ask.dates)


def _id(item: str) -> str:
    """Id of an item as it was chosen, ``"Trail shoes · P1"``, or typed."""
    return item.rsplit(" · ", 1)[-1].strip()


def _key(file: Path, what: str) -> str:
    return f"score-{what}-{file}"


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0
