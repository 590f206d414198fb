"""Who is in several segments at once: an UpSet plot of every combination, and a matrix of each two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import looking, marks
from core.conditions import InSegment, Node, everyone
from core.language import listed, say
from pages._ui import address, charts, look_data, look_marks, terms, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

#: The segments that are laid over one another, in the address.
OVER = "over"
#: Segments that are laid over one another at most, and combinations that are drawn.
_MOST, _DRAWN = 6, 15
_HERE = "this"


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw how some segments overlap, the one on the page among them."""
    saved = {one.id: one for one in shop.segments.all() if not one.archived}
    here = {} if everyone(tree) else {_HERE: say("The segment above")}
    names = {**here, **{id: one.name for id, one in saved.items()}}
    given = [id for id in address.text(OVER).split() if id in names][:_MOST]
    chosen = st.multiselect(say("Segments"), list(names), given or list(names)[:3], format_func=names.__getitem__,
                            max_selections=_MOST, key="overlap-of")  # fmt: skip
    address.keep({OVER: "" if chosen == list(names)[:3] else " ".join(chosen)})
    if len(chosen) < 2:
        st.caption(say("Choose two or more segments; save the one above to hold it against others later."))
        return
    trees = [tree if id == _HERE else InSegment(id, saved[id].name) for id in chosen]
    sizes, parts = look_data.overlap(shop, ready, trees)
    labels = [names[id] for id in chosen]
    if parts.empty:
        st.caption(say("Nobody is in any of them."))
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(say("**Who is in exactly these**"), help=terms.told("upset"))
        _upset(shop, labels, sizes, parts, trees, ready)
    with right:
        _matrix(shop, labels, sizes, parts, trees, ready)


def _upset(
    shop: Shop, labels: list[str], sizes: list[int], parts: pd.DataFrame, trees: list[Node], ready: float
) -> None:
    shown, many = parts.head(_DRAWN), len(labels)
    figure, places = go.Figure(), list(range(len(shown)))
    inside = [[bool(int(mask) >> bit & 1) for bit in range(many)] for mask in shown["mask"]]
    said = [_exactly([name for name, yes in zip(labels, row, strict=True) if yes], all(row)) for row in inside]
    hover = [f"{charts.safe(one)}: {words.count(n)}" for one, n in zip(said, shown["shoppers"], strict=True)]
    figure.add_bar(x=places, y=shown["shoppers"], customdata=places, marker={"color": charts.OBSERVED},
                   text=[words.count(n) for n in shown["shoppers"]], hovertext=hover, hoverinfo="text")  # fmt: skip
    for place, row in zip(places, inside, strict=True):
        rows = [bit for bit in range(many) if row[bit]]
        figure.add_scatter(x=[place] * many, y=list(range(many)), mode="markers", yaxis="y2", hoverinfo="skip",
                           marker={"size": 11, "color": [charts.OBSERVED if yes else "rgba(125,135,148,0.3)"
                                                         for yes in row]}, customdata=[place] * many)  # fmt: skip
        figure.add_scatter(x=[place] * len(rows), y=rows, mode="lines", yaxis="y2", hoverinfo="skip",
                           line={"color": charts.OBSERVED, "width": 3})  # fmt: skip
    ticks = [f"{charts.short(name, 22)} ({words.count(n)})" for name, n in zip(labels, sizes, strict=True)]
    figure.update_layout(
        showlegend=False, yaxis={"domain": [0.42, 1], "title": say("Shoppers"), "tickformat": "~s"},
        yaxis2={"domain": [0, 0.36], "tickvals": list(range(many)), "ticktext": ticks, "range": [many - 0.4, -0.6],
                "showgrid": False, "zeroline": False, "fixedrange": True},
    )  # fmt: skip
    figure.update_xaxes(visible=False)
    found = [Mark(one, int(n), marks.exactly(trees, row))
             for one, n, row in zip(said, shown["shoppers"], inside, strict=True)]  # fmt: skip
    look_marks.draw(shop, figure, found, "upset", 260 + 36 * many,
                    say("Shoppers in each combination of segments"), ready)
    if len(parts) > len(shown):
        st.caption(say("The {shown} largest of {parts} combinations.", shown=len(shown), parts=len(parts)))


def _exactly(names: list[str], everywhere: bool) -> str:
    joined = say(" and ").join(names)
    return say("In {segments}", segments=joined) if everywhere else say("In {segments} alone", segments=joined)


def _matrix(
    shop: Shop, labels: list[str], sizes: list[int], parts: pd.DataFrame, trees: list[Node], ready: float
) -> None:
    st.markdown(say("**Each two of them**"), help=terms.told("jaccard"))
    both, share = looking.shared(sizes, parts)
    many = len(labels)
    pairs = [(a, b) for a in range(many) for b in range(many)]
    said = [labels[a] if a == b else listed([labels[a], labels[b]]) for a, b in pairs]
    text = [f"{words.count(both[a][b])}<br>{share[a][b]:.2f}" for a, b in pairs]
    hover = [say("{segments}: {shoppers} shoppers, Jaccard {share:.2f}",
                 segments=charts.safe(one), shoppers=words.count(both[a][b]), share=share[a][b])
             for one, (a, b) in zip(said, pairs, strict=True)]  # fmt: skip
    shade = [share[a][b] for a, b in pairs]
    figure = look_marks.cells([b for _, b in pairs], [a for a, _ in pairs], shade, text, hover)
    names = [charts.wrapped(name, 14) for name in labels]
    figure.update_xaxes(tickvals=list(range(many)), ticktext=names, tickangle=0)
    figure.update_yaxes(tickvals=list(range(many)), ticktext=names, range=[many - 0.4, -0.6])
    found = [Mark(one, both[a][b], marks.joined(trees[a], *([] if a == b else [trees[b]])))
             for one, (a, b) in zip(said, pairs, strict=True)]  # fmt: skip
    look_marks.draw(shop, figure, found, "matrix", 120 + 60 * many, say("Shoppers that each two segments share"), ready)
    st.caption(say("Shoppers in both, and below what share they are of those in either (Jaccard): 1 is the same "
                   "shoppers."), help=terms.told("jaccard"))
