"""What people saved, on the start page: segments with their size and what changed, and links to what was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

from core.conditions import Link, Standing
from core.language import say, spoken
from pages._ui import keeping, nav, phrases, resources, sharing, words

if TYPE_CHECKING:
    from core.service import Shop

#: Segments, and links, before all are asked for; and how many stand in a row.
_SHOWN, _WIDE = 6, 3
T = TypeVar("T")


def anything(shop: Shop) -> bool:
    """Whether a segment is saved, or a link was made."""
    return bool(keeping.live(shop) or shop.board.links())


def draw(shop: Shop) -> None:
    """Draw the saved segments and links."""
    st.subheader(say("Saved segments and views"), anchor=False)
    changed = tuple((one.id, one.changed) for one in shop.segments.all())
    with st.spinner(say("Counting what is saved …")):
        segments: list[Standing] = _kept(str(shop.workspace.path), shop.version, shop.model_name,
                                         shop.profiles_ready(), changed, spoken(), shop)  # fmt: skip
    links = shop.board.links()
    if not anything(shop):
        st.caption(say("Nothing is saved yet. A segment that is saved stands here with its size and what changed."))
        nav.link("segments", say("Build a segment"), ":material/groups:")
        return
    shown = segments if len(segments) <= _SHOWN or _all("segments", segments) else segments[:_SHOWN]
    _grid(shown, lambda standing: _segment(shop, standing))
    if links:
        columns = resources.columns(shop)
        seen = links if len(links) <= _SHOWN or _all("links", links) else links[:_SHOWN]
        _grid(seen, lambda link: _link(link, columns))


def _grid(found: Sequence[T], draw_one: Callable[[T], None]) -> None:
    for start in range(0, len(found), _WIDE):
        for column, one in zip(st.columns(_WIDE), found[start : start + _WIDE], strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                draw_one(one)


@st.cache_data(max_entries=50, ttl="1h", show_spinner=False)
def _kept(path: str, version: int | None, model: str | None, ready: float, changed: tuple[Any, ...],
          language: str, _shop: Shop) -> list[Standing]:  # fmt: skip
    return _shop.board.segments()


def _all(what: str, found: list[Any]) -> bool:
    return st.toggle(say("Show all {count}", count=len(found)), key=f"board-{what}")


def _segment(shop: Shop, standing: Standing) -> None:
    one = standing.segment
    icon = ":material/ac_unit:" if one.frozen else ":material/filter_alt:"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"):
        nav.link("segments", words.plain(one.name), icon, keeping.address(shop, one))
        if standing.shoppers is not None:
            many = words.several(standing.shoppers, "shopper", "shoppers")
            st.markdown(f"**{many}** {_net(standing)}", width="content")
    st.caption(_said(standing))


def _net(standing: Standing) -> str:
    more = standing.joined - standing.left
    if standing.since is None or not more:
        return ""
    return f":gray-badge[:material/{'trending_up' if more > 0 else 'trending_down'}: {more:+,d}]"


def _said(standing: Standing) -> str:
    """What changed, and who saved it."""
    one = standing.segment
    by = say(" · by {owner}", owner=words.plain(one.owner)) if one.owner else ""
    if standing.why:
        return say("It cannot be counted now: {why}{by}", why=words.plain(standing.why), by=by)
    if one.frozen:
        return say("Frozen on version {version} of the data{by}", version=one.version, by=by)
    if standing.since is None:
        return say("Follows the data; there is no earlier version to compare with{by}", by=by)
    if not standing.joined and not standing.left:
        return say("The same shoppers as on version {since} of the data{by}", since=standing.since, by=by)
    return say("Since version {since} of the data {joined} came in and {left} went out{by}", since=standing.since,
               joined=words.count(standing.joined), left=words.count(standing.left), by=by)


def _link(link: Link, columns: pd.DataFrame) -> None:
    view = link.view
    said = phrases.bare(phrases.sentence(view.tree, columns, {})) or say("Everyone")
    who = say(" by {who}", who=words.plain(view.who)) if view.who else ""
    if link.why:
        st.markdown(f":material/link_off: {words.plain(said)}")
    else:
        nav.link("segments", words.plain(said), ":material/link:", {sharing.PARAM: link.key})
    model = say(", model {model}", model=words.plain(view.model)) if view.model else ""
    seen = say("Seen{who} on {day}, with version {version} of the data{model}.",
               who=who, day=words.date(view.created), version=view.version, model=model)
    st.caption(words.plain(link.why) if link.why else seen)
