"""Whether the model is right for everyone, and what it gives away: the answers first, then what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.keeping.records import BAD, GOOD, UNKNOWN, WATCH, Audit, Mistakes, Part, Readable
from core.language import Sayings, say
from pages._ui import charts, take_table, terms, words, work

if TYPE_CHECKING:
    from core.service import Shop

_LEVEL = Sayings({BAD: "Differs much", WATCH: "Differs", GOOD: "Fine", UNKNOWN: "Too few to say"})
_READ = Sayings({BAD: "Well", WATCH: "Somewhat", GOOD: "Hardly", UNKNOWN: "Too few to say"})
_KIND = Sayings({"everyone": "All", "place": "Place", "history": "How long known", "segment": "Saved segment"})
_MISTAKE = Sayings({"missed": "Missed", "wrong": "Wrongly given"})
_SOURCE = Sayings({"tags": "Tags", "scores": "Chances of clicks"})


def draw(shop: Shop, model: str) -> None:
    """Say for whom a model is less right and what can be read from it, or offer to find out."""
    st.subheader(say("Is it right for everyone, and what does it give away?"), anchor=False)
    job = work.latest(shop, "audit")
    if job is not None and work.active(job):
        work.watch(shop, job.id, "audit")
        return
    work.fault(job)
    found = shop.keeping.audit(model)
    if found is None:
        st.caption(
            say("Not measured yet: whether its percentages hold for new and old shoppers, at every place, in "
                "your segments; whether its tags are wrong more often for some; whether age or gender can be read "
                "from them.")
        )
    else:
        answer(found)
    st.button(
        say("Find out") if found is None else say("Measure again"), icon=":material/balance:", key="audit",
        on_click=shop.submit, args=("audit", {"version": shop.version, "model": model}),
        help=say("On the days that the model was judged on. It takes a minute or two."),
    )  # fmt: skip


def answer(found: Audit) -> None:
    """Draw what was found."""
    good = found.level == GOOD
    (st.success if good else st.warning)(
        "\n".join(f"- {words.plain(said)}" for said in found.answers),
        icon=":material/balance:" if good else ":material/warning:",
    )
    st.caption(
        say("Measured on the days {days}, which it did not learn from.",
            days=words.span(found.since, found.until - timedelta(days=1)))
    )
    with st.expander(say("Percentages by group"), icon=":material/percent:"):
        off = st.column_config.TextColumn(help=terms.told("off_by"))
        take_table.draw(parts(found.parts), say("Percentages by group"), {say("Off by"): off})
        st.caption(say("For every 100 that were predicted, so many came; the range holds 95 % of draws of shoppers."),
                   help=terms.told("interval"))
        curve(found.parts)
    if found.mistakes:
        with st.expander(say("Mistakes of tags by group"), icon=":material/rule:"):
            take_table.draw(mistakes(found.mistakes), say("Mistakes of tags by group"))
            st.caption(
                say("All tags together, but those that say who people are. Missed: not given though it came true. "
                    "Wrongly given: given though it did not. Of twenty such comparisons one differs by chance.")
            )
    if found.readable:
        with st.expander(say("What can be read from it"), icon=":material/visibility:"):
            pairs = st.column_config.TextColumn(help=terms.told("told_apart"))
            take_table.draw(readable(found.readable), say("What can be read from it"),
                            {say("Told apart, of 100 pairs"): pairs})  # fmt: skip
            st.caption(
                say("A plain model tries to tell the group from the predictions alone, without tags that say who "
                    "people are. 50 of 100 pairs is guessing; by chance, 95 of 100 tries with shuffled answers stay "
                    "below what is said. Some of what shoppers want goes with who they are: that it can be read is "
                    "no fault by itself, but a reason to look twice at whom a list leaves out."),
                help=terms.told("told_apart"),
            )


def named(kind: str, name: str) -> str:
    """Name of a part: ``"age_band", "25-34"`` → ``"Age band: 25-34"``."""
    return name if kind == "everyone" else f"{_KIND.get(kind, kind.replace('_', ' ').capitalize())}: {name}"


def parts(found: Sequence[Part]) -> pd.DataFrame:
    """Return what came of what was predicted, by group."""
    rows = [
        {say("Group"): named(part.kind, part.name),
         say("Came for 100 predicted"): _range(part.ratio, part.low, part.high),
         say("Off by"): "–" if part.off is None else say("{points:.1f} points", points=100 * part.off),
         say("Shoppers"): words.count(part.shoppers), say("Chosen"): words.count(part.chosen),
         say("Verdict"): _LEVEL[part.level]} for part in found
    ]  # fmt: skip
    return pd.DataFrame(rows)


def curve(found: Sequence[Part]) -> None:
    """Draw the reliability of one group, which the person chooses."""
    known = {named(part.kind, part.name): part for part in found if part.curve}
    if not known:
        return
    chosen = str(st.selectbox(say("Curve of"), list(known)))
    charts.draw(charts.reliability(pd.DataFrame(list(known[chosen].curve))), "reliability-of", 300,
                say("Predicted chance and what happened: {chosen}", chosen=chosen))  # fmt: skip


def mistakes(found: Sequence[Mistakes]) -> pd.DataFrame:
    """Return how often tags are wrong, by group."""
    rows: list[dict[str, Any]] = [
        {say("Group"): named(row.attribute, row.value), say("Tags"): _MISTAKE[row.kind],
         say("Of 100"): _range(row.rate, row.low, row.high), say("For others"): _range(row.others),
         say("More"): _range(row.more, row.more_low, row.more_high), say("Shoppers"): words.count(row.shoppers),
         say("Verdict"): _LEVEL[row.level]} for row in found
    ]  # fmt: skip
    return pd.DataFrame(rows)


def readable(found: Sequence[Readable]) -> pd.DataFrame:
    """Return what can be read from predictions, the best first."""
    rows = [
        {say("Group"): named(row.attribute, row.value), say("Read from"): _SOURCE[row.source],
         say("Told apart, of 100 pairs"): _range(row.auc, row.low, row.high),
         say("By chance up to"): _range(row.by_chance),
         say("Shoppers"): say("{members} of {shoppers}",
                         members=words.count(row.members), shoppers=words.count(row.shoppers)),
         say("Can be read"): _READ[row.level]}
        for row in sorted(found, key=lambda row: -(row.auc or 0))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _range(value: float | None, low: float | None = None, high: float | None = None) -> str:
    if value is None:
        return "–"
    if low is None or high is None:
        return f"{100 * value:.0f}"
    return say("{value:.0f} ({low:.0f} to {high:.0f})", value=100 * value, low=100 * low, high=100 * high)
