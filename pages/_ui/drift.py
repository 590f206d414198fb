"""Whether the model still holds for what is new: the verdict first, then what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.keeping.records import BAD, EARLY, FINE, GOOD, NOTHING, RETRAIN, UNKNOWN, WATCH, Drift, Fresh, Sign
from core.language import Sayings, say, to_say
from pages._ui import resources, tables, take_table, terms, words, work

if TYPE_CHECKING:
    from core.service import Shop

_VERDICT: dict[str, tuple[Any, str, str]] = {
    RETRAIN: (st.error, ":material/autorenew:", to_say("Retrain now")),
    FINE: (st.success, ":material/task_alt:", to_say("Fine for now")),
    EARLY: (st.info, ":material/hourglass_empty:", to_say("Too early to tell")),
    NOTHING: (st.info, ":material/event_busy:", to_say("Nothing new to check by")),
}
_LEVEL = Sayings({BAD: "Retrain", WATCH: "Watch", GOOD: "Fine", UNKNOWN: "Not known"})
#: What was looked at: its name, what it means, and whether it is a share that can be said in percent.
SIGNS = Sayings({
    "ratio": "Percentages: what came for each 100 predicted",
    "order": "Order: pairs of 100 in the right order within a list",
    "scores": "Chances, on average",
    "tags": "Tags that are spread very differently",
    "items": "About items it had not met",
    "categories": "About categories it had not met",
    "brands": "About brands it had not met",
    "words": "Words it had not met",
    "first": "Days that are a shopper's first here",
})


def draw(shop: Shop, model: str) -> None:
    """Say whether a model still holds, or offer to find out."""
    st.subheader(say("Does it still hold for what is new?"), anchor=False)
    new = resources.fresh(shop, model)
    if not new.events:
        _nothing(shop, new)
        return
    job = work.latest(shop, "drift")
    if job is not None and work.active(job):
        work.watch(shop, job.id, "drift")
        return
    work.fault(job)
    found = shop.keeping.drift(model)
    if found is None:
        _offer(shop, model, new)
        return
    answer(found)
    _button(shop, model, say("Check again"))


def answer(found: Drift) -> None:
    """Draw the verdict, and what it rests on."""
    box, icon, said = _VERDICT[found.verdict]
    box(say("**{verdict}.** {reason}", verdict=say(said), reason=words.plain(found.reason)), icon=icon)
    st.caption(
        say("{events} from {since} to {until}: {lists} of these, beside {judged} of the days that it was judged on.",
            events=words.several(found.events, "event", "events"), since=words.date(found.since),
            until=_before(found.until), lists=words.several(found.lists, "list or basket", "lists or baskets"),
            judged=words.count(found.judged))
    )
    if found.verdict == RETRAIN:
        st.caption(
            say(":material/south: At the end of this page a training can begin from this model: it then learns what "
                "is new and forgets little, in a part of the time.")
        )
    if found.signs:
        with st.expander(say("What was looked at"), icon=":material/checklist:"):
            table, config = signs(found.signs)
            take_table.draw(table, say("What was looked at"), config)
            st.caption(say("Retrain: one such sign is enough. Watch: worth a look, no reason to act yet."))
    if len(found.moved) > 1:
        with st.expander(say("How the tags are spread"), icon=":material/stacked_bar_chart:"):
            table, config = moved(found)
            take_table.draw(table, say("How the tags are spread"), config)
            st.caption(
                say("Below 0.10 little has changed, from 0.25 on much has. With few shoppers even chance moves it: "
                    "what does not exceed that says nothing."),
                help=terms.told("stability"),
            )


def signs(found: Sequence[Sign]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return what was looked at as a table, the worst first, and how to show its columns."""
    order = [BAD, WATCH, UNKNOWN, GOOD]
    rows = sorted(found, key=lambda sign: order.index(sign.level))
    table = pd.DataFrame(
        [{"sign": SIGNS[sign.key], "before": _said(sign.before), "now": _said(sign.now), "level": _LEVEL[sign.level],
          "more": sign.said} for sign in rows]
    )  # fmt: skip
    return table, {
        "sign": st.column_config.TextColumn(say("What"), pinned=True),
        "before": st.column_config.TextColumn(say("When it was judged")),
        "now": st.column_config.TextColumn(say("Now")),
        "level": st.column_config.TextColumn(say("Verdict")),
        "more": st.column_config.TextColumn(say("In a sentence"), width="large"),
    }


def moved(found: Drift) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return how tags are spread as a table, what moved most first, and how to show its columns."""
    rows = [vars(row) for row in found.moved if row.key]
    table = pd.DataFrame(rows)[["label", "psi", "by_chance", "before", "now"]].sort_values("psi", ascending=False)
    table[["before", "now"]] *= 100
    return table, {
        "label": st.column_config.TextColumn(say("Tag"), pinned=True),
        "psi": st.column_config.NumberColumn(say("Changed by"), format="%.2f", help=terms.told("stability")),
        "by_chance": st.column_config.NumberColumn(
            say("By chance alone"), format="%.2f",
            help=say("What the index reaches once in a hundred times by chance.")),
        "before": tables.chance(say("Chance then"),
                                say("Mean predicted chance on the days that the model was judged on.")),
        "now": tables.chance(say("Chance now"), say("Mean predicted chance on the new days.")),
    }  # fmt: skip


def _nothing(shop: Shop, new: Fresh) -> None:
    todo = say("Import newer logs to see whether it still holds.")
    if shop.newer_version() is not None:
        todo = say("But new data was imported since you opened this: load it, at the side, and look again.")
    st.info(
        say("**Nothing new to check by.** Nothing in the logs is newer than {since}, the last day that the model was "
            "judged on. {todo}", since=_before(new.since), todo=todo), icon=":material/event_busy:",
    )  # fmt: skip


def _offer(shop: Shop, model: str, new: Fresh) -> None:
    st.warning(
        say("**Not checked yet.** {events} of {days} are newer than what the model was judged on.",
            events=words.several(new.events, "event", "events"), days=words.several(new.days, "day", "days")),
        icon=":material/help:",
    )
    _button(shop, model, say("Check it now"))


def _button(shop: Shop, model: str, label: str) -> None:
    st.button(
        label, icon=":material/troubleshoot:", key="check-drift", on_click=shop.submit,
        args=("drift", {"version": shop.version, "model": model}),
        help=say("Holds what is new against the days that the model was judged on. It takes a minute or so."),
    )  # fmt: skip


def _before(moment: datetime) -> str:
    return words.date(moment - timedelta(days=1))


def _said(share: float | None) -> str:
    return "–" if share is None else words.percent(share)
