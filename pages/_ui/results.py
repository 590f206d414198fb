"""What was understood of a list, what would become of it, and the result of scoring it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core import written
from core.language import Sayings, say
from core.lists.records import CAMPAIGN, LOG, PAIRS, SHOPPERS, ListPlan, ScoredList
from core.schema import Col
from core.sinks import CSV, EXCEL, PARQUET, content, quick
from pages._ui import chance, lift, meter, pictures, resources, stamp, tables, take_table, words
from pages._ui.take_table import MIME

if TYPE_CHECKING:
    from core.service import Shop

NAMES: Mapping[str, str] = Sayings({
    Col.USER: "Shopper", Col.ITEM: "Item", Col.TYPE: "What was done", Col.TS: "When", Col.VALUE: "Value",
    Col.DWELL: "Seconds looked at", Col.QUANTITY: "Pieces", Col.PRICE: "Price", Col.SESSION: "Visit",
    Col.QUERY: "Search words", Col.SLOT: "Place", Col.POSITION: "Position", Col.IMPRESSION: "Impression",
    Col.TEXT: "Text", Col.TITLE: "Title", Col.CATEGORY: "Category", Col.BRAND: "Brand",
    "reason": "Why", "note": "Note", "events": "Events", "top_items": "What they are likely to click",
    "rank": "Place for this shopper", "fault": "What was wrong", "label": "What happened",
})  # fmt: skip
WHAT = {
    PAIRS: lambda n: words.several(n, "pair of a shopper and an item", "pairs of a shopper and an item"),
    CAMPAIGN: lambda n: words.several(n, "shopper for a campaign", "shoppers for a campaign"),
    SHOPPERS: lambda n: words.several(n, "shopper", "shoppers"),
    LOG: lambda n: words.several(n, "event of a shopper's log", "events of shoppers' logs"),
}
_HOUR = 3_600.0
#: Columns of sentences, which are read whole.
_LONG = frozenset({"note", "fault", "reason", "top_items"})


def example(shop: Shop) -> bytes:
    """Return a small list of pairs that this shop knows, to see how a list looks."""
    users = shop.find_shoppers("", limit=3)["user_id"]
    items = shop.find_items("", limit=3)["item_id"]
    pairs = [(user, item) for user in users for item in items]
    return content(pd.DataFrame(pairs, columns=["user_id", "item_id"]), CSV, {})


def understood(seen: ListPlan) -> None:
    """Show how the file was read, before anything is scored."""
    st.markdown(f":material/task_alt: **{WHAT[seen.kind](seen.rows)}**")
    row = st.container(horizontal=True)
    row.metric(say("Shoppers"), words.count(seen.users), border=True)
    row.metric(say("of them new"), words.count(seen.unknown_users), border=True)
    if seen.kind != SHOPPERS:
        row.metric(say("Items"), words.count(seen.items), border=True)
        row.metric(say("of them unknown"), words.count(seen.unknown_items), border=True)
    if seen.labelled:
        row.metric(say("Labels"), words.count(seen.labelled), border=True,
                   help=say("Rows that say whether it happened."))
        row.metric(say("of them yes"), words.count(seen.positives), border=True)
    for note in seen.notes:
        st.caption(f":material/info: {words.plain(note)}")


def dry_run(seen: ListPlan) -> None:
    """Say what would be made, and how long that would take."""
    made = words.several(seen.makes, "row", "rows")
    left = seen.makes - seen.can
    out = say(", of which {left} cannot be scored and say why", left=words.count(left)) if left else ""
    st.markdown(say(":material/preview: **The result will have {made}**{out}. {takes}",
                    made=made, out=out, takes=_takes(seen)))


def _takes(seen: ListPlan) -> str:
    if seen.seconds is None or seen.rate is None:
        return say("How long it takes is not known yet: this machine has not scored such a list with this model.")
    fast = words.count(seen.rate) if seen.rate >= 10 else f"{seen.rate:.1f}"
    return say("It takes about {time}, by what was measured on this machine: {fast} rows a second.",
               time=_duration(seen.seconds), fast=fast)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return words.several(max(1, round(seconds)), "second", "seconds")
    if seconds < 1.5 * _HOUR:
        return words.several(round(seconds / 60), "minute", "minutes")
    return say("{hours:.1f} hours", hours=seconds / _HOUR)


def name(column: str) -> str:
    """Name of a column as a person knows it: ``"event_type"`` → ``"What was done"``."""
    return NAMES.get(column, column.replace("_", " ").capitalize())


def _name(column: str) -> str:
    """Name of a column of a result: of a basket, where chances are of that; one that was brought, as it was called."""
    if column == "top_items" and resources.shop().baskets:
        return say("What they are likely to buy")
    return name(column.removeprefix("given_"))


def download(place: Any, one: ScoredList, key: str, best: pd.DataFrame | None = None) -> None:
    """Offer a result as CSV; where its ``best`` rows are shown, as Parquet too, and as Excel if that is quick."""
    folder, what = Path(str(one.result)), say("{name}, scored", name=Path(one.name).stem)
    with stamp.of(one.version, one.model):
        place.download_button(
            say("Download the result") if best is not None else say("Download"), (folder / "result.csv").read_bytes,
            stamp.file(what, "csv"), "text/csv", icon=":material/download:", on_click="ignore",
            type="primary" if best is not None else "secondary", key=f"{key}-csv",
        )  # fmt: skip
        if best is not None:
            place.download_button(
                say("As Parquet"), (folder / "result.parquet").read_bytes, stamp.file(what, "parquet"),
                MIME[PARQUET], icon=":material/download:", on_click="ignore", key=f"{key}-parquet",
            )  # fmt: skip
        if best is not None and quick(EXCEL, one.report["rows"] * len(best.columns)):
            about = stamp.about(what)
            place.download_button(
                say("As Excel"), lambda: content(pd.read_parquet(folder / "result.parquet"), EXCEL, about),
                stamp.file(what, "xlsx"), MIME[EXCEL], icon=":material/download:", on_click="ignore",
                key=f"{key}-excel",
            )  # fmt: skip


def scored(one: ScoredList, tags: Mapping[str, str]) -> None:
    """Draw a result and offer it for download; ``tags`` names the tags of the model by their key."""
    report = one.report
    st.subheader(say("What to expect"), anchor=False)
    _sums(report)
    best = pd.read_parquet(Path(str(one.result)) / "best.parquet")
    download(st.container(horizontal=True), one, "result", best)
    table, config = _readable(best, tags)
    st.dataframe(table, hide_index=True, placeholder="–", column_config=config)
    if report["rows"] > len(best):
        shown, rows = words.count(len(best)), words.count(report["rows"])
        st.caption(
            say("The best {shown} are shown; the download holds all {rows} rows, in the list's order.",
                shown=shown, rows=rows) if "p_click" in best
            else say("The first {shown} are shown; the download holds all {rows} rows, in the list's order.",
                     shown=shown, rows=rows)
        )  # fmt: skip
    _faults(report)
    if report.get("figures"):
        lift.draw(report["figures"])
    _items(report)


def _sums(report: Mapping[str, Any]) -> None:
    row = st.container(horizontal=True)
    row.metric(say("Rows scored"), words.count(report["scored"]), border=True)
    if report["failed"]:
        row.metric(say("Rows not scored"), words.count(report["failed"]), border=True,
                   help=say("They say why in the result."))
    if report.get("mean") is None:
        return
    clicks = float(report["clicks"])
    expected = words.count(clicks) if clicks >= 10 else f"{clicks:.1f}"
    if resources.shop().baskets:
        row.metric(say("Purchases to expect"), expected, border=True, help=say("In the next basket of each shopper."))
    else:
        row.metric(say("Clicks to expect"), expected, border=True, help=say("If everything in the list is shown once."))
    row.metric(say("{chance}, on average", chance=chance.name()), words.percent(float(report["mean"])), border=True)


def _faults(report: Mapping[str, Any]) -> None:
    if not report["faults"]:
        return
    with st.expander(say("What was wrong with rows"), icon=":material/rule:"):
        faults = [(written.reason(fault), rows) for fault, rows in report["faults"].items()]
        take_table.draw(pd.DataFrame(faults, columns=[say("What was wrong"), say("Rows")]), say("What was wrong"),
                        {say("Rows"): st.column_config.NumberColumn(format="localized", width="small")})  # fmt: skip


def _items(report: Mapping[str, Any]) -> None:
    """Show how the items of a campaign do."""
    if not report.get("items"):
        return
    st.subheader(say("How the items do"), anchor=False)
    table = pd.DataFrame(report["items"])[["item_id", "clicks", "best", "scored"]]
    ids, basket = table["item_id"].astype(str).tolist(), resources.shop().baskets
    known = resources.titles(resources.shop(), tuple(ids))
    table.insert(0, "title", [known.get(item, item) for item in ids])
    table, pictured = pictures.first(table, ids)
    take_table.draw(
        table, say("How the items do"),
        {
            **pictured,
            "title": st.column_config.TextColumn(say("Item"), pinned=True),
            "item_id": st.column_config.TextColumn(say("Its id")),
            "clicks": st.column_config.NumberColumn(
                say("Purchases to expect – predicted") if basket else say("Clicks to expect – predicted"),
                format="%.1f",
                help=say("In the next basket of each shopper of the list.") if basket
                else say("If every shopper of the list is shown it once.")),
            "best": st.column_config.NumberColumn(
                say("Likeliest for"), format="localized",
                help=say("Rows of shoppers for whom this one is the likeliest of all.")),
            "scored": st.column_config.NumberColumn(say("Rows scored"), format="localized"),
        },
    )  # fmt: skip


def _readable(frame: pd.DataFrame, tags: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table in percent and under names, what was predicted as a bar; results that are empty are left out."""
    made = {*NAMES, *tags, "p_click"}  # what was brought stays, even where it is empty
    empty = [column for column in frame if column in made
             and (frame[column].isna().all() or (frame[column].astype(str) == "").all())]  # fmt: skip
    shown = frame.drop(columns=empty)
    # an id that was understood as it stands in a column that was brought is not shown again
    again = [id for id in (Col.USER, Col.ITEM) if id in shown
             and any(shown[id].astype(str).equals(shown[column].astype(str))
                     for column in shown.columns[: list(shown).index(id)])]  # fmt: skip
    shown = shown.drop(columns=again)
    config: dict[str, Any] = {}
    for column in shown.columns:
        if column == "p_click":
            end = 100 * meter.scale(float(frame[column].max()))
            config[column] = tables.chance(say("{chance} – predicted", chance=chance.name()), end=end, digits=1)
        elif column in tags:
            config[column] = tables.chance(say("{tag} – predicted", tag=tags[column]))
        else:
            wide = "large" if column in _LONG else None
            config[column] = st.column_config.Column(_name(str(column)), width=wide)
    predicted = [column for column in shown.columns if column == "p_click" or column in tags]
    return shown.assign(**{column: 100 * shown[column] for column in predicted}), config
