"""All shoppers on a map: near means that the model sees them as alike.

What is drawn on it becomes a segment, and so does a square that is clicked; a point leads to its shopper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.conditions import Node, everyone
from core.language import say, say_many, spoken
from core.map.records import Area, Drawn, Made, View
from core.records import Job
from pages._ui import address, charts, look_marks, map_chart, nav, resources, states, words, work
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

#: What the map is coloured by, and the part of it that is looked at, in the address.
BY, AT = "by", "at"
GROUPS, SEGMENT = "", "segment"

#: Facts that are said of a single shopper.
_SAID = 3


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw the map, how far it is, or the way to it."""
    st.markdown(say("**Every shopper, beside those whose history the model sees as alike**"))
    if shop.model_name is None:
        states.no_model()
        return
    made, job = shop.map.kept(), shop.map.job()
    if job is not None and work.active(job):
        st.caption(say("You may leave: it goes on beside your work, and the map is kept."))
        work.watch(shop, job.id, "map")
    elif made is None:
        _offer(shop, job)
    else:
        _explore(shop, tree, made, ready)


def _offer(shop: Shop, job: Job | None) -> None:
    """Say that there is no map of these data by this model, and offer to make it."""
    work.fault(job)
    earlier = shop.map.earlier()
    if earlier is None:
        states.empty(say("No map is made yet"),
                     say("The model reads every shopper once, which takes as long as the profiles do. It goes on "
                         "beside your work, and the map is kept."), ":material/map:")  # fmt: skip
    else:
        states.empty(say("The map is of other data, or by another model"), (
            say("The last one was made on {made}, of version {version} of the data, by the model {model}. Here is "
                "version {version_here}, and the model {model_here}: shoppers would stand elsewhere, so it is not "
                "shown.", made=words.date(earlier.made), version=earlier.version, model=words.plain(earlier.model),
                version_here=shop.version, model_here=words.plain(shop.model_name))
        ), ":material/map:")  # fmt: skip
    label = say("Make the map") if earlier is None else say("Make it anew")
    st.button(label, icon=":material/play_arrow:", type="primary", on_click=shop.map.start, key="map-start")


def _explore(shop: Shop, tree: Node, made: Made, ready: float) -> None:
    columns = resources.columns(shop)
    view = View.read(address.text(AT)) or made.whole
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = _colour(columns, tree)
        tool = st.segmented_control(say("Choose with"), list(map_chart.TOOLS), default="lasso", required=True,
                                    format_func=map_chart.TOOLS.__getitem__, key="map-tool")  # fmt: skip
        if view != made.whole:
            st.button(say("Show the whole map"), icon=":material/zoom_out_map:", on_click=_look, args=(None,),
                      key="map-all")  # fmt: skip
    seen = _seen(shop, made, tree, by, view, columns, ready)
    if not seen.shoppers:
        st.caption(say("Nobody is in this part of the map."))
    figure = map_chart.figure(seen, made, columns, by, tool)
    event = st.plotly_chart(
        figure, key=f"map-{tool}-{view.written()}", on_select="rerun",
        selection_mode="points" if tool == map_chart.CLICK else ("lasso", "box"),
        config=charts.config(say("Map")), alt=_alt(seen, made),
    )  # fmt: skip
    _about(made, seen)
    area = Area.drawn(event.selection["box"], event.selection["lasso"])
    clicked = [point["customdata"] for point in event.selection["points"]] if area is None else []
    if clicked and not seen.single:
        area = view.square(*clicked[0])
    if area is not None:
        _chosen(shop, tree, made, area, ready)
    elif clicked:
        nav.shopper(_id(clicked[0]))
    _groups(shop, made, ready)


def _id(clicked: object) -> str:
    """Return the id that a point carries; it comes alone, or in a list of one."""
    return str(clicked[0] if isinstance(clicked, list | tuple) else clicked)


def _colour(columns: pd.DataFrame, tree: Node) -> str:
    """Let the person choose a colour: ``GROUPS``, ``SEGMENT``, or the key of a column."""
    labels = {GROUPS: say("Groups of shoppers"), **({} if everyone(tree) else {SEGMENT: say("The segment above")})}
    labels |= {str(row.key): f"{row.group}: {row.label}" for row in columns.itertuples()}
    usual = GROUPS if everyone(tree) else SEGMENT
    given = address.one_of(BY, labels, usual)
    by = st.selectbox(say("Colour by"), list(labels), list(labels).index(given), format_func=labels.__getitem__,
                      width=320, key=f"map-by-{usual}")  # fmt: skip
    address.keep({BY: "" if by == usual else by})
    return by


def _seen(
    shop: Shop, made: Made, tree: Node, by: str, view: View, columns: pd.DataFrame, ready: float
) -> Drawn:
    telling = [str(key) for key in columns.loc[columns["telling"] & (columns["kind"] != "predicted"), "key"]]
    asked: str | pd.DataFrame | None = by or None
    about = by
    if by == SEGMENT:
        about, asked = shop.segments.key(tree), shop.segments.members(tree)
    return _answer(shop, made, ready, "drawn", (view, by, about), (view, asked, telling[:_SAID]))  # type: ignore[no-any-return]


def _answer(
    shop: Shop, made: Made, ready: float, question: str, about: tuple[Any, ...], given: tuple[Any, ...]
) -> Any:
    key = (str(shop.workspace.path), shop.version, shop.model_name, made.made, ready, spoken())
    with st.spinner(say("Drawing the map …")):
        return _kept(key, question, about, given, shop)


@st.cache_data(max_entries=60, ttl="1h", show_spinner=False)
def _kept(key: tuple[Any, ...], question: str, about: tuple[Any, ...], _given: tuple[Any, ...], _shop: Shop) -> Any:
    return getattr(_shop.map, question)(*_given)


def _about(made: Made, seen: Drawn) -> None:
    learned = "" if made.learned == made.shoppers else (
        say(" Learned from {learned} of them, drawn at random; the others were placed beside these.",
            learned=words.count(made.learned)))
    squares = "" if seen.single else say(" The larger a square, the more shoppers it stands for; zoom in to see each.")
    st.caption(
        say("{shoppers} of {all}, as version {version} of the data ends and as the model {model} sees them; "
            "made on {made}.{learned}{squares} Near means alike. How far apart two crowds are, and which way is up, "
            "means nothing.",
            shoppers=words.several(seen.shoppers, "shopper", "shoppers"), all=words.count(made.shoppers),
            version=made.version, model=words.plain(made.model), made=words.date(made.made), learned=learned,
            squares=squares)
    )


def _chosen(shop: Shop, tree: Node, made: Made, area: Area, ready: float) -> None:
    """Say who is in what was drawn or clicked, and offer them as a segment or a list."""
    users: list[str] = _answer(shop, made, ready, "inside", (area,), (area,))
    if not users:
        st.caption(say("Nobody is in the part that you chose."))
        return
    said = say_many(len(users), "**{number} shopper is in the part that you chose**",
                    "**{number} shoppers are in the part that you chose**")  # fmt: skip
    if not everyone(tree):
        both = len(set(users) & set(shop.segments.members(tree)["user_id"]))
        said += say(", {both} of them in the segment above", both=words.count(both))
    traits = _answer(shop, made, ready, "apart", (area,), (users,))
    apart = say("; ").join(trait.said for trait in traits)
    st.markdown(say("{said}. What sets them apart for sure: {apart}.", said=said, apart=words.plain(apart)) if apart
                else say("{said}. Nothing sets them apart for sure.", said=said))  # fmt: skip
    where = say("Chosen on the map")
    name = f"{where}: {apart}" if apart else where
    st.button(say("Look closer here"), icon=":material/zoom_in:", on_click=_look, args=(area.around,), key="map-closer")
    look_marks.offer(shop, Mark(name, len(users), lambda: users, _from(made, where)), f"map-{hash(area)}", ready)


def _groups(shop: Shop, made: Made, ready: float) -> None:
    """Offer the groups by name: what a lasso would choose, for the keyboard and the phone."""
    if not made.clusters:
        st.caption(say("No part of the map is so much denser than the rest that it makes a group."))
        return
    marks = [Mark(one.name, one.shoppers, lambda number=one.number: shop.map.members(number),
                  _from(made, say("A group on the map"))) for one in made.clusters]  # fmt: skip
    look_marks.choose(shop, marks, "map-groups", ready, say("A group"), say("Choose one of the groups"))
    st.caption(
        say("Groups are crowds: parts of the map where shoppers stand much closer together than around them. They are "
            "named by what was counted in which they differ from everyone else though so many facts were compared; "
            "never by what is predicted. {between} Who was chosen on the map, or is in a group, is kept as a list, "
            "which does not change when new logs come.",
            between=say_many(made.between, "{number} shopper is between the groups.",
                             "{number} shoppers are between the groups."))
    )


def _from(made: Made, what: str) -> str:
    """Where a list of shoppers came from, as its description says it."""
    return say("{what} of {made}: version {version} of the data, model {model}.",
               what=what, made=words.date(made.made), version=made.version, model=made.model)


def _look(view: View | None) -> None:
    address.keep({AT: "" if view is None else view.written()})


def _alt(seen: Drawn, made: Made) -> str:
    groups = say("; ").join(f"{one.name}: {words.several(one.shoppers, 'shopper', 'shoppers')}"
                            for one in made.clusters)  # fmt: skip
    return say("A map of {shoppers}. {groups}",
               shoppers=words.several(seen.shoppers, "shopper", "shoppers"), groups=groups)
