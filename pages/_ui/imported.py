"""What an import would do, and what it did: counts, reasons, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core import written
from core.answers import plain
from core.language import say
from core.records import ImportReport, Job
from pages._ui import bring, nav, resources, results, take_table, understanding, words, work

if TYPE_CHECKING:
    from core.service import Shop

JOB = "job"  # in the address, so that a reload goes on watching


def report(done: ImportReport | Mapping[str, Any], dry: bool) -> None:
    """Draw the counts of an import, as it would be or as it was."""
    counts: Mapping[str, Any] = plain(done)
    row = st.container(horizontal=True)
    row.metric(say("Lines read"), words.count(counts["lines_read"]), border=True)
    row.metric(say("Imported"), words.count(counts["imported"]), border=True)
    row.metric(say("Turned away"), words.count(counts["rejected"]), border=True)
    row.metric(say("There twice"), words.count(counts["duplicates"]), border=True,
               help=say("A line that equals another of its file in every column, or one of an earlier file or import "
                        "in every column that is imported, counts once."))
    row.metric(say("Shoppers"), words.count(counts["users"]), border=True, help=say("That the shop knows then."))
    row.metric(say("Items"), words.count(counts["items"]), border=True, help=say("That the shop knows then."))
    first, last = (datetime.fromisoformat(counts[end]) if counts.get(end) else None for end in ("first_ts", "last_ts"))
    if first and last:
        st.caption(say(":material/date_range: From {first} to {last} (UTC).",
                       first=words.moment(first), last=words.moment(last)))
    if counts["reasons"]:
        st.markdown(say("**Why lines are turned away**") if dry else say("**Why lines were turned away**"))
        rows = [(reason_said(reason), lines) for reason, lines in counts["reasons"].items()]
        take_table.draw(pd.DataFrame(rows, columns=[say("Why"), say("Lines")]), say("Lines turned away"),
                        {say("Lines"): st.column_config.NumberColumn(format="localized", width="small")})  # fmt: skip
    for note in counts.get("notes", ()):
        st.caption(f":material/info: {words.plain(note)}")


def reason_said(reason: str) -> str:
    """A reason with the name of its column in words: ``"ts: no time"`` → ``"When: no time"``."""
    column, colon, said = reason.partition(": ")
    if not colon:
        return written.reason(reason)
    said = say("none is given") if said == f"no {column}" else written.reason(said)
    return say("{column}: {reason}", column=results.NAMES.get(column, column), reason=said)


def follow(shop: Shop, job: Job) -> None:
    """Watch an import; once it is done, show what it did and the way to the new data."""
    if work.active(job):
        work.watch(shop, job.id, "import")
        return
    if job.status != "done":
        st.error(words.plain(job.error or say("The import was cancelled; nothing was kept.")), icon=":material/error:")
        st.button(say("Back to the files"), icon=":material/arrow_back:", on_click=leave)
        return
    for answered in (bring.BACK, understanding.ASK_DATES):
        st.session_state.pop(answered, None)
    done: Mapping[str, Any] = job.result or {}
    if done.get("version", 0) > (shop.version or 0):
        resources.use_version(done["version"])  # whoever imports wants to see it
        st.rerun()
    st.success(say("The logs are imported."), icon=":material/check_circle:")
    with st.container(horizontal=True, vertical_alignment="center"):
        nav.link("overview", say("See them in the Overview"), ":material/monitoring:")
        _download(say("Download what was turned away, and why"), done.get("rejects_file"))
        for file in done.get("mend_files") or ():
            _download(say("Download lines to mend: {name}", name=words.plain(Path(file).name)), file)
        st.button(say("Import more"), icon=":material/add:", on_click=leave, args=(True,))
    report(done, dry=False)


def _download(label: str, file: str | None) -> None:
    if file and Path(file).is_file():
        icon = ":material/download:"
        st.download_button(label, Path(file).read_bytes, Path(file).name, "text/csv", icon=icon, on_click="ignore")


def leave(anew: bool = False) -> None:
    """Stop looking at an import, and begin another with empty fields if asked."""
    st.query_params.pop(JOB, None)
    if anew:
        st.query_params.pop("path", None)
        st.session_state[bring.ROUND] = st.session_state.get(bring.ROUND, 0) + 1
