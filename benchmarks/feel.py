"""How soon a page has answered what was done on it, in Chromium: every control of every page, used as a person would.

``python -m benchmarks.feel [--workspace DIR] [--label NAME] [--pages NAMES]`` serves a copy of the workspace, in which
what takes jobs (profiles, vectors, the map, a list that was scored, and so on) is made first, opens each page and uses
whatever control it finds there: chooses another option, flips a switch, moves a slider, types a word or a day, opens a
tab, a popover and what is folded away and uses what is in there, presses buttons, follows links, brings a file, fetches
one, ticks a row, clicks in a chart, draws on the map, follows the navigation. Each is used twice where it is still
there, as what is asked again is remembered and the first time is the slower one; of those that are called alike, one.
Of a closer look at a segment what stands in it is used, and the numbers of the conditions above it.

A time begins when the browser hears of the press. ``first`` is the first change that it brings anywhere but at the
control itself, a spinner too: the sign that something happens. *Answered* it is at the last moment, after which none
of this is so any more:

- the page has asked its server and was not answered, or the app runs;
- on the page is an element that is stale (from before the press), a spinner, or a place that is kept for what loads;
- something was added to the page, was taken away or has other words: a heading, a row, a chart's bar.

What only the browser does, such as opening a popover, is answered at the first frame or the last such change. A file is
fetched when the browser has begun to keep it. What only a job does (train, score, map) is left out: its page answers at
once and shows how far the job is; so is what ends something that is needed (delete, archive). Reasons are asked for
with the model loaded, as they are after the first minute.

It prints a table and writes ``benchmarks/results/feel.json``, where workspaces with other labels stay as they are. The
aim is that 95 of 100 answers take at most 300 ms on the demo, and 2 s on ten million events.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pandas as pd
from playwright.sync_api import Error, Locator, Page, expect, sync_playwright

from benchmarks import _controls
from benchmarks._controls import Control
from benchmarks._record import how, write
from core.conditions import Group
from core.config import DEMO_WORKSPACE
from core.driving import About
from core.lists.records import ListAsk
from core.records import Condition
from core.service import Shop
from tests.browser.serving import HEARD, launch, served, settle

RESULTS = Path(__file__).parent / "results"
_BUYERS = 'segments?where=[["purchases",">=",2],["days_since_last","<=",30]]'
_TREE = Group("all", (Condition("purchases", ">=", 2), Condition("days_since_last", "<=", 30)))
#: Addresses by what is seen there; a mark is chosen where the page has any.
PAGES = {
    "overview": "", "segments": _BUYERS,
    "segments, did": f"{_BUYERS}&look=did&mark=funnel 1", "segments, when": f"{_BUYERS}&look=when&mark=hours 5",
    "segments, back": f"{_BUYERS}&look=back", "segments, value": f"{_BUYERS}&look=value",
    "segments, overlap": f"{_BUYERS}&look=overlap", "segments, why": f"{_BUYERS}&look=why&of={{tag}}",
    "segments, map": f"{_BUYERS}&look=map",
    "tags": "tags?says=buys gifts for children", "shopper": "shopper?user={user}",
    "recommend": "recommend?user={user}", "recommend, segment": "recommend?for=segment",
    "recommend, item": "recommend?for=item&item={item}", "recommend, search": "recommend?for=search&q=red&user={user}",
    "recommend, assistant": "recommend?for=assist&need=red shoes", "recommend, ads": "recommend?for=ad",
    "why": "why?user={user}", "why, above": "why?user={user}&ask=above", "why, what if": "why?user={user}&ask=if",
    "why, titles": "why?ask=titles",
    "score": "score", "score, scored": "score?job={scored}", "model": "model", "imports": "imports",
}
#: What is asked of a segment in its closer looks stands below this heading.
CLOSER = "A closer look"
#: How often each control is used.
TIMES = 2
#: Files of a workspace that never change: a copy shares them.
FIXED = (".duckdb", ".parquet", ".safetensors", ".npy")
#: Notes when the browser hears of a press, when the page changes first elsewhere than at the control, when last by
#: more than its looks, and since when it waits for nothing.
WATCH = """
window.pressed = window.first = window.content = window.changed = window.rests = window.own = null;
window.asks = 0; window.asked = false;
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => { window.pressed ??= performance.now(); }, true);
}
{
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (...told) {
    this.onheard ??= (this.addEventListener("message", () => { window.asked = false; }), true);
    window.asked = true;
    window.asks += 1;
    return send.apply(this, told);
  };
}
window.waits = () => window.asked
  || document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") !== "notRunning"
  || !!document.querySelector("[data-testid=stMain] [data-testid=stSkeleton], [data-testid=stMain] [data-stale=true],"
                              + "[data-testid=stSpinner], [data-testid=stPopoverBody] [data-stale=true]");
const frame = () => {
  if (window.waits()) { window.rests = null; } else { window.rests ??= performance.now(); }
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
const chrome = "[data-testid=stStatusWidget], [data-testid=stHeader], [data-testid=stToolbar], [role=tooltip]";
new MutationObserver(seen => {
  const told = seen.map(one => [one, one.target.nodeType === 1 ? one.target : one.target.parentElement])
    // what stands inside of a canvas is for screen readers, and comes when what is drawn has been there for a while
    .filter(([one, at]) => at && !at.closest(chrome) && !at.closest("canvas")
      && one.attributeName !== "data-test-script-state");
  if (told.length) { window.changed = performance.now(); }
  const content = told.filter(([one, at]) => one.type !== "attributes" && at !== document.head && !at.closest("head"));
  if (content.length) { window.content = performance.now(); }
  if (window.pressed !== null && content.some(([one, at]) => !window.own?.contains(at))) {
    window.first ??= performance.now();
  }
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
#: Nothing is waited for, and nothing has changed for a while.
QUIET = """() => !window.unanswered && !window.waits()
  && performance.now() - Math.max(window.changed ?? 0, window.pressed ?? 0) > 500"""


def measure(page: Page, url: str, given: dict[str, str], pages: Sequence[str]) -> pd.DataFrame:
    """One row for each use of each control: ``page, kind, control, time, first, answered``, in milliseconds.

    Parameters
    ----------
    given
        What is filled into the addresses: ``user, item, scored, tag``.
    """
    rows: list[dict[str, Any]] = []
    for name in pages:
        address, example = f"{url}/{PAGES[name].format(**given)}", (given["user"], given["item"])
        for one in _plan(page, address, example, CLOSER if name.startswith("segments, ") else ""):
            for time, took in enumerate(_used(page, address, one, example)):
                rows.append({"page": name, "kind": one.kind, "control": one.name, "time": time, **took})
        mine = pd.DataFrame([row for row in rows if row["page"] == name])
        print(summed(mine).head(1).round(0).to_string(index=False, header=False) if len(mine) else name, flush=True)
    for time in range(TIMES):
        for link in range(page.get_by_test_id("stSidebarNavLink").count()):
            goal = page.get_by_test_id("stSidebarNavLink").nth(link)
            rows.append({"page": "navigation", "kind": "page", "control": goal.inner_text().split()[-1],
                         "time": time, **_timed(page, goal, goal.click)})
    return pd.DataFrame(rows).drop(columns="asked")


def _plan(page: Page, address: str, example: tuple[str, str], below: str) -> list[Control]:
    """Return what is used on a page: what is there at first, then what stands behind what can be opened."""
    _open(page, address)
    there = list(_controls.found(page, below=below))
    seen = list(there)
    for one in _controls.told_apart([one for one in there if one.kind in _controls.OPENERS]) if not below else ():
        _open(page, address)
        work = _controls.press(page, one, 0, example)
        if work is not None:
            work()
            page.wait_for_function(QUIET)
            seen += _controls.found(page, one)
    return _controls.told_apart(seen)


def _used(page: Page, address: str, one: Control, example: tuple[str, str]) -> Iterator[dict[str, float]]:
    """Use a control, and again; one that has gone, or cannot be used now, gives nothing."""
    _open(page, address)
    if one.behind is not None:
        opened = _controls.press(page, one.behind, 0, example)
        if opened is None:
            return
        opened()
        page.wait_for_function(QUIET)
    for time in range(TIMES):
        work = _controls.press(page, one, time, example)
        if work is None:
            return
        control = _controls.where(page, one)
        if one.kind == "download":
            yield _fetched(page, work)
            continue
        try:
            took = _timed(page, control, work, heard=one.kind != "file")
        except Error as error:
            print(f"  {one.name}: {error.message.splitlines()[0]}", flush=True)
            return
        if took["asked"] or one.kind not in _controls.MAYBE:
            yield took


def _open(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    page.wait_for_function(QUIET)


def _timed(page: Page, control: Locator, work: Any, heard: bool = True) -> dict[str, float]:
    """Milliseconds from the press to its first sign and to its answer.

    Parameters
    ----------
    heard
        Whether the browser hears of it as of a key or a click; else it begins when it is done.
    """
    control.evaluate("""e => {
        window.own = e.closest("[data-testid=stElementContainer]"); window.asks = 0;
        window.pressed = window.first = window.content = window.changed = window.rests = null; }""")
    if not heard:
        page.evaluate("window.pressed = performance.now()")
    work()
    page.wait_for_function(QUIET)
    pressed, first, content, rests, asks = page.evaluate(
        "[window.pressed, window.first, window.content, window.rests, window.asks]")
    return {**answer(pressed, first, content, rests), "asked": asks}


def answer(pressed: float, first: float | None, content: float | None, rests: float) -> dict[str, float]:
    """Return milliseconds to the first sign and to the answer, of moments of the browser's clock.

    Parameters
    ----------
    first, content
        When the page changed first elsewhere than at the control, and last; None where it did not.
    rests
        Since when nothing is waited for.
    """
    done = max(rests, content if content is not None else rests) - pressed
    return {"first": max(0.0, min(done, done if first is None else first - pressed)), "answered": max(0.0, done)}


def _fetched(page: Page, work: Any) -> dict[str, float]:
    started = perf_counter()
    with page.expect_download():
        work()
    took = 1000 * (perf_counter() - started)
    page.wait_for_function(QUIET)
    return {"first": took, "answered": took, "asked": 1}


def summed(found: pd.DataFrame) -> pd.DataFrame:
    """By page, and of all: answers, their medians and 95th percentiles in milliseconds, and the slowest control."""
    parts = [(name, part) for name, part in found.groupby("page", sort=False)] + [("all", found)]
    return pd.DataFrame([{
        "page": name, "answers": len(part),
        **{f"{what}_{how}": part[what].quantile(share) for what in ("first", "answered")
           for how, share in (("median", 0.5), ("p95", 0.95))},
        "within": (part["answered"] <= 300).mean(),
        "slowest": part["answered"].max(), "slowest_control": part.loc[part["answered"].idxmax(), "control"],
    } for name, part in parts])


def copied(workspace: Path, folder: Path) -> Path:
    """Return a copy of a workspace that may be changed; it shares the files that never change, where it can."""

    def one(source: str, target: str) -> object:
        if not source.endswith(FIXED):
            return shutil.copy2(source, target)
        try:
            return os.link(source, target)
        except OSError:  # on another disk
            return shutil.copy2(source, target)

    return Path(shutil.copytree(workspace, folder / workspace.name, copy_function=one))


def prepare(shop: Shop, pages: Sequence[str], user: str, item: str) -> str:
    """Have made what pages show only after a job; return which list was scored, or "".

    It is not timed: whoever waits for it sees how far it is.
    """
    names, scored = " ".join(pages), ""
    for n, tree in enumerate((_TREE, Group("all", (Condition("purchases", ">=", 1),)))):
        shop.segments.save(tree, f"Buyers {n + 1}")
    if shop.model_name is None:
        return scored
    if shop.profiles_ready() < 1:
        shop.submit("profile", {})
    if not shop.vectors_ready():
        shop.submit("vectors", {"version": shop.version, "model": shop.model_name})
    if "tags" in pages and not shop.describing.ready():
        shop.describing.start()
    if "map" in names:
        shop.map.start()
    if "segments, why" in pages:
        shop.driving.start(_TREE, About("tags"), 25)
    if "recommend, segment" in pages:
        shop.start_featuring()
    if "scored" in names:
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            rows = [f"{one},{item},{n % 2}" for n, one in enumerate(shop.find_shoppers("", 50)["user_id"])]
            file.write("\n".join(["user_id,item_id,clicked", f"{user},{item},1", *rows]))
            file.flush()
            scored = shop.lists.start(Path(file.name), "list.csv", ListAsk()).id
    while any(job.status in ("queued", "running") for job in shop.jobs()):
        sleep(1)
    return scored


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--label", default="demo")
    parser.add_argument("--pages", default=";".join(PAGES), help="with ; between them")
    parser.add_argument("--out", type=Path, default=RESULTS / "feel.json")
    parser.add_argument("--rows", type=Path, help="write every single time here, as CSV")
    given = parser.parse_args()
    expect.set_options(timeout=120_000)
    pages = given.pages.split(";")
    with tempfile.TemporaryDirectory() as folder:
        workspace = copied(given.workspace, Path(folder))
        shop = Shop(workspace)
        user, item = str(shop.find_shoppers("", 1)["user_id"].iloc[0]), str(shop.find_items("", 1)["item_id"].iloc[0])
        events = shop.info().events
        told = {"user": user, "item": item, "scored": prepare(shop, pages, user, item), "tag": "tags intent:buy"}
        with sync_playwright() as playwright, served(workspace) as url:
            browser = launch(playwright)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            page.add_init_script(HEARD + WATCH)
            _open(page, f"{url}/why?user={user}")  # the model is loaded, as it is after the first minute
            found = measure(page, url, told, pages)
            browser.close()
    table = summed(found)
    print(table.round(2).to_string(index=False), "\n")
    print(found.sort_values("answered", ascending=False).head(40).round(0).to_string(index=False))
    if given.rows:
        found.to_csv(given.rows, index=False)
    before = json.loads(given.out.read_text(encoding="utf-8")) if given.out.exists() else {}
    kept = before.get("workspaces", {})
    kept[given.label] = {**how(), "events": events, "pages": table.to_dict(orient="records")}
    write(given.out, {"workspaces": kept})


if __name__ == "__main__":
    main()
