"""A segment as one HTML file that opens without a server: who, how many, what sets them apart, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import EVERYONE, Group, Node, everyone
from core.drivers import Drivers
from core.language import say
from pages._ui import driver_bars, export, intervals, look_data, look_why, phrases, pushes, resources, stamp, words
from pages._ui.contrast import surest

if TYPE_CHECKING:
    from core.service import Shop

#: Differences, and tags whose drivers are told.
_APART, _TAGS = 15, 3



def offer(
    shop: Shop, tree: Node, other: Node | None, against: str, columns: pd.DataFrame, ready: float, name: str
) -> None:
    """Offer the report; it is made when it is asked for."""
    asked = st.query_params.get(look_why.PARAM, "")

    def made() -> bytes:
        return report(shop, tree, other, against or say("everyone else"), columns, ready, name, asked)

    st.download_button(say("Report (HTML)"), made, stamp.file(name, "html"), "text/html",
                       icon=":material/description:", on_click="ignore", key="segment-report")  # fmt: skip


def report(
    shop: Shop, tree: Node, other: Node | None, against: str, columns: pd.DataFrame, ready: float, name: str,
    asked: str = "",
) -> bytes:
    """Return the report.

    Parameters
    ----------
    other, against
        What the segment is held against (None: everyone else), and its name.
    asked
        What was asked about last, as the address of the page carries it: it is told first.
    """
    many, all_ = resources.count(shop, tree, ready)
    rows = None if everyone(tree) and other is None else resources.contrast(shop, tree, other, ready).rows
    named = {one.id: one.name for one in shop.segments.all()}
    who = phrases.bare(phrases.sentence(tree, columns, named)) or say("Everyone: no condition is set.")
    number = say("{many} of {all} shoppers", many=words.count(many), all=words.count(all_))
    return export.page(name, [
        f"<p>{escape(who)}</p>",
        f"<p><strong>{escape(number)}</strong> ({words.percent(many / all_ if all_ else 0)})</p>",
        export.quiet(stamp.told(shop)),
        *_apart(rows, against, columns),
        *_funnel(shop, tree, other, against, ready),
        *_tags(shop, rows, against),
        *_drivers(shop, tree, asked),
    ])  # fmt: skip


def _apart(rows: pd.DataFrame | None, against: str, columns: pd.DataFrame) -> list[str]:
    if rows is None:
        return []
    head = export.headed(say("What sets them apart from {against}", against=against))
    most = surest(rows, _APART)
    if most.empty:
        return [head, export.quiet(say("Nothing for sure: every difference may be chance, given how few they are."))]
    drawn = [intervals.Row(row.label, row.effect, row.low, row.high, f"{row.effect:+.2f}") for row in most.itertuples()]
    lines = []
    for row in most.itertuples():
        about = columns.set_index("key").loc[row.column]
        kind = "probability" if about["type"] == "text" else about["type"]
        mine, theirs = (words.amount(value, kind, about["unit"]) for value in (row.first, row.second))
        source = say("predicted") if row.kind == "predicted" else say("counted")
        size = say("{effect:+.2f} ({low:+.2f} to {high:+.2f})", effect=row.effect, low=row.low, high=row.high)
        lines.append((row.label, source, mine, theirs, size))
    return [
        head, _wide(intervals.svg(drawn, say("Differences with 95 % intervals"), pushes.UP, pushes.DOWN)),
        _table(["", "", say("They"), say("Others"), say("Difference (95 %)")], lines),
        export.quiet(say("Standardised differences: 0.2 is small, 0.5 medium, 0.8 large.")),
    ]  # fmt: skip


def _funnel(shop: Shop, tree: Node, other: Node | None, against: str, ready: float) -> list[str]:
    rest = other or (EVERYONE if everyone(tree) else Group("none", (tree,)))
    steps, theirs = look_data.ask(shop, ready, "funnel", tree, other=rest)
    if len(steps) < 2:
        return []
    compared = len(theirs) == len(steps) and not everyone(tree)
    heads = ["", say("Shoppers"), say("Of the first"), say("Of the step before")]
    heads += [say("Of {against}, of the first", against=against)] if compared else []
    lines = [
        (words.STEP.get(row.step, row.step), words.count(row.shoppers), words.percent(row.of_first),
         words.percent(row.of_previous), *([words.percent(theirs["of_first"].iloc[n])] if compared else []))
        for n, row in enumerate(steps.itertuples())
    ]  # fmt: skip
    return [export.headed(say("From looking to buying")), _table(heads, lines)]


def _tags(shop: Shop, rows: pd.DataFrame | None, against: str) -> list[str]:
    """Mean predicted chances, with how often each tag is right where it is given."""
    if rows is None or shop.model_name is None:
        return []
    measured = resources.model_report(shop, shop.model_name).tags.set_index("key")
    lines = [
        (row.label, words.percent(row.first), words.percent(row.second),
         words.of_ten(_number(measured["precision"].get(row.column))))
        for row in rows[rows["kind"] == "predicted"].itertuples() if row.column in measured.index
    ]  # fmt: skip
    if not lines:
        return []
    heads = [say("Tag"), say("Mean chance"), say("Of {against}", against=against), say("Where it is given, it was")]
    return [export.headed(say("Predicted by the model")), _table(heads, lines),
            export.quiet(say("How often a tag was right was measured on days that the model had not seen."))]


def _number(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(str(value))


def _drivers(shop: Shop, tree: Node, asked: str) -> list[str]:
    if shop.model_name is None:
        return []
    parts = []
    for read in shop.driving.answers(tree):
        if read.about.what != "tags":
            parts.append(_driven(shop.driving.drivers(read)))
            continue
        chosen = [asked.removeprefix("tags ")] if asked.startswith("tags ") else []
        keys = [key for key in dict.fromkeys([*chosen, *read.apart()]) if key in read.outputs]
        parts += [_driven(shop.driving.drivers(read, key)) for key in keys[:_TAGS]]
    return parts


def _driven(found: Drivers) -> str:
    compared = found.chance_others is not None
    kinds, said = driver_bars.kinds(found), driver_bars.said(found)
    pictures = "".join(
        f"<h3>{head}</h3>{_wide(intervals.svg(_rows(rows, compared), head, pushes.UP, pushes.DOWN))}"
        for head, rows in ((say("Kinds of events"), kinds), (say("Words that the model read"), said)) if not rows.empty
    )
    how = (say("Odds, times those of others, with 95 % intervals; hollow marks may be chance, given the {tested} words "
               "that were judged. These are reasons of the model, not proof of a cause.") if compared else
           say("Odds, times those of nothing being known, with 95 % intervals; hollow marks may be chance, given the "
               "{tested} words that were judged. These are reasons of the model, not proof of a cause."))  # fmt: skip
    return (
        export.headed(say("What drives {what}", what=found.title)) + f"<p>{escape(found.sentence)}</p>"
        f"{export.quiet(look_why.read_of(found))}{pictures}"
        + export.quiet(how.format(tested=words.count(found.tested)))
    )  # fmt: skip


def _rows(rows: pd.DataFrame, compared: bool) -> list[intervals.Row]:
    found = []
    for row in rows.itertuples(index=False):
        times = driver_bars.factor(row.gap)
        if not math.isnan(row.low):
            times = say("{factor} ({low} to {high})", factor=times, low=driver_bars.factor(row.low),
                        high=driver_bars.factor(row.high))  # fmt: skip
        label = driver_bars.name(row)
        if row.level != "kind":
            label = f"{label}{say(', ')}{driver_bars.where(row)}"
        found.append(intervals.Row(label, row.gap, row.low, row.high, times, bool(row.sure)))
    return found


def _table(heads: Sequence[str], lines: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in line) + "</tr>" for line in lines)
    return _wide(f"<table><tr>{head}</tr>{body}</table>")


def _wide(html: str) -> str:
    """Let what is wider than a phone be moved sideways rather than be squeezed."""
    return f'<div class="wide">{html}</div>'
