"""The controls of a page of the dashboard as a browser finds them, and how each kind is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Error, FilePayload, Locator, Page

#: Kinds of controls by what they are found with.
KINDS = {
    "choice": "[data-testid=stButtonGroup] button",
    "option": "[data-testid=stRadio] label",
    "switch": "[data-testid=stCheckbox] label",
    "list": "[data-testid=stSelectbox] [role=combobox], [data-testid=stMultiSelect] [role=combobox]",
    "slider": "[role=slider]",
    "number": "[data-testid=stNumberInputStepUp]",
    "date": "[data-testid=stDateInput] [role=spinbutton]",
    "text": "[data-testid=stTextInput] input, [data-testid=stChatInputTextArea]",
    "tab": "[data-testid=stTab]",
    "button": "[data-testid=stButton] button, [data-testid=stFormSubmitButton] button",
    "link": "[data-testid=stPageLink] a",
    "download": "[data-testid=stDownloadButton] button",
    "file": "[data-testid=stFileUploader] input[type=file]",
    "popover": "[data-testid=stPopoverButton]",
    "expander": "[data-testid=stExpander] summary",
    "row": "[data-testid=stDataFrame] .dvn-scroller",
    "mark": ".js-plotly-plot:has(.point)",
    "area": ".js-plotly-plot:has(.nsewdrag)",
}
#: Kinds behind which there are more controls.
OPENERS = ("popover", "expander", "file")
#: Kinds that say nothing to the server where they choose nothing: a table without ticks, a chart to look at.
MAYBE = ("row", "mark", "area")
#: Buttons that begin a job, whose page answers at once and shows how far it is, or that end what others need.
LEFT_OUT = re.compile(
    r"^(Start training|Find out|Read (again|them)|Make (the map|it anew)|Work it out|Score$|Try it|Import$|Compute|"
    r"Go on|Cancel|Prepare|Check |Measure|Delete|Let go|Go back to|Use |Load the new|Archive)"
)
_LIST = "user_id,item_id\n{user},{item}\nsomebody new,{item}\n"



@dataclass(frozen=True)
class Control:
    """One control.

    Attributes
    ----------
    number
        Which of its kind it is, within the page or what it stands behind.
    behind
        What has to be opened first.
    """

    kind: str
    called: str
    number: int
    behind: Control | None = None

    @property
    def name(self) -> str:
        """What it is called, and behind what."""
        return self.called if self.behind is None else f"{self.behind.called} › {self.called}"


def told_apart(seen: Sequence[Control]) -> list[Control]:
    """Return controls without those that are called like another of their kind, and without those left out.

    Of ten links “Why?” one tells how soon such a link answers. What stands open is found on the page as well as behind
    what opens it: it is used once.
    """
    first: dict[tuple[str, str], Control] = {}
    for one in seen:
        if not (one.kind == "button" and LEFT_OUT.match(one.called)):
            first.setdefault((one.kind, one.called), one)
    return list(first.values())


def found(page: Page, behind: Control | None = None, below: str = "") -> Iterator[Control]:
    """Yield what can be used on a page now, or behind what was opened on it.

    Parameters
    ----------
    below
        A heading: of what stands above it only numbers are used.
    """
    root = _root(page, behind)
    for kind, where in KINDS.items():
        for number, one in enumerate(root.locator(where).all()):
            hidden = kind != "file" and not one.is_visible()
            if hidden or not one.is_enabled() or (behind is not None and kind in OPENERS):
                continue
            if kind in _CHARTS and not one.evaluate(_CHARTS[kind]):
                continue
            if below and kind != "number" and not one.evaluate(_BELOW, below):
                continue
            yield Control(kind, called(one), number, behind)


#: Whether a chart can be used so.
_CHARTS = {"mark": "e => e._fullLayout?.clickmode.includes('select')",
           "area": "e => ['lasso', 'select'].includes(e._fullLayout?.dragmode)"}  # fmt: skip
_BELOW = """(e, text) => [...document.querySelectorAll("h3")].some(one =>
    one.innerText.trim() === text && one.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)"""


def where(page: Page, one: Control) -> Locator:
    """Return where a control is."""
    return _root(page, one.behind).locator(KINDS[one.kind]).nth(one.number)


def _root(page: Page, behind: Control | None) -> Locator:
    if behind is not None and behind.kind == "popover":
        return page.get_by_test_id("stPopoverBody").first
    main = page.get_by_test_id("stMain")
    if behind is not None and behind.kind == "expander":
        return main.get_by_test_id("stExpander").nth(behind.number)
    return main


def called(control: Locator) -> str:
    """Return what a control is called: its label, its words, or those of what it stands in."""
    said: str = control.evaluate("""e => {
        const told = one => {  // an icon is drawn by its name, which nobody sees
            const copy = one?.cloneNode(true);
            copy?.querySelectorAll("[data-testid=stIconMaterial]").forEach(icon => icon.remove());
            return copy?.textContent.trim();
        };
        return e.closest("[role=figure]")?.getAttribute("aria-label") || e.getAttribute("aria-label") || told(e)
            || told(e.closest("[data-testid^=st]")) || e.tagName;
    }""")
    return " ".join(said.split())[:60]


def press(page: Page, one: Control, time: int, example: tuple[str, str]) -> Callable[[], object] | None:
    """Get ready to use a control for the first (0) or the second time; return what does it, None where nothing can.

    Parameters
    ----------
    example
        A shopper and an item of the shop, for a list that is brought.
    """
    control = where(page, one)
    if not control.count() or (one.kind != "file" and not control.is_visible()):
        return None
    if one.kind in ("button", "link") and (time and (one.kind == "link" or called(control) != one.called)):
        return None  # it led elsewhere, or became another
    if one.kind != "file":
        control.scroll_into_view_if_needed()
    if one.kind == "list":
        return _option(page, control, time)
    if one.kind in ("slider", "date"):
        control.focus()
        keys = ("ArrowRight", "ArrowLeft") if one.kind == "slider" else ("ArrowDown", "ArrowUp")
        return lambda: control.press(keys[time])
    if one.kind == "text":
        control.fill("red shoes" if time == 0 else "garden")
        return lambda: control.press("Enter")
    if one.kind == "file":
        text = _LIST.format(user=example[0], item=example[1])
        payload: FilePayload = {"name": f"list-{time}.csv", "mimeType": "text/csv", "buffer": text.encode()}
        return lambda: control.set_input_files([payload])
    if one.kind == "row":
        return lambda: control.click(position={"x": 22, "y": 52 + 35 * time})
    if one.kind == "mark":
        return _mark(page, control, time)
    if one.kind == "area":
        return _area(page, control)
    return control.click


def _option(page: Page, control: Locator, time: int) -> Callable[[], object] | None:
    """Open a list, and take the second of its options, or the first."""
    control.focus()
    control.press("ArrowDown")
    option = page.get_by_role("option").nth(1 if time == 0 else 0)
    try:
        option.wait_for(timeout=3_000)
    except Error:
        return None  # nothing else to choose
    return option.click


def _mark(page: Page, chart: Locator, time: int) -> Callable[[], object] | None:
    """Click the first mark of a chart, or the last one; plotly hears it through a layer of its own."""
    points = chart.locator(".point")
    box = (points.first if time == 0 else points.last).bounding_box()
    return None if box is None else lambda: page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _area(page: Page, chart: Locator) -> Callable[[], object] | None:
    """Draw around the left half of a chart in which one draws."""
    box = chart.locator(".nsewdrag").last.bounding_box()
    if box is None:
        return None
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"])
               for x, y in ((0.02, 0.02), (0.5, 0.02), (0.5, 0.98), (0.02, 0.98), (0.02, 0.05))]  # fmt: skip

    def draw() -> None:
        page.mouse.move(*corners[0])
        page.mouse.down()
        for corner in corners[1:]:
            page.mouse.move(*corner, steps=4)
        page.evaluate("window.pressed = null")  # what is waited for is the answer to letting go
        page.evaluate("window.pressed = performance.now()")
        page.mouse.up()

    return draw
