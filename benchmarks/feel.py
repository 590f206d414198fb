"""How soon a page has answered what was done on it, in Chromium: every control of every page, used as a person would.

``python -m benchmarks.feel [--workspace DIR] [--label NAME]`` serves the workspace, opens each page and uses whatever
control it finds there: chooses another option, flips a switch, moves a slider, types a word, opens a tab, follows the
navigation. Each is used twice, as what is asked again is remembered and the first time is the slower one.

A time begins when the browser hears of the press. *Answered* is the first change that the server's answer makes
anywhere but at the control itself, *drawn* the last one, after which nothing runs. What only a job does (train, score,
map) is left out: its page answers at once and shows how far the job is. Reasons are asked for with the model loaded, as
they are after the first minute.

It prints a table and writes ``benchmarks/results/feel.json``, where workspaces with other labels stay as they are. The
aim is that 95 of 100 answers take at most 300 ms on the demo, and 2 s on ten million events.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Error, Locator, Page, expect, sync_playwright

from benchmarks._record import how, write
from core.config import DEMO_WORKSPACE
from core.service import Shop
from tests.browser.serving import HEARD, launch, served, settle

RESULTS = Path(__file__).parent / "results"
_BUYERS = 'segments?where=[["purchases",">=",2],["days_since_last","<=",30]]'
#: Addresses by what is seen there.
PAGES = {
    "overview": "", "segments": _BUYERS,
    **{f"segments, {look}": f"{_BUYERS}&look={look}" for look in ("did", "when", "value")},
    "tags": "tags", "shopper": "shopper?user={user}", "recommend": "recommend?user={user}", "why": "why?user={user}",
    "score": "score", "model": "model", "imports": "imports",
}
#: How often each control is used.
TIMES = 2
#: Notes when the browser hears of a press, and when the page changes first, elsewhere than at the control, and last.
WATCH = """
window.pressed = null; window.answered = null; window.changed = null; window.own = null;
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => { window.pressed ??= performance.now(); }, true);
}
const chrome = "[data-testid=stStatusWidget], [data-testid=stHeader], [data-testid=stToolbar]";
new MutationObserver(seen => {
  const told = seen.filter(one => {
    const at = one.target.nodeType === 1 ? one.target : one.target.parentElement;
    // what stands inside of a canvas is for screen readers, and comes when what is drawn has been there for a while
    return at && !at.closest(chrome) && !at.closest("canvas") && one.attributeName !== "data-test-script-state";
  });
  if (told.length) { window.changed = performance.now(); }
  if (window.pressed !== null && told.some(one => {
    const at = one.target.nodeType === 1 ? one.target : one.target.parentElement;
    return one.type !== "attributes" && at.closest("[data-testid=stMain]") && !window.own?.contains(at);
  })) { window.answered ??= performance.now(); }
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
#: Nothing is being asked, nothing runs, and nothing has changed for a while.
QUIET = """() => !window.unanswered && performance.now() - Math.max(window.changed ?? 0, window.pressed ?? 0) > 500
  && document.querySelector("[data-testid=stApp]").getAttribute("data-test-script-state") === "notRunning"
  && !document.querySelector("[data-testid=stMain] [data-testid=stSkeleton]")"""
#: Kinds of controls by what they are found with.
KINDS = {
    "choice": "[data-testid=stButtonGroup] button",
    "option": "[data-testid=stRadio] label",
    "switch": "[data-testid=stCheckbox] label",
    "list": "[data-testid=stSelectbox] [role=combobox], [data-testid=stMultiSelect] [role=combobox]",
    "slider": "[role=slider]",
    "number": "[data-testid=stNumberInputStepUp]",
    "text": "[data-testid=stTextInput] input",
    "tab": "[data-testid=stTab]",
}


def measure(page: Page, url: str, user: str, pages: Sequence[str]) -> pd.DataFrame:
    """One row for each use of each control: ``page, kind, control, time, answered, drawn``, in milliseconds."""
    rows: list[dict[str, Any]] = []
    for name in pages:
        address = f"{url}/{PAGES[name].format(user=user)}"
        _open(page, address)
        for kind, where in KINDS.items():
            for number in range(page.get_by_test_id("stMain").locator(where).count()):
                _open(page, address)
                for time, (control, took) in enumerate(_used(page, kind, where, number)):
                    rows.append({"page": name, "kind": kind, "control": control, "time": time, **took})
        mine = pd.DataFrame([row for row in rows if row["page"] == name])
        print(summed(mine).head(1).round(0).to_string(index=False, header=False) if len(mine) else name, flush=True)
    for time in range(TIMES):
        for link in range(page.get_by_test_id("stSidebarNavLink").count()):
            goal = page.get_by_test_id("stSidebarNavLink").nth(link)
            rows.append({"page": "navigation", "kind": "page", "control": goal.inner_text().split()[-1],
                         "time": time, **_timed(page, goal, goal.click)})
    return pd.DataFrame(rows)


def _used(page: Page, kind: str, where: str, number: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Use a control, and again; a control that has gone, or cannot be used now, gives nothing."""
    control = page.get_by_test_id("stMain").locator(where).nth(number)
    if not control.count() or not control.is_visible() or not control.is_enabled():
        return
    called = _called(control)
    for time in range(TIMES):
        if not control.count() or not control.is_visible():
            return
        control.scroll_into_view_if_needed()
        if kind == "list":
            control.focus()
            control.press("ArrowDown")
            option = page.get_by_role("option")
            try:
                option.nth(1 if time == 0 else 0).wait_for(timeout=3_000)
            except Error:
                return  # nothing else to choose
            yield called, _timed(page, control, option.nth(1 if time == 0 else 0).click)
        elif kind == "slider":
            control.focus()
            yield called, _timed(page, control, lambda time=time: control.press("ArrowLeft" if time else "ArrowRight"))
        elif kind == "text":
            control.fill("red shoes" if time == 0 else "garden")
            yield called, _timed(page, control, lambda: control.press("Enter"))
        else:
            yield called, _timed(page, control, control.click)


def _called(control: Locator) -> str:
    found: str = control.evaluate(
        "e => e.getAttribute('aria-label') || e.innerText || e.closest('[data-testid]').innerText || e.tagName")
    return " ".join(found.split())[:60]


def _open(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    page.wait_for_function(QUIET)


def _timed(page: Page, control: Locator, work: Any) -> dict[str, float]:
    """Milliseconds from the press to the first and the last change that it brought."""
    control.evaluate("""e => { window.own = e.closest("[data-testid=stElementContainer]");
                               window.pressed = window.answered = window.changed = null; }""")
    work()
    page.wait_for_function(QUIET)
    pressed, answered, changed = page.evaluate("[window.pressed, window.answered, window.changed]")
    drawn = 0.0 if changed is None else max(0.0, changed - pressed)
    return {"answered": drawn if answered is None else max(0.0, answered - pressed), "drawn": drawn}


def summed(found: pd.DataFrame) -> pd.DataFrame:
    """By page, and of all: answers, their medians and 95th percentiles in milliseconds, and the slowest control."""
    parts = [(name, part) for name, part in found.groupby("page", sort=False)] + [("all", found)]
    return pd.DataFrame([{
        "page": name, "answers": len(part),
        **{f"{what}_{how}": part[what].quantile(share) for what in ("answered", "drawn")
           for how, share in (("median", 0.5), ("p95", 0.95))},
        "slowest": part["drawn"].max(), "slowest_control": part.loc[part["drawn"].idxmax(), "control"],
    } for name, part in parts])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--label", default="demo")
    parser.add_argument("--pages", default=";".join(PAGES), help="with ; between them")
    parser.add_argument("--out", type=Path, default=RESULTS / "feel.json")
    given = parser.parse_args()
    expect.set_options(timeout=120_000)
    shop = Shop(given.workspace)
    user = shop.find_shoppers("", 1)["user_id"].tolist()[0]
    events = shop.info().events
    with sync_playwright() as playwright, served(given.workspace) as url:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.add_init_script(HEARD + WATCH)
        _open(page, f"{url}/why?user={user}")  # the model is loaded, as it is after the first minute
        found = measure(page, url, user, given.pages.split(";"))
        browser.close()
    table = summed(found)
    print(table.round(0).to_string(index=False), "\n")
    print(found.sort_values("drawn", ascending=False).head(25).round(0).to_string(index=False))
    before = json.loads(given.out.read_text(encoding="utf-8")) if given.out.exists() else {}
    kept = before.get("workspaces", {})
    kept[given.label] = {**how(), "events": events, "pages": table.to_dict(orient="records")}
    write(given.out, {"workspaces": kept})


if __name__ == "__main__":
    main()
