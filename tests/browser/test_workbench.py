"""A model is made in a real browser: started, watched, cancelled, gone on with, compared, promoted, rolled back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core import registry
from core.store.importer import import_files
from core.store.workspace import Workspace
from data.demo.generate import generate
from tests.browser import fields
from tests.browser.conftest import PHONE
from tests.browser.serving import served, settle
from tests.tiny import tiny_base

# A training reads, learns, and is judged, in a process that loads torch first; the machine may be busy besides.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
PATIENCE = 240_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace of a small shop without a model."""
    files = generate(tmp_path_factory.mktemp("log"), seed=3, shoppers=220, days=24)
    workspace = Workspace.create(tmp_path_factory.mktemp("bench") / "harbour-street")
    import_files(workspace, [files.events], files.items, files.users, append=False, generated=True)
    return workspace.path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny BERT."""
    return tiny_base(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def bench_url(bench: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the shop; its worker keeps to one thread, and goes soon after its work."""
    monkeypatch.setenv("SHOPPERLENS_WORKER_IDLE", "5")
    monkeypatch.setenv("SHOPPERLENS_THREADS", "1")
    with served(bench) as address:
        yield address


def fill(box: Locator, text: str) -> None:
    box.fill(text)
    box.press("Enter")
    settle(box.page)


def choose(page: Page, label: str, option: str) -> None:
    fields.choose(fields.field(page, label), re.compile(f"^{re.escape(option)}"))
    settle(page)


def prepare(page: Page, name: str, base: Path, method: str, **numbers: str) -> None:
    """Fill in the form."""
    fill(page.get_by_role("textbox", name="Name of the new model"), name)
    choose(page, "How", method)
    fill(page.get_by_role("spinbutton", name="Examples to learn from"), "100")
    page.get_by_text("Settings", exact=True).click()
    fill(page.get_by_role("textbox", name="Start from"), str(base))
    for label, value in numbers.items():
        fill(page.get_by_role("spinbutton", name=label.replace("_", " ")), value)
    expect(page.get_by_text("100 lists that were shown")).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def test_the_life_of_a_model(bench: Path, bench_url: str, base: Path, visit: Callable[..., Page]) -> None:
    page = visit(f"{bench_url}/model")
    expect(page.get_by_text("No model is trained yet")).to_be_visible()
    prepare(page, "first", base, "Only the answers on top")
    press(page, "Start training")
    # The first model is used as soon as it is there.
    expect(page.get_by_text(re.compile("Ranks a clicked item above"))).to_be_visible(timeout=PATIENCE)
    settle(page)
    expect(page.get_by_text("Which models are there?")).to_be_visible()

    prepare(page, "second", base, "Adapter (LoRA)", Lists_weighed_together="1", Steps_between_looks="50",
            Patience="100")  # fmt: skip
    press(page, "Start training")
    expect(page.get_by_text("Training “second”")).to_be_visible(timeout=PATIENCE)
    page.close()  # the tab is closed; the training goes on

    page = visit(f"{bench_url}/model")
    expect(page.get_by_text(re.compile(r"Step \d+ of 200"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("stMetric").filter(has_text="Lists or baskets")).to_contain_text("100")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text(re.compile("“second” was interrupted at step"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"It was cancelled.*Steps up to \d+ are kept"))).to_be_visible()
    settle(page)

    press(page, "Go on")
    expect(page.get_by_test_id("stMetric").filter(has_text="Time left")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".js-plotly-plot").filter(has_text="Days that it does not learn from")).to_be_visible(
        timeout=PATIENCE
    )
    offer = page.get_by_role("button", name="Use the newly trained model “second”")
    expect(offer).to_be_visible(timeout=PATIENCE)
    settle(page)

    # Compared, promoted, rolled back, deleted.
    workspace = Workspace(bench)
    assert registry.current(workspace) == "first"
    expect(page.get_by_text("What was done differently")).to_be_visible()
    offer.click()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Model: second")
    settle(page)
    assert registry.current(workspace) == "second"
    press(page, "Go back to “first”")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Model: first")
    settle(page)
    assert [step.how for step in registry.history(workspace)] == ["back", "used", "first"]

    choose(page, "Model", "second")
    press(page, "Delete it")
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_role("button", name="Delete it", exact=True)).to_have_count(0)
    settle(page)
    assert registry.names(workspace) == ["first"]


def test_an_interrupted_training_on_a_phone(bench: Path, bench_url: str, visit: Callable[..., Page]) -> None:
    from core.config import TrainSettings
    from core.train.run_folder import RunFolder

    folder = RunFolder(bench / "models", "autumn")
    with folder.held():
        folder.begin(TrainSettings(), 1)
    page = visit(f"{bench_url}/model", viewport=PHONE, color_scheme="dark")
    expect(page.get_by_text("The training “autumn” was interrupted")).to_be_visible()
    wider = "element => element.scrollWidth - element.clientWidth"
    assert page.get_by_test_id("stMain").evaluate(wider) <= 0
    press(page, "Let go of it")
    expect(page.get_by_text("The training “autumn” was interrupted")).to_have_count(0)
    assert not folder.path.exists()
