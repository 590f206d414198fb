"""A term of art has help beside it: in the source of every page, and as pages are drawn."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.language import speaking
from pages._ui import terms
from tests.pages.conftest import PROJECT
from tests.pages.test_every_page import CHOSEN, QUESTIONS

PAGES = sorted((PROJECT / "pages").rglob("*.py"))
SAYS = {"say", "say_many", "to_say", "Sayings"}
#: By which words a term is known.
TERMS = {
    "interval": r"95 ?%|\b[Ii]ntervals?\b",
    "effect": r"surest differences|size of the difference|“more than others”|[Ss]tandardised",
    "odds": r"(?<!log-)\b[Oo]dds\b",
    "log_odds": r"log-odds",
    "threshold": r"\bthreshold\b",
    "calibrated": r"calibrated\b|at their word",
    "points": r"percentage points|in points",
    "retention": r"came back, by the week",
    "life": r"[Rr]esurrected|[Dd]ormant",
    "rfm": r"recently and how often",
    "upset": r"in exactly these",
    "jaccard": r"Each two of them|Jaccard",
    "off_policy": r"chances with which the log chose|propensity|self-normalised|doubly robust|[Mm]ean weight",
    "lift": r"Tenths of the list|times as often as in the whole list",
    "click_through": r"[Cc]lick-through",
    "impressions": r"\bImpressions\b|\bimpressions\b",
    "stability": r"Changed by|has changed|stability index",
    "lightgbm": r"LightGBM|instead\?",
    "bert": r"\bBERT\b|instead\?",
    "gate": r"the gate\b",
    "surprise": r"[Ss]urprise|it gained, and what it forgot",
    "off_by": r"\bOff by\b",
    "told_apart": r"of 100 pairs",
    "vectors": r"\bvectors\b",
    "gradients": r"\bgradients\b",
    "adapter": r"Adapter\b|LoRA",
}
#: Terms of a file that are explained elsewhere, and where that is.
ELSEWHERE = {
    "attribution.py": {"odds"},  # of a hover, under a heading of reason.py
    "contrast.py": {"interval", "effect"},  # of a chart, whose caption is in differences.py
    "driver_bars.py": {"odds", "interval"},  # of a chart and a table, drawn in look_why.py
    "figures.py": {"bert", "surprise", "off_by"},  # under a heading of model.py; with help of their own
    "pushes.py": {"odds"},  # of a chart, under a heading of reason.py and above.py
    "recipe.py": {"adapter"},  # options of a field of training.py
    "segment_report.py": {"interval", "effect", "odds"},  # a file, which says it in sentences
    "work.py": {"vectors"},  # the name of a job
}  # fmt: skip


def sentences(node: ast.AST, said: bool = False) -> Iterator[str]:
    """Yield what is said but in help, without what is filled in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword) and child.arg == "help":
            continue
        if said and isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield re.sub(r"\{[^}]*\}", "", child.value)
        named = isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in SAYS
        yield from sentences(child, said or named)


def explained(tree: ast.AST) -> set[str]:
    """Return the terms whose help a file gives."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "terms.told"]
    return {str(ast.literal_eval(key)) for call in calls for key in call.args}


def found(text: str) -> set[str]:
    """Return the terms that a text has."""
    return {key for key, pattern in TERMS.items() if re.search(pattern, text)}


def unexplained(source: str) -> set[str]:
    tree = ast.parse(source)
    return set().union(*map(found, sentences(tree))) - explained(tree)


@pytest.mark.parametrize("file", [file for file in PAGES if file.name != "terms.py"], ids=lambda file: file.name)
def test_a_file_with_a_term_of_art_gives_its_help(file: Path):
    assert unexplained(file.read_text(encoding="utf-8")) == ELSEWHERE.get(file.name, set())


def test_a_term_without_help_is_found():
    bare = 'st.caption(say("Each with its 95 % interval, {odds} and a threshold."), help=terms.told("threshold"))'
    assert unexplained(bare) == {"interval"}
    assert unexplained(bare.replace('told("', 'told("interval", "')) == set()


def test_every_term_is_used_somewhere():
    used = set().union(*(explained(ast.parse(file.read_text(encoding="utf-8"))) for file in PAGES))
    assert used == set(terms.TERMS) == set(TERMS)


def test_help_names_each_term_and_says_what_it_means():
    assert terms.told("points", "lift").startswith("**Percentage points**: What lies between two percentages")
    assert "\n\n**Lift**: How many times as often" in terms.told("points", "lift")
    with speaking("zh"):
        assert terms.told("lift").startswith("**提升度**：")


def bare(app: AppTest) -> list[str]:
    """Return headings, captions, lines, figures and columns that have a term of art, and no help."""
    seen: list[tuple[str, str]] = []
    for kind in ("title", "subheader", "caption", "markdown", "metric"):
        for element in app.get(kind):
            proto: Any = element.proto
            if "card" not in str(getattr(proto, "body", "")):
                seen.append((str(getattr(proto, "label", "") or proto.body), proto.help))
    for table in app.dataframe:
        for name, about in json.loads(table.proto.columns or "{}").items():
            seen.append((str(about.get("label") or name), str(about.get("help") or "")))
    return [text for text, help in seen if found(text) and not help]


LOOKS = [("segments", {"where": '[["purchases",">=",2]]', "look": look})
         for look in ("did", "when", "back", "value", "overlap")]  # fmt: skip
DRAWN = [*((name, CHOSEN.get(name, {})) for name in QUESTIONS), *LOOKS, ("recommend", {"for": "ad"}),
         ("recommend", {"for": "segment"}), ("recommend", {"for": "search", "q": "boots"})]  # fmt: skip


@pytest.mark.parametrize(("name", "address"), DRAWN, ids=lambda one: one if isinstance(one, str) else "-".join(one))
def test_nothing_that_is_drawn_has_a_term_without_help(name, address, page):
    assert bare(page(name, **address)) == []


def test_a_bare_term_on_a_page_is_seen(page):
    def draw() -> None:
        import pandas as pd
        import streamlit as st

        st.subheader("Lines are 95 % intervals")
        st.caption("A threshold", help="From where a tag is given.")
        st.metric("Click-through", "2 %")
        config = {"a": st.column_config.NumberColumn("Odds"), "b": st.column_config.NumberColumn("Lots", help="x")}
        st.dataframe(pd.DataFrame({"a": [1], "b": [2]}), column_config=config)

    assert bare(AppTest.from_function(draw).run()) == ["Lines are 95 % intervals", "Click-through", "Odds"]
