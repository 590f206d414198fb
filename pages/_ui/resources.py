"""The shop as a cached resource, and its answers as cached data.

A session keeps the version of the data and the model that it began with, until the person
asks for the newer one. Every cached answer is keyed on workspace, version, model and language: answers hold sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.arrange import LIKELIEST
from core.config import Settings
from core.errors import ModelError
from core.language import say, spoken
from core.records import (
    Change,
    Contrast,
    Explanation,
    FileGroup,
    FilePreview,
    Found,
    ItemPage,
    Listing,
    ModelReport,
    Outlook,
    Overview,
    Preview,
    Recommendation,
    ShopperView,
    Suspect,
    Tag,
    WhatIf,
)

if TYPE_CHECKING:
    import pandas as pd

    from core.arrange import Arrangement
    from core.conditions import Node, SharedView
    from core.effects import Differences, Reach
    from core.keeping.records import Fresh
    from core.records import Offers
    from core.service import Shop

_VERSION = "_version"
_Key = tuple[str, int | None, str | None, str]


def build(path: Path, device: str, version: int | None) -> Shop:
    """Build a shop; torch and the model stay unloaded until a question needs them."""
    from core.service import Shop

    return Shop(path, device=device, version=version)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(path: str, device: str, version: int | None) -> Shop:
    return build(Path(path), device, version)


def shop() -> Shop:
    """Return this session's shop, pinned to a version of the data and to the model that was in use when it was built.

    Raises
    ------
    core.errors.WorkspaceError
        When the folder in the settings is not a workspace.
    """
    settings = Settings.from_environment()
    settings.limit_threads()
    where = (str(settings.workspace), settings.device)
    if _VERSION not in st.session_state:
        first = _kept(*where, None)
        newest = first.newer_version() or first.version
        if newest is None:  # nothing imported: ask again on the next run
            _kept.clear()
            return first
        st.session_state[_VERSION] = newest
    return _kept(*where, st.session_state[_VERSION])


def use_version(version: int) -> None:
    """Move this session to another version of the data."""
    st.session_state[_VERSION] = version


def use_model(shop: Shop, name: str) -> None:
    """Let the dashboard work with another model."""
    shop.use_model(name)
    forget_model()


def forget_model() -> None:
    """Ask the workspace anew which model is in use, and read it from its folder."""
    _kept.clear()
    _answer.clear()


def _key(shop: Shop) -> _Key:
    return str(shop.workspace.path), shop.version, shop.model_name, spoken()


def _tagged(shop: Shop) -> tuple[Any, ...]:
    """Return the key of answers that tags may be part of, those too that a person describes and marks."""
    return (*_key(shop), shop.describing.stamp())


@st.cache_data(max_entries=300, ttl="1h", show_spinner=False)
def _answer(key: tuple[Any, ...], question: str, args: tuple[Any, ...], _shop: Shop) -> Any:
    return getattr(_shop, question)(*args)


def pictures(shop: Shop, item_ids: tuple[str, ...]) -> dict[str, str]:
    """Return what a browser can show for each item that has a picture."""
    return _answer(_key(shop), "pictures", (item_ids,), shop)  # type: ignore[no-any-return]


def titles(shop: Shop, item_ids: tuple[str, ...]) -> dict[str, str]:
    """Return the titles of items that have one."""
    return _answer(_key(shop), "titles", (item_ids,), shop)  # type: ignore[no-any-return]


def overview(shop: Shop) -> Overview:
    """Return what the data holds."""
    return _answer(_key(shop), "overview", (), shop)  # type: ignore[no-any-return]


def columns(shop: Shop) -> pd.DataFrame:
    """Return the facts and tags that shoppers can be chosen by; not cached, as profiles add to them."""
    return shop.columns()


@st.cache_data(max_entries=300, ttl="1h", show_spinner=False)
def _asked(
    key: tuple[Any, ...], ready: float, question: str, about: tuple[Any, ...], _given: tuple[Any, ...], _shop: Shop
) -> Any:
    return getattr(_shop.segments, question)(*_given)


def count(shop: Shop, tree: Node, ready: float) -> tuple[int, int]:
    """Return how many shoppers are in a segment, and how many there are."""
    return _asked(_tagged(shop), ready, "count", (shop.segments.key(tree),), (tree,), shop)  # type: ignore[no-any-return]


def contrast(shop: Shop, tree: Node, against: Node | None, ready: float) -> Differences:
    """Return how a segment differs; ``ready`` keeps answers of half-computed profiles apart."""
    about = (shop.segments.key(tree), against and shop.segments.key(against))
    return _asked(_tagged(shop), ready, "contrast", about, (tree, against), shop)  # type: ignore[no-any-return]


def members(shop: Shop, tree: Node, show: Sequence[str], ready: float) -> pd.DataFrame:
    """Return the first shoppers of a segment with some columns."""
    given = (tree, list(show))
    return _asked(_tagged(shop), ready, "table", (shop.segments.key(tree), *show), given, shop)  # type: ignore[no-any-return]


def reach(shop: Shop, tag: str, low: float, high: float) -> Reach:
    """Return what to expect of those whose chance of a tag lies between two ends."""
    return _asked(_key(shop), 1.0, "reach", (tag, low, high), (tag, low, high), shop)  # type: ignore[no-any-return]


def offers(shop: Shop) -> Offers:
    """Return the events, categories and brands that conditions can be about."""
    return _asked(_key(shop), 1.0, "offers", (), (), shop)  # type: ignore[no-any-return]


def values(shop: Shop, column: str) -> list[str]:
    """Return the values of a column of texts."""
    return _asked(_key(shop), 1.0, "values", (column,), (column,), shop)  # type: ignore[no-any-return]


@st.cache_resource(max_entries=4, show_spinner=False)
def _then(path: str, version: int, model: str | None, key: str, _described: Any, _shop: Shop) -> Shop:
    return _shop.at(version, model, _described)


def at(shop: Shop, version: int, model: str | None) -> Shop:
    """Return the shop with another version of the data and another model."""
    if (version, model) == (shop.version, shop.model_name):
        return shop
    return _then(str(shop.workspace.path), version, model, "", None, shop)


def seen(shop: Shop, key: str, view: SharedView) -> Shop:
    """Return the shop as it was when a link was made, with the described tags as they were marked then."""
    if not view.described and not shop.describing.tags():
        return at(shop, view.version, view.model)
    return _then(str(shop.workspace.path), view.version, view.model, key, view.described, shop)


def shopper(shop: Shop, user_id: str) -> ShopperView:
    """Return what was counted of a shopper and what they did."""
    return _answer(_key(shop), "shopper", (user_id,), shop)  # type: ignore[no-any-return]


def tags(shop: Shop, user_id: str) -> list[Tag]:
    """Return what the model predicts of a shopper."""
    return _answer(_key(shop), "tags", (user_id,), shop)  # type: ignore[no-any-return]


def likeliest(shop: Shop, user_id: str, k: int = 10) -> list[Recommendation]:
    """Return the items that a shopper is likeliest to click, best first."""
    return _answer(_key(shop), "recommend", (user_id, k, None, None, False, LIKELIEST), shop)  # type: ignore[no-any-return]


def reasons(shop: Shop, user_id: str, item_ids: tuple[str, ...]) -> list[str]:
    """Return in a sentence each why a shopper gets these items' chances."""
    return _answer(_key(shop), "reasons", (user_id, item_ids), shop)  # type: ignore[no-any-return]


def recommend(
    shop: Shop, user_id: str, k: int = 10, query: str | None = None, slot: str | None = None, explain: bool = False
) -> list[Recommendation]:
    """Return what to show to one shopper, best first."""
    return _answer(_key(shop), "recommend", (user_id, k, query, slot, explain), shop)  # type: ignore[no-any-return]


def listing(
    shop: Shop, user_id: str, k: int, query: str | None, slot: str | None, explain: bool, how: Arrangement
) -> Listing:
    """Return what to show to one shopper, arranged; asked again once the items have vectors."""
    key = (*_key(shop), shop.vectors_ready())
    return _answer(key, "listing", (user_id, k, query, slot, explain, how), shop)  # type: ignore[no-any-return]


def places(shop: Shop) -> dict[str, list[str]]:
    """Return the places that the log names, each with the kinds of item that are shown there."""
    return _answer(_key(shop), "places", (), shop)  # type: ignore[no-any-return]


def search(shop: Shop, text: str, user_id: str | None, k: int) -> Found:
    """Return what a search finds; asked again once the items have vectors."""
    return _answer((*_key(shop), shop.vectors_ready()), "search", (text, user_id, k), shop)  # type: ignore[no-any-return]


def item_page(shop: Shop, item_id: str) -> ItemPage:
    """Return what may stand on an item's page; asked again once the items have vectors."""
    return _answer((*_key(shop), shop.vectors_ready()), "item_page", (item_id,), shop)  # type: ignore[no-any-return]


def why(shop: Shop, user_id: str, item_id: str) -> Explanation:
    """Return the reasons for one item's probability."""
    return _answer(_key(shop), "why", (user_id, item_id), shop)  # type: ignore[no-any-return]


def why_tag(shop: Shop, user_id: str, tag: str) -> Explanation:
    """Return the reasons for one tag's probability."""
    return _answer(_key(shop), "why_tag", (user_id, tag), shop)  # type: ignore[no-any-return]


def why_above(shop: Shop, user_id: str, first: str, second: str) -> Contrast:
    """Return why one item stands above another."""
    return _answer(_key(shop), "why_above", (user_id, first, second), shop)  # type: ignore[no-any-return]


def what_if(shop: Shop, user_id: str, item_id: str, change: Change) -> WhatIf:
    """Return an item's chance as it is, and as it would be."""
    return _answer(_key(shop), "what_if", (user_id, item_id, change), shop)  # type: ignore[no-any-return]


def preview(shop: Shop, user_id: str, item_id: str) -> Preview:
    """Return a first look at the reasons for one item's probability."""
    return _answer(_key(shop), "preview", (user_id, item_id), shop)  # type: ignore[no-any-return]


def suspects(shop: Shop) -> list[Suspect]:
    """Return titles with words that look as if they were written for the ranking."""
    return _answer(_key(shop), "suspects", (), shop)  # type: ignore[no-any-return]


def groups(shop: Shop, places: Sequence[str], said: Mapping[str, Mapping[str, Any]]) -> list[FileGroup]:
    """Return the files at these places, those that are read in the same way together."""
    with st.spinner(say("Looking at the files …")):
        return _grouped(str(shop.workspace.path), tuple((place, _changed(place)) for place in places), said, shop)


@st.cache_data(max_entries=20, ttl="1m", show_spinner=False)
def _grouped(
    workspace: str, places: tuple[tuple[str, int], ...], said: Mapping[str, Mapping[str, Any]], _shop: Shop
) -> list[FileGroup]:
    return _shop.groups([place for place, _ in places], said)


def readings(
    shop: Shop, places: Sequence[str], said: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return how files are read, as it is said now and else as it was of files like them."""
    return _read_before(str(shop.workspace.path), tuple((place, _changed(place)) for place in places), said, shop)


@st.cache_data(max_entries=20, ttl="1m", show_spinner=False)
def _read_before(
    workspace: str, places: tuple[tuple[str, int], ...], said: Mapping[str, Mapping[str, Any]], _shop: Shop
) -> dict[str, dict[str, Any]]:
    return _shop.readings([place for place, _ in places], said)


def look(
    shop: Shop, place: str, role: str | None, deed: str | None, said: Mapping[str, Mapping[str, Any]]
) -> FilePreview:
    """Return what a file was understood to be; asked again when it has changed."""
    with st.spinner(say("Reading the file …")):
        told = said.get(place, {})
        return _looked(str(shop.workspace.path), place, _changed(place), role, deed, told, spoken(), shop)


@st.cache_data(max_entries=50, ttl="1h", show_spinner=False)
def _looked(
    workspace: str, place: str, changed: int, role: str | None, deed: str | None, said: Mapping[str, Any],
    language: str, _shop: Shop,
) -> FilePreview:
    return _shop.look(place, role, deed, said)


def look_at_list(shop: Shop, file: Path, deed: str | None) -> FilePreview:
    """Return how a list can be read as a log; asked again when it has changed."""
    return _listed(str(shop.workspace.path), str(file), _changed(str(file)), deed, spoken(), shop)


@st.cache_data(max_entries=20, ttl="1h", show_spinner=False)
def _listed(workspace: str, place: str, changed: int, deed: str | None, language: str, _shop: Shop) -> FilePreview:
    return _shop.lists.look(Path(place), deed)


def _changed(place: str) -> int:
    """When the file at a place was written last, or the one that it lies in."""
    file = Path(place) if Path(place).exists() else Path(place.rsplit(": ", 1)[0])
    return file.stat().st_mtime_ns if file.exists() else 0


def forget_looks() -> None:
    """Look at files anew: what was answered for one is remembered for the next."""
    _looked.clear()
    _read_before.clear()


def about_tags(shop: Shop, what: str) -> dict[str, Any]:
    """Return the ``label`` or the ``threshold`` of each tag of the model, by the tag's key."""
    if shop.model_name is None:
        return {}
    try:
        tags = model_report(shop, shop.model_name).tags
    except ModelError:  # what was counted can be filtered with a broken model too
        return {}
    return dict(zip(tags["key"], tags[what], strict=True))


def model_report(shop: Shop, name: str) -> ModelReport:
    """Return the figures of a model."""
    file = Path(shop.workspace.path) / "models" / name / "model.json"  # another model may come under this name
    changed = file.stat().st_mtime_ns if file.exists() else 0
    return _reported(_key(shop), name, changed, shop)


@st.cache_data(max_entries=20, ttl="1h", show_spinner=False)
def _reported(key: _Key, name: str, changed: int, _shop: Shop) -> ModelReport:
    return _shop.model_report(name)


def fresh(shop: Shop, name: str) -> Fresh:
    """Return what came after the days that a model was judged on."""
    return _came_after(_key(shop), name, model_report(shop, name).data["splits"]["end"], shop)


@st.cache_data(max_entries=20, ttl="1h", show_spinner=False)
def _came_after(key: _Key, name: str, end: str, _shop: Shop) -> Fresh:
    return _shop.keeping.fresh(name)


def outlook(shop: Shop, settings: Mapping[str, Any]) -> Outlook:
    """Return what a training with these settings would learn from, of the newest data."""
    newest = shop.newer_version() or shop.version
    return _looked_out(str(shop.workspace.path), newest, dict(settings), spoken(), shop)


def spare(shop: Shop, user_id: str, yes: bool) -> None:
    """Note that somebody is a shopper, whatever they look like, or take it back."""
    shop.spare(user_id, yes)
    _looked_out.clear()


@st.cache_data(max_entries=50, ttl="1h", show_spinner=False)
def _looked_out(workspace: str, version: int | None, settings: dict[str, Any], language: str, _shop: Shop) -> Outlook:
    return _shop.outlook(settings)
